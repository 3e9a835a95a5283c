"""Names of codes in the reader's language, from the reference marts."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

ALL = "all"


def name_of(reference: pl.DataFrame, key: str, stem: str, language: str, order: str | None = None) -> dict[str, str]:
    """Code -> name in one language, in the given order; names that two codes share carry their code."""
    frame = reference.sort(order) if order else reference
    name, repeated = pl.col(f"{stem}_{language}"), pl.col(f"{stem}_{language}").is_duplicated()
    told_apart = pl.when(repeated).then(pl.format("{} ({})", name, key)).otherwise(name)
    frame = frame.select(key, told_apart.alias(stem))
    return dict(zip(frame[key], frame[stem], strict=True))


def with_name(frame: pl.DataFrame, key: str, stem: str, names: Mapping[str, str]) -> pl.DataFrame:
    """``frame`` with the column ``stem`` right after ``key``; a code without a name keeps the code."""
    column = pl.col(key).replace_strict(dict(names), default=pl.col(key), return_dtype=pl.String).alias(stem)
    place = frame.columns.index(key) + 1
    return frame.with_columns(column).select(*frame.columns[:place], stem, *frame.columns[place:])


def chosen(frame: pl.DataFrame, **codes: list[str]) -> pl.DataFrame:
    """Rows whose columns hold one of the given codes; an empty list leaves a column free."""
    for column, wanted in codes.items():
        if wanted:
            frame = frame.filter(pl.col(column).is_in(wanted))
    return frame
