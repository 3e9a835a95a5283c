"""A plan as screens show it. Seats are decisions: exact; survey figures come through the gate's marts alone."""

from __future__ import annotations

from typing import Final

import polars as pl

from skills_models.contracts import TABLES
from skills_models.planning.rules import RuleBook, rule_number

MIN_ELIGIBLE: Final = 10
WHOLE_BODY: Final = "all"


def protect_course_groups(course_group: pl.DataFrame, gap_mart: pl.DataFrame) -> pl.DataFrame:
    """``mart_quota__course_group``: bands with fewer than ten people who may attend become one row 'all'.

    Parameters
    ----------
    course_group : ``analysis_quota__assn_course_group``
    gap_mart : ``mart_gap__group_skill``; the share below requirement on the skill that counts most comes from
        here, so that a figure it hides is hidden here too, and so is which skill it would be. Merged rows carry none.
    """
    keys = ["quarter_code", "course_id", "agency_id", "seniority_code"]
    merged = (
        course_group.with_columns(
            seniority_code=pl.when(pl.col("n_eligible") < MIN_ELIGIBLE)
            .then(pl.lit(WHOLE_BODY))
            .otherwise("seniority_code")
        )
        .sort([*keys, "n_seats"], descending=[False] * 4 + [True], maintain_order=True)
        .group_by(keys, maintain_order=True)
        .agg(
            pl.col("n_eligible", "n_seats", "n_seats_statutory", "n_seats_pro_rata", "n_hours", "total_cost").sum(),
            pl.col("reason_code", "top_skill_code", "binding_rule_code").first(),
        )
    )
    shown = gap_mart.filter("is_shown").select(
        "agency_id",
        "seniority_code",
        "below_share",
        "below_share_lo",
        "below_share_hi",
        top_skill_code="skill_code",
    )
    table = TABLES["mart_quota__course_group"]
    rows = merged.join(shown, on=["agency_id", "seniority_code", "top_skill_code"], how="left").with_columns(
        pl.when(pl.col("below_share").is_not_null()).then("top_skill_code")
    )
    return table.enforce(rows.select(list(table.columns)))


def tabulate_agency_hours(
    agency_hours: pl.DataFrame, course_group: pl.DataFrame, course_facts: pl.DataFrame, rules: RuleBook
) -> pl.DataFrame:
    """``mart_quota__agency_hours``: hours allowed, used and planned, and the share that builds a framework skill.

    Parameters
    ----------
    agency_hours : rows of ``agency_hours_sql``
    course_group : ``analysis_quota__assn_course_group``
    course_facts : rows of ``describe_courses``
    rules : rules of the pack
    """
    per_year = int(rule_number(rules, "hours_per_person_year"))
    innovation = pl.col("n_hours").filter("is_innovation").sum()
    planned = (
        course_group.join(course_facts.select("course_id", "is_innovation"), on="course_id")
        .group_by("agency_id")
        .agg(planned_hours=pl.col("n_hours").sum(), n_seats=pl.col("n_seats").sum(), innovation_hours=innovation)
    )
    rows = agency_hours.join(planned, on="agency_id", how="left").with_columns(
        pl.col("planned_hours", "n_seats", "innovation_hours").fill_null(0),
        allowed_hours=pl.col("n_people") * per_year,
    )
    rows = rows.with_columns(
        innovation_planned_share=_ratio("innovation_hours", "planned_hours"),
        innovation_used_share=_ratio("recent_innovation_hours", "recent_hours"),
    )
    table = TABLES["mart_quota__agency_hours"]
    return table.enforce(rows.select(list(table.columns)))


def tabulate_coverage(
    skills: pl.DataFrame,
    scope_mart: pl.DataFrame,
    course_effects: pl.DataFrame,
    courses: pl.DataFrame,
    course_group: pl.DataFrame,
) -> pl.DataFrame:
    """``mart_needs__course_coverage``: what the catalogue and the plan do for each skill; a need without a course.

    Parameters
    ----------
    skills : ``core_ref__entity_skill``
    scope_mart : ``mart_gap__scope_skill``; the nation's people below requirement come from here
    course_effects : ``core_training__assn_course_effect``; a course counts for a skill it raises
    courses : ``mart_ref__course``, for the seats of the quarter
    course_group : ``analysis_quota__assn_course_group``
    """
    builds = (
        course_effects.filter(pl.col("effect_levels") > 0)
        .select("course_id", "skill_code")
        .unique()
        .join(courses.select("course_id", "n_seats_offered"), on="course_id")
    )
    planned = course_group.group_by("course_id").agg(pl.col("n_seats").sum())
    per_skill = (
        builds.join(planned, on="course_id", how="left")
        .group_by("skill_code")
        .agg(
            n_courses=pl.col("course_id").n_unique(),
            n_seats_offered=pl.col("n_seats_offered").sum(),
            n_seats=pl.col("n_seats").sum(),
        )
    )
    nation = scope_mart.filter(pl.col("scope_code") == "nation").select("skill_code", "n_people_below")
    counts = ["n_courses", "n_seats_offered", "n_seats"]
    rows = (
        skills.select("skill_code")
        .join(nation, on="skill_code", how="left")
        .join(per_skill, on="skill_code", how="left")
        .with_columns(pl.col(counts).fill_null(0))
        .with_columns(has_course=pl.col("n_courses") > 0)
    )
    table = TABLES["mart_needs__course_coverage"]
    return table.enforce(rows.select(list(table.columns)))


def _ratio(part: str, whole: str) -> pl.Expr:
    """Share, missing where the whole is nothing."""
    return pl.when(pl.col(whole) > 0).then(pl.col(part) / pl.col(whole))
