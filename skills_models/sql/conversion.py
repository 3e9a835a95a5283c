"""From delivered text to typed values: one SQL expression per column, and what can be wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from skills_models.contracts.model import Column
from skills_models.ingestion.batches import MISPLACED
from skills_models.ingestion.folding import fold, fold_for, fold_for_sql
from skills_models.ingestion.pseudonyms import INVALID, MISSING
from skills_models.packs.model import ColumnMapping
from skills_models.sql.literals import quote, raw_column

TRUE = ("true", "t", "1", "yes", "y", "да", "иә", "истина", "ия", "+")
FALSE = ("false", "f", "0", "no", "n", "нет", "жоқ", "ложь", "-")
DATE_FORMATS = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y")
TIME_FORMATS = (*DATE_FORMATS[1:], "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M")
_NUMBER = r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?"
_ZONED = r".*\d{1,2}:\d{2}.*(Z|[+-]\d{2}(:?\d{2})?)"
_LARGEST = 9_007_199_254_740_992

ELEMENT_SKILLS = """
SELECT element_code, min(skill_code) AS skill_code
FROM (
    SELECT element_code, skill_code FROM core_ref__entity_item
    UNION ALL
    SELECT e.competency_id, e.parent_competency_id
    FROM core_framework__entity_competency AS e
    JOIN core_ref__entity_skill AS s ON s.skill_code = e.parent_competency_id
    WHERE e.competency_kind_code = 'element'
)
WHERE element_code IS NOT NULL AND skill_code IS NOT NULL
GROUP BY element_code"""


class Conversion(NamedTuple):
    """How one column is converted.

    Parameters
    ----------
    join : lookup join of the raw row ``r``, or ""
    typed : expression of the typed value
    faults : (condition, reason) in the order in which they are judged
    repaired : expression that is true where the spelling of a code was repaired, or "false"
    """

    join: str
    typed: str
    faults: tuple[tuple[str, str], ...]
    repaired: str


def convert(raw_name: str, name: str, column: Column, mapping: ColumnMapping, time_zone: str) -> Conversion:
    """The conversion of one contract column of a raw table."""
    text = f"nullif(trim({raw_column(name)}), '')"
    faults = [(f"{text} = {quote(MISPLACED)}", "identity_misplaced")]
    if column.pii == "pseudonym":
        typed = f"CASE WHEN {text} NOT IN ({quote(MISSING)}, {quote(INVALID)}) THEN {text} END"
        faults = [(f"coalesce({text}, {quote(MISSING)}) = {quote(MISSING)}", "identity_missing")]
        faults += [(f"{text} = {quote(INVALID)}", "identity_invalid")]
        return Conversion("", typed, tuple(faults), "false")
    if not column.nullable:
        faults.append((f"{text} IS NULL", "missing_value"))
    reason: str | None
    lookup = _lookup(raw_name, name, column, mapping)
    if lookup:
        typed, reason = f'"look_{name}".code', _not_found(name, column)
        join = f'LEFT JOIN ({lookup}) AS "look_{name}" ON "look_{name}".delivered = {raw_column(name)}'
        repaired = f'coalesce("look_{name}".repaired, false)'
    else:
        value = _declared(text, mapping)
        typed, reason = _typed(value, column, mapping, time_zone)
        join, repaired = "", "false"
    if reason:
        faults.append((f"{text} IS NOT NULL AND ({typed}) IS NULL", reason))
    faults += [(condition, "out_of_range") for condition in _range_faults(typed, column)]
    if not reason:
        typed = f"nullif({typed}, {quote(MISPLACED)})"
    return Conversion(join, typed, tuple(faults), repaired)


def _list_of(name: str, column: Column) -> str | None:
    """The code list a column is looked up in; elements come from the framework."""
    return "element" if name == "element_code" else column.codes


def _not_found(name: str, column: Column) -> str:
    """The reason for a text that its lookup does not know."""
    if column.dtype is pl.Date:
        return "not_a_date"
    return "unknown_code" if _list_of(name, column) else "unknown_value"


def _lookup(raw_name: str, name: str, column: Column, mapping: ColumnMapping) -> str | None:
    """Query of (delivered, code, repaired) over the distinct delivered spellings of a list or date column."""
    list_code = _list_of(name, column)
    if column.dtype is pl.Date:
        text = _declared("nullif(trim(delivered), '')", mapping)
        parsed = f"CAST(try_strptime({text}, {_formats(mapping, DATE_FORMATS)}) AS DATE)"
        distinct = f'SELECT DISTINCT "{name}" AS delivered FROM "{raw_name}"'
        return f"SELECT delivered, {parsed} AS code, false AS repaired FROM ({distinct})"
    if list_code is None and column.allowed is None and column.dtype is not pl.Boolean:
        return None
    declared = {fold_for(list_code or "", key): value for key, value in mapping.values.items()}
    folded = fold_for_sql(list_code or "", "delivered")
    delivered = f'SELECT delivered, {folded} AS folded FROM (SELECT DISTINCT "{name}" AS delivered FROM "{raw_name}")'
    if list_code is None:
        closed = _closed_list(column) | declared
        typed = "CAST(l.code AS BOOLEAN)" if column.dtype is pl.Boolean else "l.code"
        return (
            f"SELECT d.delivered, {typed} AS code, false AS repaired "
            f"FROM ({delivered}) AS d JOIN (VALUES {_rows(closed)}) AS l (folded, code) ON l.folded = d.folded"
        )
    aliases = _alias_query(list_code)
    target = fold_for_sql(list_code, "v.code")
    return (
        "SELECT d.delivered, a.code, "
        f"v.code IS NULL AND d.delivered <> a.code AND d.folded = {fold_for_sql(list_code, 'a.code')} AS repaired "
        f"FROM ({delivered}) AS d LEFT JOIN (VALUES {_rows(declared or {'': ''})}) AS v (folded, code) "
        f"ON v.folded = d.folded AND v.folded <> '' "
        f"JOIN ({aliases}) AS a ON a.folded = coalesce({target}, d.folded)"
    )


def _alias_query(list_code: str) -> str:
    """(folded, code) of a pack's list, one row per spelling."""
    if list_code == "element":
        return (
            f"SELECT {fold_for_sql('element', 'element_code')} AS folded, element_code AS code FROM ({ELEMENT_SKILLS})"
        )
    spelled = "replace(alias_folded, '0', 'O')" if list_code == "grade" else "alias_folded"
    return (
        f"SELECT {spelled} AS folded, min(code) AS code FROM core_ref__codes_alias "
        f"WHERE list_code = {quote(list_code)} GROUP BY 1"
    )


def _closed_list(column: Column) -> dict[str, str]:
    if column.dtype is pl.Boolean:
        return {fold(t): "true" for t in TRUE} | {fold(t): "false" for t in FALSE}
    return {fold(value): value for value in column.allowed or ()}


def _rows(pairs: dict[str, str]) -> str:
    return ", ".join(f"({quote(key)}, {quote(value)})" for key, value in pairs.items())


def _declared(text: str, mapping: ColumnMapping) -> str:
    """The text with declared spellings replaced; a spelling declared as "" is a blank."""
    if not mapping.values:
        return text
    cases = " ".join(f"WHEN {quote(fold(k))} THEN nullif({quote(v)}, '')" for k, v in mapping.values.items())
    return f"CASE {fold_for_sql('', text)} {cases} ELSE {text} END"


def _typed(text: str, column: Column, mapping: ColumnMapping, time_zone: str) -> tuple[str, str | None]:
    """(expression, reason where it is null though text is there) of a column without a list."""
    if column.dtype is pl.Datetime:
        local = f"try_strptime({text}, {_formats(mapping, (*TIME_FORMATS, '%Y-%m-%d'))})"
        zoned = f"timezone('UTC', TRY_CAST({text} AS TIMESTAMPTZ))"
        here = f"timezone('UTC', timezone({quote(time_zone)}, {local}))"
        return f"CASE WHEN regexp_full_match({text}, '{_ZONED}') THEN {zoned} ELSE {here} END", "not_a_time"
    plain = f"replace(regexp_replace({text}, '[ \u00a0\u2007\u2009\u202f]', '', 'g'), ',', '.')"
    number = f"CASE WHEN regexp_full_match({plain}, '{_NUMBER}') THEN TRY_CAST({plain} AS DOUBLE) END"
    if column.dtype is pl.Float64:
        return f"CASE WHEN isfinite({number}) THEN {number} END", "not_a_number"
    if column.dtype is pl.Int64:
        whole = f"abs({number}) <= {_LARGEST} AND {number} = floor({number})"
        return f"CASE WHEN {whole} THEN CAST({number} AS BIGINT) END", "not_a_whole_number"
    return text, None


def _formats(mapping: ColumnMapping, defaults: tuple[str, ...]) -> str:
    """The pack's formats first, then those that cannot be misread."""
    return "[" + ", ".join(quote(text) for text in dict.fromkeys((*mapping.formats, *defaults))) + "]"


def _range_faults(typed: str, column: Column) -> Iterator[str]:
    if column.dtype in (pl.Date, pl.Datetime):
        yield f"year({typed}) NOT BETWEEN 1900 AND 2100"
    if column.minimum is not None:
        yield f"({typed}) < {column.minimum!r}"
    if column.maximum is not None:
        yield f"({typed}) > {column.maximum!r}"
