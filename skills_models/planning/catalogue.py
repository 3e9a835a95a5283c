"""What the catalogue offers: facts of a course that follow from law and effects."""

from __future__ import annotations

import polars as pl

from skills_models.contracts import TABLES
from skills_models.planning.rules import RuleBook, rule_number


def describe_courses(courses: pl.DataFrame, course_effects: pl.DataFrame, rules: RuleBook) -> pl.DataFrame:
    """course_id, is_innovation (raises a skill of the framework) and is_statutory (length and kind the law asks).

    Parameters
    ----------
    courses, course_effects : ``core_training__entity_course``, ``core_training__assn_course_effect``
    rules : rules of the pack
    """
    shortest, longest = (rule_number(rules, f"advanced_{end}_hours") for end in ("min", "max"))
    builds = course_effects.filter(pl.col("effect_levels") > 0)["course_id"].unique().to_list()
    lawful = (pl.col("training_kind_code") == "advanced") & pl.col("course_hours").is_between(shortest, longest)
    return courses.select("course_id", is_innovation=pl.col("course_id").is_in(builds), is_statutory=lawful)


def tabulate_courses(
    courses: pl.DataFrame,
    course_facts: pl.DataFrame,
    sessions: pl.DataFrame,
    course_group: pl.DataFrame,
    quarter_code: str,
) -> pl.DataFrame:
    """``mart_ref__course``: the catalogue with the sessions and seats of the planned quarter.

    Parameters
    ----------
    courses, sessions : ``core_training__entity_course``, ``core_training__entity_session``
    course_facts : rows of ``describe_courses``
    course_group : ``analysis_quota__assn_course_group``
    quarter_code : the planned quarter
    """
    offered = (
        sessions.filter(pl.col("quarter_code") == quarter_code)
        .group_by("course_id")
        .agg(n_sessions=pl.len().cast(pl.Int64), n_seats_offered=pl.col("seats_per_session").sum())
    )
    planned = course_group.group_by("course_id").agg(pl.col("n_seats").sum())
    rows = (
        courses.join(course_facts, on="course_id")
        .join(offered, on="course_id", how="left")
        .join(planned, on="course_id", how="left")
        .with_columns(pl.col("n_sessions", "n_seats_offered", "n_seats").fill_null(0))
    )
    table = TABLES["mart_ref__course"]
    return table.enforce(rows.select(list(table.columns)))
