"""Segments as screens show them: no label for a group whose figures are hidden."""

from __future__ import annotations

import polars as pl

from skills_models.contracts import TABLES
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
        "mart_needs__segment_skill": TABLES["mart_needs__segment_skill"].enforce(fit),
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
    """Every band of every body; hidden where the gate hides its gaps, or where it has no segment."""
    keys = ["agency_id", "seniority_code"]
    bands = (
        gap_mart.filter(pl.col("seniority_code") != "all")
        .sort(*keys, "skill_code")
        .group_by(keys, maintain_order=True)
        .agg(pl.col("n_people").max(), pl.col("is_shown").any(), pl.col("hidden_reason_code").drop_nulls().first())
        .join(group_segment.select(*keys, "segment_id", "distance_ratio"), on=keys, how="left")
        .with_columns(is_shown=pl.col("is_shown") & pl.col("segment_id").is_not_null())
        .with_columns(
            *(pl.when("is_shown").then(pl.col(c)).alias(c) for c in ("segment_id", "distance_ratio")),
            hidden_reason_code=pl.when(pl.col("is_shown").not_()).then(
                pl.col("hidden_reason_code").fill_null("too_few_respondents")
            ),
        )
    )
    table = TABLES["mart_needs__group_segment"]
    return table.enforce(bands.select(list(table.columns)))
