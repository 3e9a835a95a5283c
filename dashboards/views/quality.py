"""Shapes for the data and method screen: where the figures come from and how sound they are."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboards.i18n import Texts, catalogue
from dashboards.views.format import NOTHING, day, number, share
from skills_models.contracts import MART_TABLES

COMMON = ("n_people", "n_respondents", "response_share", "is_shown")
COUNTS = ("n_delivered", "n_core", "n_quarantined", "n_duplicate", "n_repaired", "n_unmapped")


def deliveries(delivery: pl.DataFrame, texts: Texts) -> pl.DataFrame:
    """Delivered rows and where they ended; ``adds_up`` says whether the parts make the whole."""
    language = texts.language
    whole = pl.col("n_delivered") == pl.col("n_core") + pl.col("n_quarantined") + pl.col("n_duplicate")
    answer = pl.when(whole).then(pl.lit(texts("common.yes"))).otherwise(pl.lit(texts("common.no")))
    return delivery.with_columns(source=_worded("source_code", texts, "source"), adds_up=answer).with_columns(
        _days(delivery, language)
    )


def files(file: pl.DataFrame, texts: Texts) -> pl.DataFrame:
    """Delivered files with their outcome, rejected ones first."""
    rejected = pl.col("reason_code").is_not_null()
    outcome = pl.when(rejected).then(pl.lit(texts("quality.rejected"))).otherwise(pl.lit(texts("quality.read")))
    frame = file.with_columns(source=_worded("source_code", texts, "source"), outcome=outcome).with_columns(
        _days(file, texts.language)
    )
    return frame.sort(rejected, "delivery_id", "source_file", descending=[True, False, False])


def _days(frame: pl.DataFrame, language: str) -> pl.Series:
    return pl.Series("reference", [day(value, language) for value in frame["reference_date"]], dtype=pl.String)


def _worded(column: str, texts: Texts, family: str) -> pl.Expr:
    return pl.col(column).map_elements(lambda code: texts.code(family, code), return_dtype=pl.String)


def quarantine(rows: pl.DataFrame, texts: Texts) -> pl.DataFrame:
    """Reasons rows were set aside, most rows first."""
    return rows.with_columns(
        source=_worded("source_code", texts, "source"), reason=_worded("reason_code", texts, "quarantine")
    ).sort("n_rows", "delivery_id", "reason_code", "column_name", descending=[True, False, False, False])


def response(agency: pl.DataFrame, names: dict[str, str], texts: Texts) -> pl.DataFrame:
    """Per body people, respondents and response, lowest response first; hidden counts stay empty."""
    frame = agency.select("agency_id", "n_people", "n_respondents", "response_share")
    frame = frame.with_columns(agency_name=pl.col("agency_id").replace_strict(names, default=pl.col("agency_id")))
    return frame.sort("response_share", "agency_id", nulls_last=True)


def checks(check: pl.DataFrame, texts: Texts) -> pl.DataFrame:
    """Rules of the run, failed ones first."""
    return check.with_columns(
        outcome=pl.when("passed").then(pl.lit(texts("quality.passed"))).otherwise(pl.lit(texts("quality.failed"))),
        severity=_worded("severity_code", texts, "severity"),
    ).sort("passed", "severity_code", "table_name", "check_name")


def crosswalk(rows: pl.DataFrame, texts: Texts) -> pl.DataFrame:
    """Mapped competencies with their counterparts; what has none is said so."""
    language = texts.language
    words = [
        {
            "subject": row[f"subject_name_{language}"],
            "object": _counterpart(row, texts),
            "weight": share(row["ext_weight"], language),
            "predicate": row["predicate_id"] or NOTHING,
            "confidence": number(row["confidence"], language, 2),
            "status": texts.code("status", row["status_code"]),
            "comment": row["comment"] or "",
        }
        for row in rows.iter_rows(named=True)
    ]
    columns = ("subject", "object", "weight", "predicate", "confidence", "status", "comment")
    return pl.DataFrame(words, schema=dict.fromkeys(columns, pl.String))


def _counterpart(row: dict[str, Any], texts: Texts) -> str:
    if row["object_id"] in ("residual", "sssom:NoTermFound"):
        return texts("quality.residual")
    return row[f"object_name_{texts.language}"] or row["object_id"]


def mapped_share(rows: pl.DataFrame) -> pl.DataFrame:
    """Per framework the mean share of a competency that has a counterpart, and how many competencies there are."""
    residual = pl.col("object_id").is_in(["residual", "sssom:NoTermFound"])
    per_subject = rows.group_by("subject_framework_id", "subject_id").agg(
        mapped=pl.when(residual).then(0.0).otherwise(pl.col("ext_weight")).sum()
    )
    return (
        per_subject.group_by("subject_framework_id")
        .agg(n_competencies=pl.len(), mapped_share=pl.col("mapped").mean())
        .sort("subject_framework_id")
    )


def items(item: pl.DataFrame, skills: dict[str, str], texts: Texts) -> pl.DataFrame:
    """Survey items with wording, what they speak to, and how often they are missing."""
    return item.with_columns(
        wording=pl.col(f"item_text_{texts.language}"),
        skill=pl.col("skill_code").replace_strict(skills, default=pl.col("skill_code"), return_dtype=pl.String),
        status=_worded("status_code", texts, "status"),
    )


def glossary(texts: Texts, scale: str) -> pl.DataFrame:
    """Metric, formula and denominator for the metrics of a scale."""
    metrics = [key.split(".")[1] for key in catalogue(texts.language) if key.startswith("glossary.")]
    wanted = [
        metric for metric in dict.fromkeys(metrics) if metric in COMMON or _is_climate(metric) == (scale == "agreement")
    ]
    parts = ("name", "formula", "denominator")
    return pl.DataFrame([{part: texts(f"glossary.{metric}.{part}") for part in parts} for metric in wanted])


def _is_climate(metric: str) -> bool:
    return metric.startswith("positive")


def dictionary(scale: str) -> pl.DataFrame:
    """Every column of every mart of a scale: meaning, unit, range, from the contracts."""
    rows = [
        {
            "table": table.name,
            "row_is_a": table.row_is_a,
            "column": name,
            "description": column.description,
            "unit": column.unit or "",
            "may_be_empty": column.nullable,
        }
        for table in MART_TABLES
        if scale in table.scales
        for name, column in table.columns.items()
    ]
    return pl.DataFrame(rows)
