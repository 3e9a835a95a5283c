"""Which delivered column is which contract column: the headers a pack knows, compared after normalising."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from skills_models.contracts.model import Table
from skills_models.ingestion.folding import fold
from skills_models.ingestion.problems import DeliveryRejected
from skills_models.packs.model import Pack, SourceMapping

PLACE_COLUMNS = ("delivery_id", "source_file", "source_row")
_REMARK = re.compile(r"\s*[(\[{][^()\[\]{}]*[)\]}]$")
_TAIL = re.compile(r"[\s.:;,*!?#_/-]+$")
_MANY_DIGITS = re.compile(r"(\d\D*){6}")


@dataclass(frozen=True)
class HeaderPlan:
    """Where the columns of one file are.

    Parameters
    ----------
    columns : contract column -> position in the file, from 0
    items : item code -> position in the file
    parts : contract column that is delivered in pieces -> positions of its pieces, in order
    absent : nullable contract columns without header
    absent_items : item codes without header
    unused : headers nobody asked for, folded and safe to show
    """

    columns: Mapping[str, int]
    items: Mapping[str, int]
    parts: Mapping[str, tuple[int, ...]]
    absent: tuple[str, ...]
    absent_items: tuple[str, ...]
    unused: tuple[str, ...]

    def remark(self) -> str | None:
        """What an operator should know about a file that was accepted, or None."""
        parts = [
            f"{label}: {', '.join(names)}"
            for label, names in (("columns not used", self.unused), ("items without a column", self.absent_items))
            if names
        ]
        return "; ".join(parts) or None


def header_key(text: str) -> str:
    """A header without what changes from file to file: case, look-alikes, blanks, underscores, trailing punctuation."""
    key = fold(text.replace("_", " "))
    return _TAIL.sub("", key) or key


def bare_key(text: str) -> str:
    """``header_key`` without trailing remarks in brackets."""
    key = header_key(text)
    while (shorter := _TAIL.sub("", _REMARK.sub("", key))) not in (key, ""):
        key = shorter
    return key


def safe_header(text: str) -> str:
    """A header as it may be shown: folded, cut, and masked if it looks like a number of a person."""
    return "(a number)" if _MANY_DIGITS.search(text) else fold(text)[:40] or "(blank)"


def known_headers(mapping: SourceMapping, pack: Pack) -> dict[str, tuple[str, bool]]:
    """Normalised header -> (contract column or item code, whether it is an item).

    A header known with a remark in brackets is known without it too, where that stands for one column alone.
    """
    spelled: list[tuple[str, tuple[str, bool]]] = []
    if mapping.has_items:
        for code in item_codes(pack):
            spelled += [(header, (code, True)) for header in (code, *pack.item_headers.get(code, ()))]
    for name, column in mapping.columns.items():
        spelled += [(header, (name, False)) for header in (name, *column.headers)]
        spelled += [(header, (_part(name, place), False)) for place, header in enumerate(column.parts)]
    bare: dict[str, set[tuple[str, bool]]] = {}
    for header, target in spelled:
        bare.setdefault(bare_key(header), set()).add(target)
    alone = {key: next(iter(targets)) for key, targets in bare.items() if len(targets) == 1}
    return alone | {header_key(header): target for header, target in spelled}


def item_codes(pack: Pack) -> tuple[str, ...]:
    """Survey items of the pack, sorted: the item columns of its answer sheets."""
    return tuple(sorted(pack.tables["core_ref__entity_item"]["item_code"].to_list()))


def resolve_headers(headers: Sequence[str], mapping: SourceMapping, table: Table, pack: Pack) -> HeaderPlan:
    """Match the headers of a file with the columns of its raw table.

    Raises
    ------
    DeliveryRejected
        ``no_known_header``, ``duplicate_header`` or ``missing_columns``; the hint names every column concerned.
    """
    known = known_headers(mapping, pack)
    found: dict[tuple[str, bool], list[int]] = {}
    unused = []
    for position, header in enumerate(headers):
        target = known.get(header_key(header)) or known.get(bare_key(header))
        if target is not None:
            found.setdefault(target, []).append(position)
        elif header.strip():
            unused.append(safe_header(header))
    if not found:
        raise DeliveryRejected("no_known_header", f"no header of {mapping.source_code} found; is the header row there?")
    if twice := sorted(name for (name, _), places in found.items() if len(places) > 1):
        raise DeliveryRejected("duplicate_header", f"several columns for {', '.join(twice)}; keep one of each")
    columns = {name: places[0] for (name, is_item), places in found.items() if not is_item}
    items = {name: places[0] for (name, is_item), places in found.items() if is_item}
    parts = _take_parts(columns, mapping)
    absent = [name for name in table.columns if name not in {*columns, *parts, *PLACE_COLUMNS}]
    needed = [n for n in absent if not table.columns[n].nullable and not _is_given(mapping, n)]
    if mapping.has_items and not items:
        needed.append("the survey items")
    if needed:
        raise DeliveryRejected("missing_columns", f"{mapping.source_code} lacks {', '.join(needed)}")
    absent_items = [code for code in item_codes(pack) if code not in items] if mapping.has_items else []
    return HeaderPlan(columns, items, parts, tuple(absent), tuple(absent_items), tuple(unused))


def _is_given(mapping: SourceMapping, name: str) -> bool:
    """Whether a column has a value even where no header is delivered."""
    column = mapping.columns.get(name)
    return column is not None and (column.constant is not None or column.from_manifest is not None)


def _part(name: str, place: int) -> str:
    """Name of one piece of a column that is delivered in several."""
    return f"{name}, part {place + 1}"


def _take_parts(columns: dict[str, int], mapping: SourceMapping) -> dict[str, tuple[int, ...]]:
    """Move the pieces out of ``columns``; the columns made of them, those left out that a header brings whole."""
    parts = {}
    for name, column in mapping.columns.items():
        places = [columns.pop(_part(name, place), None) for place in range(len(column.parts))]
        found = tuple(place for place in places if place is not None)
        if not found or name in columns:
            continue
        if len(found) < len(places):
            raise DeliveryRejected("missing_columns", f"{mapping.source_code} lacks a part of {name}")
        parts[name] = found
    return parts
