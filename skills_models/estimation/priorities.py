"""Who needs most under each set of weights, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from skills_models.contracts import TABLES
from skills_models.estimation.draws import GROUP, SkillDraws
from skills_models.estimation.ranks import rank_groups
from skills_models.estimation.shares import summarise

MIN_RANKED = 10  # groups; among fewer there is no tenth in greatest need, and nobody is named


def priorities(draws: Sequence[SkillDraws], skill_weights: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """analysis_gap__assn_priority: the groups that may be shown, ranked by weighted mean shortfall.

    The weights of a scenario are scaled to sum to 1 over the skills that have draws, so the need is in levels. Draw d
    of one skill belongs to draw d of the others, so the interval of the sum is that of the sum. Groups that are not
    shown take no place: they are unknown, not last, and a hole in the places would give theirs away.

    Parameters
    ----------
    draws : of ``skill_draws``
    skill_weights : core_ref__assn_skill_weight
    groups : agency_id, seniority_code of the groups to rank (``disclosure.gate.shown_groups``)
    """
    table = TABLES["analysis_gap__assn_priority"]
    if not draws or groups.is_empty():
        return table.empty()
    groups = groups.select(GROUP).sort(GROUP)
    shortfall = {skill.skill_code: skill.over(skill.shortfall(), groups) for skill in draws}
    parts = []
    for (scenario,), rows in skill_weights.sort("weight_scenario_code", "skill_code").group_by(
        ["weight_scenario_code"], maintain_order=True
    ):
        weights = {skill: w for skill, w in rows.select("skill_code", "skill_weight").iter_rows() if skill in shortfall}
        total = sum(weights.values())
        if total <= 0:
            continue  # every skill that counts here is unmeasured
        need = np.sum([shortfall[skill] * (w / total) for skill, w in weights.items()], axis=0)
        figure, ranking = summarise(need), rank_groups(need)
        parts.append(
            groups.with_columns(
                weight_scenario_code=pl.lit(scenario),
                need_levels=pl.Series(figure.mean),
                need_lo_levels=pl.Series(figure.lo),
                need_hi_levels=pl.Series(figure.hi),
                top_probability=pl.Series(ranking.top_probability),
                rank_lo=pl.Series(ranking.rank_lo),
                rank_hi=pl.Series(ranking.rank_hi),
                tied_bracket=pl.Series(ranking.bracket),
                is_named_top=pl.Series(ranking.is_named_top) & (groups.height >= MIN_RANKED),
            )
        )
    return table.enforce(pl.concat(parts)) if parts else table.empty()
