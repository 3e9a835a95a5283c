"""Fill-in workbooks for the people who deliver data, made from the contract and the pack's mapping."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import xlsxwriter

from skills_models.contracts.model import Column, Table

FILL_IN_ROWS = 2000
PLACE = ("delivery_id", "source_file", "source_row")


def write_template(
    path: Path, table: Table, headers: Mapping[str, str], items: Mapping[str, str], lists: Mapping[str, list[str]]
) -> None:
    """Write a workbook with one sheet to fill in and one that explains every column.

    Parameters
    ----------
    path : the workbook to write
    table : raw table the delivery fills
    headers : contract column -> header the pack expects; columns without one are left out
    items : item header -> wording, for answer sheets; empty otherwise
    lists : code list -> allowed codes, offered as a drop-down
    """
    with xlsxwriter.Workbook(str(path)) as book:
        fill_in, explain = book.add_worksheet("data"), book.add_worksheet("columns")
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@"})
        fill_in.freeze_panes(1, 0)
        for place, title in enumerate(("column", "must be filled in", "meaning", "values")):
            explain.write_string(0, place, title, bold)
        explain.set_column(0, 0, 34)
        explain.set_column(2, 3, 70)
        for place, (header, column) in enumerate(_columns(table, headers, items)):
            fill_in.set_column(place, place, max(14, len(header) + 2), text)
            fill_in.write_string(0, place, header, bold)
            codes = lists.get(column.codes or "", list(column.allowed or ()))
            _offer(fill_in, place, codes)
            facts = (header, "no" if column.nullable else "yes", column.description, ", ".join(codes))
            for position, fact in enumerate(facts):
                explain.write_string(place + 1, position, fact, wrap)


def _columns(table: Table, headers: Mapping[str, str], items: Mapping[str, str]) -> list[tuple[str, Column]]:
    fixed = [(headers[name], column) for name, column in table.columns.items() if name in headers]
    from skills_models.contracts.fields import FIELDS

    answer = FIELDS["answer_level"].optional()
    described = [
        (header, Column(answer.dtype, wording, nullable=True, minimum=answer.minimum))
        for header, wording in items.items()
    ]
    return fixed + described


def _offer(sheet: xlsxwriter.worksheet.Worksheet, place: int, codes: list[str]) -> None:
    """A drop-down where the list is short enough for one."""
    if codes and len(",".join(codes)) <= 255:
        sheet.data_validation(1, place, FILL_IN_ROWS, place, {"validate": "list", "source": codes})
