"""The form in which data are delivered: the pack's headers and spellings in place of contract names and types."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl
from xlsxwriter import Workbook

from skills_models.ingestion.folding import fold
from skills_models.packs.model import ColumnMapping, Pack, SourceMapping

WRITTEN_AT = datetime(2026, 11, 14)  # workbooks carry a moment; a fixed one keeps equal content equal
CATALOGUE_FILES = {"courses": "courses.csv", "sessions": "sessions.csv", "course_effects": "course_effects.csv"}
SPELLINGS = {  # what people write; used where the mapping knows it
    "true": "да",
    "false": "нет",
    "main": "Основная",
    "additional": "Совместительство",
    "advanced": "Повышение квалификации",
    "retraining": "Переподготовка",
    "degree": "Магистратура",
    "other": "Семинар",
    "completed": "Завершено",
    "failed": "Не завершено",
    "withdrawn": "Отчислен",
    "enrolled": "Обучается",
}


@dataclass(frozen=True)
class DeliveryFile:
    """One file as a source would send it.

    Parameters
    ----------
    file_name : with its extension, which says how it is written
    source_code : kind of delivery, as the pack's source mapping names it
    reference_date : day a register describes; None for other kinds
    period : what the manifest gives as period
    frame : delivered headers and text
    """

    file_name: str
    source_code: str
    reference_date: date | None
    period: str
    frame: pl.DataFrame

    def write(self, folder: Path) -> Path:
        """Write the file into a folder, as UTF-8 text or as a workbook; returns its path."""
        path = folder / self.file_name
        if path.suffix == ".xlsx":
            with Workbook(path) as workbook:
                workbook.set_properties({"created": WRITTEN_AT})
                self.frame.write_excel(workbook, worksheet="1", autofit=False)
        else:
            self.frame.write_csv(path)
        return path


def as_text(frame: pl.DataFrame, mapping: SourceMapping, variant: int = 0) -> pl.DataFrame:
    """Every value as the text a source would deliver, columns still under their contract names.

    ``variant`` chooses among the date formats that the mapping lists; 0 is the first one, with codes as the
    contract spells them.
    """
    empty = ColumnMapping()
    return frame.select(
        _column_as_text(frame[name], mapping.columns.get(name, empty), variant) for name in frame.columns
    )


def with_delivered_headers(frame: pl.DataFrame, mapping: SourceMapping, variant: int = 0) -> pl.DataFrame:
    """The same frame under the headers that the mapping lists; columns taken from the manifest are left out.

    ``variant`` counts through the spellings of each header; columns that the mapping does not know
    (survey items, kept apart) keep their names.
    """
    renamed = {}
    for name in frame.columns:
        column = mapping.columns.get(name)
        if column is None:
            renamed[name] = name
        elif column.headers:
            renamed[name] = column.headers[variant % len(column.headers)]
    return frame.select(list(renamed)).rename(renamed)


def read_delivered(pack: Pack, source_code: str) -> pl.DataFrame | None:
    """A table of the pack's catalogue as delivered text under contract names; None where the pack has none."""
    frame = catalogue_file(pack, source_code)
    if frame is None:
        return None
    headers = {fold(header): header for header in frame.columns}
    found = {
        name: headers[fold(spelling)]
        for name, column in pack.sources[source_code].columns.items()
        for spelling in (*column.headers, name)
        if fold(spelling) in headers
    }
    return frame.select(pl.col(header).alias(name) for name, header in found.items())


def catalogue_file(pack: Pack, source_code: str) -> pl.DataFrame | None:
    """A file of the pack's catalogue exactly as it lies there; None where the pack has none."""
    if pack.catalogue is None:
        return None
    return pl.read_csv(pack.catalogue / CATALOGUE_FILES[source_code], infer_schema=False)


def _column_as_text(values: pl.Series, column: ColumnMapping, variant: int) -> pl.Series:
    if values.dtype in (pl.Date, pl.Datetime):
        plain = "%Y-%m-%d" if values.dtype == pl.Date else "%Y-%m-%d %H:%M:%S"
        formats = column.formats or (plain,)
        return values.dt.strftime(formats[variant % len(formats)])
    text = values.cast(pl.String)
    if variant == 0:
        return text
    spelt = {code: SPELLINGS[code] for code in set(column.values.values()) & set(SPELLINGS)}
    spelt = {code: word for code, word in spelt.items() if column.values.get(fold(word)) == code}
    return text.replace(list(spelt), list(spelt.values()))
