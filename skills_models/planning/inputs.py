"""From tables of the warehouse to a planning problem."""

from __future__ import annotations

import numpy as np
import polars as pl

from skills_models.planning.catalogue import describe_courses
from skills_models.planning.problem import DEFAULT_SCENARIO, TAUGHT_KINDS, PlanningProblem
from skills_models.planning.rules import RuleBook
from skills_models.planning.value import Floats


def build_problem(
    quarter_code: str,
    *,
    courses: pl.DataFrame,
    sessions: pl.DataFrame,
    course_effects: pl.DataFrame,
    items: pl.DataFrame,
    predictive: pl.DataFrame,
    eligible: pl.DataFrame,
    agencies: pl.DataFrame,
    seniorities: pl.DataFrame,
    skill_weights: pl.DataFrame,
    rules: RuleBook,
    weight_scenario_code: str = DEFAULT_SCENARIO,
) -> PlanningProblem:
    """Collect a quarter's problem; all frames are small.

    Parameters
    ----------
    quarter_code : the planned quarter
    courses, sessions, course_effects : ``core_training__entity_course``, ``__entity_session``,
        ``__assn_course_effect``
    items : ``core_ref__entity_item``; says how many elements of a skill the survey asks about
    predictive : ``analysis_gap__assn_predictive``
    eligible : ``analysis_quota__assn_eligible``
    agencies, seniorities, skill_weights : ``core_ref__codes_agency``, ``core_ref__codes_seniority``,
        ``core_ref__assn_skill_weight``
    rules : rules of the pack on the day of the plan
    weight_scenario_code : named weights; every skill of the scenario takes part in the plan

    Raises
    ------
    ValueError
        If the pack has no such weights.
    """
    weights = skill_weights.filter(pl.col("weight_scenario_code") == weight_scenario_code).sort("skill_code")
    if weights.is_empty():
        known = ", ".join(sorted(skill_weights["weight_scenario_code"].unique()))
        raise ValueError(f"no weights named {weight_scenario_code!r}; the pack has: {known or 'none'}")
    skills = tuple(weights["skill_code"])
    sessions = sessions.filter(pl.col("quarter_code") == quarter_code)
    taught = _taught_courses(courses, sessions, course_effects, skills, rules)
    groups = _groups(eligible, agencies, seniorities)
    mean = _matrix(groups, predictive, ["agency_id", "seniority_code"], skills, "gap_mean_levels", -np.inf)
    known_gap = np.isfinite(mean)
    sd = _matrix(groups, predictive, ["agency_id", "seniority_code"], skills, "gap_sd_levels", 0.0)
    return PlanningProblem(
        quarter_code=quarter_code,
        courses=taught,
        sessions=sessions.filter(pl.col("course_id").is_in(taught["course_id"].to_list()))
        .select("session_id", "course_id", "language_code", "seats_per_session", "min_seats", "start_date")
        .sort("course_id", "language_code", "start_date", "session_id"),
        skills=skills,
        skill_weights=weights["skill_weight"].to_numpy(),
        effects=skill_effects(taught, course_effects, items, skills),
        groups=groups,
        gap_means=np.where(known_gap, mean, 0.0),
        gap_sds=np.where(known_gap, sd, 0.0),
        pools=_pools(eligible, groups),
        rules=rules,
    )


def skill_effects(
    courses: pl.DataFrame, course_effects: pl.DataFrame, items: pl.DataFrame, skills: tuple[str, ...]
) -> Floats:
    """(n_courses, n_skills): sum of the effects on a skill's elements over the number of elements surveyed."""
    asked = items.drop_nulls(["element_code", "skill_code"])
    surveyed = asked.group_by("skill_code").agg(n_elements=pl.col("element_code").n_unique())
    per_skill = (
        course_effects.join(asked.select("element_code").unique(), on="element_code", how="semi")
        .sort("course_id", "skill_code", "element_code")
        .group_by("course_id", "skill_code", maintain_order=True)
        .agg(pl.col("effect_levels").sum())
        .join(surveyed, on="skill_code")
        .with_columns(effect_levels=pl.col("effect_levels") / pl.col("n_elements"))
    )
    return _matrix(courses, per_skill, ["course_id"], skills, "effect_levels", 0.0)


def _taught_courses(
    courses: pl.DataFrame, sessions: pl.DataFrame, effects: pl.DataFrame, skills: tuple[str, ...], rules: RuleBook
) -> pl.DataFrame:
    """Courses with a session in the quarter that the plan may give: retraining and degrees follow other rules."""
    framework = effects.filter(pl.col("skill_code").is_in(list(skills)))
    return (
        courses.join(sessions, on="course_id", how="semi")
        .filter(pl.col("training_kind_code").is_in(list(TAUGHT_KINDS)))
        .join(describe_courses(courses, framework, rules), on="course_id")
        .select("course_id", "course_hours", "seat_cost", "track_code", "is_statutory", "is_innovation")
        .sort("course_id")
    )


def _groups(eligible: pl.DataFrame, agencies: pl.DataFrame, seniorities: pl.DataFrame) -> pl.DataFrame:
    """Groups on the register; the upper half of the bands, in their order, may take the manager track."""
    ordered = seniorities.sort("seniority_order")["seniority_code"].to_list()
    leading = ordered[(len(ordered) + 1) // 2 :]
    return (
        eligible.group_by("agency_id", "seniority_code")
        .agg(pl.col("n_people").sum())
        .join(agencies.select("agency_id", "region_code"), on="agency_id", how="left")
        .select(
            "agency_id",
            "seniority_code",
            "region_code",
            "n_people",
            may_lead=pl.col("seniority_code").is_in(leading),
        )
        .sort("agency_id", "seniority_code")
    )


def _pools(eligible: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    indexed = groups.with_row_index("group").select("agency_id", "seniority_code", pl.col("group").cast(pl.Int64))
    return (
        eligible.join(indexed, on=["agency_id", "seniority_code"])
        .select("group", "language_code", "is_statutory", "allowed_hours", "n_people")
        .sort("group", "language_code", "is_statutory", "allowed_hours")
    )


def _matrix(
    rows: pl.DataFrame, cells: pl.DataFrame, keys: list[str], skills: tuple[str, ...], figure: str, absent: float
) -> Floats:
    """``figure`` of ``cells`` as (rows, skills); ``absent`` where there is no cell."""
    matrix = np.full((rows.height, len(skills)), absent, dtype=np.float64)
    placed = cells.join(rows.select(keys).with_row_index("row"), on=keys).filter(pl.col("skill_code").is_in(skills))
    column = placed["skill_code"].replace_strict(list(skills), list(range(len(skills))), return_dtype=pl.Int64)
    matrix[placed["row"].to_numpy(), column.to_numpy()] = placed[figure].to_numpy()
    return matrix
