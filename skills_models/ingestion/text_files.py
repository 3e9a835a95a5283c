"""Delimited text: which encoding, which delimiter, and its records as a stream of text columns."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
from pyarrow import csv as arrow_csv

from skills_models.ingestion.problems import DeliveryRejected

DELIMITERS = (",", ";", "\t", "|")
_CHUNK = 1 << 20
_BLOCK = 4 << 20  # longest record that can be read, and what one batch takes in memory
_HEAD_ROWS = 10
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_RECORD = re.compile(r"Row #(\d+)")
_DAMAGED = re.compile(r"[а-яА-Я]\?+[а-яА-Я]")


def find_encoding(path: Path, declared: Sequence[str]) -> str:
    """The encoding of a text file, after its whole content was decoded once in bounded memory.

    Text that is valid UTF-8 is UTF-8; UTF-16 needs its byte order mark; eight-bit encodings are only tried when the
    pack declares them, in its order.

    Raises
    ------
    DeliveryRejected
        ``empty_file``, ``nul_bytes``, ``unclosed_quote``, ``damaged_letters`` or ``unknown_encoding``.
    """
    with path.open("rb") as handle:
        mark = handle.read(3)
    if not mark:
        raise DeliveryRejected("empty_file", "the file is empty")
    if mark.startswith(_UTF16_MARKS):
        candidates = ["utf-16"]
    else:
        eight_bit = [e for e in declared if not codecs.lookup(e).name.startswith(("utf-8", "utf-16"))]
        candidates = ["utf-8-sig", *eight_bit]
    for encoding in candidates:
        if _judge(path, encoding):
            return encoding
    raise DeliveryRejected(
        "unknown_encoding", "the text is neither UTF-8 nor in an encoding the pack declares; save it as UTF-8"
    )


def first_rows(path: Path, encoding: str, delimiter: str) -> list[list[str]]:
    """The first records of a text file, at most ten, split at a delimiter."""
    with path.open(encoding=encoding, newline="") as handle:
        head = handle.read(_CHUNK)
    rows = []
    try:
        for row in csv.reader(re.split(r"(?<=\n)|(?<=\r)(?!\n)", head), delimiter=delimiter):
            rows.append(row)
            if len(rows) == _HEAD_ROWS:
                break
    except csv.Error:
        return rows
    return rows


def stream_text(path: Path, encoding: str, delimiter: str, n_columns: int, n_skip: int) -> Iterator[pa.RecordBatch]:
    """Records after the header as batches of text columns ``c0``, ``c1``, ...; blank lines are no records.

    Parameters
    ----------
    n_columns : columns of the header; a record with another number rejects the file
    n_skip : records up to and including the header

    Raises
    ------
    DeliveryRejected
        ``ragged_row`` with its record, ``line_too_long`` or ``unreadable_text``.
    """
    names = [f"c{i}" for i in range(n_columns)]
    try:
        with arrow_csv.open_csv(
            _as_utf8(path, encoding),
            read_options=arrow_csv.ReadOptions(
                column_names=names, skip_rows_after_names=n_skip, block_size=_BLOCK, use_threads=False
            ),
            parse_options=arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(
                column_types={name: pa.string() for name in names}, strings_can_be_null=False
            ),
        ) as reader:
            yield from reader
    except pa.ArrowInvalid as error:
        raise _rejection(str(error)) from None


def _as_utf8(path: Path, encoding: str) -> pa.NativeFile:
    stream = pa.OSFile(str(path), "rb")
    return stream if encoding == "utf-8-sig" else pa.transcoding_input_stream(stream, encoding, "utf-8")


def _judge(path: Path, encoding: str) -> bool:
    """Whether the file decodes; text that decodes but cannot be read rightly is rejected."""
    decoder = codecs.getincrementaldecoder(encoding)()
    quotes, damaged = 0, False
    try:
        with path.open("rb") as handle:
            while True:
                chunk = handle.read(_CHUNK)
                text = decoder.decode(chunk, final=not chunk)
                if "\x00" in text:
                    raise DeliveryRejected("nul_bytes", "the file holds NUL bytes: it is damaged or not a text file")
                quotes += text.count('"')
                damaged = damaged or (encoding not in ("utf-8-sig", "utf-16") and bool(_DAMAGED.search(text)))
                if not chunk:
                    break
    except UnicodeDecodeError:
        return False
    if damaged:
        raise DeliveryRejected(
            "damaged_letters", f"letters became question marks: {encoding} cannot hold them; save the file as UTF-8"
        )
    if quotes % 2:
        raise DeliveryRejected("unclosed_quote", "a quotation mark is opened and never closed; export the file again")
    return True


def _rejection(message: str) -> DeliveryRejected:
    """The reader's message, which quotes the record, as one that does not."""
    match = _RECORD.search(message)
    record = int(match.group(1)) if match else None
    if "Expected" in message:
        return DeliveryRejected("ragged_row", "a record has more or fewer columns than the header", line=record)
    if "straddl" in message:
        return DeliveryRejected("line_too_long", f"a record is longer than {_BLOCK >> 20} MB; is a quote left open?")
    return DeliveryRejected("unreadable_text", "the text cannot be split into records; export it again", line=record)
