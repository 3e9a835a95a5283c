"""Stored draws of a skill with what is needed to make figures of them: requirement, scale, register."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skills_models.estimation.shares import aggregate, share_below, shortfall_levels
from skills_models.survey.weights import CELL

GROUP = CELL[:2]
WITHIN = "within"
HIGHEST_LEVEL = 3
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SkillDraws:
    """Posterior draws of one skill over the cells of the register.

    Parameters
    ----------
    skill_code : the skill
    cells : agency_id, seniority_code, job_family_code, n_people, n_respondents, required_level, sorted by cell
    mean : mean skill of each cell, theta, shape (cells, draws)
    within_sd : spread of people inside a cell, theta, shape (draws,)
    cuts : theta from which levels 0 .. 3 are met, shape (4,); level 0 is met by everybody
    theta_per_level : length of a level
    """

    skill_code: str
    cells: pl.DataFrame
    mean: Floats
    within_sd: Floats
    cuts: Floats
    theta_per_level: float

    def cut(self, levels_up: int = 0) -> Floats:
        """Cut of each cell's requirement, were it so many levels higher (within 0 .. 3), shape (cells,)."""
        required = self.cells["required_level"].to_numpy()
        return np.asarray(self.cuts[np.clip(required + levels_up, 0, HIGHEST_LEVEL)])

    def below(self, levels_up: int = 0, lenient_levels: float | Floats = 0.0) -> Floats:
        """Share below requirement of each cell, shape (cells, draws).

        Parameters
        ----------
        levels_up : change of every requirement
        lenient_levels : by how much people rate themselves too high; one number, or (cells, draws)
        """
        mean = self.mean - np.asarray(lenient_levels) * self.theta_per_level
        return share_below(mean, self.within_sd, self.cut(levels_up))

    def shortfall(self) -> Floats:
        """Mean shortfall over the people of each cell, in levels, shape (cells, draws)."""
        return shortfall_levels(self.mean, self.within_sd, self.cut(), self.theta_per_level)

    def over(self, values: Floats, groups: pl.DataFrame) -> Floats:
        """Mean of a cell figure over the people of each group, shape (groups, draws).

        Parameters
        ----------
        values : (cells, draws)
        groups : key columns of the cells, one row per group; cells of no group are left out
        """
        numbered = groups.with_row_index("place")
        place = self.cells.join(numbered, on=groups.columns, how="left", maintain_order="left")["place"]
        codes = place.cast(pl.Int64).fill_null(-1).to_numpy()
        return aggregate(values, self.cells["n_people"].to_numpy(), codes, groups.height)

    def nationwide(self, values: Floats) -> Floats:
        """Mean of a cell figure over all people of the register, shape (draws,)."""
        people = self.cells["n_people"].to_numpy()
        return np.asarray((values * people[:, None]).sum(axis=0) / people.sum())


def skill_draws(
    cell_draws: pl.DataFrame,
    variances: pl.DataFrame,
    scales: pl.DataFrame,
    role_profiles: pl.DataFrame,
    cells: pl.DataFrame,
) -> list[SkillDraws]:
    """Draws of every skill that has some, sorted by skill.

    Parameters
    ----------
    cell_draws, variances, scales : analysis_skill__fit_cell_draw, __fit_variance, __fit_scale
    role_profiles : core_ref__assn_role_profile
    cells : analysis_survey__assn_cell
    """
    spread = variances.filter(pl.col("component_code") == WITHIN)
    required = role_profiles.select("job_family_code", "seniority_code", "skill_code", "required_level")
    placed = (
        cell_draws.join(cells, on=CELL)
        .join(required, on=["job_family_code", "seniority_code", "skill_code"])
        .sort("skill_code", *CELL)
    )
    found = []
    drawn = scales.filter(pl.col("skill_code").is_in(cell_draws["skill_code"].unique().to_list()))
    for scale in drawn.sort("skill_code").iter_rows(named=True):
        own = placed.filter(pl.col("skill_code") == scale["skill_code"])
        within = spread.filter(pl.col("skill_code") == scale["skill_code"])["sd_draws"]
        found.append(
            SkillDraws(
                scale["skill_code"],
                own.select(*CELL, "n_people", "n_respondents", "required_level"),
                _dense(own["mean_draws"]),
                _dense(within)[0],
                np.array([-np.inf, scale["cut_1"], scale["cut_2"], scale["cut_3"]]),
                scale["theta_per_level"],
            )
        )
    return found


def _dense(lists: pl.Series) -> Floats:
    """Lists of one length as an array (rows, length)."""
    return lists.explode().to_numpy().reshape(len(lists), -1).astype(np.float64)
