"""Gaps behind the disclosure gate, and with them ranks, assumptions and elements."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets.resources.house import House
from assets.resources.tables import describe, table_asset
from assets.resources.warehouse import Handle, Warehouse
from skills_models.contracts.mart import GAP_MARTS
from skills_models.disclosure.gate import protect_gaps
from skills_models.disclosure.priorities import protect_elements, protect_priorities, protect_sensitivity
from skills_models.sql.elements import cell_item_sql


@dg.multi_asset(
    name="gap_marts", outs={table.name: dg.AssetOut(**describe(table), code_version="1") for table in GAP_MARTS}
)
def gap_marts(
    house: dg.ResourceParam[House],
    analysis_gap__assn_group_skill: pl.DataFrame,
    analysis_gap__assn_scope_skill: pl.DataFrame,
    core_ref__codes_agency: pl.DataFrame,
) -> Iterator[dg.Output[pl.DataFrame]]:
    marts = protect_gaps(
        analysis_gap__assn_group_skill, analysis_gap__assn_scope_skill, core_ref__codes_agency, house.min_respondents
    )
    for name, frame in marts.items():
        yield dg.Output(frame, name)


@table_asset()
def mart_gap__sensitivity(
    house: dg.ResourceParam[House],
    analysis_gap__assn_sensitivity: pl.DataFrame,
    analysis_gap__assn_group_skill: pl.DataFrame,
    analysis_skill__fit_leniency: pl.DataFrame,
    mart_survey__coverage: pl.DataFrame,
    mart_gap__group_skill: pl.DataFrame,
    mart_gap__agency_skill: pl.DataFrame,
    mart_gap__scope_skill: pl.DataFrame,
) -> pl.DataFrame:
    marts = (mart_gap__group_skill, mart_gap__agency_skill, mart_gap__scope_skill)
    return protect_sensitivity(
        analysis_gap__assn_sensitivity,
        dict(zip([table.name for table in GAP_MARTS], marts, strict=True)),
        mart_survey__coverage,
        analysis_skill__fit_leniency,
        analysis_gap__assn_group_skill,
        house.min_respondents,
    )


@table_asset()
def mart_gap__priority(
    analysis_gap__assn_priority: pl.DataFrame,
    mart_gap__group_skill: pl.DataFrame,
    core_ref__assn_skill_weight: pl.DataFrame,
) -> pl.DataFrame:
    return protect_priorities(analysis_gap__assn_priority, mart_gap__group_skill, core_ref__assn_skill_weight)


@table_asset()
def mart_gap__element(
    house: dg.ResourceParam[House],
    warehouse: dg.ResourceParam[Warehouse],
    analysis_gap__assn_element: pl.DataFrame,
    analysis_survey__assn_cell: pl.DataFrame,
    analysis_survey__entity_respondent: Handle,
    core_survey__assn_answer: Handle,
    core_ref__entity_item: pl.DataFrame,
    core_ref__codes_agency: pl.DataFrame,
) -> pl.DataFrame:
    return protect_elements(
        analysis_gap__assn_element,
        warehouse.read(cell_item_sql()),
        analysis_survey__assn_cell,
        core_ref__entity_item,
        core_ref__codes_agency,
        house.min_respondents,
    )
