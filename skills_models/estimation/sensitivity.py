"""What the shares would be under other assumptions: requirement, leniency, silence, supervisors' double ratings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from zlib import crc32

import numpy as np
import polars as pl

from skills_models.contracts import TABLES
from skills_models.estimation.draws import CELL, GROUP, Floats, SkillDraws
from skills_models.estimation.shares import share_below_if_silent_are_lower, summarise

ALL = "all"
QUARTERS = {"025": 0.25, "050": 0.50}


def sensitivities(
    draws: Sequence[SkillDraws], leniency: pl.DataFrame, with_flagged: Sequence[SkillDraws]
) -> pl.DataFrame:
    """analysis_gap__assn_sensitivity: the nation, every whole body and every band under each assumption.

    ``requirement_minus_1``, ``requirement_plus_1``: every requirement a level lower or higher (none above 3);
    ``leniency_025``, ``leniency_050``: people rate themselves a quarter or half a level too high; ``nonresponse_025``,
    ``nonresponse_050``: those of a cell who did not reply are that much lower than those who did; ``double_ratings``:
    each body's answers are lowered by its own leniency, its uncertainty included; ``with_flagged``: answer sheets that
    carry a quality flag count like the others.

    Parameters
    ----------
    draws : of ``skill_draws``
    leniency : analysis_skill__fit_leniency; without rows there is no ``double_ratings``
    with_flagged : draws of the same model on all answer sheets
    """
    parts = [_figures(skill, code, values) for skill in draws for code, values in _assumptions(skill, leniency)]
    parts += [_figures(skill, "with_flagged", skill.below()) for skill in with_flagged]
    table = TABLES["analysis_gap__assn_sensitivity"]
    return table.enforce(pl.concat(parts)) if parts else table.empty()


def _assumptions(skill: SkillDraws, leniency: pl.DataFrame) -> Iterator[tuple[str, Floats]]:
    """Share below of every cell (cells, draws) under each assumption."""
    yield "requirement_minus_1", skill.below(levels_up=-1)
    yield "requirement_plus_1", skill.below(levels_up=1)
    for code, levels in QUARTERS.items():
        yield f"leniency_{code}", skill.below(lenient_levels=levels)
    replied = (skill.cells["n_respondents"] / skill.cells["n_people"]).to_numpy()
    asked = (skill.mean, skill.within_sd, skill.cut(), replied)
    for code, levels in QUARTERS.items():
        yield f"nonresponse_{code}", share_below_if_silent_are_lower(*asked, levels * skill.theta_per_level)
    if leniency.height:
        yield "double_ratings", skill.below(lenient_levels=_leniency_draws(skill, leniency))


def _leniency_draws(skill: SkillDraws, leniency: pl.DataFrame) -> Floats:
    """Draws of each cell's leniency in levels, the same for all cells of a body, shape (cells, draws)."""
    ordered = leniency.sort("agency_id")
    mean, own, shared = (
        ordered[f"leniency_{name}levels"].to_numpy()[:, None] for name in ("", "own_sd_", "shared_sd_")
    )
    rng = np.random.default_rng(crc32(skill.skill_code.encode()))
    n_draws = skill.mean.shape[1]
    drawn = mean + own * rng.standard_normal((ordered.height, n_draws)) + shared * rng.standard_normal(n_draws)
    place = skill.cells["agency_id"].replace_strict(
        ordered["agency_id"].to_list(), list(range(ordered.height)), return_dtype=pl.Int64
    )
    return np.asarray(drawn[place.to_numpy()])


def _figures(skill: SkillDraws, code: str, values: Floats) -> pl.DataFrame:
    parts = []
    for keys in ([], CELL[:1], GROUP):
        groups = skill.cells.select(keys).unique().sort(keys) if keys else pl.DataFrame({"agency_id": [ALL]})
        figure = summarise(skill.over(values, groups) if keys else skill.nationwide(values)[None])
        named = groups if "seniority_code" in keys else groups.with_columns(seniority_code=pl.lit(ALL))
        parts.append(
            named.with_columns(
                skill_code=pl.lit(skill.skill_code),
                sensitivity_code=pl.lit(code),
                below_share=pl.Series(figure.mean),
                below_share_lo=pl.Series(figure.lo),
                below_share_hi=pl.Series(figure.hi),
            )
        )
    return pl.concat(parts)
