"""What gap a person of a group may be expected to have, whoever that person is."""

from __future__ import annotations

import numpy as np
import polars as pl

from skills_models.estimation.gaps import GROUP

SUMS = ["n_measured", "sum_gap_units", "sum_sq_gap_units"]
POOLS = {
    "group": GROUP,
    "kind_and_seniority": ["agency_kind_code", "seniority_code"],
    "seniority": ["seniority_code"],
    "nation": [],
}


def predictive_gaps(
    cell_skill: pl.DataFrame, cells: pl.DataFrame, agencies: pl.DataFrame, units: int, min_respondents: int = 10
) -> pl.DataFrame:
    """Mean and standard deviation between people of the gap (cut minus mean answer, levels), per group and skill.

    They rest on the group's own answers where at least ``min_respondents`` were measured, else on the same kind of body
    and band, else on the band, else on the nation; ``evidence_code`` says which. Plain moments of the measured; the
    deviation has n - 1 and contains the error of measurement. A skill that fewer than two people were measured on
    has no row.

    Parameters
    ----------
    cell_skill : analysis_skill__assn_cell_skill
    cells : analysis_survey__assn_cell
    agencies : core_ref__codes_agency
    units : units per level

    Returns
    -------
    pl.DataFrame
        analysis_gap__assn_predictive, sorted by key.
    """
    placed = cell_skill.join(agencies.select("agency_id", "agency_kind_code"), on="agency_id")
    groups = placed.select([*GROUP, "agency_kind_code", "skill_code"]).unique().sort([*GROUP, "skill_code"])
    evidence = groups.with_columns(pl.lit(None, pl.String).alias("evidence_code"), *_nothing())
    for code, keys in POOLS.items():
        floor = 2 if code == "nation" else max(min_respondents, 2)
        evidence = _fill(evidence, placed, code, [*keys, "skill_code"], floor)
    replies = cells.group_by(GROUP).agg(pl.col("n_respondents").sum())
    return _moments(evidence.drop_nulls("evidence_code"), units).join(replies, on=GROUP).sort([*GROUP, "skill_code"])


def _nothing() -> list[pl.Expr]:
    return [pl.lit(0, pl.Int64).alias(name) for name in SUMS]


def _fill(evidence: pl.DataFrame, placed: pl.DataFrame, code: str, keys: list[str], floor: int) -> pl.DataFrame:
    """Give the sums of a pool to the groups that have none yet, where the pool has ``floor`` measured people."""
    pool = placed.group_by(keys).agg(pl.col(SUMS).sum()).rename({name: f"pool_{name}" for name in SUMS})
    joined = evidence.join(pool, on=keys, how="left")
    takes = pl.col("evidence_code").is_null() & (pl.col("pool_n_measured") >= floor)
    chosen = [pl.when(takes).then(pl.col(f"pool_{name}")).otherwise(pl.col(name)).alias(name) for name in SUMS]
    named = pl.when(takes).then(pl.lit(code)).otherwise(pl.col("evidence_code")).alias("evidence_code")
    return joined.with_columns(named, *chosen).select(evidence.columns)


def _moments(evidence: pl.DataFrame, units: int) -> pl.DataFrame:
    n, total, squares = (evidence[name].to_numpy() for name in SUMS)
    spread = (n * squares - total * total) / (n * (n - 1.0))
    return evidence.select(
        *GROUP,
        "skill_code",
        pl.Series("gap_mean_levels", total / (n * float(units)), dtype=pl.Float64),
        pl.Series("gap_sd_levels", np.sqrt(spread) / units, dtype=pl.Float64),
        "evidence_code",
    )
