"""Answers against the requirement of the role, in exact integers."""

import dagster as dg

from assets.resources.house import House
from assets.resources.tables import table_asset
from assets.resources.warehouse import Handle, Query
from skills_models.measurement.scale import units_per_level
from skills_models.sql.skill import cell_skill_sql, person_skill_sql


@table_asset()
def analysis_skill__assn_person_skill(
    house: dg.ResourceParam[House],
    analysis_survey__entity_respondent: Handle,
    core_survey__assn_answer: Handle,
    core_ref__entity_item: Handle,
    core_ref__assn_role_profile: Handle,
) -> Query:
    units = units_per_level(house.pack.tables["core_ref__entity_item"])
    return Query(person_skill_sql(units, house.pack.survey.min_rated_items))


@table_asset()
def analysis_skill__assn_cell_skill(
    analysis_survey__assn_cell: Handle,
    analysis_skill__assn_person_skill: Handle,
    core_ref__assn_role_profile: Handle,
) -> Query:
    return Query(cell_skill_sql())
