"""Intake: every delivered row with typed values and the one place where it ends, as one query per raw table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from skills_models.contracts.model import Table
from skills_models.ingestion.headers import PLACE_COLUMNS
from skills_models.packs.model import ColumnMapping, Pack, SourceMapping
from skills_models.sql.answers import UNMAPPED, answer_sql, item_codes
from skills_models.sql.conversion import Conversion, convert
from skills_models.sql.literals import quote, raw_column

SHOWN_LENGTH, SHOWN_DIGITS, SHOWN_ROWS, SHAPE_LENGTH = 12, 6, 3, 24
_SHAPES = (
    (r"\p{N}", "9"),
    (r"\p{Lu}", "A"),
    (r"[\p{Ll}\p{Lt}\p{Lm}\p{Lo}\p{M}]", "a"),
    (r"[\p{C}\s]", " "),
)
_SEPARATOR = "chr(31)"
_POSTING_ORDER = "coalesce(posting_kind_code, 'main') <> 'main'"


class Identity(NamedTuple):
    """When two rows of a raw table speak of the same thing, and which of them counts.

    Parameters
    ----------
    key : columns that say what the row is about; empty: the whole typed row
    order : what decides among rows of one key, best first; then comes the content itself
    known_on : column with the day on which the row became known; later days compete among themselves
    """

    key: tuple[str, ...]
    order: tuple[str, ...] = ("delivery_rank DESC",)
    known_on: str | None = None


_BY_SUBMISSION = ("submitted_at DESC NULLS LAST", "delivery_rank DESC")
IDENTITIES = {
    "raw_hr__employee": Identity(
        ("person_id", "reference_date"),
        ("is_stale", _POSTING_ORDER, "delivery_rank DESC", "appointed_date DESC NULLS LAST", "agency_id"),
    ),
    "raw_hr__headcount": Identity(
        ("reference_date", "agency_id", "unit_code", "occupation_code", "grade_code"), ("delivery_rank DESC",)
    ),
    "raw_survey__answer_sheet": Identity(("person_id", "wave_id"), _BY_SUBMISSION, "submitted_at"),
    "raw_rating__answer_sheet": Identity(("person_id", "rater_id", "wave_id"), _BY_SUBMISSION, "submitted_at"),
    "raw_training__completion": Identity(()),
    "raw_training__course": Identity(("course_id",)),
    "raw_training__session": Identity(("session_id",)),
    "raw_training__course_effect": Identity(("course_id", "element_code")),
}


def intake_sql(raw: Table, pack: Pack, as_of: date) -> str:
    """Query that judges every row of a raw table.

    Reads the raw table, ``raw_ingest__entity_file`` (rank of each delivery) and the reference tables of the pack.

    Parameters
    ----------
    as_of : rows that became known later (answer sheets submitted after it) do not replace earlier ones; they are
        judged like all rows, and left out by the records

    Returns
    -------
    str
        A SELECT with the columns of ``INTAKE_TABLES[raw.name]``: as many rows as delivered, each with fate ``core``,
        ``quarantine`` (first reason in column order) or ``duplicate`` (``identical_row``, ``superseded``,
        ``second_posting``). Which row of a business key counts never depends on the order of rows.
    """
    mappings = [m for m in pack.sources.values() if m.table == raw.name] or [SourceMapping("", raw.name, {})]
    judged = " UNION ALL ".join(f"({_judged_sql(raw, mapping, pack, len(mappings) > 1)})" for mapping in mappings)
    columns = ", ".join(f'w."{name}"' for name in raw.columns)
    return f"""
WITH judged AS MATERIALIZED ({judged}),
{_ranked_sql(raw, as_of)},
spelled AS (
    SELECT fault.column_name AS column_name, fault.spelling AS spelling, count(*) AS n_rows
    FROM judged WHERE fault.spelling IS NOT NULL GROUP BY ALL
)
SELECT {columns},
    CASE WHEN w.fault IS NOT NULL THEN 'quarantine' WHEN w.duplicate_reason IS NOT NULL THEN 'duplicate' ELSE 'core' END
        AS fate_code,
    coalesce(w.fault.reason_code, w.duplicate_reason) AS reason_code,
    w.fault.column_name AS column_name,
    {_shape_sql("w.fault.spelling", "s.n_rows")} AS value_shape,
    w.n_repaired, w.n_unmapped
FROM ranked AS w
LEFT JOIN spelled AS s ON s.column_name = w.fault.column_name AND s.spelling = w.fault.spelling"""


def _judged_sql(raw: Table, mapping: SourceMapping, pack: Pack, one_of_several: bool) -> str:
    """Rows of one source with typed values, first fault, counts and a hash of their typed content."""
    names = [name for name in raw.columns if name not in PLACE_COLUMNS]
    conversions = {
        name: convert(raw.name, name, raw.columns[name], mapping.columns.get(name, ColumnMapping()), pack.time_zone)
        for name in names
    }
    typed = ", ".join(f'{c.typed} AS "{name}"' for name, c in conversions.items())
    repaired = " + ".join(f"CAST({c.repaired} AS BIGINT)" for c in conversions.values() if c.repaired != "false")
    items = item_codes(pack) if mapping.has_items else ()
    answers = ", ".join(answer_sql(pack, code, raw_column(code)) for code in items)
    joins = "\n".join(c.join for c in conversions.values() if c.join)
    source = f"WHERE f.source_code = {quote(mapping.source_code)}" if one_of_several else ""
    content = ", ".join(f'coalesce(CAST("{name}" AS VARCHAR), chr(30))' for name in names)
    return f"""
SELECT *, md5(concat_ws({_SEPARATOR}, {content}, CAST(answers AS VARCHAR))) AS content_hash,
    len(list_filter(answers, lambda answer: answer = {UNMAPPED})) AS n_unmapped
FROM (
    SELECT r.delivery_id, r.source_file, r.source_row, coalesce(f.delivery_rank, 0) AS delivery_rank, {typed},
        {_fault_sql(conversions)} AS fault,
        {repaired or "0"} AS n_repaired, [{answers}]::BIGINT[] AS answers
    FROM "{raw.name}" AS r
    LEFT JOIN raw_ingest__entity_file AS f ON f.delivery_id = r.delivery_id AND f.source_file = r.source_file
    {joins}
    {source}
)"""


def _fault_sql(conversions: dict[str, Conversion]) -> str:
    """The first thing that is wrong with a row, in column order; null where nothing is."""
    cases = " ".join(
        f"WHEN {condition} THEN {{'column_name': '{name}', 'reason_code': '{reason}', "
        f"'spelling': {_spelling(name, reason)}}}"
        for name, conversion in conversions.items()
        for condition, reason in conversion.faults
    )
    return f"CASE {cases} END"


def _spelling(name: str, reason: str) -> str:
    """What was delivered, where it is no identity."""
    nothing = reason.startswith("identity_") or reason == "missing_value"
    return "NULL::VARCHAR" if nothing else f"trim({raw_column(name)})"


def _ranked_sql(raw: Table, as_of: date) -> str:
    """CTE ``ranked``: judged rows with ``duplicate_reason``, null for the one row that counts."""
    identity = IDENTITIES[raw.name]
    if raw.name == "raw_hr__headcount":
        return _ranked_parts_sql(identity)
    later = [f"coalesce(CAST({identity.known_on} AS DATE) > DATE '{as_of}', false)"] if identity.known_on else []
    key = ", ".join(["fault IS NULL", *(identity.key or ("content_hash",)), *later])
    order = ", ".join([*identity.order, "content_hash", *PLACE_COLUMNS])
    is_posting = raw.name == "raw_hr__employee"
    stale = "delivery_rank < max(delivery_rank) OVER (PARTITION BY person_id, reference_date, agency_id)"
    return f"""
competing AS (SELECT *, {stale if is_posting else "false"} AS is_stale FROM judged),
placed AS (
    SELECT *, row_number() OVER by_key AS place, first_value(content_hash) OVER by_key AS winner_hash
        {", " + ", ".join(_winner_columns()) if is_posting else ""}
    FROM competing WINDOW by_key AS (PARTITION BY {key} ORDER BY {order})
),
ranked AS (
    SELECT *, CASE WHEN fault IS NOT NULL OR place = 1 THEN NULL WHEN content_hash = winner_hash THEN 'identical_row'
        {_second_posting_case() if is_posting else ""} ELSE 'superseded' END AS duplicate_reason
    FROM placed
)"""


def _winner_columns() -> Iterator[str]:
    for name in ("posting_kind_code", "agency_id", "delivery_rank"):
        yield f"first_value({name}) OVER by_key AS winner_{name}"


def _second_posting_case() -> str:
    """Another post of the person beside the one that counts, not an older word on the same post."""
    other_kind = "coalesce(posting_kind_code, 'main') <> coalesce(winner_posting_kind_code, 'main')"
    other_body = "agency_id <> winner_agency_id AND delivery_rank = winner_delivery_rank"
    return f"WHEN NOT is_stale AND (({other_kind}) OR ({other_body})) THEN 'second_posting'"


def _ranked_parts_sql(identity: Identity) -> str:
    """``ranked`` for head counts: lines of one key are parts of a sum, a later delivery replaces all of them.

    The n-th line of the same content in one file is the same line as the n-th in another.
    """
    key = ", ".join(["fault IS NULL", *identity.key])
    return f"""
numbered AS (
    SELECT *, row_number() OVER (
        PARTITION BY delivery_id, source_file, fault IS NULL, content_hash ORDER BY source_row) AS nth_of_content
    FROM judged
),
placed AS (
    SELECT *, max(delivery_rank) OVER (PARTITION BY {key}) AS last_rank, row_number() OVER (
        PARTITION BY {key}, content_hash, nth_of_content
        ORDER BY delivery_rank DESC, {", ".join(PLACE_COLUMNS)}) AS place
    FROM numbered
),
ranked AS (
    SELECT *, CASE WHEN fault IS NOT NULL THEN NULL WHEN place > 1 THEN 'identical_row'
        WHEN delivery_rank < last_rank THEN 'superseded' END AS duplicate_reason
    FROM placed
)"""


def _shape_sql(spelling: str, n_rows: str) -> str:
    """The spelling where it is short, has few digits and is frequent; else what kind of characters it has."""
    digits = f"length(regexp_replace({spelling}, '[^\\p{{N}}]', '', 'g'))"
    shown = f"length({spelling}) <= {SHOWN_LENGTH} AND {digits} < {SHOWN_DIGITS} AND {n_rows} >= {SHOWN_ROWS}"
    shape = f"left({spelling}, {SHAPE_LENGTH})"
    for pattern, sign in _SHAPES:
        shape = f"regexp_replace({shape}, '{pattern}', '{sign}', 'g')"
    return f"CASE WHEN {shown} THEN {spelling} ELSE {shape} END"
