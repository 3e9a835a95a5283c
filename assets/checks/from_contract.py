"""One blocking check per table, straight from its contract, as SQL."""

from collections.abc import Iterable

import dagster as dg

from assets.resources.results import record
from assets.resources.warehouse import Warehouse
from skills_models.contracts import Table, contract_checks


def contract_check(table: Table) -> dg.AssetChecksDefinition:
    """The check that a table's rows keep its contract; counts per broken rule, never a row."""
    meanings = {check.name: check.description for check in contract_checks(table)}

    @dg.asset_check(asset=table.name, name="contract", blocking=True, description="Key, nulls, lists and ranges.")
    def keeps_contract(warehouse: dg.ResourceParam[Warehouse]) -> dg.AssetCheckResult:
        violations = warehouse.violations(table)
        for name, n_failed in violations.items():
            record(warehouse, table.name, name, meanings[name], n_failed)
        broken = {name: n for name, n in violations.items() if n}
        return dg.AssetCheckResult(passed=not broken, metadata={"rows_outside": broken, "n_rules": len(violations)})

    return keeps_contract


def contract_checks_for(tables: Iterable[Table]) -> list[dg.AssetChecksDefinition]:
    """Contract checks of all tables but the raw ones, whose text the intake judges row by row."""
    return [contract_check(table) for table in tables if table.layer != "raw"]
