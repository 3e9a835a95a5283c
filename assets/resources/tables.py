"""How assets become tables: the IO manager of the house, and the decorator that reads a contract."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dagster as dg
import polars as pl

from assets.resources.warehouse import Handle, Query, Warehouse, Written
from skills_models.contracts import TABLES, Table

OWNERS = {"raw": "team:data", "core": "team:data", "analysis": "team:methods", "mart": "team:methods"}


class WarehouseTables(dg.IOManager):
    """Stores what an asset returns under its contract; hands frames or table handles to the next.

    Parameters
    ----------
    warehouse : where tables live
    on_table : told the name and rows of every table as it is written
    """

    def __init__(self, warehouse: Warehouse, on_table: Callable[[str, int], None]) -> None:
        self._warehouse = warehouse
        self._on_table = on_table

    def handle_output(self, context: dg.OutputContext, obj: Query | pl.DataFrame | Written | None) -> None:
        """Write the table and report its rows."""
        name = context.asset_key.to_user_string()
        if isinstance(obj, Query):
            n_rows = self._warehouse.create(TABLES[name], obj)
        elif isinstance(obj, pl.DataFrame):
            n_rows = self._warehouse.write(TABLES[name], obj)
        else:
            n_rows = obj.n_rows if isinstance(obj, Written) else 0
        context.add_output_metadata({"dagster/row_count": n_rows})
        self._on_table(name, n_rows)

    def load_input(self, context: dg.InputContext) -> pl.DataFrame | Handle:
        """A frame where the asset asks for one, else the table's name."""
        name = context.asset_key.to_user_string()
        if context.dagster_type.typing_type is pl.DataFrame:
            return self._warehouse.read_table(name)
        return Handle(name)


def describe(table: Table) -> dict[str, Any]:
    """Dagster's view of a contract: group, meaning, owner, columns."""
    columns = [
        dg.TableColumn(name, column.sql_type, description=column.description) for name, column in table.columns.items()
    ]
    return {
        "group_name": table.group,
        "description": f"Each row is a {table.row_is_a}.",
        "owners": [OWNERS[table.layer]],
        "metadata": {"dagster/column_schema": dg.TableSchema(columns=columns)},
        "kinds": {"duckdb"},
    }


def table_asset(*, code_version: str = "1") -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    """An asset whose name is its function's, whose meaning is its contract's."""

    def define(function: Callable[..., Any]) -> dg.AssetsDefinition:
        return dg.asset(code_version=code_version, **describe(TABLES[function.__name__]))(function)

    return define
