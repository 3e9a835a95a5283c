"""Results of the checks of the running refresh, kept in the warehouse until they are published."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from assets.resources.warehouse import Warehouse

RESULTS = "house_check_result"
FEASIBLE = "plan_is_feasible"


def start_results(warehouse: Warehouse) -> None:
    """Forget the results of the refresh before."""
    warehouse.execute(
        f"CREATE OR REPLACE TABLE {RESULTS} (table_name VARCHAR, check_name VARCHAR, reason_text VARCHAR, "
        "severity_code VARCHAR, n_failed BIGINT)"
    )


def record(warehouse: Warehouse, results: Iterable[tuple[str, str, str, int]], severity: str = "blocking") -> None:
    """Keep results: (table, rule, what the rule means, rows that break it)."""
    rows = [(table, rule, meaning, severity, int(n_failed)) for table, rule, meaning, n_failed in results]
    if rows:
        places = ", ".join(["(?, ?, ?, ?, ?)"] * len(rows))
        warehouse.execute(f"INSERT INTO {RESULTS} VALUES {places}", [value for row in rows for value in row])


def read_results(warehouse: Warehouse) -> pl.DataFrame:
    """Rows of ``mart_quality__check``: the last result of each rule of each table."""
    return warehouse.read(
        "SELECT table_name, check_name, last(reason_text) AS reason_text, last(severity_code) AS severity_code, "
        f"last(n_failed) = 0 AS passed, last(n_failed) AS n_failed FROM {RESULTS} GROUP BY ALL"
    )


def has_failed(warehouse: Warehouse, check_name: str) -> bool:
    """Whether a rule of that name has failed in this refresh."""
    return bool(
        warehouse.read(f"SELECT count(*) FROM {RESULTS} WHERE check_name = ? AND n_failed > 0", [check_name]).item()
    )
