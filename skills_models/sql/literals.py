"""Texts and column names as they stand in SQL."""

from __future__ import annotations


def quote(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def raw_column(name: str) -> str:
    """A column of the raw row, which every intake query calls ``r``."""
    return f'r."{name}"'
