"""Typed description of a warehouse table, from which every other schema is derived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

DUCKDB_TYPES: Mapping[type[pl.DataType], str] = {
    pl.String: "VARCHAR",
    pl.Int64: "BIGINT",
    pl.Float64: "DOUBLE",
    pl.Boolean: "BOOLEAN",
    pl.Date: "DATE",
    pl.Datetime: "TIMESTAMP",
    pl.List: "FLOAT[]",
}


class ContractViolation(ValueError):
    """A frame or a table does not fit its contract; the message lists every violation."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: type, meaning, unit, and the values it may hold.

    Parameters
    ----------
    dtype : one of the keys of ``DUCKDB_TYPES``
    description : what the value means, one sentence
    unit : unit of a quantity, if it has one
    nullable : whether a row may lack it
    allowed : the closed list of values, for codes that belong to the product
    codes : name of the pack's code list, for codes that belong to a country
    minimum, maximum : closed range
    pii : "none", "identity" (pseudonymised at the first read), "pseudonym" or "restricted"
    disclosure : role in a published table: "key", "count" (survey counts), "figure", "register", "label"
    """

    dtype: type[pl.DataType]
    description: str
    unit: str | None = None
    nullable: bool = False
    allowed: tuple[str, ...] | None = None
    codes: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    pii: str = "none"
    disclosure: str = "label"

    @property
    def sql_type(self) -> str:
        """The DuckDB type that stores it."""
        return DUCKDB_TYPES[self.dtype]

    def optional(self) -> Column:
        """The same column where it may be missing."""
        return replace(self, nullable=True)


@dataclass(frozen=True)
class Table:
    """A table's grain, key and columns, in the order they are stored.

    Parameters
    ----------
    name : ``{layer}_{subject}__{kind}_{name}``, also the asset name and the DuckDB table name
    row_is_a : completes the sentence "each row is a ..."
    key : columns that identify a row; empty where rows have no identity of their own
    columns : column name -> Column
    scales : the survey scales whose packs have this table
    """

    name: str
    row_is_a: str
    key: tuple[str, ...]
    columns: Mapping[str, Column]
    scales: tuple[str, ...] = ("anchored", "agreement")

    @cached_property
    def layer(self) -> str:
        """``raw``, ``core``, ``analysis`` or ``mart``."""
        return self.name.split("_", 1)[0]

    @cached_property
    def group(self) -> str:
        """``{layer}_{subject}``, the Dagster group."""
        return self.name.split("__", 1)[0]

    def polars_schema(self) -> pl.Schema:
        """Column name -> polars type, in stored order."""
        return pl.Schema({name: _polars_type(column.dtype) for name, column in self.columns.items()})

    def empty(self) -> pl.DataFrame:
        """A frame of this table without rows."""
        return pl.DataFrame(schema=self.polars_schema())

    def enforce(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Select, order, cast and sort by key.

        Raises
        ------
        ContractViolation
            If columns are missing or extra, a key repeats, or a value breaks a null rule, a range or a
            closed list. All violations are reported at once, as counts: never a value of a row.
        """
        problems = self._column_problems(frame.columns)
        if problems:
            raise ContractViolation(f"{self.name}: " + "; ".join(problems))
        frame = frame.select(list(self.columns)).cast(self.polars_schema())
        problems = [text for name, column in self.columns.items() for text in _value_problems(frame[name], column)]
        if self.key and (repeated := frame.height - frame.unique(subset=list(self.key)).height):
            problems.append(f"{repeated} repeated key(s) on {', '.join(self.key)}")
        if problems:
            raise ContractViolation(f"{self.name}: " + "; ".join(problems))
        return frame.sort(list(self.key)) if self.key else frame

    def _column_problems(self, delivered: list[str]) -> list[str]:
        missing = [f"missing column {c}" for c in self.columns if c not in delivered]
        extra = [f"unexpected column {c}" for c in delivered if c not in self.columns]
        return missing + extra


def _polars_type(dtype: type[pl.DataType]) -> pl.DataType | type[pl.DataType]:
    """The type of a stored column: times are microseconds, lists hold posterior draws."""
    return {pl.Datetime: pl.Datetime("us"), pl.List: pl.List(pl.Float32)}.get(dtype, dtype)


def _value_problems(values: pl.Series, column: Column) -> list[str]:
    """What is wrong with one column of a frame, as counts."""
    problems = []
    if not column.nullable and (nulls := values.null_count()):
        problems.append(f"{nulls} null(s) in {values.name}")
    if column.dtype is pl.Float64 and (nans := int(values.is_nan().sum())):
        problems.append(f"{nans} NaN in {values.name}")
    if column.allowed is not None and (n := int((~values.drop_nulls().is_in(list(column.allowed))).sum())):
        problems.append(f"{n} value(s) of {values.name} outside {{{', '.join(column.allowed)}}}")
    if column.minimum is not None and (n := int((values < column.minimum).sum())):
        problems.append(f"{n} value(s) of {values.name} below {column.minimum:g}")
    if column.maximum is not None and (n := int((values > column.maximum).sum())):
        problems.append(f"{n} value(s) of {values.name} above {column.maximum:g}")
    return problems
