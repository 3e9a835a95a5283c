"""What gap a person of a group may be expected to have, whoever that person is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from skills_models.contracts import TABLES
from skills_models.estimation.draws import GROUP, SkillDraws


def predictive_gaps(draws: Sequence[SkillDraws], cell_skill: pl.DataFrame, min_respondents: int) -> pl.DataFrame:
    """analysis_gap__assn_predictive: mean and standard deviation of cut less skill, in levels, per group and skill.

    The person is drawn at random from the people of the group: the variance is that of people inside a cell, of cells
    inside the group, and of not knowing the cells' means. A requirement of level 0 leaves no gap: its cells count with
    a cut one level below the first. ``evidence_code`` says whether ``min_respondents`` of the group were measured, or
    the model speaks from like groups.

    Parameters
    ----------
    draws : of ``skill_draws``
    cell_skill : analysis_skill__assn_cell_skill
    min_respondents : fewest measured people, without a flag, of a group whose own answers count as evidence
    """
    parts = []
    for skill in draws:
        groups = skill.cells.group_by(GROUP).agg(pl.col("n_respondents").sum()).sort(GROUP)
        keys = groups.select(GROUP)
        cut = np.where(np.isfinite(skill.cut()), skill.cut(), skill.cuts[1] - skill.theta_per_level)
        gap = cut[:, None] - skill.mean
        first = skill.over(gap, keys).mean(axis=1)
        second = skill.over(gap**2 + skill.within_sd**2, keys).mean(axis=1)
        parts.append(
            groups.with_columns(
                skill_code=pl.lit(skill.skill_code),
                gap_mean_levels=pl.Series(first / skill.theta_per_level),
                gap_sd_levels=pl.Series(np.sqrt(np.maximum(second - first**2, 0.0)) / skill.theta_per_level),
            )
        )
    table = TABLES["analysis_gap__assn_predictive"]
    if not parts:
        return table.empty()
    measured = cell_skill.group_by([*GROUP, "skill_code"]).agg(pl.col("n_unflagged").sum())
    evidence = pl.when(pl.col("n_unflagged") >= min_respondents).then(pl.lit("group")).otherwise(pl.lit("model"))
    found = pl.concat(parts).join(measured, on=[*GROUP, "skill_code"], how="left")
    return table.enforce(found.with_columns(evidence_code=evidence).drop("n_unflagged"))
