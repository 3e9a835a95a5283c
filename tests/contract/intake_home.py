"""A tiny home for intake tests: files go in, tables come out, nothing but files and an in-memory database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa

from skills_models.contracts import FILE_TABLE, RAW_TABLES, TABLES, violations_sql
from skills_models.contracts.core import INTAKE_TABLES, RECORD_TABLES
from skills_models.ingestion.batches import raw_batches
from skills_models.ingestion.manifest import FileToDeliver, complete_deliveries, write_delivery
from skills_models.ingestion.problems import DeliveryRejected
from skills_models.packs import Pack
from skills_models.sql.answers import item_codes
from skills_models.sql.intake import intake_sql
from skills_models.sql.ledgers import reconciliation_sql
from skills_models.sql.records import records_sql

AS_OF = date(2026, 11, 1)
START = datetime(2026, 10, 1, tzinfo=UTC)
KEY = b"k" * 32
REFERENCE = (
    "core_ref__codes_alias",
    "core_ref__codes_agency",
    "core_ref__codes_grade",
    "core_ref__entity_item",
    "core_ref__entity_skill",
    "core_framework__entity_competency",
)


def iin(serial: int) -> str:
    """A number with a right check digit and the seventh digit that no real person has."""
    stem = f"8001019{serial:04d}"
    digits = [int(c) for c in stem]
    for weights in ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)):
        check = sum(w * d for w, d in zip(weights, digits, strict=True)) % 11
        if check < 10:
            return stem + str(check)
    return iin(serial + 5000)


class Home:
    """Deliveries of a test and the tables they amount to."""

    def __init__(self, folder: Path, pack: Pack) -> None:
        self.folder, self.pack, self.n_made = folder, pack, 0
        self.rejected: list[DeliveryRejected] = []

    def deliver(self, source: str, *files: Path, day: date | None = date(2026, 10, 31)) -> Path:
        made_at = START + timedelta(hours=self.n_made)
        self.n_made += 1
        to_deliver = [FileToDeliver(file, source, day) for file in files]
        return write_delivery(to_deliver, self.folder / "landing", self.pack.pack_id, "2026-Q4", made_at)

    def tables(self, *raw_names: str, as_of: date = AS_OF) -> duckdb.DuckDBPyConnection:
        """Everything read, judged and recorded; only the named raw tables of the pack are built."""
        con = duckdb.connect(config={"threads": 1})
        for name in REFERENCE:
            con.register("frame", self.pack.tables[name].to_arrow())
            con.execute(f'CREATE TABLE "{name}" AS SELECT * FROM frame')
            con.unregister("frame")
        raws = [raw for raw in RAW_TABLES if self.pack.scale in raw.scales]
        for raw in raws:
            place = {"source_file": "BIGINT", "source_row": "BIGINT"}
            items = item_codes(self.pack) if raw.name.endswith("answer_sheet") else ()
            columns = ", ".join(f'"{c}" {place.get(c, "VARCHAR")}' for c in [*raw.columns, *items])
            con.execute(f'CREATE TABLE "{raw.name}" ({columns})')
        self._read(con)
        for raw in raws:
            if raw.name in raw_names:
                create(con, INTAKE_TABLES[raw.name].name, intake_sql(raw, self.pack, as_of))
            else:
                columns = ", ".join(f'"{c}" {v.sql_type}' for c, v in INTAKE_TABLES[raw.name].columns.items())
                con.execute(f'CREATE TABLE "{INTAKE_TABLES[raw.name].name}" ({columns})')
        for table in RECORD_TABLES:
            needed = table.group == "core_ingest" or any(f"core_{n.split('_')[1]}" == table.group for n in raw_names)
            if needed and self.pack.scale in table.scales and table.name != "core_ingest__wave_profile":
                create(con, table.name, records_sql(table.name, self.pack, as_of))
        assert con.execute(reconciliation_sql()).fetchall() == [(0,)]
        return con

    def _read(self, con: duckdb.DuckDBPyConnection) -> None:
        files, self.rejected = [], []
        for rank, delivery in enumerate(complete_deliveries(self.folder / "landing"), start=1):
            for number, entry in enumerate(delivery.manifest.files, start=1):
                mapping, n_rows, problem = self.pack.sources[entry.source_code], 0, None
                try:
                    for batch in raw_batches(delivery, number, mapping, self.pack, KEY):
                        con.register("batch", pa.Table.from_batches([batch]))
                        con.execute(f'INSERT INTO "{mapping.table}" BY NAME SELECT * FROM batch')
                        con.unregister("batch")
                        n_rows += batch.num_rows
                except DeliveryRejected as rejected:
                    problem = rejected
                    self.rejected.append(rejected)
                reason, hint = (problem.reason_code, problem.hint) if problem else (None, None)
                place = (delivery.delivery_id, number, entry.source_code, rank, entry.reference_date)
                files.append((*place, 0 if problem else n_rows, reason, hint))
        frame = pl.DataFrame(files, schema=FILE_TABLE.polars_schema(), orient="row")
        con.register("frame", frame.to_arrow())
        con.execute(f"CREATE TABLE {FILE_TABLE.name} AS SELECT * FROM frame")
        con.unregister("frame")


def create(con: duckdb.DuckDBPyConnection, name: str, sql: str) -> None:
    """Fill a table as the warehouse does, then hold it against its contract."""
    columns = ", ".join(f'CAST("{c}" AS {v.sql_type}) AS "{c}"' for c, v in TABLES[name].columns.items())
    con.execute(f'CREATE TABLE "{name}" AS SELECT {columns} FROM ({sql})')
    assert {n: k for n, k in con.execute(violations_sql(TABLES[name])).fetchall() if k} == {}


def csv_file(path: Path, rows: list[dict[str, str]], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    """A delimited file with the columns of the first row."""
    lines = [delimiter.join(rows[0]), *(delimiter.join(row.values()) for row in rows)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path
