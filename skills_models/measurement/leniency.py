"""How lenient the self-reports of each body are, in levels, from people whom a supervisor rated as well."""

from __future__ import annotations

import numpy as np
import polars as pl

from skills_models.contracts import TABLES
from skills_models.measurement.bank import ALL_LANGUAGES
from skills_models.measurement.raters import TooFewDoubleRatings, rater_gap
from skills_models.measurement.scoring import score_patterns
from skills_models.survey.shares import Z_90


def agency_leniency(
    double_ratings: pl.DataFrame,
    bank: pl.DataFrame,
    items: pl.DataFrame,
    scales: pl.DataFrame,
    agencies: list[str],
    n_levels: int,
) -> pl.DataFrame:
    """analysis_skill__fit_leniency: self less supervisor, mean over the skills both judged, shrunk between bodies.

    Both sides are measured on the same scale without a prior. Bodies without double ratings have the mean of the others
    and their whole spread. No rows at all where the ratings are too few to tell bodies from supervisors.

    Parameters
    ----------
    double_ratings : result of ``sql.rating.double_rating_sql``
    bank, items : core_ref__fit_bank_item, core_ref__entity_item
    scales : analysis_skill__fit_scale
    agencies : every body of the pack
    n_levels : answers an item allows
    """
    table = TABLES["analysis_skill__fit_leniency"]
    if double_ratings.is_empty():
        return table.empty()
    ordered = sorted(agencies)
    people = _differences(double_ratings, bank, items, scales, n_levels)
    agency = people["agency_id"].replace_strict(ordered, list(range(len(ordered))), return_dtype=pl.Int64).to_numpy()
    rater = people["rater_id"].rank("dense").to_numpy().astype(np.int64)
    try:
        gap = rater_gap(people["difference_levels"].to_numpy(), np.zeros(people.height), agency, rater, len(ordered))
    except TooFewDoubleRatings:
        return table.empty()
    return pl.DataFrame(
        {
            "agency_id": ordered,
            "n_double_ratings": _people_by_agency(people, ordered),
            "leniency_levels": gap.gap,
            "leniency_lo_levels": gap.gap - Z_90 * gap.gap_sd,
            "leniency_hi_levels": gap.gap + Z_90 * gap.gap_sd,
            "leniency_own_sd_levels": np.sqrt(np.maximum(gap.gap_sd**2 - gap.shared_sd**2, 0.0)),
            "leniency_shared_sd_levels": gap.shared_sd,
        }
    )


def _people_by_agency(people: pl.DataFrame, agencies: list[str]) -> pl.Series:
    """People of each body whom somebody rated as well: one with two supervisors is one person."""
    measured = people.filter(pl.col("difference_levels").is_finite())
    counts = measured.group_by("agency_id").agg(n=pl.col("person_id").n_unique())
    placed = pl.DataFrame({"agency_id": agencies}).join(counts, on="agency_id", how="left", maintain_order="left")
    return placed["n"].fill_null(0)


def _differences(
    double_ratings: pl.DataFrame, bank: pl.DataFrame, items: pl.DataFrame, scales: pl.DataFrame, n_levels: int
) -> pl.DataFrame:
    """One row per person and rater: ``difference_levels``, the mean over the skills that both judged.

    Which language a supervisor answered in is not delivered, so the parameters for all languages measure that side.
    """
    sides = {
        "own": double_ratings.select("skill_code", "language_code", pattern_id="self_pattern_id"),
        "other": double_ratings.select(
            "skill_code", language_code=pl.lit(ALL_LANGUAGES), pattern_id="rater_pattern_id"
        ),
    }
    key = ["skill_code", "language_code", "pattern_id"]
    measured = double_ratings.join(
        scales.select("skill_code", "theta_per_level"), on="skill_code", maintain_order="left"
    )
    for side, patterns in sides.items():
        scored = score_patterns(patterns.unique().sort(key), bank, items, n_levels).select(*key, "measure")
        values = patterns.join(scored, on=key, how="left", maintain_order="left")["measure"]
        measured = measured.with_columns(values.alias(side))
    difference = (pl.col("own") - pl.col("other")) / pl.col("theta_per_level")
    return (
        measured.with_columns(difference_levels=difference)
        .sort("person_id", "rater_id", "skill_code")
        .group_by("person_id", "rater_id", "agency_id", maintain_order=True)
        .agg(pl.col("difference_levels").mean())
    )
