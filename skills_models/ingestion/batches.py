"""Delivered files as rows of their raw tables: text under contract names, persons as pseudonyms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from skills_models.contracts import TABLES
from skills_models.contracts.model import Column
from skills_models.ingestion.folding import BLANKS, fold_for
from skills_models.ingestion.headers import PLACE_COLUMNS, HeaderPlan, item_codes, known_headers, resolve_headers
from skills_models.ingestion.identity import OPAQUE, valid_identities
from skills_models.ingestion.manifest import Delivery, verify_file
from skills_models.ingestion.problems import DeliveryRejected
from skills_models.ingestion.pseudonyms import pseudonymise
from skills_models.ingestion.readers import OpenFile, open_file
from skills_models.packs.model import IdentityRule, Pack, SourceMapping

MISPLACED = "!identity_misplaced"
_BETWEEN = "[ \u00a0\u2007\u2009\u202f\u2010-\u2015-]?"  # what people put between the digits of a number
_DIGIT = "[0-9\uff10-\uff19\u0660-\u0669]"


def raw_batches(
    delivery: Delivery, source_file: int, mapping: SourceMapping, pack: Pack, key: bytes
) -> Iterator[pa.RecordBatch]:
    """Rows of one delivered file, in bounded memory.

    Yields
    ------
    pa.RecordBatch
        The columns of the raw table in contract order, then one per item of the pack if the source has items; all
        text but ``source_file`` and ``source_row`` (int64). Rows without any content are no rows.

    Raises
    ------
    DeliveryRejected
        Before the first batch or later; batches already taken from the file must then be discarded.
    """
    try:
        if delivery.manifest.pack != pack.pack_id:
            raise DeliveryRejected("other_pack", f"the delivery was made for pack {delivery.manifest.pack}")
        verify_file(delivery, source_file)
        file, plan = _open(delivery, source_file, mapping, pack)
        given = given_values(delivery, source_file, mapping, plan)
        n_rows = 0
        for delivered in file.batches:
            rows = _without_blank_rows(delivered)
            if rows.num_rows:
                yield _raw_batch(rows, plan, given, mapping, pack, key, (delivery.delivery_id, source_file, n_rows))
            n_rows += rows.num_rows
        promised = delivery.file(source_file).rows
        if n_rows == 0:
            raise DeliveryRejected("empty_file", "the file has headers and no rows")
        if promised is not None and promised != n_rows:
            raise DeliveryRejected("rows_differ", f"the manifest promises {promised} rows, the file has {n_rows}")
    except DeliveryRejected as problem:
        raise DeliveryRejected(problem.reason_code, problem.hint, source_file, problem.line) from None


def header_plan(delivery: Delivery, source_file: int, mapping: SourceMapping, pack: Pack) -> HeaderPlan:
    """How the headers of a file were understood; raises ``DeliveryRejected`` as ``raw_batches`` does."""
    return _open(delivery, source_file, mapping, pack)[1]


def given_values(delivery: Delivery, source_file: int, mapping: SourceMapping, plan: HeaderPlan) -> dict[str, str]:
    """Values of the columns that no header brings: constants of the mapping and what the manifest says.

    Raises
    ------
    DeliveryRejected
        ``no_reference_date`` if the manifest was to give a date and has none.
    """
    day: date | None = delivery.file(source_file).reference_date
    said = {"period": delivery.manifest.period, "reference_date": day.isoformat() if day else None}
    given = {}
    for name in plan.absent:
        column = mapping.columns.get(name)
        if column is None:
            continue
        value = column.constant if column.constant is not None else said.get(column.from_manifest or "")
        if value is None and column.from_manifest:
            raise DeliveryRejected(
                "no_reference_date", f"neither a column nor the manifest gives {name}; deliver with --reference-date"
            )
        if value is not None:
            given[name] = value
    return given


def _open(delivery: Delivery, source_file: int, mapping: SourceMapping, pack: Pack) -> tuple[OpenFile, HeaderPlan]:
    file = open_file(delivery.path(source_file), mapping.encodings, frozenset(known_headers(mapping, pack)))
    return file, resolve_headers(file.headers, mapping, TABLES[mapping.table], pack)


def _without_blank_rows(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The rows that have content in at least one column."""
    filled = pa.repeat(pa.scalar(False), batch.num_rows)
    for column in batch.columns:
        filled = pc.or_(filled, pc.fill_null(pc.not_equal(trim(column), ""), False))
        if pc.all(filled).as_py():
            return batch
    return batch.filter(filled)


def trim(values: pa.Array) -> pa.Array:
    """Texts without blanks of any width at their ends."""
    return pc.utf8_trim(values, characters=BLANKS)


def _raw_batch(
    rows: pa.RecordBatch,
    plan: HeaderPlan,
    given: Mapping[str, str],
    mapping: SourceMapping,
    pack: Pack,
    key: bytes,
    place: tuple[str, int, int],
) -> pa.RecordBatch:
    """One batch under contract names; ``place`` is delivery, file number and rows before this batch."""
    delivery_id, source_file, n_before = place
    n_rows = rows.num_rows
    columns: dict[str, pa.Array] = {
        "delivery_id": pa.repeat(delivery_id, n_rows),
        "source_file": pa.repeat(pa.scalar(source_file, pa.int64()), n_rows),
        "source_row": pa.array(range(n_before + 1, n_before + n_rows + 1), pa.int64()),
    }
    for name, column in TABLES[mapping.table].columns.items():
        if name in mapping.identity_columns:
            rule = pack.identity.get(name, OPAQUE)
            columns[name] = pseudonymise(rows.column(plan.columns[name]), rule, pack.is_synthetic, key)
        elif name in plan.columns:
            columns[name] = safe_text(rows.column(plan.columns[name]), column, pack)
        elif name in plan.parts:
            pieces = [rows.column(position) for position in plan.parts[name]]
            columns[name] = safe_text(join_parts(pieces), column, pack)
        elif name not in PLACE_COLUMNS:
            columns[name] = pa.repeat(pa.scalar(given.get(name), pa.string()), n_rows)
    if mapping.has_items:
        for code in item_codes(pack):
            place_of = plan.items.get(code)
            columns[code] = (
                pa.nulls(n_rows, pa.string()) if place_of is None else safe_text(rows.column(place_of), None, pack)
            )
    return pa.RecordBatch.from_pydict(columns)


def join_parts(pieces: list[pa.Array]) -> pa.Array:
    """Texts of one value delivered in pieces, with a hyphen between; null where a piece is blank."""
    trimmed = [pc.utf8_trim_whitespace(piece) for piece in pieces]
    whole = [pc.if_else(pc.equal(piece, ""), None, piece) for piece in trimmed]
    return pc.binary_join_element_wise(*whole, "-", null_handling="emit_null")


def safe_text(values: pa.Array, column: Column | None, pack: Pack) -> pa.Array:
    """Trimmed values, any cell that holds a valid identity number replaced by ``!identity_misplaced``.

    Codes keep the blanks they were delivered with: the intake counts their repairs.
    A shifted column or a remark must not carry identity numbers past the first read. Codes of the pack that happen to
    look like one (a body's number) stay.
    """
    values = values if column is not None and column.codes else trim(values)
    for rule in {rule for rule in pack.identity.values() if rule.kind != "opaque"}:
        number = f"({_DIGIT}{_BETWEEN}){{{rule.digits - 1}}}{_DIGIT}"
        suspicious = pc.fill_null(pc.match_substring_regex(values, number), False)
        if not pc.any(suspicious).as_py():
            continue
        distinct = pc.unique(values.filter(suspicious))
        bad = distinct.filter(pa.array(_hold_identity(distinct, rule, column, pack)))
        values = pc.if_else(pc.is_in(values, value_set=bad), MISPLACED, values)
    return values


def digit_runs(text: str) -> str:
    """The digits of a text in plain spelling; single blanks and hyphens between digits are gone, all else is blank."""
    joined = re.sub(f"(?<={_DIGIT}){_BETWEEN}(?={_DIGIT})", "", text)
    return "".join(str(unicodedata.digit(c)) if c.isdecimal() else " " for c in joined)


def _hold_identity(distinct: pa.Array, rule: IdentityRule, column: Column | None, pack: Pack) -> list[bool]:
    """For each text whether some run of digits in it is a valid identity and the text no code of the pack."""
    list_code = column.codes if column is not None else None
    aliases = pack.tables["core_ref__codes_alias"]
    folded = set(aliases.filter(aliases["list_code"] == list_code)["alias_folded"]) if list_code else set()
    texts = distinct.to_pylist()
    runs = ["" if list_code and fold_for(list_code, text) in folded else digit_runs(text) for text in texts]
    windows = [
        (place, run[i : i + rule.digits])
        for place, text in enumerate(runs)
        for run in text.split()
        for i in range(len(run) - rule.digits + 1)
    ]
    valid = valid_identities(pa.array([w for _, w in windows], pa.string()), rule, True)
    marked = {place for (place, _), good in zip(windows, valid.tolist(), strict=True) if good}
    return [place in marked for place in range(len(texts))]
