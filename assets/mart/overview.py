"""The overview's sentences: what the marts of this refresh support, and nothing more."""

import dagster as dg
import polars as pl

from assets.mart.quality import figure_marts, run_facts
from assets.resources.house import House
from assets.resources.results import FEASIBLE, has_failed
from assets.resources.tables import describe
from assets.resources.warehouse import Handle, Warehouse
from skills_models.contracts import TABLES
from skills_models.findings import overview_findings
from skills_models.sql.quality import national_facts_sql


def finding_mart(scale: str) -> dg.AssetsDefinition:
    """``mart_overview__finding`` for packs with this survey scale."""
    beside = ["analysis_quota__entity_agency_hours"] if scale == "anchored" else []

    @dg.asset(
        name="mart_overview__finding",
        code_version="1",
        ins={name: dg.AssetIn(dagster_type=Handle) for name in [*figure_marts(scale), *beside]},
        **describe(TABLES["mart_overview__finding"]),
    )
    def findings(
        house: dg.ResourceParam[House], warehouse: dg.ResourceParam[Warehouse], **tables: Handle
    ) -> pl.DataFrame:
        marts = {name: warehouse.read_table(tables[name]) for name in figure_marts(scale)}
        facts = run_facts(house, marts)
        if scale == "anchored":
            facts |= warehouse.read(national_facts_sql()).row(0, named=True)
            facts["is_plan_infeasible"] = has_failed(warehouse, FEASIBLE)
        return overview_findings(marts, facts)

    return findings
