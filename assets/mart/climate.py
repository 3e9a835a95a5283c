"""Percent positive behind the disclosure gate."""

import dagster as dg
import polars as pl

from assets.resources.house import House
from assets.resources.tables import table_asset
from skills_models.disclosure.climate import agency_item_mart, agency_skill_mart


@table_asset()
def mart_climate__agency_item(
    house: dg.ResourceParam[House], analysis_climate__assn_agency_item: pl.DataFrame
) -> pl.DataFrame:
    return agency_item_mart(analysis_climate__assn_agency_item, house.min_respondents)


@table_asset()
def mart_climate__agency_skill(
    mart_climate__agency_item: pl.DataFrame, core_ref__entity_item: pl.DataFrame
) -> pl.DataFrame:
    return agency_skill_mart(mart_climate__agency_item, core_ref__entity_item)
