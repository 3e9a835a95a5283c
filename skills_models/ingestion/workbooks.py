"""Workbooks: the one visible sheet of an XLSX file as text columns."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import fastexcel
import pyarrow as pa

from skills_models.ingestion.problems import DeliveryRejected

MAX_UNPACKED = 500 << 20
MAX_RATIO = 100
_BATCH_ROWS = 65_536


def read_sheet(path: Path) -> pa.Table:
    """Every row of the only visible sheet as text, dates in ISO form, columns ``c0``, ``c1``, ...

    Formulas count with the value stored beside them; nothing is calculated, no link followed, no macro run.

    Raises
    ------
    DeliveryRejected
        ``damaged_file``, ``too_large``, ``several_sheets`` or ``empty_file``.
    """
    _check_package(path)
    try:
        book = fastexcel.read_excel(str(path))
        sheets = [book.load_sheet(name, header_row=None, n_rows=0, dtypes="string") for name in book.sheet_names]
        visible = [sheet.name for sheet in sheets if sheet.visible == "visible"]
        if len(visible) > 1:
            raise DeliveryRejected(
                "several_sheets", f"{len(visible)} visible sheets; keep the one with the data, hide or remove the rest"
            )
        table = (
            book.load_sheet(visible[0], header_row=None, skip_rows=0, dtypes="string").to_arrow() if visible else None
        )
    except fastexcel.FastExcelError:
        raise DeliveryRejected("damaged_file", "the workbook cannot be read; open it and save it again") from None
    if table is None or table.num_rows == 0:
        raise DeliveryRejected("empty_file", "the workbook has no visible sheet with rows")
    sheet = pa.Table.from_batches([table]) if isinstance(table, pa.RecordBatch) else pa.table(table)
    return sheet.rename_columns([f"c{i}" for i in range(sheet.num_columns)])


def first_sheet_rows(sheet: pa.Table, n_rows: int = 10) -> list[list[str]]:
    """The first rows of a sheet as text."""
    head = sheet.slice(0, n_rows).to_pylist()
    return [[row[name] or "" for name in sheet.column_names] for row in head]


def stream_sheet(sheet: pa.Table, n_skip: int) -> Iterator[pa.RecordBatch]:
    """Rows after the header as batches."""
    yield from (
        sheet.slice(n_skip).cast(pa.schema([(n, pa.string()) for n in sheet.column_names])).to_batches(_BATCH_ROWS)
    )


def _check_package(path: Path) -> None:
    """Refuse what would unpack to more than memory holds, before anything is unpacked."""
    try:
        with zipfile.ZipFile(path) as package:
            members = package.infolist()
    except (zipfile.BadZipFile, OSError):
        raise DeliveryRejected("damaged_file", "the workbook is truncated or damaged; save it again") from None
    unpacked = sum(member.file_size for member in members)
    packed = max(sum(member.compress_size for member in members), 1)
    if unpacked > MAX_UNPACKED or unpacked / packed > MAX_RATIO:
        raise DeliveryRejected(
            "too_large", "the workbook unpacks to more than can be read; deliver it as CSV or Parquet"
        )
    if "xl/workbook.xml" not in {member.filename for member in members}:
        raise DeliveryRejected("wrong_kind", "the file is an archive but no XLSX workbook")
