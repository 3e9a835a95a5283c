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
    absent : nullable contract columns without header
    absent_items : item codes without header
    unused : headers nobody asked for, folded and safe to show
    """

    columns: Mapping[str, int]
    items: Mapping[str, int]
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
    """A header without what changes from file to file.

    Case, look-alikes, blanks and line breaks, underscores, trailing remarks in brackets and trailing punctuation do
    not count.
    """
    key = fold(text.replace("_", " "))
    while (shorter := _TAIL.sub("", _REMARK.sub("", key))) not in (key, ""):
        key = shorter
    return key


def safe_header(text: str) -> str:
    """A header as it may be shown: folded, cut, and masked if it looks like a number of a person."""
    return "(a number)" if _MANY_DIGITS.search(text) else fold(text)[:40] or "(blank)"


def known_headers(mapping: SourceMapping, pack: Pack) -> dict[str, tuple[str, bool]]:
    """Normalised header -> (contract column or item code, whether it is an item)."""
    known = {header_key(code): (code, True) for code in item_codes(pack)} if mapping.has_items else {}
    if mapping.has_items:
        known |= {header_key(h): (code, True) for code, headers in pack.item_headers.items() for h in headers}
    for name, column in mapping.columns.items():
        known |= {header_key(header): (name, False) for header in (name, *column.headers)}
    return known


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
        target = known.get(header_key(header))
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
    absent = [name for name in table.columns if name not in columns and name not in PLACE_COLUMNS]
    needed = [n for n in absent if not table.columns[n].nullable and not _is_given(mapping, n)]
    if mapping.has_items and not items:
        needed.append("the survey items")
    if needed:
        raise DeliveryRejected("missing_columns", f"{mapping.source_code} lacks {', '.join(needed)}")
    absent_items = [code for code in item_codes(pack) if code not in items] if mapping.has_items else []
    return HeaderPlan(columns, items, tuple(absent), tuple(absent_items), tuple(unused))


def _is_given(mapping: SourceMapping, name: str) -> bool:
    """Whether a column has a value even where no header is delivered."""
    column = mapping.columns.get(name)
    return column is not None and (column.constant is not None or column.from_manifest is not None)
