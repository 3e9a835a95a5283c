"""Shapes for the gap screens. Pure polars: marts in, frames and rows for charts out.

A hidden row has no figures: it stays a row with its reason, never a nought.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboards.i18n import Texts
from dashboards.views.format import NOTHING, interval, number, number_interval, points, points_interval, share
from dashboards.views.labels import ALL

SHARES = ("below_share", "below_share_lo", "below_share_hi", "below_weighted_share", "response_share")
POINTS = ("relative_share", "relative_share_lo", "relative_share_hi")
FIGURES = (
    *SHARES,
    *POINTS,
    "effective_n",
    "shortfall_levels",
    "n_people_below",
    "n_people_below_lo",
    "n_people_below_hi",
)
DRAWN = ("percent", "low", "high", "plain", "relative", "relative_low", "relative_high")
TOLD = (
    "text",
    "interval_text",
    "plain_text",
    "relative_text",
    "relative_interval_text",
    "respondents_text",
    "effective_text",
    "people_text",
    "people_below_text",
    "response_text",
)
_WORDS = dict.fromkeys(("position", "position_name", "state", *TOLD), pl.String) | dict.fromkeys(DRAWN, pl.Float64)


def every_band(agency_skill: pl.DataFrame, group_skill: pl.DataFrame) -> pl.DataFrame:
    """Bodies as a whole (band 'all') and their bands in one frame, the columns of the group mart."""
    whole = agency_skill.with_columns(seniority_code=pl.lit(ALL)).select(group_skill.columns)
    return pl.concat([whole, group_skill])


def nation(scope_skill: pl.DataFrame) -> pl.DataFrame:
    """The nation as body 'all' and band 'all', one row per skill."""
    rows = scope_skill.filter(pl.col("scope_code") == "nation").drop("scope_code", "scope_id")
    return rows.with_columns(agency_id=pl.lit(ALL), seniority_code=pl.lit(ALL))


def with_agency(gaps: pl.DataFrame, agencies: pl.DataFrame) -> pl.DataFrame:
    """Gap rows with the kind and region of their body."""
    return gaps.join(
        agencies.select("agency_id", "agency_kind_code", "region_code"),
        on="agency_id",
        how="left",
        maintain_order="left",
    )


def in_words(gaps: pl.DataFrame, texts: Texts, min_respondents: int) -> pl.DataFrame:
    """Gap rows with display columns.

    Adds ``position`` (code or 'hidden'), ``position_name``, ``state`` (shown, or why not), the words of ``TOLD`` and
    the numbers of ``DRAWN`` (per cent and percentage points, null where hidden).
    """
    shown = gaps.with_columns(pl.when("is_shown").then(pl.col(name)).alias(name) for name in FIGURES)
    extra = [_words(row, texts, min_respondents) for row in shown.iter_rows(named=True)]
    return pl.concat([shown, pl.DataFrame(extra, schema=_WORDS)], how="horizontal")


def _words(row: Mapping[str, Any], texts: Texts, k: int) -> dict[str, Any]:
    position, language = (row["position_code"] or "none") if row["is_shown"] else "hidden", texts.language
    return {
        "position": position,
        "position_name": texts.code("position", position),
        "state": hidden_reason(row["is_shown"], row["hidden_reason_code"], texts, k),
        "text": share(row["below_share"], language),
        "interval_text": interval(row["below_share_lo"], row["below_share_hi"], language),
        "plain_text": share(row["below_weighted_share"], language),
        "relative_text": points(row["relative_share"], language, digits=0),
        "relative_interval_text": points_interval(row["relative_share_lo"], row["relative_share_hi"], language),
        "respondents_text": number(row["n_respondents"], language),
        "effective_text": number(row["effective_n"], language),
        "people_text": number(row["n_people"], language),
        "people_below_text": _with_interval(row, language),
        "response_text": share(row["response_share"], language),
        "percent": _percent(row["below_share"]),
        "low": _percent(row["below_share_lo"]),
        "high": _percent(row["below_share_hi"]),
        "plain": _percent(row["below_weighted_share"]),
        "relative": _percent(row["relative_share"]),
        "relative_low": _percent(row["relative_share_lo"]),
        "relative_high": _percent(row["relative_share_hi"]),
    }


def _with_interval(row: Mapping[str, Any], language: str) -> str:
    if row["n_people_below"] is None:
        return NOTHING
    span = number_interval(row["n_people_below_lo"], row["n_people_below_hi"], language)
    return f"{number(row['n_people_below'], language)} ({span})"


def hidden_reason(is_shown: bool, reason: str | None, texts: Texts, k: int) -> str:
    """'shown', or why the figures of a row are not."""
    if is_shown:
        return texts("hidden.shown")
    words = texts.code("hidden", reason or "too_few_respondents")
    return words.format(k=k) if "{k}" in words else words


def _percent(value: float | None) -> float | None:
    return None if value is None else round(100 * value, 1)


def position_counts(gaps: pl.DataFrame) -> dict[str, int]:
    """How many rows are worse, better, not distinguishable, hidden."""
    counts = dict.fromkeys(("worse", "not_distinguishable", "better", "hidden"), 0)
    for position, n in gaps.group_by("position").len().iter_rows():
        counts[position] = n
    return counts


def by_need(gaps: pl.DataFrame, key: str) -> list[str]:
    """Values of ``key`` from the greatest mean share below to the least; what is hidden throughout comes last."""
    ranked = (
        gaps.group_by(key)
        .agg(pl.col("below_share").mean())
        .sort("below_share", key, descending=[True, False], nulls_last=True)
    )
    return ranked[key].to_list()


def heat_rows(gaps: pl.DataFrame, across: str, down: str) -> list[dict[str, Any]]:
    """Rows of a heat map: ``across``, ``down``, words and per cent."""
    columns = ["position", "position_name", "state", "percent", *TOLD]
    return gaps.select(pl.col(across).alias("across"), pl.col(down).alias("down"), *columns).to_dicts()


def interval_rows(gaps: pl.DataFrame, name: str) -> list[dict[str, Any]]:
    """Rows of an interval plot: shown rows only, named by a column."""
    return gaps.filter("is_shown").select(pl.col(name).alias("name"), "position_name", *DRAWN, *TOLD).to_dicts()
