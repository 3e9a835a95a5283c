"""How skills are measured: scales and items of the bank in force, what differs between people, odd sheets, coverage."""

import dagster as dg
import polars as pl

from assets.resources.house import House
from assets.resources.tables import table_asset
from assets.resources.warehouse import Handle, Warehouse
from skills_models.contracts import TABLES
from skills_models.disclosure.coverage import protect_coverage, protect_flags
from skills_models.measurement.bank import in_force, in_hundreds
from skills_models.sql.flags import cell_flag_sql
from skills_models.survey.coverage import coverage_by_agency
from skills_models.survey.flags import flag_report


@table_asset()
def mart_method__scale(core_ref__fit_bank_scale: pl.DataFrame, analysis_skill__fit_scale: pl.DataFrame) -> pl.DataFrame:
    cuts = analysis_skill__fit_scale.drop("bank_version")
    joined = in_hundreds(in_force(core_ref__fit_bank_scale)).join(cuts, on="skill_code")
    return joined.select(list(TABLES["mart_method__scale"].columns))


@table_asset()
def mart_method__item(core_ref__fit_bank_item: pl.DataFrame) -> pl.DataFrame:
    return in_hundreds(in_force(core_ref__fit_bank_item)).select(list(TABLES["mart_method__item"].columns))


@table_asset()
def mart_method__variance(analysis_skill__fit_variance: pl.DataFrame) -> pl.DataFrame:
    return analysis_skill__fit_variance.drop("sd_draws")


@table_asset()
def mart_survey__flag(
    warehouse: dg.ResourceParam[Warehouse],
    analysis_skill__assn_person_skill: Handle,
    analysis_survey__entity_flag: Handle,
    analysis_survey__fit_weight: pl.DataFrame,
    house: dg.ResourceParam[House],
) -> pl.DataFrame:
    return protect_flags(
        flag_report(warehouse.read(cell_flag_sql()), analysis_survey__fit_weight), house.min_respondents
    )


@table_asset()
def mart_survey__coverage(
    house: dg.ResourceParam[House],
    analysis_survey__assn_cell: pl.DataFrame,
    analysis_survey__fit_weight: pl.DataFrame,
    analysis_skill__fit_leniency: pl.DataFrame,
    mart_gap__agency_skill: pl.DataFrame,
) -> pl.DataFrame:
    coverage = coverage_by_agency(analysis_survey__assn_cell, analysis_survey__fit_weight)
    return protect_coverage(coverage, analysis_skill__fit_leniency, mart_gap__agency_skill, house.min_respondents)
