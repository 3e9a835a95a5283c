"""Segments as tables of the warehouse, before the disclosure gate."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from skills_models.contracts import TABLES
from skills_models.segmentation.needs_segments import Floats, NeedsSegments
from skills_models.segmentation.number import choose_k, judge_numbers

LEVEL_WEIGHT: Final = 0.0
RANDOM_STATE: Final = 2017


def segment_tables(
    group_gaps: pl.DataFrame, shown: pl.DataFrame, random_state: int = RANDOM_STATE
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Segment the groups that may be shown by the shape of their direct mean shortfalls.

    Shapes alone are clustered (the mean over the skills is taken off each group), because what a course is about
    depends on which skills lack, not on how much lacks altogether; the level is reported beside it.

    Parameters
    ----------
    group_gaps : ``analysis_gap__assn_group_skill``
    shown : agency_id, seniority_code of the groups to segment (``disclosure.gate.shown_groups``): centres and sizes of
        segments would give away what is hidden of others
    random_state : of k-means and of the choice of k; fixed, so that equal data give equal segments

    Returns
    -------
    ``analysis_needs__fit_segment``, ``analysis_needs__assn_group_segment``; both empty where fewer than two groups
    are large enough. A skill nobody of a group needs or answered stands at the mean of the other groups.
    """
    fit_table, group_table = TABLES["analysis_needs__fit_segment"], TABLES["analysis_needs__assn_group_segment"]
    groups, needs, skills = _needs_matrix(group_gaps, shown)
    if groups.height < 2 or not skills:
        return fit_table.empty(), group_table.empty()
    respondents = groups["n_respondents"].to_numpy().astype(np.float64)
    n_people = groups["n_people"].to_numpy().astype(np.float64)
    judged = judge_numbers(needs, respondents, n_people, level_weight=LEVEL_WEIGHT, random_state=random_state)
    model = NeedsSegments(choose_k(judged), level_weight=LEVEL_WEIGHT, random_state=random_state)
    model.fit(needs, sample_weight=respondents)
    assigned = groups.with_columns(segment_id=model.labels_ + 1, distance_ratio=_distance_ratio(model.distances(needs)))
    return (
        fit_table.enforce(_profiles(model.cluster_centers_, needs, respondents, skills)),
        group_table.enforce(assigned.select(list(group_table.columns))),
    )


def _needs_matrix(group_gaps: pl.DataFrame, shown: pl.DataFrame) -> tuple[pl.DataFrame, Floats, list[str]]:
    """Groups sorted by key, their shortfalls (n_groups, n_skills) in levels, and the skills."""
    bands = group_gaps.join(shown, on=["agency_id", "seniority_code"], how="semi")
    skills = sorted(bands.drop_nulls(["shortfall_levels", "shortfall_direct_levels"])["skill_code"].unique())
    wide = (
        bands.group_by("agency_id", "seniority_code")
        .agg(
            pl.col("n_people", "n_respondents").max(),
            *(pl.col("shortfall_direct_levels").filter(pl.col("skill_code") == s).first().alias(s) for s in skills),
        )
        .sort("agency_id", "seniority_code")
    )
    needs = wide.select(skills).to_numpy().astype(np.float64)
    if needs.size:
        needs = np.where(np.isnan(needs), np.nanmean(needs, axis=0), needs)
    return wide.select("agency_id", "seniority_code", "n_people", "n_respondents"), needs, skills


def _profiles(centers: Floats, needs: Floats, respondents: Floats, skills: list[str]) -> pl.DataFrame:
    """One row per segment and skill: shortfall, and how its shape departs from the shape of all groups."""
    overall = np.average(needs, axis=0, weights=respondents)
    shape = centers - centers.mean(axis=1, keepdims=True)
    deviation = shape - (overall - overall.mean())
    return pl.DataFrame(
        {
            "segment_id": np.repeat(np.arange(1, len(centers) + 1), len(skills)),
            "skill_code": skills * len(centers),
            "segment_shortfall_levels": np.maximum(centers, 0).ravel(),
            "segment_deviation_levels": deviation.ravel(),
        }
    )


def _distance_ratio(distances: Floats) -> Floats:
    """Distance to the own segment over distance to the next; 0 where there is no other."""
    if distances.shape[1] < 2:
        return np.zeros(len(distances))
    nearest = np.sort(distances, axis=1)[:, :2]
    return np.asarray(np.where(nearest[:, 1] > 0, nearest[:, 0] / np.maximum(nearest[:, 1], 1e-12), 0.0))
