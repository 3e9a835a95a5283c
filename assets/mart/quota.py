"""The plan as screens show it, and what the law wants when."""

import dagster as dg
import polars as pl

from assets.resources.house import House
from assets.resources.tables import table_asset
from assets.resources.warehouse import Handle, Warehouse
from skills_models.planning.catalogue import describe_courses, tabulate_courses
from skills_models.planning.due import tabulate_due
from skills_models.planning.marts import protect_course_groups, tabulate_agency_hours, tabulate_coverage
from skills_models.planning.quarters import planning_quarter
from skills_models.sql.due import due_summary_sql


@table_asset()
def mart_quota__course_group(
    analysis_quota__assn_course_group: pl.DataFrame, mart_gap__group_skill: pl.DataFrame
) -> pl.DataFrame:
    return protect_course_groups(analysis_quota__assn_course_group, mart_gap__group_skill)


@table_asset()
def mart_quota__rule(analysis_quota__entity_rule: pl.DataFrame) -> pl.DataFrame:
    return analysis_quota__entity_rule


@table_asset()
def mart_quota__plan(analysis_quota__entity_plan: pl.DataFrame) -> pl.DataFrame:
    return analysis_quota__entity_plan


@table_asset()
def mart_quota__agency_hours(
    house: dg.ResourceParam[House],
    analysis_quota__entity_agency_hours: pl.DataFrame,
    analysis_quota__assn_course_group: pl.DataFrame,
    core_training__entity_course: pl.DataFrame,
    core_training__assn_course_effect: pl.DataFrame,
) -> pl.DataFrame:
    facts = describe_courses(core_training__entity_course, core_training__assn_course_effect, house.rules)
    return tabulate_agency_hours(
        analysis_quota__entity_agency_hours, analysis_quota__assn_course_group, facts, house.rules
    )


@table_asset()
def mart_ref__course(
    house: dg.ResourceParam[House],
    core_training__entity_course: pl.DataFrame,
    core_training__entity_session: pl.DataFrame,
    core_training__assn_course_effect: pl.DataFrame,
    analysis_quota__assn_course_group: pl.DataFrame,
) -> pl.DataFrame:
    facts = describe_courses(core_training__entity_course, core_training__assn_course_effect, house.rules)
    return tabulate_courses(
        core_training__entity_course,
        facts,
        core_training__entity_session,
        analysis_quota__assn_course_group,
        planning_quarter(house.today),
    )


@table_asset()
def mart_needs__course_coverage(
    core_ref__entity_skill: pl.DataFrame,
    mart_gap__scope_skill: pl.DataFrame,
    core_training__assn_course_effect: pl.DataFrame,
    mart_ref__course: pl.DataFrame,
    analysis_quota__assn_course_group: pl.DataFrame,
) -> pl.DataFrame:
    return tabulate_coverage(
        core_ref__entity_skill,
        mart_gap__scope_skill,
        core_training__assn_course_effect,
        mart_ref__course,
        analysis_quota__assn_course_group,
    )


@table_asset()
def mart_due__agency_quarter(
    house: dg.ResourceParam[House],
    warehouse: dg.ResourceParam[Warehouse],
    analysis_due__entity_person: Handle,
    analysis_quota__assn_course_group: pl.DataFrame,
) -> pl.DataFrame:
    counts = warehouse.read(due_summary_sql(house.today))
    return tabulate_due(counts, analysis_quota__assn_course_group, house.today)
