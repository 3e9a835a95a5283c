"""Reading the landing folder: every complete delivery, every file, as text, once per refresh.

A file that cannot be read is rejected whole, with one readable line; the rest of the batch is unaffected.
"""

from collections.abc import Iterator
from typing import NamedTuple

import dagster as dg
import polars as pl

from assets.resources.house import House
from assets.resources.tables import describe
from assets.resources.warehouse import Warehouse, Written
from skills_models.contracts import FILE_TABLE, RAW_TABLES, TABLES, Table
from skills_models.ingestion.batches import header_plan, raw_batches
from skills_models.ingestion.manifest import DeliveredFile, Delivery, complete_deliveries
from skills_models.ingestion.problems import DeliveryRejected
from skills_models.ingestion.pseudonyms import load_key
from skills_models.packs import Pack


class FileToRead(NamedTuple):
    """A file of a delivery and its places: in the order of deliveries, and inside its own."""

    delivery: Delivery
    delivery_rank: int
    source_file: int
    entry: DeliveredFile


def raw_tables(scale: str) -> list[Table]:
    """The raw tables of packs with this survey scale."""
    return [table for table in RAW_TABLES if scale in table.scales]


def item_columns(pack: Pack) -> list[str]:
    """Columns of the pack's answer sheets that hold items."""
    return sorted(pack.tables["core_ref__entity_item"]["item_code"])


def landing(scale: str) -> dg.AssetsDefinition:
    """The asset that fills every raw table from the landing folder."""
    tables = [FILE_TABLE, *raw_tables(scale)]
    outs = {table.name: dg.AssetOut(**describe(table), code_version="1") for table in tables}

    @dg.multi_asset(name="landing", outs=outs, can_subset=False)
    def read_landing(
        context: dg.AssetExecutionContext, house: dg.ResourceParam[House], warehouse: dg.ResourceParam[Warehouse]
    ) -> Iterator[dg.Output[Written | pl.DataFrame]]:
        to_read = list(files_to_read(house))
        if not to_read:
            raise dg.Failure("no complete delivery to read; run: skillsgap deliver FILE...", allow_retries=False)
        key = load_key(house.key_file)
        items = item_columns(house.pack)
        for table in raw_tables(scale):
            warehouse.execute(empty_raw_table(table, items))
        files = [read_file(context, house, warehouse, key, file) for file in to_read]
        for table in raw_tables(scale):
            yield dg.Output(Written(warehouse.count(table.name)), table.name)
        yield dg.Output(pl.DataFrame(files, schema=FILE_TABLE.polars_schema()), FILE_TABLE.name)

    return read_landing


def empty_raw_table(table: Table, items: list[str]) -> str:
    """SQL that makes a raw table: its place typed, everything delivered as text, items beside."""
    place = {"source_file": "BIGINT", "source_row": "BIGINT"}
    wide = items if table.name.endswith("__answer_sheet") else []
    columns = ", ".join(f'"{name}" {place.get(name, "VARCHAR")}' for name in [*table.columns, *wide])
    return f'CREATE OR REPLACE TABLE "{table.name}" ({columns})'


def files_to_read(house: House) -> Iterator[FileToRead]:
    """Files of all complete deliveries in the order in which they were made."""
    for rank, delivery in enumerate(complete_deliveries(house.landing), start=1):
        for number, entry in enumerate(delivery.manifest.files, start=1):
            yield FileToRead(delivery, rank, number, entry)


def read_file(
    context: dg.AssetExecutionContext, house: House, warehouse: Warehouse, key: bytes, file: FileToRead
) -> dict[str, object]:
    """Read one file into its raw table; the row of ``raw_ingest__entity_file`` it amounts to."""
    delivery, entry = file.delivery, file.entry
    row: dict[str, object] = {
        "delivery_id": delivery.delivery_id,
        "source_file": file.source_file,
        "source_code": entry.source_code,
        "delivery_rank": file.delivery_rank,
        "reference_date": entry.reference_date,
        "n_rows": 0,
        "reason_code": None,
        "hint": None,
    }
    mapping = house.pack.sources.get(entry.source_code)
    if mapping is None or TABLES[mapping.table] not in raw_tables(house.pack.scale):
        return row | {"reason_code": "unknown_source", "hint": f"pack {house.pack.pack_id} takes no such data"}
    try:
        for batch in raw_batches(delivery, file.source_file, mapping, house.pack, key):
            warehouse.append(mapping.table, batch)
            row["n_rows"] = int(str(row["n_rows"])) + batch.num_rows
    except DeliveryRejected as rejected:
        warehouse.execute(
            f'DELETE FROM "{mapping.table}" WHERE delivery_id = ? AND source_file = ?',
            [delivery.delivery_id, file.source_file],
        )
        context.log.warning(f"{delivery.delivery_id} file {file.source_file} rejected: {rejected.reason_code}")
        return row | {"n_rows": 0, "reason_code": rejected.reason_code, "hint": rejected.hint}
    context.log.info(f"{delivery.delivery_id} file {file.source_file}: {row['n_rows']} rows of {entry.source_code}")
    return row | {"hint": header_plan(delivery, file.source_file, mapping, house.pack).remark()}
