"""The plan of the next quarter: who may take a seat, and who is given one."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets.resources.house import House
from assets.resources.results import FEASIBLE, record
from assets.resources.tables import describe, table_asset
from assets.resources.warehouse import Handle, Query, Warehouse
from skills_models.contracts import TABLES
from skills_models.planning.check import check_plan
from skills_models.planning.comparators import compare_plans, plan_pro_rata
from skills_models.planning.inputs import build_problem
from skills_models.planning.quarters import planning_quarter
from skills_models.planning.rules import InfeasiblePlan
from skills_models.planning.sorted_list import plan_by_sorted_list
from skills_models.planning.tables import tabulate_course_groups, tabulate_rules
from skills_models.sql.eligible import agency_hours_sql, eligible_sql

PLAN_TABLES = ("analysis_quota__assn_course_group", "analysis_quota__entity_rule", "analysis_quota__entity_plan")


@table_asset()
def analysis_quota__assn_eligible(
    house: dg.ResourceParam[House],
    core_hr__scd_employee: Handle,
    core_training__entity_completion: Handle,
    analysis_due__entity_person: Handle,
    core_training__entity_course: pl.DataFrame,
) -> Query:
    lengths = sorted(core_training__entity_course["course_hours"].unique())
    return Query(eligible_sql(house.today, planning_quarter(house.today), house.rules, lengths))


@table_asset()
def analysis_quota__entity_agency_hours(
    house: dg.ResourceParam[House], core_hr__scd_employee: Handle, core_training__entity_completion: Handle
) -> Query:
    return Query(agency_hours_sql(house.today, planning_quarter(house.today)))


@dg.multi_asset(
    name="quota_plan",
    outs={name: dg.AssetOut(**describe(TABLES[name]), code_version="1") for name in PLAN_TABLES},
)
def quota_plan(
    context: dg.AssetExecutionContext,
    warehouse: dg.ResourceParam[Warehouse],
    house: dg.ResourceParam[House],
    core_training__entity_course: pl.DataFrame,
    core_training__entity_session: pl.DataFrame,
    core_training__assn_course_effect: pl.DataFrame,
    core_ref__entity_item: pl.DataFrame,
    core_ref__codes_agency: pl.DataFrame,
    core_ref__codes_seniority: pl.DataFrame,
    core_ref__assn_skill_weight: pl.DataFrame,
    analysis_gap__assn_predictive: pl.DataFrame,
    analysis_quota__assn_eligible: pl.DataFrame,
    analysis_quota__entity_agency_hours: pl.DataFrame,
) -> Iterator[dg.Output[pl.DataFrame]]:
    problem = build_problem(
        planning_quarter(house.today),
        courses=core_training__entity_course,
        sessions=core_training__entity_session,
        course_effects=core_training__assn_course_effect,
        items=core_ref__entity_item,
        predictive=analysis_gap__assn_predictive,
        eligible=analysis_quota__assn_eligible,
        agencies=core_ref__codes_agency,
        seniorities=core_ref__codes_seniority,
        skill_weights=core_ref__assn_skill_weight,
        rules=house.rules,
    )
    try:
        plan = plan_by_sorted_list(problem)
    except InfeasiblePlan as reason:
        context.log.warning(str(reason))
        record(warehouse, [(PLAN_TABLES[0], FEASIBLE, str(reason), 1)], "warning")
        yield from (dg.Output(TABLES[name].empty(), name) for name in PLAN_TABLES)
        return
    record(warehouse, [(PLAN_TABLES[0], FEASIBLE, "some plan obeys every rule", 0)], "warning")
    if broken := check_plan(plan):
        raise dg.Failure("the plan breaks its own rules: " + "; ".join(broken), allow_retries=False)
    pro_rata = plan_pro_rata(plan)
    course_groups = tabulate_course_groups(plan, pro_rata)
    yield dg.Output(course_groups, "analysis_quota__assn_course_group")
    yield dg.Output(tabulate_rules(plan, analysis_quota__entity_agency_hours), "analysis_quota__entity_rule")
    yield dg.Output(compare_plans(plan, pro_rata), "analysis_quota__entity_plan")
