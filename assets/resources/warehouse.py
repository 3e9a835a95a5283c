"""The warehouse: the only place that talks to DuckDB while a refresh runs."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

import duckdb
import polars as pl
import pyarrow as pa

from skills_models.contracts import ContractViolation, Table, violations_sql

MEMORY_LIMIT = "2GB"
THREADS = 2


class Handle(str):
    """Name of a warehouse table: what passes between assets instead of person-level rows."""


@dataclass(frozen=True)
class Query:
    """SQL whose result becomes the table of the asset that returns it."""

    sql: str


@dataclass(frozen=True)
class Written:
    """Says that the asset has filled its table itself, with so many rows."""

    n_rows: int


class RefreshRunning(RuntimeError):
    """Another refresh holds the lock of this home."""


class WrongHouse(RuntimeError):
    """The warehouse belongs to another pack or was made under another key."""


class WarehouseProblem(RuntimeError):
    """DuckDB refused a statement. Messages that may quote a row are replaced by the kind of error."""


SPEAKS_OF_SQL_ALONE = (
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ParserException,
    duckdb.OutOfMemoryException,
    duckdb.IOException,
)


@contextmanager
def without_rows_in_errors() -> Iterator[None]:
    """Let no value of a row into an error: conversion errors of DuckDB quote what they could not convert."""
    try:
        yield
    except SPEAKS_OF_SQL_ALONE as error:
        raise WarehouseProblem(str(error)) from None
    except duckdb.Error as error:
        raise WarehouseProblem(f"{type(error).__name__} (details withheld: they may quote a row)") from None


@contextmanager
def refresh_lock(lock_file: Path) -> Iterator[IO[str]]:
    """Hold the home's lock; the operating system frees it however the process ends.

    Raises
    ------
    RefreshRunning
        If another process holds it.
    """
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with lock_file.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefreshRunning("another refresh is running on this home; wait for it, then run again") from None
        yield handle


class Warehouse:
    """A DuckDB file, opened for one refresh.

    Parameters
    ----------
    connection : open, writable connection
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    @classmethod
    @contextmanager
    def open(cls, path: Path | None = None) -> Iterator[Warehouse]:
        """Open the file, or a warehouse in memory; close it whatever happens.

        What does not fit into memory spills into a folder of its own that goes with the warehouse; one that a killed
        refresh left behind goes first (whoever opens the file holds the home's lock).
        """
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            for left_over in path.parent.glob("spill_*"):
                shutil.rmtree(left_over, ignore_errors=True)
        with TemporaryDirectory(prefix="spill_", dir=path.parent if path else None) as spill:
            config = {"threads": THREADS, "memory_limit": MEMORY_LIMIT, "temp_directory": spill}
            connection = duckdb.connect(str(path or ":memory:"), config=config)
            try:
                yield cls(connection)
            finally:
                connection.close()

    def execute(self, sql: str, params: list[Any] | None = None) -> None:
        """Run a statement whose result nobody needs."""
        with without_rows_in_errors():
            self._connection.cursor().execute(sql, params or [])

    def read(self, sql: str, params: list[Any] | None = None) -> pl.DataFrame:
        """A small result as a frame."""
        with without_rows_in_errors():
            return self._connection.cursor().sql(sql, params=params or []).pl()

    def read_table(self, name: str) -> pl.DataFrame:
        """A whole small table."""
        return self.read(f'SELECT * FROM "{name}"')

    def count(self, name: str) -> int:
        """Rows of a table."""
        return int(self.read(f'SELECT count(*) AS n FROM "{name}"').item())

    def exists(self, name: str) -> bool:
        """Whether the warehouse has such a table."""
        return bool(self.read("SELECT count(*) FROM information_schema.tables WHERE table_name = ?", [name]).item())

    def create(self, table: Table, query: Query) -> int:
        """Fill a table from SQL: columns selected, ordered and cast to the contract. Returns its rows.

        Raises
        ------
        ContractViolation
            If columns are missing or extra. Values are judged by the blocking checks that follow.
        """
        delivered = self.read(f"SELECT column_name FROM (DESCRIBE SELECT * FROM ({query.sql}))")[
            "column_name"
        ].to_list()
        problems = [f"missing column {c}" for c in table.columns if c not in delivered]
        problems += [f"unexpected column {c}" for c in delivered if c not in table.columns]
        if problems:
            raise ContractViolation(f"{table.name}: " + "; ".join(problems))
        columns = ", ".join(f'CAST("{name}" AS {c.sql_type}) AS "{name}"' for name, c in table.columns.items())
        self.execute(f'CREATE OR REPLACE TABLE "{table.name}" AS SELECT {columns} FROM ({query.sql})')
        return self.count(table.name)

    def write(self, table: Table, frame: pl.DataFrame) -> int:
        """Replace a table by a small frame, enforced by its contract. Returns its rows."""
        columns = ", ".join(f'CAST("{name}" AS {c.sql_type}) AS "{name}"' for name, c in table.columns.items())
        self._insert(
            f'CREATE OR REPLACE TABLE "{table.name}" AS SELECT {columns} FROM incoming', table.enforce(frame).to_arrow()
        )
        return frame.height

    def append(self, name: str, batch: pa.RecordBatch) -> None:
        """Add the rows of an Arrow batch to a table, by column name."""
        self._insert(f'INSERT INTO "{name}" BY NAME SELECT * FROM incoming', pa.Table.from_batches([batch]))

    def _insert(self, sql: str, incoming: pa.Table) -> None:
        cursor = self._connection.cursor()
        with without_rows_in_errors():
            cursor.register("incoming", incoming)
            cursor.execute(sql)
        cursor.unregister("incoming")

    def violations(self, table: Table) -> dict[str, int]:
        """Rows that break each rule of a table's contract; rules without offenders included as 0."""
        found = self.read(violations_sql(table))
        return dict(found.iter_rows())

    def checkpoint(self) -> None:
        """Write everything to the file itself."""
        self.execute("CHECKPOINT")


def claim(warehouse: Warehouse, pack_id: str, key_fingerprint: str) -> None:
    """Bind the warehouse to one pack and one key at its first use, refuse any other afterwards.

    Raises
    ------
    WrongHouse
        If it was made for another pack or under another key.
    """
    warehouse.execute("CREATE TABLE IF NOT EXISTS house_claim (pack_id VARCHAR, key_fingerprint VARCHAR)")
    claims = warehouse.read("SELECT pack_id, key_fingerprint FROM house_claim").rows()
    if not claims:
        warehouse.execute("INSERT INTO house_claim VALUES (?, ?)", [pack_id, key_fingerprint])
        return
    held_pack, held_key = claims[0]
    if held_pack != pack_id:
        raise WrongHouse(
            f"this home serves pack {held_pack}, not {pack_id}; give the other country a home of its own: "
            f"SKILLSGAP_HOME=var-{pack_id}"
        )
    if held_key != key_fingerprint:
        raise WrongHouse(
            "the pseudonym key is not the one this warehouse was made with; restore the former key, or remove the "
            "warehouse file to rebuild it from landing under the new one"
        )
