import subprocess
import sys

import polars as pl
import pyarrow as pa
import pytest

from assets.resources.warehouse import (
    Query,
    RefreshRunning,
    Warehouse,
    WarehouseProblem,
    WrongHouse,
    claim,
    refresh_lock,
)
from skills_models.contracts import TABLES, ContractViolation

HEADCOUNT = TABLES["mart_hr__headcount"]


@pytest.fixture
def warehouse(tmp_path):
    with Warehouse.open(tmp_path / "warehouse.duckdb") as opened:
        yield opened


def test_a_query_becomes_a_table_with_the_contracts_types(warehouse):
    sql = "SELECT 'a' AS agency_id, 7::INTEGER AS n_people, '2026-11-01' AS reference_date"
    assert warehouse.create(HEADCOUNT, Query(sql)) == 1
    frame = warehouse.read_table(HEADCOUNT.name)
    assert frame.schema == HEADCOUNT.polars_schema()


def test_a_query_with_missing_and_extra_columns_names_them_all(warehouse):
    with pytest.raises(ContractViolation, match=r"missing column reference_date.*unexpected column colour"):
        warehouse.create(HEADCOUNT, Query("SELECT 'a' AS agency_id, 7 AS n_people, 'red' AS colour"))


def test_violations_are_counted_per_rule(warehouse):
    sql = "SELECT 'a' AS agency_id, DATE '2026-11-01' AS reference_date, unnest([7, -1, NULL]) AS n_people"
    warehouse.create(HEADCOUNT, Query(sql))
    broken = {name: n for name, n in warehouse.violations(HEADCOUNT).items() if n}
    assert broken == {"key_is_unique": 2, "n_people_is_present": 1, "n_people_in_range": 1}


def test_an_error_never_quotes_a_row(warehouse):
    with pytest.raises(WarehouseProblem) as problem:
        warehouse.read("SELECT CAST('990101900017 Ivan' AS INTEGER)")
    assert "Ivan" not in str(problem.value)
    assert problem.value.__cause__ is None
    assert problem.value.__suppress_context__


def test_batches_are_appended_by_column_name(warehouse):
    warehouse.write(HEADCOUNT, HEADCOUNT.empty())
    day = pa.array([0], pa.date32())
    warehouse.append(
        HEADCOUNT.name,
        pa.RecordBatch.from_pydict({"n_people": pa.array([5]), "reference_date": day, "agency_id": ["z"]}),
    )
    assert warehouse.read_table(HEADCOUNT.name)["n_people"].to_list() == [5]


def test_a_second_process_is_refused_while_the_lock_is_held(tmp_path):
    lock = tmp_path / "refresh.lock"
    code = f"from assets.resources.warehouse import refresh_lock; refresh_lock({str(lock)!r}).__enter__()"
    code = "from pathlib import Path\n" + code.replace(repr(str(lock)), f"Path({str(lock)!r})")
    with refresh_lock(lock):
        second = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        with pytest.raises(RefreshRunning, match="another refresh"), refresh_lock(lock):
            pass
    assert "another refresh is running" in second.stderr
    with refresh_lock(lock):
        pass


def test_a_warehouse_serves_one_pack_under_one_key(warehouse):
    claim(warehouse, "kz", "aaaa")
    claim(warehouse, "kz", "aaaa")
    with pytest.raises(WrongHouse, match="serves pack kz, not us_federal"):
        claim(warehouse, "us_federal", "aaaa")
    with pytest.raises(WrongHouse, match="key"):
        claim(warehouse, "kz", "bbbb")
    assert isinstance(warehouse.read("SELECT 1 AS one"), pl.DataFrame)
