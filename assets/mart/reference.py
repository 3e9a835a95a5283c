"""What screens need to know of bodies, regions, bands, skills, courses, items, requirements and registers."""

import dagster as dg
import polars as pl

from assets.resources.house import House
from assets.resources.tables import describe, table_asset
from assets.resources.warehouse import Handle, Query
from skills_models.contracts import TABLES
from skills_models.frameworks import crosswalk_mart
from skills_models.sql.climate import headcounts_sql
from skills_models.sql.reference import (
    agency_sql,
    headcount_sql,
    item_sql,
    people_in_cells_sql,
    role_profile_sql,
    shown_respondents_sql,
)
from skills_models.sql.survey import current_sheet_sql


def chosen(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of a mart that a reference table has already."""
    return frame.select(list(TABLES[name].columns))


@table_asset()
def mart_ref__agency_kind(core_ref__codes_agency_kind: pl.DataFrame) -> pl.DataFrame:
    return chosen("mart_ref__agency_kind", core_ref__codes_agency_kind)


@table_asset()
def mart_ref__region(core_ref__codes_region: pl.DataFrame) -> pl.DataFrame:
    return chosen("mart_ref__region", core_ref__codes_region)


@table_asset()
def mart_ref__seniority(core_ref__codes_seniority: pl.DataFrame) -> pl.DataFrame:
    return chosen("mart_ref__seniority", core_ref__codes_seniority)


@table_asset()
def mart_ref__job_family(core_ref__codes_job_family: pl.DataFrame) -> pl.DataFrame:
    return chosen("mart_ref__job_family", core_ref__codes_job_family)


@table_asset()
def mart_ref__skill(core_ref__entity_skill: pl.DataFrame) -> pl.DataFrame:
    return chosen("mart_ref__skill", core_ref__entity_skill)


@table_asset()
def mart_framework__crosswalk(
    core_framework__assn_crosswalk: pl.DataFrame, core_framework__entity_competency: pl.DataFrame
) -> pl.DataFrame:
    return crosswalk_mart(core_framework__assn_crosswalk, core_framework__entity_competency)


@table_asset()
def mart_framework__item(
    house: dg.ResourceParam[House],
    core_ref__entity_item: Handle,
    core_survey__entity_respondent: Handle,
    core_survey__assn_answer: Handle,
) -> Query:
    return Query(item_sql(current_sheet_sql(house.today), house.min_respondents))


@table_asset()
def mart_framework__role_profile(core_ref__assn_role_profile: Handle, analysis_survey__assn_cell: Handle) -> Query:
    return Query(role_profile_sql())


@table_asset()
def mart_hr__headcount(house: dg.ResourceParam[House], core_hr__wave_headcount: Handle) -> Query:
    return Query(headcount_sql(house.today))


def agency_mart(scale: str) -> dg.AssetsDefinition:
    """``mart_ref__agency``: respondents where the gate shows their body; a response share if the register has them."""
    has_persons = scale == "anchored"
    register = "analysis_survey__assn_cell" if has_persons else "core_hr__wave_headcount"
    source = "mart_gap__agency_skill" if has_persons else "mart_climate__agency_item"

    @dg.asset(
        name="mart_ref__agency",
        code_version="1",
        ins={
            "register": dg.AssetIn(register, dagster_type=Handle),
            "replies": dg.AssetIn(source, dagster_type=Handle),
        },
        **describe(TABLES["mart_ref__agency"]),
    )
    def agencies(
        house: dg.ResourceParam[House],
        core_ref__codes_agency: Handle,
        register: Handle,
        replies: Handle,
    ) -> Query:
        people = people_in_cells_sql() if has_persons else headcounts_sql(house.today)
        return Query(agency_sql(people, shown_respondents_sql(source), house.min_respondents, has_persons))

    return agencies
