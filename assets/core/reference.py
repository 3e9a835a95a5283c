"""Reference data: the pack's tables, as loaded and validated."""

import dagster as dg
import polars as pl

from assets.resources.house import House
from assets.resources.tables import describe
from skills_models.contracts import REFERENCE_TABLES, Table


def reference_asset(table: Table) -> dg.AssetsDefinition:
    """The asset that puts one table of the pack into the warehouse."""

    @dg.asset(name=table.name, code_version="1", **describe(table))
    def reference(house: dg.ResourceParam[House]) -> pl.DataFrame:
        return house.pack.tables[table.name]

    return reference


def reference_assets(scale: str) -> list[dg.AssetsDefinition]:
    """Reference assets of packs with this survey scale."""
    return [reference_asset(table) for table in REFERENCE_TABLES if scale in table.scales]
