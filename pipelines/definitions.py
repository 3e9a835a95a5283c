"""Everything Dagster knows, put together once. Nothing else belongs here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg

from assets import house_assets, house_checks
from assets.resources.house import House
from assets.resources.results import start_results
from assets.resources.tables import WarehouseTables
from assets.resources.warehouse import Warehouse, claim, refresh_lock
from pipelines.jobs import nightly_refresh
from pipelines.schedules import nightly
from pipelines.sensors import failure_sensor, landing_sensor
from pipelines.settings import Settings
from skills_models.ingestion.pseudonyms import key_fingerprint, load_key


def build_definitions(
    settings: Settings, on_table: Callable[[str, int], None] = lambda name, n_rows: None, **overrides: Any
) -> dg.Definitions:
    """Assets, checks, job, schedule, sensors and resources of one home.

    Parameters
    ----------
    settings : where things are
    on_table : told the name and rows of every table as it is written; for progress displays
    overrides : resources to replace by others, by name
    """
    house = settings.house()
    resources = {
        "house": house,
        "warehouse": open_warehouse(house),
        "io_manager": warehouse_tables(on_table),
        **overrides,
    }
    return dg.Definitions(
        assets=house_assets(house.pack.scale),
        asset_checks=house_checks(house.pack.scale),
        jobs=[nightly_refresh],
        schedules=[nightly(house.pack.time_zone)],
        sensors=[landing_sensor(house), failure_sensor(house)],
        resources=resources,
        executor=dg.in_process_executor,
    )


def open_warehouse(house: House) -> dg.ResourceDefinition:
    """The warehouse of one run: opened under the home's lock for its own pack and key, closed when the run ends."""

    @dg.resource(description="DuckDB file of this home; one refresh at a time.")
    def warehouse(_context: dg.InitResourceContext) -> Iterator[Warehouse]:
        fingerprint = key_fingerprint(load_key(house.key_file))
        with refresh_lock(house.lock_file), Warehouse.open(house.warehouse_file) as opened:
            claim(opened, house.pack.pack_id, fingerprint)
            start_results(opened)
            yield opened

    return warehouse


def warehouse_tables(on_table: Callable[[str, int], None]) -> dg.IOManagerDefinition:
    """Assets as tables of the run's warehouse."""

    @dg.io_manager(required_resource_keys={"warehouse"})
    def io_manager(context: dg.InitResourceContext) -> WarehouseTables:
        return WarehouseTables(context.resources.warehouse, on_table)

    return io_manager


def __getattr__(name: str) -> dg.Definitions:
    """``defs`` for Dagster's own loaders, built from the environment when first asked for, not at import."""
    if name == "defs":
        settings = Settings.from_env()
        return build_definitions(settings)
    raise AttributeError(name)
