"""Every table against its contract, as SQL, before anything reads it."""

from collections.abc import Iterator

import dagster as dg

from assets.checks.depth import together_by_depth
from assets.resources.results import record
from assets.resources.warehouse import Warehouse
from skills_models.contracts import TABLES, Table, contract_checks


def contract_checks_for(tables: list[Table], depths: dict[str, int]) -> list[dg.AssetChecksDefinition]:
    """Blocking contract checks of all tables but the raw ones, whose text the intake judges row by row."""
    names = [table.name for table in tables if table.layer != "raw"]
    return [contract_check(depth, found) for depth, found in together_by_depth(names, depths).items()]


def contract_check(depth: int, names: list[str]) -> dg.AssetChecksDefinition:
    """One step that checks the tables of one depth; counts per broken rule, never a row."""
    description = "Key, nulls, lists and ranges of the contract hold."

    @dg.multi_asset_check(
        name=f"contracts_at_depth_{depth}",
        specs=[dg.AssetCheckSpec("contract", asset=name, blocking=True, description=description) for name in names],
    )
    def keep_contracts(warehouse: dg.ResourceParam[Warehouse]) -> Iterator[dg.AssetCheckResult]:
        for name in names:
            broken = judge(warehouse, TABLES[name])
            yield dg.AssetCheckResult(
                asset_key=name, check_name="contract", passed=not broken, metadata={"rows_outside": broken}
            )

    return keep_contracts


def judge(warehouse: Warehouse, table: Table) -> dict[str, int]:
    """Broken rules of one table with the rows that break them; every rule's result is kept."""
    meanings = {check.name: check.description for check in contract_checks(table)}
    violations = warehouse.violations(table)
    record(warehouse, [(table.name, name, meanings[name], n_failed) for name, n_failed in violations.items()])
    return {name: n for name, n in violations.items() if n}
