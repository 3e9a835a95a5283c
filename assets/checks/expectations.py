"""Great Expectations over what is small: reference tables, delivery profiles, marts.

Suites are generated from the contracts. The library is imported only where it runs: the import alone costs
seconds, and most processes that load the definitions never run a check.
"""

import os
from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.checks.depth import together_by_depth
from assets.resources.results import record
from assets.resources.warehouse import Warehouse
from skills_models.contracts import TABLES, Column, Table


def expectations(table: Table) -> list[tuple[str, dict[str, Any]]]:
    """(expectation type, arguments) for every rule of a contract that Great Expectations can judge."""
    rules: list[tuple[str, dict[str, Any]]] = [
        ("ExpectTableColumnsToMatchOrderedList", {"column_list": list(table.columns)})
    ]
    if len(table.key) > 1:
        rules.append(("ExpectCompoundColumnsToBeUnique", {"column_list": list(table.key)}))
    elif table.key:
        rules.append(("ExpectColumnValuesToBeUnique", {"column": table.key[0]}))
    for name, column in table.columns.items():
        rules += [(kind, {"column": name} | arguments) for kind, arguments in _column_rules(column)]
    return rules


def _column_rules(column: Column) -> list[tuple[str, dict[str, Any]]]:
    rules: list[tuple[str, dict[str, Any]]] = []
    if not column.nullable:
        rules.append(("ExpectColumnValuesToNotBeNull", {}))
    if column.allowed is not None:
        rules.append(("ExpectColumnValuesToBeInSet", {"value_set": list(column.allowed)}))
    if column.minimum is not None or column.maximum is not None:
        rules.append(("ExpectColumnValuesToBeBetween", {"min_value": column.minimum, "max_value": column.maximum}))
    return rules


class Judge:
    """An ephemeral Great Expectations context that validates frames; made once per process, as it is slow to make."""

    _batches: Any = None

    @classmethod
    def failures(cls, table: Table, frame: Any) -> list[tuple[str, int]]:
        """(rule, rows that break it) for a pandas frame; values are never part of the result."""
        os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
        import great_expectations as gx
        import great_expectations.expectations as gxe

        if cls._batches is None:
            context = gx.get_context(mode="ephemeral")
            context.variables.progress_bars = {"globally": False}
            frames = context.data_sources.add_pandas("warehouse").add_dataframe_asset("table")
            cls._batches = frames.add_batch_definition_whole_dataframe("all")
        rules = [getattr(gxe, kind)(**arguments) for kind, arguments in expectations(table)]
        outcome = cls._batches.get_batch({"dataframe": frame}).validate(
            gx.ExpectationSuite(name=table.name, expectations=rules),
            result_format={"result_format": "BASIC", "partial_unexpected_count": 0},
        )
        return [_failure(result) for result in outcome.results if not result.success]


def _failure(result: Any) -> tuple[str, int]:
    rule = f"{result.expectation_config.type}({result.expectation_config.kwargs.get('column', 'table')})"
    return rule, int(result.result.get("unexpected_count", 1) or 1)


def expectation_checks_for(tables: list[Table], depths: dict[str, int]) -> list[dg.AssetChecksDefinition]:
    """Blocking expectation checks of reference tables, delivery profiles and marts."""
    names = [table.name for table in tables if is_small(table)]
    return [expectation_check(depth, found) for depth, found in together_by_depth(names, depths).items()]


def is_small(table: Table) -> bool:
    """Whether a table is small at any size of a country."""
    return table.layer == "mart" or table.group in {"core_ref", "core_framework"} or "profile" in table.name


def expectation_check(depth: int, names: list[str]) -> dg.AssetChecksDefinition:
    """One step that judges the small tables of one depth by the suites generated from their contracts."""
    description = "The Great Expectations suite of the contract holds."

    @dg.multi_asset_check(
        name=f"expectations_at_depth_{depth}",
        specs=[dg.AssetCheckSpec("expectations", asset=name, blocking=True, description=description) for name in names],
    )
    def keep_expectations(warehouse: dg.ResourceParam[Warehouse]) -> Iterator[dg.AssetCheckResult]:
        for name in names:
            failures = Judge.failures(TABLES[name], warehouse.read_table(name).to_pandas())
            record(warehouse, [(name, "expectations", description, sum(n for _, n in failures))])
            yield dg.AssetCheckResult(
                asset_key=name, check_name="expectations", passed=not failures, metadata={"failed": dict(failures)}
            )

    return keep_expectations
