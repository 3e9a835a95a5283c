"""Published tables and fill-in templates as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console

from pipelines.problems import UserError
from pipelines.settings import Settings
from pipelines.status import NothingPublished, read_mart
from skills_models.contracts import FIELDS, MART_TABLES, TABLES
from skills_models.contracts.dictionary import dictionary_frame
from skills_models.contracts.template import write_template as write_workbook
from skills_models.exports import Origin, to_csv, to_xlsx

EXPORTS = {
    "quotas": "mart_quota__course_group",
    "gaps": "mart_gap__group_skill",
    "due": "mart_due__agency_quarter",
    "dictionary": None,
}
FORMATS = ("xlsx", "csv", "parquet")
LABELS = {
    "agency_id": ("mart_ref__agency", "agency_name"),
    "seniority_code": ("mart_ref__seniority", "seniority_name"),
    "skill_code": ("mart_ref__skill", "skill_name"),
    "course_id": ("mart_ref__course", "course_name"),
}


def write_export(
    settings: Settings, what: str, file_format: str, language: str, to: Path | None, out: Console
) -> dict[str, Any]:
    """Write one export; codes keep their columns, labels stand beside them, texts cannot become formulas."""
    path = to or Path(f"{what}_{language}.{file_format}")
    try:
        run = read_mart(settings, "mart_meta__run").row(0, named=True)
        mart = EXPORTS[what]
        frame = dictionary_frame(MART_TABLES) if mart is None else labelled(settings, mart, language)
    except NothingPublished as nothing:
        raise UserError(str(nothing)) from None
    except KeyError:
        raise UserError(f"this pack publishes no {what}: its survey asks for agreement, not for skill") from None
    origin = Origin(run["run_id"], str(run["as_of_date"]), run["is_synthetic"])
    if file_format == "parquet":
        frame.with_columns(run_id=pl.lit(origin.run_id), data_kind=pl.lit(origin.data_kind)).write_parquet(path)
    elif file_format == "csv":
        path.write_bytes(to_csv(frame, origin))
    else:
        words = {name: FIELDS[name].description for name in frame.columns if name in FIELDS}
        path.write_bytes(to_xlsx(frame, origin, words))
    out.print(f"Wrote {frame.height} rows to [bold]{path}[/].")
    return {"file": str(path), "rows": frame.height, "run_id": origin.run_id}


def labelled(settings: Settings, mart: str, language: str) -> pl.DataFrame:
    """A mart with the names of its codes in one language beside them."""
    run = read_mart(settings, "mart_meta__run").row(0, named=True)
    if run["scale_code"] not in TABLES[mart].scales:
        raise KeyError(mart)
    frame = read_mart(settings, mart)
    for code, (reference, stem) in LABELS.items():
        if code in frame.columns:
            names = read_mart(settings, reference).select(code, pl.col(f"{stem}_{language}").alias(stem))
            place = frame.columns.index(code) + 1
            columns = [*frame.columns[:place], stem, *frame.columns[place:]]
            frame = frame.join(names, on=code, how="left", maintain_order="left").select(columns)
    return frame


def write_template(settings: Settings, what: str, to: Path | None, out: Console) -> dict[str, Any]:
    """Write the fill-in workbook of one source of the pack."""
    pack = settings.house().pack
    if what not in pack.sources:
        raise UserError(f"pack {pack.pack_id} has no source {what}; it has {', '.join(sorted(pack.sources))}")
    mapping = pack.sources[what]
    headers = {name: column.headers[0] for name, column in mapping.columns.items() if column.headers}
    wordings = pack.tables["core_ref__entity_item"]
    items = dict(wordings.select("item_code", "item_text_en").iter_rows()) if mapping.has_items else {}
    path = to or Path(f"{what}_template.xlsx")
    write_workbook(path, TABLES[mapping.table], headers, items, code_lists(pack.tables))
    out.print(f"Wrote [bold]{path}[/]. Fill it in, then: [bold]skillsgap deliver {path} --source {what}[/]")
    return {"file": str(path), "columns": len(headers) + len(items)}


def code_lists(tables: dict[str, pl.DataFrame]) -> dict[str, list[str]]:
    """The pack's code lists by name."""
    prefix = "core_ref__codes_"
    found = {}
    for name, frame in tables.items():
        list_code = name.removeprefix(prefix)
        for column in (f"{list_code}_code", f"{list_code}_id"):
            if name.startswith(prefix) and column in frame.columns and list_code != "alias":
                found[list_code] = sorted(frame[column])
    return found
