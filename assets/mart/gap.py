"""Gaps behind the disclosure gate."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets.resources.house import House
from assets.resources.tables import describe
from skills_models.contracts.mart import GAP_MARTS
from skills_models.disclosure.gate import protect_gaps


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
