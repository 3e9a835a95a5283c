"""Shapes for odd answer sheets and for how well bodies are heard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboards.i18n import Texts
from dashboards.views import evidence
from dashboards.views.format import number, points, share, signed, signed_interval
from dashboards.views.labels import with_name

FLAGS = ("any", "straight_line", "fast", "repeat")
FIGURES = (
    "n_respondents",
    "response_share",
    "heard_people_share",
    "design_effect",
    "effective_n",
    "n_double_ratings",
    "leniency_levels",
    "leniency_lo_levels",
    "leniency_hi_levels",
)


def flags(flag: pl.DataFrame, skills: Mapping[str, str], texts: Texts) -> pl.DataFrame:
    """Flag by skill with words: ``down``, ``across``, ``difference`` (percentage points) and texts, 'any' first."""
    order = {code: place for place, code in enumerate(FLAGS)}
    places = {code: place for place, code in enumerate(skills)}
    rows = sorted(flag.to_dicts(), key=lambda row: (order[row["flag_code"]], places.get(row["skill_code"], 99)))
    words = [_flag_words(row, skills, texts) for row in rows]
    told = ("down", "across", "text", "measured_text", "flagged_text", "all_text", "without_text")
    return pl.DataFrame(words, schema=dict.fromkeys(told, pl.String) | {"difference": pl.Float64})


def _flag_words(row: Mapping[str, Any], skills: Mapping[str, str], texts: Texts) -> dict[str, Any]:
    language, whole, without = texts.language, row["below_weighted_share"], row["below_unflagged_share"]
    change = None if whole is None or without is None else without - whole
    return {
        "down": texts.code("flag", row["flag_code"]),
        "across": skills.get(row["skill_code"], row["skill_code"]),
        "text": points(change, language),
        "measured_text": number(row["n_measured"], language),
        "flagged_text": number(row["n_flagged"], language),
        "all_text": share(whole, language, 1),
        "without_text": share(without, language, 1),
        "difference": None if change is None else round(100 * change, 2),
    }


def coverage(rows: pl.DataFrame, names: Mapping[str, str], texts: Texts, k: int) -> pl.DataFrame:
    """Bodies, lowest response first, with ``leniency_text`` and ``evidence``, or instead why there are no figures."""
    rows = with_name(rows, "agency_id", "agency_name", names)
    rows = rows.with_columns(pl.when("is_shown").then(pl.col(name)).alias(name) for name in FIGURES)
    words = [
        {"evidence": evidence.state(row, texts, k), "leniency_text": _leniency(row, texts.language)}
        for row in rows.iter_rows(named=True)
    ]
    told = pl.DataFrame(words, schema=dict.fromkeys(("evidence", "leniency_text"), pl.String))
    return pl.concat([rows, told], how="horizontal").sort("response_share", "agency_id", nulls_last=True)


def _leniency(row: Mapping[str, Any], language: str) -> str:
    if row["evidence_state_code"] != evidence.DOUBLE_RATED or row["leniency_levels"] is None:
        return "–"
    span = signed_interval(row["leniency_lo_levels"], row["leniency_hi_levels"], language)
    return f"{signed(row['leniency_levels'], language)} ({span})"


def leniency_rows(worded: pl.DataFrame) -> list[dict[str, Any]]:
    """Bodies with double ratings, the most lenient first: rows of a plot."""
    rated = worded.filter(pl.col("is_shown") & (pl.col("evidence_state_code") == evidence.DOUBLE_RATED))
    rated = rated.drop_nulls("leniency_levels").sort("leniency_levels", "agency_id", descending=[True, False])
    return rated.select(
        pl.col("agency_name").alias("name"),
        pl.col("leniency_levels").alias("value"),
        pl.col("leniency_lo_levels").alias("low"),
        pl.col("leniency_hi_levels").alias("high"),
        "leniency_text",
        "evidence",
    ).to_dicts()
