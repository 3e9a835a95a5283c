"""Files for the desk: CSV and XLSX that no spreadsheet can be tricked with."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl
import xlsxwriter

STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "﹢", "﹣", "﹦", "﹫", "−")
_INVISIBLE = " \u00a0\u200b\u200c\u200d\u2060\ufeff\u202f\u2009\u3000\"'"


@dataclass(frozen=True)
class Origin:
    """Where an exported table comes from; goes into every row of a CSV and beside the table in a workbook."""

    run_id: str
    as_of_date: str
    is_synthetic: bool

    @property
    def data_kind(self) -> str:
        """'synthetic' or 'real', the same word in every language."""
        return "synthetic" if self.is_synthetic else "real"


def neutral(text: str) -> str:
    """Text that a spreadsheet reads as text: an apostrophe in front of what could start a formula."""
    return f"'{text}" if text.startswith(STARTS_FORMULA) or text.lstrip(_INVISIBLE).startswith(STARTS_FORMULA) else text


def neutralise(frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with every text made neutral; numbers stay numbers."""
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    return frame.with_columns(pl.col(name).map_elements(neutral, return_dtype=pl.String) for name in texts)


def to_csv(frame: pl.DataFrame, origin: Origin) -> bytes:
    """UTF-8 CSV with a byte order mark; the last columns say where it comes from."""
    marked = neutralise(frame).with_columns(
        data_kind=pl.lit(origin.data_kind), run_id=pl.lit(neutral(origin.run_id)), as_of_date=pl.lit(origin.as_of_date)
    )
    return b"\xef\xbb\xbf" + marked.write_csv().encode("utf-8")


def to_xlsx(frame: pl.DataFrame, origin: Origin, headers: Mapping[str, str]) -> bytes:
    """A workbook of two sheets: the table (codes and labels) and what it is.

    Parameters
    ----------
    frame : one row per line of the sheet
    origin : run, date and whether the data are invented
    headers : column name -> words for it, listed on the second sheet
    """
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("data")
        sheet.freeze_panes(1, 0)
        _write_rows(sheet, [tuple(frame.columns)], 0, bold)
        _write_rows(sheet, neutralise(frame).rows(), 1, None)
        about = [("run_id", origin.run_id), ("as_of_date", origin.as_of_date), ("data_kind", origin.data_kind)]
        about += [(name, headers.get(name, "")) for name in frame.columns]
        sheet = book.add_worksheet("about")
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 80)
        _write_rows(sheet, [(name, neutral(text)) for name, text in about], 0, None)
    return target.getvalue()


def _write_rows(sheet: xlsxwriter.worksheet.Worksheet, rows: list[tuple], start: int, style: object) -> None:
    """Every value by its own type: text only ever as text."""
    for line, row in enumerate(rows, start):
        for place, value in enumerate(row):
            if value is None:
                continue
            if isinstance(value, bool | int | float):
                sheet.write(line, place, value, style)
            else:
                sheet.write_string(line, place, str(value), style)
