"""Shapes for the gap screens. Pure polars: marts in, frames and rows for charts out.

A hidden row has no figures: it stays a row with its reason, never a nought.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboards.i18n import Texts
from dashboards.views.format import interval, number, share
from dashboards.views.labels import ALL, with_name

FIGURES = ("below_share", "below_share_lo", "below_share_hi", "below_weighted_share", "response_share")


def every_band(agency_skill: pl.DataFrame, group_skill: pl.DataFrame) -> pl.DataFrame:
    """Bodies as a whole (band 'all') and their bands in one frame, the columns of the group mart."""
    whole = agency_skill.with_columns(seniority_code=pl.lit(ALL)).select(group_skill.columns)
    return pl.concat([whole, group_skill])


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

    Adds ``position`` (code or 'hidden'), ``position_name``, ``state`` (shown, or why not), ``text`` (share),
    ``interval_text``, ``plain_text``, ``respondents_text``, ``people_text``, ``response_text``, ``percent``, ``low``,
    ``high``, ``plain`` (per cent, null where hidden).
    """
    language = texts.language
    shown = gaps.with_columns(pl.when("is_shown").then(pl.col(name)).alias(name) for name in FIGURES)
    extra = [_words(row, texts, language, min_respondents) for row in shown.iter_rows(named=True)]
    if not extra:
        extra_frame = pl.DataFrame(schema=_WORDS)
        return pl.concat([shown, extra_frame], how="horizontal")
    return pl.concat([shown, pl.DataFrame(extra, schema=_WORDS)], how="horizontal")


_WORDS = {
    "position": pl.String,
    "position_name": pl.String,
    "state": pl.String,
    "text": pl.String,
    "interval_text": pl.String,
    "plain_text": pl.String,
    "respondents_text": pl.String,
    "people_text": pl.String,
    "response_text": pl.String,
    "percent": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "plain": pl.Float64,
}


def _words(row: Mapping[str, Any], texts: Texts, language: str, k: int) -> dict[str, Any]:
    position = (row["position_code"] or "none") if row["is_shown"] else "hidden"
    state = hidden_reason(row["is_shown"], row["hidden_reason_code"], texts, k)
    return {
        "position": position,
        "position_name": texts.code("position", position),
        "state": state,
        "text": share(row["below_share"], language),
        "interval_text": interval(row["below_share_lo"], row["below_share_hi"], language),
        "plain_text": share(row["below_weighted_share"], language),
        "respondents_text": number(row["n_respondents"], language),
        "people_text": number(row["n_people"], language),
        "response_text": share(row["response_share"], language),
        "percent": _percent(row["below_share"]),
        "low": _percent(row["below_share_lo"]),
        "high": _percent(row["below_share_hi"]),
        "plain": _percent(row["below_weighted_share"]),
    }


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
    columns = [
        "position",
        "position_name",
        "state",
        "text",
        "interval_text",
        "plain_text",
        "respondents_text",
        "percent",
    ]
    return gaps.select(pl.col(across).alias("across"), pl.col(down).alias("down"), *columns).to_dicts()


def interval_rows(gaps: pl.DataFrame, name: str) -> list[dict[str, Any]]:
    """Rows of an interval plot: shown rows only, named by a column."""
    columns = ["percent", "low", "high", "plain", "text", "interval_text", "plain_text", "respondents_text"]
    return gaps.filter("is_shown").select(pl.col(name).alias("name"), *columns).to_dicts()


def export_frame(gaps: pl.DataFrame, names: Mapping[str, Mapping[str, str]]) -> pl.DataFrame:
    """Gap rows with codes and labels; hidden rows have empty figures and their reason."""
    stems = {
        "agency_id": ("agency_name", "agency"),
        "agency_kind_code": ("agency_kind_name", "agency_kind"),
        "region_code": ("region_name", "region"),
        "seniority_code": ("seniority_name", "seniority"),
        "skill_code": ("skill_name", "skill"),
    }
    frame = gaps.select(*stems, *EXPORTED)
    for key, (stem, what) in stems.items():
        frame = with_name(frame, key, stem, names[what])
    return frame


EXPORTED = [
    "n_people",
    "n_respondents",
    "response_share",
    "below_share",
    "below_share_lo",
    "below_share_hi",
    "below_weighted_share",
    "shortfall_levels",
    "n_people_below",
    "position_code",
    "is_shown",
    "hidden_reason_code",
    "state",
]
