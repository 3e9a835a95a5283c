"""Rules of the business that no single table can state."""

import dagster as dg

from assets.resources.results import record
from assets.resources.warehouse import Warehouse

LOST_SQL = """
SELECT count(*) FROM core_ingest__entity_delivery AS delivery
FULL JOIN (
    SELECT delivery_id, source_code, CAST(sum(n_rows) AS BIGINT) AS n_read FROM raw_ingest__entity_file
    WHERE reason_code IS NULL GROUP BY ALL
) AS read USING (delivery_id, source_code)
WHERE n_delivered IS DISTINCT FROM n_core + n_quarantined + n_duplicate
    OR n_delivered IS DISTINCT FROM coalesce(n_read, 0)
"""


@dg.asset_check(
    asset="core_ingest__entity_delivery",
    name="rows_reconcile",
    blocking=True,
    additional_deps=["raw_ingest__entity_file"],
    description="Every row read ends in the records, in quarantine or in the duplicate ledger.",
)
def rows_reconcile(warehouse: dg.ResourceParam[Warehouse]) -> dg.AssetCheckResult:
    """Counts the deliveries in which a row is lost or counted twice."""
    n_failed = int(warehouse.read(LOST_SQL).item())
    meaning = "rows read = records + quarantine + duplicates"
    record(warehouse, [("core_ingest__entity_delivery", "rows_reconcile", meaning, n_failed)])
    return dg.AssetCheckResult(passed=n_failed == 0, metadata={"deliveries": n_failed})
