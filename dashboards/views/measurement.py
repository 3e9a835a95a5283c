"""Shapes for the measurement screen: scales, items, and what differs between people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboards.i18n import LANGUAGE_NAMES, Texts
from dashboards.views.format import day, number, number_interval, signed
from dashboards.views.labels import ALL

LEVELS = (1, 2, 3)
SCALE_COLUMNS = (
    "skill",
    "version",
    "calibrated_on",
    "n_calibration",
    "n_items",
    "reliability",
    "link",
    "functioning",
    "quadrature",
    "cuts",
    "per_level",
    "status",
)


def scales(scale: pl.DataFrame, skills: Mapping[str, str], texts: Texts) -> pl.DataFrame:
    """One row of words per skill, in the order of ``skills``."""
    language = texts.language
    rows = {row["skill_code"]: row for row in scale.iter_rows(named=True)}
    words = [
        {
            "skill": name,
            "version": str(rows[code]["bank_version"]),
            "calibrated_on": day(rows[code]["calibrated_on"], language),
            "n_calibration": number(rows[code]["n_calibration"], language),
            "n_items": number(rows[code]["n_items"], language),
            "reliability": number(rows[code]["reliability"], language, 2),
            "link": texts.code("link", rows[code]["link_code"]),
            "functioning": texts.code("functioning", rows[code]["functioning_code"]),
            "quadrature": number(abs(rows[code]["quadrature_change"]), language, 4),
            "cuts": " / ".join(number(rows[code][f"cut_{level}"], language, 2) for level in LEVELS),
            "per_level": number(rows[code]["theta_per_level"], language, 2),
            "status": texts.code("status", rows[code]["status_code"]),
        }
        for code, name in skills.items()
        if code in rows
    ]
    return pl.DataFrame(words, schema=dict.fromkeys(SCALE_COLUMNS, pl.String))


def items(item: pl.DataFrame, wording: Mapping[str, str], texts: Texts) -> pl.DataFrame:
    """Rows of mart_method__item in words; ``name`` is code and wording, and the language where it has one of its own.

    Parameters
    ----------
    wording : item code -> wording in the reader's language
    """
    words = [_item_words(row, wording, texts) for row in item.sort("item_code", "language_code").iter_rows(named=True)]
    columns = ("name", "language", "slope", "thresholds", "threshold_error", "n_calibration", "misfit", "shift")
    return pl.DataFrame(words, schema=dict.fromkeys(columns, pl.String))


def _item_words(row: Mapping[str, Any], wording: Mapping[str, str], texts: Texts) -> dict[str, str]:
    language = texts.language
    return {
        "name": item_name(row, wording),
        "language": LANGUAGE_NAMES.get(row["language_code"], texts.code("item_language", row["language_code"])),
        "slope": _with_error(row["slope"], row["slope_error"], language),
        "thresholds": " / ".join(number(row[f"threshold_{level}"], language, 2) for level in LEVELS),
        "threshold_error": number(row["threshold_error"], language, 2),
        "n_calibration": number(row["n_calibration"], language),
        "misfit": number(row["misfit_rmsea"], language, 3),
        "shift": signed(row["language_shift"], language),
    }


def item_name(row: Mapping[str, Any], wording: Mapping[str, str]) -> str:
    """Code and wording of an item, with the language where its parameters hold for one alone."""
    own = "" if row["language_code"] == ALL else f" [{row['language_code']}]"
    return f"{row['item_code']}{own} · {wording.get(row['item_code']) or ''}"


def _with_error(value: float, error: float | None, language: str) -> str:
    plain = number(value, language, 2)
    return plain if error is None else f"{plain} ± {number(error, language, 2)}"


def threshold_rows(item: pl.DataFrame, wording: Mapping[str, str], texts: Texts) -> list[dict[str, Any]]:
    """Three points per item: ``name``, ``level``, ``threshold`` (theta) and words."""
    ordered = item.sort("item_code", "language_code")
    return [
        {"name": item_name(row, wording), "level": str(level), "threshold": round(row[f"threshold_{level}"], 3)}
        | {"text": number(row[f"threshold_{level}"], texts.language, 2)}
        | {"slope_text": _with_error(row["slope"], row["slope_error"], texts.language)}
        for row in ordered.iter_rows(named=True)
        for level in LEVELS
    ]


def variances(variance: pl.DataFrame, texts: Texts) -> pl.DataFrame:
    """Sources of differences of one skill, the largest first: ``name``, ``value``, ``low``, ``high`` and words."""
    language = texts.language
    words = [
        {
            "name": texts.code("component", row["component_code"].replace(":", "_")),
            "value": row["component_sd_levels"],
            "low": row["component_sd_lo_levels"],
            "high": row["component_sd_hi_levels"],
            "text": number(row["component_sd_levels"], language, 2),
            "interval_text": number_interval(row["component_sd_lo_levels"], row["component_sd_hi_levels"], language, 2),
        }
        for row in variance.sort("component_sd_levels", "component_code", descending=[True, False]).iter_rows(
            named=True
        )
    ]
    schema = dict.fromkeys(("name", "text", "interval_text"), pl.String)
    return pl.DataFrame(words, schema=schema | dict.fromkeys(("value", "low", "high"), pl.Float64))


def cut_lines(scale: Mapping[str, Any], texts: Texts) -> dict[str, float]:
    """Words -> theta of the levels of a scale."""
    return {texts("measurement.level_n", n=level): round(scale[f"cut_{level}"], 3) for level in LEVELS}
