"""Segments of groups with similar needs."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets.resources.house import House
from assets.resources.tables import describe
from skills_models.contracts import TABLES
from skills_models.disclosure.gate import shown_groups
from skills_models.segmentation.tables import segment_tables

SEGMENT_TABLES = ("analysis_needs__fit_segment", "analysis_needs__assn_group_segment")


@dg.multi_asset(
    name="needs_segments",
    outs={name: dg.AssetOut(**describe(TABLES[name]), code_version="1") for name in SEGMENT_TABLES},
)
def needs_segments(
    house: dg.ResourceParam[House],
    analysis_gap__assn_group_skill: pl.DataFrame,
    analysis_gap__assn_scope_skill: pl.DataFrame,
    core_ref__codes_agency: pl.DataFrame,
) -> Iterator[dg.Output[pl.DataFrame]]:
    gaps = (analysis_gap__assn_group_skill, analysis_gap__assn_scope_skill)
    shown = shown_groups(*gaps, core_ref__codes_agency, house.min_respondents)
    frames = segment_tables(analysis_gap__assn_group_skill, shown)
    for name, frame in zip(SEGMENT_TABLES, frames, strict=True):
        yield dg.Output(frame, name)
