"""Shapes for an agreement survey: percent positive and relative position; never a level, gap or quota."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboards.i18n import Texts
from dashboards.views.format import interval, number, points, share
from dashboards.views.gaps import hidden_reason
from dashboards.views.labels import ALL, with_name

Names = Mapping[str, Mapping[str, str]]


def items_in_words(agency_item: pl.DataFrame, names: Names, texts: Texts, k: int) -> pl.DataFrame:
    """Rows of body and item with names, figures in words and the columns a chart draws from."""
    language = texts.language
    frame = with_name(agency_item, "agency_id", "agency_name", names["agency"])
    frame = with_name(frame, "item_code", "item_text", names["item"])
    extra = [
        {
            "state": hidden_reason(row["is_shown"], row["hidden_reason_code"], texts, k),
            "position_name": texts.code("climate_position", row["position_code"] if row["is_shown"] else "hidden"),
            "text": _if(row, share(row["positive_weighted_share"], language)),
            "interval_text": _if(row, interval(row["positive_share_lo"], row["positive_share_hi"], language)),
            "plain_text": _if(row, share(row["positive_share"], language)),
            "poststratified_text": _if(row, share(row["positive_poststratified_share"], language)),
            "relative_text": _if(row, points(row["relative_position_share"], language)),
            "respondents_text": _if(row, number(row["n_respondents"], language)),
            "percent": _percent(row, "positive_weighted_share"),
            "low": _percent(row, "positive_share_lo"),
            "high": _percent(row, "positive_share_hi"),
            "plain": _percent(row, "positive_share"),
        }
        for row in frame.iter_rows(named=True)
    ]
    return pl.concat([frame, pl.DataFrame(extra, schema=_WORDS)], how="horizontal") if extra else frame


_WORDS = dict.fromkeys(
    [
        "state",
        "position_name",
        "text",
        "interval_text",
        "plain_text",
        "poststratified_text",
        "relative_text",
        "respondents_text",
    ],
    pl.String,
) | dict.fromkeys(("percent", "low", "high", "plain"), pl.Float64)


def _if(row: Mapping[str, Any], text: str) -> str:
    return text if row["is_shown"] else "–"


def _percent(row: Mapping[str, Any], column: str) -> float | None:
    return round(100 * row[column], 1) if row["is_shown"] and row[column] is not None else None


def skill_heat_rows(agency_skill: pl.DataFrame, names: Names, texts: Texts, k: int) -> pl.DataFrame:
    """Rows of body and skill: ``across``, ``down``, ``difference`` (percentage points) and words."""
    language = texts.language
    rows = [
        {
            "across": names["skill"].get(row["skill_code"], row["skill_code"]),
            "down": names["agency"].get(row["agency_id"], row["agency_id"]),
            "difference": _points(row),
            "text": _if(row, points(row["relative_position_share"], language)),
            "positive_text": _if(row, share(row["positive_weighted_share"], language)),
            "items_text": number(row["n_items"], language),
            "respondents_text": _if(row, number(row["n_respondents"], language)),
            "state": hidden_reason(row["is_shown"], row["hidden_reason_code"], texts, k),
        }
        for row in agency_skill.filter(pl.col("agency_id") != ALL).iter_rows(named=True)
    ]
    words = ("across", "down", "text", "positive_text", "items_text", "respondents_text", "state")
    return pl.DataFrame(rows, schema=dict.fromkeys(words, pl.String) | {"difference": pl.Float64})


def _points(row: Mapping[str, Any]) -> float | None:
    value = row["relative_position_share"]
    return round(100 * value, 1) if row["is_shown"] and value is not None else None


def by_standing(heat: pl.DataFrame) -> list[str]:
    """Bodies from the most positive to the least, hidden ones last."""
    ranked = heat.group_by("down").agg(pl.col("difference").mean())
    return ranked.sort("difference", "down", descending=[True, False], nulls_last=True)["down"].to_list()
