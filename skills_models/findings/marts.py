"""Reading the marts of a run for sentences: what is absent or empty is simply not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from skills_models.contracts import LANGUAGES, TABLES
from skills_models.findings.phrases import Phrase, label


class Marts:
    """The marts of one run and the labels in them."""

    def __init__(self, frames: Mapping[str, pl.DataFrame]) -> None:
        self._frames = frames

    def __contains__(self, table: str) -> bool:
        """Whether the run has the table, be it without rows."""
        return table in self._frames

    def rows(self, table: str) -> pl.DataFrame:
        """The table; without rows where the run lacks it."""
        return self._frames[table] if table in self._frames else TABLES[table].empty()

    def name(self, table: str, code: str, *, quoted: bool = False) -> Phrase:
        """Name of a code in the reference mart ``mart_ref__<table>``; the code itself where it has none."""
        stem = f"{table}_name"
        frame = self.rows(f"mart_ref__{table}")
        key = TABLES[f"mart_ref__{table}"].key[0]
        found = frame.filter(pl.col(key) == code)
        names = {lang: found[f"{stem}_{lang}"][0] if found.height else code for lang in LANGUAGES}
        return label(names, quoted=quoted)

    def skill(self, code: str) -> Phrase:
        """Name of a skill in quotation marks."""
        return self.name("skill", code, quoted=True)


def each(frame: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Rows as dictionaries."""
    return frame.iter_rows(named=True)
