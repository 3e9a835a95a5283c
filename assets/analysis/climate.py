"""Packs whose survey asks for agreement: percent positive and relative position, never level, gap or quota."""

import dagster as dg
import polars as pl

from assets.resources.house import House
from assets.resources.tables import table_asset
from assets.resources.warehouse import Handle, Warehouse
from skills_models.sql.climate import answer_counts_sql, headcounts_sql, respondents_sql
from skills_models.survey.climate import agency_items


@table_asset()
def analysis_climate__assn_agency_item(
    house: dg.ResourceParam[House],
    warehouse: dg.ResourceParam[Warehouse],
    core_survey__entity_respondent: Handle,
    core_survey__assn_answer: Handle,
    core_hr__wave_headcount: Handle,
    core_ref__codes_agency: pl.DataFrame,
    core_ref__entity_item: pl.DataFrame,
) -> pl.DataFrame:
    return agency_items(
        warehouse.read(answer_counts_sql(house.today, house.pack.survey.positive_levels)),
        warehouse.read(respondents_sql(house.today)),
        warehouse.read(headcounts_sql(house.today)),
        core_ref__codes_agency["agency_id"].to_list(),
        core_ref__entity_item["item_code"].to_list(),
    )
