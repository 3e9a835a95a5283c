"""Gaps of groups and scopes, and what gap a person of a group may be expected to have."""

import dagster as dg
import polars as pl

from assets.resources.house import House
from assets.resources.tables import table_asset
from skills_models.estimation.gaps import group_gaps, scope_gaps
from skills_models.estimation.predictive import predictive_gaps
from skills_models.measurement.scale import units_per_level


@table_asset()
def analysis_gap__assn_group_skill(
    analysis_skill__assn_cell_skill: pl.DataFrame,
    analysis_survey__assn_cell: pl.DataFrame,
    analysis_survey__fit_weight: pl.DataFrame,
    core_ref__entity_item: pl.DataFrame,
) -> pl.DataFrame:
    return group_gaps(
        analysis_skill__assn_cell_skill,
        analysis_survey__assn_cell,
        analysis_survey__fit_weight,
        units_per_level(core_ref__entity_item),
    )


@table_asset()
def analysis_gap__assn_scope_skill(
    analysis_skill__assn_cell_skill: pl.DataFrame,
    analysis_survey__assn_cell: pl.DataFrame,
    analysis_survey__fit_weight: pl.DataFrame,
    core_ref__codes_agency: pl.DataFrame,
    core_ref__entity_item: pl.DataFrame,
) -> pl.DataFrame:
    return scope_gaps(
        analysis_skill__assn_cell_skill,
        analysis_survey__assn_cell,
        analysis_survey__fit_weight,
        core_ref__codes_agency,
        units_per_level(core_ref__entity_item),
    )


@table_asset()
def analysis_gap__assn_predictive(
    house: dg.ResourceParam[House],
    analysis_skill__assn_cell_skill: pl.DataFrame,
    analysis_survey__assn_cell: pl.DataFrame,
    core_ref__codes_agency: pl.DataFrame,
    core_ref__entity_item: pl.DataFrame,
) -> pl.DataFrame:
    return predictive_gaps(
        analysis_skill__assn_cell_skill,
        analysis_survey__assn_cell,
        core_ref__codes_agency,
        units_per_level(core_ref__entity_item),
        house.min_respondents,
    )
