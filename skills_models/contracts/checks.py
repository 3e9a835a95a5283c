"""A contract as SQL that counts violations: the same rules as ``Table.enforce``, at any size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from skills_models.contracts.model import Column, Table


class SqlCheck(NamedTuple):
    """A rule and the query that returns, in one row and column, how many rows break it."""

    name: str
    description: str
    sql: str


def contract_checks(table: Table) -> list[SqlCheck]:
    """Every rule of a table's contract as a counting query, key first."""
    return [
        *_key_checks(table),
        *(c for name, col in table.columns.items() for c in _column_checks(table, name, col)),
    ]


def violations_sql(table: Table) -> str:
    """One scan that counts all of them: a row per broken-rule name with its count."""
    parts = [f"SELECT '{c.name}' AS check_name, ({c.sql}) AS n_failed" for c in contract_checks(table)]
    return " UNION ALL ".join(parts) if parts else "SELECT 'none' AS check_name, 0 AS n_failed WHERE false"


def _key_checks(table: Table) -> Iterator[SqlCheck]:
    if table.key:
        key = ", ".join(f'"{c}"' for c in table.key)
        yield SqlCheck(
            "key_is_unique",
            f"each row is a {table.row_is_a}",
            f'SELECT count(*) - (SELECT count(*) FROM (SELECT DISTINCT {key} FROM "{table.name}")) FROM "{table.name}"',
        )


def _column_checks(table: Table, name: str, column: Column) -> Iterator[SqlCheck]:
    def count(condition: str) -> str:
        return f'SELECT count(*) FROM "{table.name}" WHERE {condition}'

    if not column.nullable:
        yield SqlCheck(f"{name}_is_present", f"{name} is never missing", count(f'"{name}" IS NULL'))
    if column.allowed is not None:
        values = ", ".join(f"'{v}'" for v in column.allowed)
        yield SqlCheck(f"{name}_is_listed", f"{name} is one of {values}", count(f'"{name}" NOT IN ({values})'))
    bounds = [f'"{name}" < {column.minimum!r}'] if column.minimum is not None else []
    bounds += [f'"{name}" > {column.maximum!r}'] if column.maximum is not None else []
    if bounds:
        low = "-inf" if column.minimum is None else f"{column.minimum:g}"
        high = "inf" if column.maximum is None else f"{column.maximum:g}"
        yield SqlCheck(f"{name}_in_range", f"{name} lies in [{low}, {high}]", count(" OR ".join(bounds)))
