"""Gaps of groups, kinds of bodies, regions and the nation: modelled from draws, the plain weighted share beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from zlib import crc32

import numpy as np
import polars as pl

from skills_models.estimation.draws import CELL, GROUP, SkillDraws
from skills_models.estimation.poststratified import poststratified_mean, weighted_share
from skills_models.estimation.shares import people_below, summarise
from skills_models.estimation.strata import stratify
from skills_models.survey.weights import effective_n_by

WHOLE_BODY = "all"
SUMMARISED = ("below_share", "relative_share", "n_people_below")
MODELLED = [*(name + end for name in SUMMARISED for end in ("", "_lo", "_hi")), "shortfall_levels"]


def group_gaps(
    draws: Sequence[SkillDraws], cell_skill: pl.DataFrame, cells: pl.DataFrame, weights: pl.DataFrame, units: int
) -> pl.DataFrame:
    """Gap of every agency x band, and of every agency as a whole ('all').

    Parameters
    ----------
    draws : of ``skill_draws``
    cell_skill : analysis_skill__assn_cell_skill, for what stands beside the model
    cells : analysis_survey__assn_cell
    weights : ``cell_weights(cells)``
    units : units per level (``units_per_level``)

    Returns
    -------
    pl.DataFrame
        analysis_gap__assn_group_skill, sorted by key. Modelled figures are there for groups in which nobody was
        measured, too: the disclosure gate decides what is shown. They are null for a skill without draws.
    """
    bands = _gaps(draws, cell_skill, cells, weights, GROUP, ["job_family_code"], units)
    bodies = _gaps(draws, cell_skill, cells, weights, ["agency_id"], ["seniority_code", "job_family_code"], units)
    whole = bodies.with_columns(seniority_code=pl.lit(WHOLE_BODY)).select(bands.columns)
    return pl.concat([bands, whole]).sort([*GROUP, "skill_code"])


def scope_gaps(
    draws: Sequence[SkillDraws],
    cell_skill: pl.DataFrame,
    cells: pl.DataFrame,
    weights: pl.DataFrame,
    agencies: pl.DataFrame,
    units: int,
) -> pl.DataFrame:
    """Gap of the nation, of every kind of body and of every region (by the seat of the body).

    Bodies without a region stand in no region. Parameters are those of ``group_gaps``; ``agencies`` is
    core_ref__codes_agency. Returns analysis_gap__assn_scope_skill, sorted by key.
    """
    places = agencies.select("agency_id", agency_kind=pl.col("agency_kind_code"), region=pl.col("region_code"))
    parts = []
    for scope in ("nation", "agency_kind", "region"):
        label = pl.lit("all") if scope == "nation" else pl.col(scope)
        place = places.select("agency_id", scope_id=label).drop_nulls()
        part = _gaps(draws, cell_skill, cells, weights, ["scope_id"], CELL, units, place)
        parts.append(part.select(pl.lit(scope).alias("scope_code"), pl.all()))
    return pl.concat(parts).sort(["scope_code", "scope_id", "skill_code"])


def _gaps(
    draws: Sequence[SkillDraws],
    cell_skill: pl.DataFrame,
    cells: pl.DataFrame,
    weights: pl.DataFrame,
    group_by: list[str],
    stratum_by: list[str],
    units: int,
    place: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """One row per group of the register and skill; ``place`` gives cells a further key by agency."""
    weighed = cell_skill.join(weights.select([*CELL, "response_weight"]), on=CELL, how="left")
    weighed = weighed.with_columns(pl.col("response_weight").fill_null(0.0)).sort([*CELL, "skill_code"])
    if place is not None:
        weighed, cells = weighed.join(place, on="agency_id"), cells.join(place, on="agency_id")
    counts = cells.group_by(group_by).agg(pl.col("n_people", "n_respondents").sum()).sort(group_by)
    counts = counts.with_columns(response_share=pl.col("n_respondents") / pl.col("n_people"))
    plain = _plain(weighed, group_by, stratum_by, units).join(counts, on=group_by)
    modelled = [_modelled(skill, counts, group_by, place) for skill in draws]
    unknown = pl.DataFrame(
        schema={**plain.select(*group_by, "skill_code").schema, **dict.fromkeys(MODELLED, pl.Float64)}
    )
    figures = pl.concat(modelled) if modelled else unknown
    return plain.join(figures, on=[*group_by, "skill_code"], how="left").sort([*group_by, "skill_code"])


def _modelled(skill: SkillDraws, counts: pl.DataFrame, group_by: list[str], place: pl.DataFrame | None) -> pl.DataFrame:
    """Figures of the draws of one skill: one row per group of ``counts``, in its order."""
    keys = counts.select(group_by)
    if place is not None:
        cells = skill.cells.join(place, on="agency_id", how="left", maintain_order="left")
        skill = replace(skill, cells=cells)
    below = skill.below()
    share = skill.over(below, keys)
    people = people_below(share, counts["n_people"].to_numpy(), crc32(skill.skill_code.encode()))
    figures = dict(
        zip(SUMMARISED, (summarise(share), summarise(share - skill.nationwide(below)), summarise(people)), strict=True)
    )
    columns = {
        name + end: values
        for name, figure in figures.items()
        for end, values in (("", figure.mean), ("_lo", figure.lo), ("_hi", figure.hi))
    }
    columns["shortfall_levels"] = skill.over(skill.shortfall(), keys).mean(axis=1)
    return keys.with_columns(
        pl.lit(skill.skill_code).alias("skill_code"), *(pl.Series(k, columns[k]) for k in MODELLED)
    )


def _plain(weighed: pl.DataFrame, group_by: list[str], stratum_by: list[str], units: int) -> pl.DataFrame:
    """What the answers say without a model: counts, weighted share, post-stratified shortfall, effective n."""
    placed = stratify(weighed, [*group_by, "skill_code"], stratum_by)
    names = ("n_people", "n_measured", "n_unflagged", "n_below", "sum_shortfall_units", "response_weight")
    people, measured, unflagged, below, shortfall, weight = (placed.spread(weighed[name]) for name in names)
    rows = np.broadcast_to(np.arange(len(weight))[:, None], weight.shape)
    figures = {
        "below_weighted_share": weighted_share(weight, measured, below),
        "shortfall_direct_levels": poststratified_mean(people, measured, shortfall) / units,
        "effective_n": effective_n_by(weight.ravel(), rows.ravel(), len(weight), count=measured.ravel()),
    }
    return placed.groups.with_columns(
        pl.Series("n_measured", measured.sum(axis=1), dtype=pl.Int64),
        pl.Series("n_unflagged", unflagged.sum(axis=1), dtype=pl.Int64),
        *(pl.Series(name, values, nan_to_null=True) for name, values in figures.items()),
    )
