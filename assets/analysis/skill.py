"""Answers against the requirement of the role, scored on the scale of the item bank, and modelled cell by cell."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets.resources.house import House
from assets.resources.tables import describe, table_asset
from assets.resources.warehouse import Handle, Query, Warehouse
from skills_models.contracts import TABLES
from skills_models.estimation.skill_model import fit_skill_models
from skills_models.measurement.bank import scale_table
from skills_models.measurement.leniency import agency_leniency
from skills_models.measurement.scale import units_per_level
from skills_models.measurement.scoring import score_patterns
from skills_models.sql.rating import double_rating_sql
from skills_models.sql.skill import (
    cell_pattern_sql,
    cell_skill_sql,
    joint_measure_sql,
    pattern_sql,
    person_skill_sql,
)

MODEL_TABLES = ("analysis_skill__fit_variance", "analysis_skill__fit_cell_draw")


@table_asset()
def analysis_skill__assn_person_skill(
    house: dg.ResourceParam[House],
    analysis_survey__entity_respondent: Handle,
    core_survey__assn_answer: Handle,
    core_ref__entity_item: Handle,
    core_ref__assn_role_profile: Handle,
) -> Query:
    survey = house.pack.survey
    units = units_per_level(house.pack.tables["core_ref__entity_item"])
    return Query(person_skill_sql(units, len(survey.levels), survey.min_rated_items))


@table_asset()
def analysis_skill__fit_scale(
    core_ref__fit_bank_item: pl.DataFrame, core_ref__entity_item: pl.DataFrame
) -> pl.DataFrame:
    return scale_table(core_ref__fit_bank_item, core_ref__entity_item)


@table_asset()
def analysis_skill__fit_pattern(
    house: dg.ResourceParam[House],
    warehouse: dg.ResourceParam[Warehouse],
    analysis_skill__assn_person_skill: Handle,
    analysis_skill__fit_scale: Handle,
    core_ref__fit_bank_item: pl.DataFrame,
    core_ref__entity_item: pl.DataFrame,
) -> pl.DataFrame:
    patterns = warehouse.read(pattern_sql())
    return score_patterns(patterns, core_ref__fit_bank_item, core_ref__entity_item, len(house.pack.survey.levels))


@table_asset()
def analysis_skill__assn_cell_skill(
    analysis_survey__assn_cell: Handle,
    analysis_survey__entity_flag: Handle,
    analysis_skill__assn_person_skill: Handle,
    core_ref__assn_role_profile: Handle,
) -> Query:
    return Query(cell_skill_sql())


@dg.multi_asset(
    name="skill_models",
    outs={name: dg.AssetOut(**describe(TABLES[name]), code_version="1") for name in MODEL_TABLES},
)
def skill_models(
    warehouse: dg.ResourceParam[Warehouse],
    analysis_skill__assn_person_skill: Handle,
    analysis_skill__fit_pattern: Handle,
    analysis_survey__entity_flag: Handle,
    analysis_survey__assn_cell: pl.DataFrame,
    analysis_skill__fit_scale: pl.DataFrame,
    core_ref__codes_agency: pl.DataFrame,
) -> Iterator[dg.Output[pl.DataFrame]]:
    frames = fit_skill_models(
        warehouse.read(cell_pattern_sql()),
        warehouse.read(joint_measure_sql(sorted(analysis_skill__fit_scale["skill_code"]))),
        analysis_survey__assn_cell,
        analysis_skill__fit_scale,
        core_ref__codes_agency,
    )
    for name, frame in zip(MODEL_TABLES, frames, strict=True):
        yield dg.Output(frame, name)


@table_asset()
def analysis_skill__fit_leniency(
    house: dg.ResourceParam[House],
    warehouse: dg.ResourceParam[Warehouse],
    analysis_survey__entity_respondent: Handle,
    analysis_survey__entity_flag: Handle,
    analysis_skill__assn_person_skill: Handle,
    core_survey__entity_respondent: Handle,
    core_rating__assn_answer: Handle,
    core_ref__entity_item: pl.DataFrame,
    core_ref__fit_bank_item: pl.DataFrame,
    core_ref__codes_agency: pl.DataFrame,
    analysis_skill__fit_scale: pl.DataFrame,
) -> pl.DataFrame:
    survey = house.pack.survey
    return agency_leniency(
        warehouse.read(double_rating_sql(len(survey.levels), survey.min_rated_items)),
        core_ref__fit_bank_item,
        core_ref__entity_item,
        analysis_skill__fit_scale,
        core_ref__codes_agency["agency_id"].to_list(),
        len(survey.levels),
    )
