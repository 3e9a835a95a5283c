"""Rules of the business that no single table can state."""

import dagster as dg

from assets.resources.house import House
from assets.resources.results import record
from assets.resources.warehouse import Warehouse
from skills_models.sql.ledgers import reconciliation_sql
from skills_models.sql.register import register_sql


@dg.asset_check(
    asset="core_ingest__entity_delivery",
    name="rows_reconcile",
    blocking=True,
    additional_deps=["raw_ingest__entity_file"],
    description="Every row read ends in the records, in quarantine or in the duplicate ledger.",
)
def rows_reconcile(warehouse: dg.ResourceParam[Warehouse]) -> dg.AssetCheckResult:
    """Counts the deliveries in which a row is lost or counted twice."""
    n_failed = int(warehouse.read(reconciliation_sql()).item())
    meaning = "rows read = records + quarantine + duplicates"
    record(warehouse, [("core_ingest__entity_delivery", "rows_reconcile", meaning, n_failed)])
    return dg.AssetCheckResult(passed=n_failed == 0, metadata={"deliveries": n_failed})


@dg.asset_check(
    asset="core_hr__scd_employee",
    name="somebody_on_register",
    blocking=True,
    description="Somebody is on the register on the day the run looks at.",
)
def somebody_on_register(house: dg.ResourceParam[House], warehouse: dg.ResourceParam[Warehouse]) -> dg.AssetCheckResult:
    """Stops a run without people: an empty country is no news, it is a register not delivered or a day before it."""
    n_people = int(warehouse.read(f"SELECT count(*) FROM ({register_sql(house.today)})").item())
    meaning = "somebody is on the register on the as-of date"
    record(warehouse, [("core_hr__scd_employee", "somebody_on_register", meaning, int(n_people == 0))])
    return dg.AssetCheckResult(passed=n_people > 0, metadata={f"people on the register on {house.today}:": n_people})
