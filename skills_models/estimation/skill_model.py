"""The nightly model: from counts per cell and measure to posterior draws of every cell of the register."""

from __future__ import annotations

import numpy as np
import polars as pl

from skills_models.contracts import TABLES
from skills_models.estimation.cell_measures import CellMeasures, measure_cells
from skills_models.estimation.draws import CELL, WITHIN
from skills_models.estimation.multilevel import CellDraws, VarianceFit, draw_skills, fit_variances
from skills_models.estimation.multilevel_solver import CrossedEffects, crossed_effects, interaction
from skills_models.estimation.skill_correlation import skill_correlations

N_DRAWS = 400
RANDOM_STATE = 2017
MIN_CELLS = 2  # with persons; from one cell nothing can be said of differences


def fit_skill_models(
    cell_pattern: pl.DataFrame,
    joint_measure: pl.DataFrame,
    cells: pl.DataFrame,
    scales: pl.DataFrame,
    agencies: pl.DataFrame,
    n_draws: int = N_DRAWS,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """analysis_skill__fit_variance and analysis_skill__fit_cell_draw.

    Crossed random effects of body, kind of body, band, family, body x band and family x band, and one of the cell
    itself. What a post requires is a property of family x band, so that effect carries it. Draw d of one skill belongs
    to draw d of the others.

    Parameters
    ----------
    cell_pattern, joint_measure : results of ``sql.skill.cell_pattern_sql`` and ``joint_measure_sql``, skills sorted
    cells : analysis_survey__assn_cell
    scales : analysis_skill__fit_scale
    agencies : core_ref__codes_agency
    n_draws : per cell and skill

    Notes
    -----
    A skill on which fewer than two cells have somebody measured has no rows: nothing is known of it, and no prior is
    published as if it were.
    """
    register = cells.select(CELL).sort(CELL)
    effects = register_effects(register, agencies)
    heard = cell_pattern.group_by("skill_code").agg(n_cells=pl.struct(CELL).n_unique())
    known = scales.join(heard.filter(pl.col("n_cells") >= MIN_CELLS), on="skill_code").sort("skill_code")
    length = dict(known.select("skill_code", "theta_per_level").iter_rows())
    if not length:
        return TABLES["analysis_skill__fit_variance"].empty(), TABLES["analysis_skill__fit_cell_draw"].empty()
    measures = [_measures(cell_pattern, register, skill) for skill in length]
    fits = [fit_variances(m, effects) for m in measures]
    together = skill_correlations(_cell_codes(joint_measure, register), joint_measure.select(list(length)).to_numpy())
    draws = draw_skills(
        measures,
        effects,
        fits,
        effect_correlation=together.effect,
        residual_correlation=together.residual,
        n_draws=n_draws,
        random_state=RANDOM_STATE,
    )
    per_skill = list(zip(length, fits, draws, strict=True))
    means = [
        register.with_columns(skill_code=pl.lit(skill), mean_draws=pl.Series(d.mean, dtype=pl.List(pl.Float32)))
        for skill, _, d in per_skill
    ]
    return (
        TABLES["analysis_skill__fit_variance"].enforce(
            pl.concat(_variances(skill, fit, d, length[skill]) for skill, fit, d in per_skill)
        ),
        TABLES["analysis_skill__fit_cell_draw"].enforce(pl.concat(means)),
    )


def register_effects(cells: pl.DataFrame, agencies: pl.DataFrame) -> CrossedEffects:
    """Random effects of the cells of the register, in their order.

    A factor with one level is left out, and one that divides the cells as an earlier one does: two names for one
    variance.

    Parameters
    ----------
    cells : agency_id, seniority_code, job_family_code, sorted
    agencies : core_ref__codes_agency
    """
    kinds = agencies.select("agency_id", "agency_kind_code")
    placed = cells.join(kinds, on="agency_id", how="left", maintain_order="left")
    code = {
        name: (placed[name].fill_null("").rank("dense") - 1).to_numpy().astype(np.intp)
        for name in (*CELL, "agency_kind_code")
    }
    named = {
        "agency": code["agency_id"],
        "agency_kind": code["agency_kind_code"],
        "seniority": code["seniority_code"],
        "job_family": code["job_family_code"],
        "agency:seniority": interaction(code["agency_id"], code["seniority_code"]),
        "job_family:seniority": interaction(code["job_family_code"], code["seniority_code"]),
    }
    kept: dict[str, np.ndarray] = {}
    for name, codes in named.items():
        if codes.max() > 0 and not any(_same_parts(codes, other) for other in kept.values()):
            kept[name] = codes
    return crossed_effects(kept or named)


def _same_parts(codes: np.ndarray, other: np.ndarray) -> bool:
    """Whether two factors put the same cells together."""
    both = interaction(codes, other).max()
    return bool(both == codes.max() == other.max())


def _measures(cell_pattern: pl.DataFrame, register: pl.DataFrame, skill: str) -> CellMeasures:
    own = cell_pattern.filter(pl.col("skill_code") == skill)
    y, variance, people = (own[name].to_numpy() for name in ("measure", "measure_variance", "n_people"))
    return measure_cells(_cell_codes(own, register), y, variance, register.height, count=people)


def _cell_codes(rows: pl.DataFrame, register: pl.DataFrame) -> np.ndarray:
    """Number of each row's cell among the sorted cells of the register."""
    numbered = register.with_row_index("place")
    return rows.join(numbered, on=CELL, how="left", maintain_order="left")["place"].to_numpy().astype(np.intp)


def _variances(skill: str, fit: VarianceFit, draws: CellDraws, theta_per_level: float) -> pl.DataFrame:
    """Standard deviation of every source of differences between people, in levels."""
    lo, middle, hi = np.quantile(draws.component_sds, [0.05, 0.5, 0.95], axis=1) / theta_per_level
    return pl.DataFrame(
        {
            "skill_code": [skill] * len(fit.names),
            "component_code": [*fit.names[:-1], WITHIN],
            "component_sd_levels": middle,
            "component_sd_lo_levels": lo,
            "component_sd_hi_levels": hi,
            "sd_draws": pl.Series(draws.component_sds, dtype=pl.List(pl.Float32)),
        }
    )
