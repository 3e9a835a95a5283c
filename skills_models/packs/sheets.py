"""The CSV sheets of a pack: which there are, how they are read as text, and what is wrong in a cell."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import polars as pl

from skills_models.contracts import TABLES, Column, Table

PLACE_COLUMNS = ("delivery_id", "source_file", "source_row")


class Sheet(NamedTuple):
    """A file of the pack and the contract table whose columns it has.

    ``optional`` names the survey scales whose packs may lack the file; ``extra`` the columns it may
    have beyond the contract.
    """

    file: str
    table: str
    optional: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()


SHEETS = (
    Sheet("agency_kinds.csv", "core_ref__codes_agency_kind"),
    Sheet("agencies.csv", "core_ref__codes_agency"),
    Sheet("regions.csv", "core_ref__codes_region", ("agreement",)),
    Sheet("seniority.csv", "core_ref__codes_seniority", (), ("aliases",)),
    Sheet("grades.csv", "core_ref__codes_grade", (), ("aliases",)),
    Sheet("job_families.csv", "core_ref__codes_job_family", ("agreement",)),
    Sheet("items.csv", "core_ref__entity_item", (), ("aliases",)),
    Sheet("item_options.csv", "core_ref__entity_item_option"),
    Sheet("role_profiles.csv", "core_ref__assn_role_profile", ("agreement",)),
    Sheet("weights.csv", "core_ref__assn_skill_weight", ("agreement",)),
    Sheet("item_bank/items.csv", "core_ref__fit_bank_item", ("anchored", "agreement")),
    Sheet("item_bank/scales.csv", "core_ref__fit_bank_scale", ("anchored", "agreement")),
)
CATALOGUE = (
    Sheet("catalogue/courses.csv", "raw_training__course", ("anchored", "agreement")),
    Sheet("catalogue/sessions.csv", "raw_training__session", ("anchored", "agreement")),
    Sheet("catalogue/course_effects.csv", "raw_training__course_effect", ("anchored", "agreement")),
)


def sheet_columns(sheet: Sheet) -> dict[str, Column]:
    """Contract columns a file must have: not those that name the place of a delivered row."""
    outside = (*PLACE_COLUMNS, "geometry_geojson")
    return {name: column for name, column in TABLES[sheet.table].columns.items() if name not in outside}


def sheet_key(sheet: Sheet) -> tuple[str, ...]:
    """Columns that identify a row of the file."""
    keys = {"courses": ("course_id",), "sessions": ("session_id",), "course_effects": ("course_id", "element_code")}
    return keys.get(Path(sheet.file).stem, TABLES[sheet.table].key)


def read_sheet(path: Path) -> pl.DataFrame:
    """The file as text, cells stripped, blanks as null."""
    frame = pl.read_csv(path, infer_schema=False, encoding="utf8")
    text = pl.all().str.strip_chars()
    return frame.select(text).select(pl.when(pl.all() != "").then(pl.all()))


def empty_sheet(sheet: Sheet) -> pl.DataFrame:
    """A text frame with the columns of the file and no rows."""
    return pl.DataFrame(schema=dict.fromkeys(sheet_columns(sheet), pl.String))


def to_contract(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """A checked text frame as the enforced contract table; columns the file lacks are null."""
    columns = [
        _typed(pl.col(name), column) if name in frame.columns else pl.lit(None, dtype=column.dtype).alias(name)
        for name, column in table.columns.items()
    ]
    return table.enforce(frame.select(columns))


def cell_problems(sheet: Sheet, frame: pl.DataFrame) -> list[str]:
    """Every cell of a file that its contract does not allow, and every repeated key."""
    columns = sheet_columns(sheet)
    missing = [f"{sheet.file}: column {name} is missing; add it" for name in columns if name not in frame.columns]
    unknown = set(frame.columns) - columns.keys() - set(sheet.extra)
    missing += [f"{sheet.file}: column {name} is not known; remove or rename it" for name in sorted(unknown)]
    if missing:
        return missing
    keys = sheet_key(sheet)
    problems = [text for name, column in columns.items() for text in _column_problems(sheet, frame, keys, name, column)]
    repeated = frame.group_by(keys).len().filter(pl.col("len") > 1).sort(keys)
    problems += [
        f"{sheet.file}, {row_label(keys, row)}: stands {row['len']} times; keep one" for row in _rows(repeated)
    ]
    return problems


def row_label(keys: tuple[str, ...], row: Mapping[str, object]) -> str:
    """The row in words, by its key: ``agency_id=990000000001``."""
    return ", ".join(f"{key}={row[key]}" for key in keys)


def _rows(frame: pl.DataFrame) -> list[dict[str, object]]:
    return frame.to_dicts()


def _typed(cell: pl.Expr, column: Column) -> pl.Expr:
    """A text cell as the contract's type; null where it cannot be read as one."""
    if column.dtype is pl.Boolean:
        return cell.str.to_lowercase().replace_strict({"true": True, "false": False}, default=None)
    if column.dtype is pl.Date:
        return cell.str.to_date("%Y-%m-%d", strict=False)
    return cell.cast(column.dtype, strict=False)


def _column_problems(sheet: Sheet, frame: pl.DataFrame, keys: tuple[str, ...], name: str, column: Column) -> list[str]:
    value = _typed(pl.col(name), column)
    wrong: list[tuple[pl.Expr, str]] = []
    if not column.nullable:
        missing = "translation is missing; write it" if name[-3:] in ("_kk", "_ru", "_en") else "is blank; fill it in"
        wrong.append((pl.col(name).is_null(), missing))
    wrong.append((pl.col(name).is_not_null() & value.is_null(), f"cannot be read as {column.sql_type}; correct it"))
    if column.allowed is not None:
        wrong.append((~pl.col(name).is_in(list(column.allowed)), f"is not one of {', '.join(column.allowed)}"))
    if column.minimum is not None:
        wrong.append((value < column.minimum, f"is below {column.minimum:g}; correct it"))
    if column.maximum is not None:
        wrong.append((value > column.maximum, f"is above {column.maximum:g}; correct it"))
    return [
        f"{sheet.file}, {row_label(keys, row)}: {name} {'' if row[name] is None else repr(row[name]) + ' '}{what}"
        for condition, what in wrong
        for row in _rows(frame.filter(condition))
    ]
