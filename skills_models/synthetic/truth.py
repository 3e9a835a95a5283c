"""What is true of the synthetic civil service. It is written to a folder of its own and enters no table."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from scipy.optimize import brentq
from scipy.special import expit, ndtr

from skills_models.synthetic.answers import LENIENCY, SD_HALO, Answers, ItemBank
from skills_models.synthetic.skills import SD_WITHIN, SkillTruth


def person_truth(
    people: pl.DataFrame,
    skills: SkillTruth,
    answers: Answers,
    bank: ItemBank,
    answered: np.ndarray,
    segment: np.ndarray,
) -> pl.DataFrame:
    """One row per person: post, true segment, ``theta_*``, ``required_*``, ``below_*`` (null where not measured),
    and the answer to each item that the person gave or would have given.

    ``reported_*`` and ``lacking_*`` are chances for somebody of the same post, body and training: that self-reported,
    and that true skill lies below the cut of the requirement. Means over a group are its superpopulation shares."""
    frame = people.select(
        "identity_number", "agency_id", "agency_kind_code", "seniority_code", "job_family_code", "language_code"
    )
    columns: dict[str, pl.Series] = {
        "true_segment": pl.Series(segment + 1),
        "is_respondent": pl.Series(answered),
        "is_straight_liner": pl.Series(answers.is_straight_liner),
    }
    in_kk = people.filter(pl.col("language_code") == "kk").height / people.height
    for s, skill in enumerate(skills.skills):
        columns[f"theta_{skill}"] = pl.Series(answers.theta[:, s])
        columns[f"required_{skill}"] = pl.Series(skills.required[:, s])
        below = pl.Series(answers.below[:, s])
        columns[f"below_{skill}"] = below.set(pl.Series(~answers.measured[:, s]), None)
        distance = true_cuts(bank, s, in_kk)[skills.required[:, s]] - (answers.theta[:, s] - skills.own[:, s])
        columns[f"reported_{skill}"] = pl.Series(ndtr((distance - LENIENCY) / np.hypot(SD_WITHIN, SD_HALO)))
        columns[f"lacking_{skill}"] = pl.Series(ndtr(distance / SD_WITHIN))
    for i, item in enumerate(bank.items):
        level = pl.Series(answers.level[:, i])
        columns[f"answer_{item}"] = level.set(level < 0, None)
    return frame.with_columns(**columns)


def true_cuts(bank: ItemBank, skill: int, share_in_kk: float) -> np.ndarray:
    """Skill at which the expected mean answer is L - 1/2, for L = 0 .. 3 (level 0 is met by everybody), shape (4,).

    The expected answer is taken over the languages of the questionnaire as people use them.
    """
    mine = bank.skill == skill

    def expected(theta: float, shift: float) -> float:
        harder = bank.thresholds[mine] + shift * bank.shift_kk[mine, None]
        return float(expit(bank.slope[mine, None] * (theta - harder)).sum(axis=1).mean())

    def excess(theta: float, level: int) -> float:
        return share_in_kk * expected(theta, 1) + (1 - share_in_kk) * expected(theta, 0) - (level - 0.5)

    return np.array([-np.inf, *(brentq(excess, -12, 12, args=(level,)) for level in (1, 2, 3))])


def group_truth(person: pl.DataFrame, skills: list[str]) -> pl.DataFrame:
    """One row per agency, band and skill: share of the *whole* group whose answers fall below requirement.

    ``true_below_share`` counts those with two rated items; band ``all`` stands for the whole body (its true
    segment is null). The finite truth that a sampling interval aims at. ``reported_share`` and ``lacking_share`` are
    the superpopulation shares of self-reported and of true skill, at which a model aims.
    """
    groups = []
    for band in (pl.col("seniority_code"), pl.lit("all")):
        segment = pl.col("true_segment").first() if band.meta.is_column() else pl.lit(None, dtype=pl.Int8)
        for skill in skills:
            below = pl.col(f"below_{skill}")
            groups.append(
                person.group_by("agency_id", "agency_kind_code", band.alias("seniority_code")).agg(
                    skill_code=pl.lit(skill),
                    n_people=pl.len(),
                    n_respondents=pl.col("is_respondent").sum(),
                    n_measurable=below.count(),
                    true_below_share=below.mean(),
                    reported_share=pl.col(f"reported_{skill}").mean(),
                    lacking_share=pl.col(f"lacking_{skill}").mean(),
                    true_theta=pl.col(f"theta_{skill}").mean(),
                    true_segment=segment,
                )
            )
    return pl.concat(groups, how="vertical_relaxed").sort("agency_id", "seniority_code", "skill_code")


def item_truth(bank: ItemBank, skills: list[str]) -> pl.DataFrame:
    """True parameters of each item: slope, three thresholds, chance of no judgement, shift in Kazakh."""
    return pl.DataFrame(
        {
            "item_code": bank.items,
            "skill_code": [skills[s] for s in bank.skill],
            "slope": bank.slope,
            **{f"threshold_{k + 1}": bank.thresholds[:, k] for k in range(bank.thresholds.shape[1])},
            "cannot_judge_share": bank.cannot_judge,
            "shift_kk": bank.shift_kk,
        }
    )


def facts(values: dict[str, Any]) -> pl.DataFrame:
    """Named facts of the plot and of the effects, as text."""
    return pl.DataFrame({"fact": list(values), "value": [str(value) for value in values.values()]})
