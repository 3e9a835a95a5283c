"""Shapes for the segments screen: profiles, sizes, members, and groups without a label."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboards.i18n import Texts
from dashboards.views.format import number, share, signed
from dashboards.views.gaps import hidden_reason
from dashboards.views.labels import with_name

BETWEEN = 0.8
DISTINGUISHING = 2


def segment_rows(
    segments: pl.DataFrame, profile: pl.DataFrame, skills: Mapping[str, str], texts: Texts
) -> pl.DataFrame:
    """One row per segment: ``segment`` (number and name), size in words, its most distinguishing skills."""
    language = texts.language
    rows = []
    for row in segments.sort("segment_id").iter_rows(named=True):
        own = profile.filter(pl.col("segment_id") == row["segment_id"])
        rows.append(
            {
                "segment_id": row["segment_id"],
                "segment": title(row, language),
                "n_groups": number(row["n_groups"], language),
                "n_people": number(row["n_people"], language),
                "headcount_share": share(row["headcount_share"], language),
                "more": _named(own.filter(pl.col("segment_deviation_levels") > 0), skills, language, descending=True),
                "less": _named(own.filter(pl.col("segment_deviation_levels") < 0), skills, language, descending=False),
            }
        )
    return pl.DataFrame(rows, schema=dict.fromkeys(SEGMENT_COLUMNS, pl.String) | {"segment_id": pl.Int64})


SEGMENT_COLUMNS = ("segment_id", "segment", "n_groups", "n_people", "headcount_share", "more", "less")


def title(row: Mapping[str, Any], language: str) -> str:
    """Number and name of a segment."""
    return f"{row['segment_id']}. {row[f'segment_name_{language}']}"


def _named(own: pl.DataFrame, skills: Mapping[str, str], language: str, descending: bool) -> str:
    top = own.sort("segment_deviation_levels", "skill_code", descending=[descending, False]).head(DISTINGUISHING)
    pairs = top.select("skill_code", "segment_deviation_levels").iter_rows()
    return ", ".join(f"{skills.get(code, code)} ({signed(value, language)})" for code, value in pairs)


def profile_rows(
    segments: pl.DataFrame, profile: pl.DataFrame, skills: Mapping[str, str], language: str
) -> pl.DataFrame:
    """One row per segment and skill: ``segment``, ``skill``, ``deviation``, ``shortfall`` and both in words."""
    titles = {row["segment_id"]: title(row, language) for row in segments.iter_rows(named=True)}
    rows = [
        {
            "segment": titles.get(row["segment_id"], str(row["segment_id"])),
            "skill": skills.get(row["skill_code"], row["skill_code"]),
            "deviation": row["segment_deviation_levels"],
            "deviation_text": signed(row["segment_deviation_levels"], language),
            "shortfall_text": number(row["segment_shortfall_levels"], language, 2),
        }
        for row in profile.sort("segment_id").iter_rows(named=True)
    ]
    schema = {"segment": pl.String, "skill": pl.String, "deviation": pl.Float64}
    return pl.DataFrame(rows, schema=schema | {"deviation_text": pl.String, "shortfall_text": pl.String})


def members(
    groups: pl.DataFrame, segments: pl.DataFrame, names: Mapping[str, Mapping[str, str]], texts: Texts, k: int
) -> pl.DataFrame:
    """One row per group with names, ``segment`` (null without a label) and ``state``: how sure, or why none."""
    titles = {row["segment_id"]: title(row, texts.language) for row in segments.iter_rows(named=True)}
    states = [_state(row, texts, k) for row in groups.iter_rows(named=True)]
    frame = with_name(groups, "agency_id", "agency_name", names["agency"])
    frame = with_name(frame, "seniority_code", "seniority_name", names["seniority"])
    return frame.with_columns(
        segment=pl.col("segment_id").replace_strict(titles, default=None, return_dtype=pl.String),
        state=pl.Series(states, dtype=pl.String),
    )


def _state(row: Mapping[str, Any], texts: Texts, k: int) -> str:
    if not row["is_shown"]:
        return hidden_reason(False, row["hidden_reason_code"], texts, k)
    if row["segment_id"] is None:
        return texts("segments.no_label")
    between = row["distance_ratio"] is not None and row["distance_ratio"] > BETWEEN
    return texts("segments.between") if between else texts("segments.clear")
