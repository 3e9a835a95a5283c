"""Gaps of groups, kinds of bodies, regions and the nation: post-stratified on the register."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skills_models.estimation.poststratified import (
    order_strata,
    poststratified_mean,
    poststratified_share,
    weighted_share,
)
from skills_models.estimation.strata import StratifiedGroups, stratify

WHOLE_BODY = "all"
GROUP = ["agency_id", "seniority_code"]
CELL = [*GROUP, "job_family_code"]


def group_gaps(cell_skill: pl.DataFrame, cells: pl.DataFrame, weights: pl.DataFrame, units: int) -> pl.DataFrame:
    """Gap of every agency x band, and of every agency as a whole ('all').

    Strata are job families inside a band, band x job family inside a whole body; a thin stratum joins the one whose
    share below over all groups is next to its own.

    Parameters
    ----------
    cell_skill : analysis_skill__assn_cell_skill
    cells : analysis_survey__assn_cell
    weights : ``cell_weights(cells)``, for the plain weighted share
    units : units per level (``units_per_level``)

    Returns
    -------
    pl.DataFrame
        analysis_gap__assn_group_skill, sorted by key; figures are null where nobody was measured.
    """
    skill_cells = _with_weight(cell_skill, weights)
    bands = _gaps(skill_cells, cells, GROUP, ["job_family_code"], units)
    bodies = _gaps(skill_cells, cells, ["agency_id"], ["seniority_code", "job_family_code"], units)
    whole = bodies.with_columns(seniority_code=pl.lit(WHOLE_BODY)).select(bands.columns)
    return pl.concat([bands, whole]).sort([*GROUP, "skill_code"])


def scope_gaps(
    cell_skill: pl.DataFrame, cells: pl.DataFrame, weights: pl.DataFrame, agencies: pl.DataFrame, units: int
) -> pl.DataFrame:
    """Gap of the nation, of every kind of body and of every region (by the seat of the body).

    Strata are the cells of the register themselves, in the order of agency, band and family: a silent cell is carried
    by the next family of its band, a silent body by the next body. Bodies without a region stand in no region.

    Parameters are those of ``group_gaps``; ``agencies`` is core_ref__codes_agency. Returns
    analysis_gap__assn_scope_skill, sorted by key.
    """
    places = agencies.select("agency_id", agency_kind=pl.col("agency_kind_code"), region=pl.col("region_code"))
    parts = []
    for scope in ("nation", "agency_kind", "region"):
        label = pl.lit("all") if scope == "nation" else pl.col(scope)
        place = places.select("agency_id", scope_id=label).drop_nulls()
        skill_cells = _with_weight(cell_skill, weights).join(place, on="agency_id")
        part = _gaps(skill_cells, cells.join(place, on="agency_id"), ["scope_id"], CELL, units, by_share=False)
        parts.append(part.select(pl.lit(scope).alias("scope_code"), pl.all()))
    return pl.concat(parts).sort(["scope_code", "scope_id", "skill_code"])


def _with_weight(cell_skill: pl.DataFrame, weights: pl.DataFrame) -> pl.DataFrame:
    weighted = cell_skill.join(weights.select([*CELL, "response_weight"]), on=CELL, how="left")
    return weighted.with_columns(pl.col("response_weight").fill_null(0.0)).sort([*CELL, "skill_code"])


def _gaps(
    skill_cells: pl.DataFrame,
    cells: pl.DataFrame,
    group_by: list[str],
    stratum_by: list[str],
    units: int,
    by_share: bool = True,
) -> pl.DataFrame:
    """One row per group of the register and skill."""
    counts = cells.group_by(group_by).agg(pl.col("n_people", "n_respondents").sum())
    counts = counts.with_columns(response_share=pl.col("n_respondents") / pl.col("n_people"))
    placed = stratify(skill_cells, [*group_by, "skill_code"], stratum_by)
    figures = _figures(skill_cells, placed, units, by_share)
    order = [*group_by, "skill_code", "n_people", "n_respondents", "n_measured", "response_share"]
    gaps = placed.groups.with_columns(*figures).join(counts, on=group_by)
    return gaps.select(*order, pl.exclude(order)).sort([*group_by, "skill_code"])


def _figures(skill_cells: pl.DataFrame, placed: StratifiedGroups, units: int, by_share: bool) -> list[pl.Series]:
    names = ("n_people", "n_measured", "n_below", "sum_shortfall_units", "response_weight")
    spread = [placed.spread(skill_cells[name]) for name in names]
    if by_share:
        order = _neighbours(placed.groups["skill_code"].to_numpy(), spread[1], spread[2])
        spread = [np.take_along_axis(values, order, axis=1) for values in spread]
    people, measured, below, shortfall, weight = spread
    share = poststratified_share(people, measured, below)
    columns = {
        "below_share": share.share,
        "below_share_lo": share.lo,
        "below_share_hi": share.hi,
        "below_weighted_share": weighted_share(weight, measured, below),
        "shortfall_levels": poststratified_mean(people, measured, shortfall) / units,
    }
    figures = [pl.Series(name, values, nan_to_null=True) for name, values in columns.items()]
    return [pl.Series("n_measured", share.n_measured, dtype=pl.Int64), *figures]


def _neighbours(skills: NDArray, measured: NDArray[np.int64], below: NDArray[np.int64]) -> NDArray[np.intp]:
    """Order of the strata in each row: by their share below over all groups, skill by skill."""
    order = np.zeros(measured.shape, dtype=np.intp)
    for skill in np.unique(skills):
        rows = skills == skill
        order[rows] = order_strata(measured[rows], below[rows])
    return order
