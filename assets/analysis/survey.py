"""Who answered the current wave, and how many people each respondent stands for."""

import dagster as dg
import polars as pl

from assets.resources.house import House
from assets.resources.tables import table_asset
from assets.resources.warehouse import Handle, Query
from skills_models.sql.flags import flag_sql
from skills_models.sql.survey import cell_sql, weighted_respondent_sql
from skills_models.survey.weights import cell_weights


@table_asset()
def analysis_survey__assn_cell(
    house: dg.ResourceParam[House], core_survey__entity_respondent: Handle, core_hr__scd_employee: Handle
) -> Query:
    return Query(cell_sql(house.today))


@table_asset()
def analysis_survey__fit_weight(analysis_survey__assn_cell: pl.DataFrame) -> pl.DataFrame:
    return cell_weights(analysis_survey__assn_cell)


@table_asset()
def analysis_survey__entity_respondent(
    house: dg.ResourceParam[House],
    core_survey__entity_respondent: Handle,
    core_hr__scd_employee: Handle,
    analysis_survey__fit_weight: Handle,
) -> Query:
    return Query(weighted_respondent_sql(house.today, analysis_survey__fit_weight))


@table_asset()
def analysis_survey__entity_flag(
    analysis_survey__entity_respondent: Handle,
    core_survey__entity_respondent: Handle,
    core_survey__assn_answer: Handle,
) -> Query:
    return Query(flag_sql())
