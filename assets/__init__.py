"""Dagster assets: each has a name, a meaning and one call into ``skills_models``."""

from types import ModuleType

import dagster as dg

from assets.analysis import climate, due, gap, needs, quota, skill, survey
from assets.checks.business import rows_reconcile, somebody_on_register
from assets.checks.depth import by_depth
from assets.checks.expectations import expectation_checks_for
from assets.checks.from_contract import contract_checks_for
from assets.core.intake import intake_assets as judging_assets
from assets.core.records import record_assets
from assets.core.reference import reference_assets
from assets.mart import climate as climate_marts
from assets.mart import gap as gap_marts
from assets.mart import method as method_marts
from assets.mart import needs as needs_marts
from assets.mart import quality
from assets.mart import quota as quota_marts
from assets.mart import reference as reference_marts
from assets.mart.overview import finding_mart
from assets.publish import snapshot_asset
from assets.raw.landing import landing
from skills_models.contracts import TABLES, Table

EVERY_SCALE = (reference_marts, quality)
OF_SCALE: dict[str, tuple[ModuleType, ...]] = {
    "anchored": (survey, skill, gap, needs, due, quota, gap_marts, method_marts, needs_marts, quota_marts),
    "agreement": (climate, climate_marts),
}
INTAKE_REPORT = ("mart_quality__file", "mart_quality__delivery", "mart_quality__quarantine")


def house_tables(scale: str) -> list[Table]:
    """Tables of packs with this survey scale."""
    return [table for table in TABLES.values() if scale in table.scales]


def house_assets(scale: str) -> list[dg.AssetsDefinition]:
    """Every asset of packs with this survey scale."""
    written = dg.load_assets_from_modules([*EVERY_SCALE, *OF_SCALE[scale]])
    names = {table.name for table in house_tables(scale)}
    made = [
        landing(scale),
        *reference_assets(scale),
        *judging_assets(scale),
        *record_assets(scale),
        reference_marts.agency_mart(scale),
        quality.coverage_mart(scale),
        finding_mart(scale),
        quality.check_mart(scale),
        quality.run_mart(scale),
        snapshot_asset(scale),
    ]
    kept = [asset for asset in written if {key.to_user_string() for key in asset.keys} <= names]
    return [*made, *kept]


def house_checks(scale: str) -> list[dg.AssetChecksDefinition]:
    """Every check of packs with this survey scale."""
    tables, depths = house_tables(scale), by_depth(house_assets(scale))
    business = [rows_reconcile, *([somebody_on_register] if scale == "anchored" else [])]
    return [*contract_checks_for(tables, depths), *expectation_checks_for(tables, depths), *business]


def intake_assets(scale: str) -> list[dg.AssetsDefinition]:
    """The assets that say how deliveries would be read: everything the intake report needs, nothing after it."""
    selected = dg.AssetSelection.assets(*INTAKE_REPORT).upstream()
    assets = house_assets(scale)
    keys = selected.resolve(assets)
    return [asset for asset in assets if asset.keys & keys]
