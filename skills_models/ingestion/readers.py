"""One way to open a delivered file, whatever its kind: headers, and the rows below as batches of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from skills_models.ingestion.headers import bare_key, header_key
from skills_models.ingestion.problems import DeliveryRejected
from skills_models.ingestion.text_files import DELIMITERS, find_encoding, first_rows, stream_text
from skills_models.ingestion.workbooks import first_sheet_rows, read_sheet, stream_sheet

__all__ = ["DeliveryRejected", "OpenFile", "open_file"]

KINDS = {".csv": "text", ".txt": "text", ".tsv": "text", ".xlsx": "workbook", ".parquet": "parquet"}
_MAGIC = {
    b"PK\x03\x04": "workbook",
    b"PAR1": "parquet",
    b"\x1f\x8b": "gzip archive",
    b"\xd0\xcf\x11\xe0": "old or encrypted workbook",
    b"%PDF": "PDF",
    b"7z\xbc\xaf": "7z archive",
    b"Rar!": "RAR archive",
    b"{\\rtf": "RTF document",
}
_BATCH_ROWS = 65_536
_EXACT = float(1 << 53)


@dataclass(frozen=True)
class OpenFile:
    """A file whose header is known: the headers, and the rows below as text columns by position."""

    headers: tuple[str, ...]
    batches: Iterator[pa.RecordBatch]


def open_file(path: Path, encodings: Sequence[str], known: AbstractSet[str]) -> OpenFile:
    """Open a delivered file; rows are read as the batches are taken.

    Parameters
    ----------
    encodings : encodings the pack declares for text files of this source
    known : normalised headers by which the header row is recognised among the first ten rows

    Raises
    ------
    DeliveryRejected
        If the file cannot be read as what it says it is. Never quotes content.
    """
    kind = find_kind(path)
    if kind == "parquet":
        return _open_parquet(path)
    if kind == "workbook":
        sheet = read_sheet(path)
        _, n_skip, headers = _find_header([first_sheet_rows(sheet)], known)
        return OpenFile(tuple(headers), stream_sheet(sheet, n_skip))
    encoding = find_encoding(path, encodings)
    place, n_skip, headers = _find_header([first_rows(path, encoding, d) for d in DELIMITERS], known)
    return OpenFile(tuple(headers), stream_text(path, encoding, DELIMITERS[place], len(headers), n_skip))


def find_kind(path: Path) -> str:
    """``text``, ``workbook`` or ``parquet``, by extension, confirmed by the first bytes."""
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise DeliveryRejected("unknown_kind", f"files end in {', '.join(KINDS)}")
    with path.open("rb") as handle:
        start = handle.read(8)
    if not start:
        raise DeliveryRejected("empty_file", "the file is empty")
    actual = next((name for magic, name in _MAGIC.items() if start.startswith(magic)), "text")
    if actual != kind:
        raise DeliveryRejected("wrong_kind", f"the name says {kind}, the content says {actual}; export it again")
    return kind


def _find_header(candidates: list[list[list[str]]], known: AbstractSet[str]) -> tuple[int, int, list[str]]:
    """(candidate, rows up to and with the header, headers): the row with most known headers, the first of equals."""
    best = (0, 0, 1, [""])
    for place, rows in enumerate(candidates):
        for n_skip, row in enumerate(rows, start=1):
            score = len({key for cell in row for key in (header_key(cell), bare_key(cell))} & known)
            if score > best[0]:
                best = (score, place, n_skip, row)
    if best[0] == 0:
        raise DeliveryRejected("no_known_header", "no known header in the first ten rows; is the header row there?")
    return best[1:]


def _open_parquet(path: Path) -> OpenFile:
    try:
        file = pq.ParquetFile(path)
        schema = file.schema_arrow
    except (pa.ArrowException, OSError):
        raise DeliveryRejected("damaged_file", "the Parquet file is truncated or damaged; export it again") from None
    return OpenFile(tuple(schema.names), _stream_parquet(file))


def _stream_parquet(file: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    try:
        for batch in file.iter_batches(batch_size=_BATCH_ROWS):
            columns = [_as_text(column) for column in batch.columns]
            yield pa.RecordBatch.from_arrays(columns, names=[f"c{i}" for i in range(len(columns))])
    except (pa.ArrowException, OSError):
        raise DeliveryRejected("damaged_file", "the Parquet file is truncated or damaged; export it again") from None


def _as_text(column: pa.Array) -> pa.Array:
    """A column as text: whole numbers without a fraction, others so that they read back to the same number."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_nested(column.type) or pa.types.is_binary(column.type):
        return pa.nulls(len(column), pa.string())
    if not pa.types.is_floating(column.type):
        return column.cast(pa.string())
    column = pc.if_else(pc.is_nan(column), None, column.cast(pa.float64()))
    is_whole = pc.and_(pc.less(pc.abs(column), _EXACT), pc.equal(pc.floor(column), column))
    whole = pc.if_else(is_whole, column, 0.0).cast(pa.int64()).cast(pa.string())
    return pc.if_else(is_whole, whole, column.cast(pa.string()))
