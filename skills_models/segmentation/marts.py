"""Segments as screens show them: no label for a group whose figures are hidden."""

from __future__ import annotations

import polars as pl

from skills_models.contracts import TABLES
from skills_models.disclosure.gate import modelled_groups, rounded
from skills_models.segmentation.labels import name_segments


def segment_marts(
    fit: pl.DataFrame, group_segment: pl.DataFrame, gap_mart: pl.DataFrame, skills: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """``mart_needs__segment``, ``mart_needs__segment_skill``, ``mart_needs__group_segment`` by name.

    Parameters
    ----------
    fit, group_segment : ``analysis_needs__fit_segment``, ``analysis_needs__assn_group_segment``
    gap_mart : ``mart_gap__group_skill``; says which groups exist and which are hidden, and why
    skills : ``core_ref__entity_skill``
    """
    return {
        "mart_needs__segment": _segments(fit, group_segment, skills),
        "mart_needs__segment_skill": TABLES["mart_needs__segment_skill"].enforce(rounded(fit)),
        "mart_needs__group_segment": _groups(group_segment, gap_mart),
    }


def _segments(fit: pl.DataFrame, group_segment: pl.DataFrame, skills: pl.DataFrame) -> pl.DataFrame:
    sizes = group_segment.group_by("segment_id").agg(
        n_groups=pl.len().cast(pl.Int64), n_people=pl.col("n_people").sum()
    )
    sizes = sizes.with_columns(headcount_share=pl.col("n_people") / pl.col("n_people").sum())
    table = TABLES["mart_needs__segment"]
    return table.enforce(name_segments(fit, skills).join(sizes, on="segment_id").select(list(table.columns)))


def _groups(group_segment: pl.DataFrame, gap_mart: pl.DataFrame) -> pl.DataFrame:
    """Every band of every body; hidden where the gate hides one of its gaps, or where it has no segment."""
    keys, figures = ["agency_id", "seniority_code"], ["segment_id", "distance_ratio"]
    bands = modelled_groups(gap_mart).join(group_segment.select(*keys, *figures), on=keys, how="left")
    shown = pl.col("is_shown") & pl.col("segment_id").is_not_null()
    gated = bands.with_columns(is_shown=shown, distance_ratio=pl.col("distance_ratio").round(2)).with_columns(
        *(pl.when("is_shown").then(pl.col(c)).alias(c) for c in figures),
        hidden_reason_code=pl.when(~pl.col("is_shown")).then(
            pl.col("hidden_reason_code").fill_null("too_few_respondents")
        ),
    )
    table = TABLES["mart_needs__group_segment"]
    return table.enforce(gated.select(list(table.columns)))
