"""Fill-in workbooks for the people who deliver data, made from the contract and the pack's mapping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import xlsxwriter

from skills_models.contracts.fields import FIELDS
from skills_models.contracts.model import Column, Table

FILL_IN_ROWS = 2000
SHOWN_CODES = 20


def write_template(
    path: Path, table: Table, headers: Mapping[str, str], items: Mapping[str, str], lists: Mapping[str, list[str]]
) -> None:
    """Write a workbook of one sheet to fill in; a note on each header says what belongs below it.

    One sheet, so that the filled-in workbook is a delivery as it stands.

    Parameters
    ----------
    path : the workbook to write
    table : raw table the delivery fills
    headers : contract column -> header the pack expects; columns without one are left out
    items : item header -> wording, for answer sheets; empty otherwise
    lists : code list -> allowed codes, offered as a drop-down
    """
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("data")
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@"})
        sheet.freeze_panes(1, 0)
        for place, (header, column) in enumerate(_columns(table, headers, items)):
            codes = lists.get(column.codes or "", list(column.allowed or ()))
            sheet.set_column(place, place, max(14, len(header) + 2), text)
            sheet.write_string(0, place, header, bold)
            sheet.write_comment(0, place, _note(column, codes), {"x_scale": 2, "y_scale": 1.5})
            _offer(sheet, place, codes)


def _note(column: Column, codes: list[str]) -> str:
    """What belongs in a column: meaning, whether it must be filled in, values."""
    need = "may be left empty" if column.nullable else "must be filled in"
    shown = ", ".join(codes[:SHOWN_CODES]) + (", ..." if len(codes) > SHOWN_CODES else "")
    return f"{column.description}; {need}" + (f"\n{shown}" if shown else "")


def _columns(table: Table, headers: Mapping[str, str], items: Mapping[str, str]) -> list[tuple[str, Column]]:
    fixed = [(headers[name], column) for name, column in table.columns.items() if name in headers]
    answer = FIELDS["answer_level"]
    return fixed + [(header, replace(answer, description=words, nullable=True)) for header, words in items.items()]


def _offer(sheet: xlsxwriter.worksheet.Worksheet, place: int, codes: list[str]) -> None:
    """A drop-down where the list is short enough for one."""
    if codes and len(",".join(codes)) <= 255:
        sheet.data_validation(1, place, FILL_IN_ROWS, place, {"validate": "list", "source": codes})
