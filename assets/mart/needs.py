"""Segments as screens show them."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets.resources.tables import describe
from skills_models.contracts import TABLES
from skills_models.segmentation.marts import segment_marts

SEGMENT_MARTS = ("mart_needs__segment", "mart_needs__segment_skill", "mart_needs__group_segment")


@dg.multi_asset(
    name="segment_marts",
    outs={name: dg.AssetOut(**describe(TABLES[name]), code_version="1") for name in SEGMENT_MARTS},
)
def needs_marts(
    analysis_needs__fit_segment: pl.DataFrame,
    analysis_needs__assn_group_segment: pl.DataFrame,
    mart_gap__group_skill: pl.DataFrame,
    core_ref__entity_skill: pl.DataFrame,
) -> Iterator[dg.Output[pl.DataFrame]]:
    marts = segment_marts(
        analysis_needs__fit_segment,
        analysis_needs__assn_group_segment,
        mart_gap__group_skill,
        core_ref__entity_skill,
    )
    for name, frame in marts.items():
        yield dg.Output(frame, name)
