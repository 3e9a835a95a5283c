"""The data dictionary, generated: never edited by hand, compared with the contracts by ``make check``.

``python -m skills_models.contracts.dictionary docs/data_dictionary.md`` writes it; ``--check`` only compares.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from skills_models.contracts import TABLES
from skills_models.contracts.model import Column, Table

HEADING = """# Data dictionary

Generated from `skills_models/contracts` by `make dictionary`; edit the contracts, not this page.
Shares run from 0 to 1, intervals (`_lo`, `_hi`) cover 90 %, hours are academic, times are UTC.
"""


def dictionary_markdown(tables: Iterable[Table]) -> str:
    """The whole page, one section per table."""
    return HEADING + "".join("\n" + "\n".join(_section(table)) + "\n" for table in tables)


def dictionary_frame(tables: Iterable[Table]) -> pl.DataFrame:
    """The same as rows: table, column, type, whether it may be missing, unit, meaning, values."""
    rows = [
        {
            "table_name": table.name,
            "row_is_a": table.row_is_a,
            "column_name": name,
            "type": column.sql_type,
            "may_be_missing": column.nullable,
            "unit": column.unit or "",
            "meaning": column.description,
            "values": _values(column),
        }
        for table in tables
        for name, column in table.columns.items()
    ]
    return pl.DataFrame(rows)


def _section(table: Table) -> Iterator[str]:
    yield f"## {table.name}"
    yield ""
    yield f"Each row is a {table.row_is_a}. Key: {', '.join(f'`{c}`' for c in table.key) or 'none'}."
    if len(table.scales) == 1:
        yield f"Only for packs with an {table.scales[0]} survey scale."
    yield ""
    yield "| column | type | meaning | values |"
    yield "|---|---|---|---|"
    for name, column in table.columns.items():
        optional = " or missing" if column.nullable else ""
        unit = f" ({column.unit})" if column.unit else ""
        yield f"| `{name}` | {column.sql_type.lower()}{optional} | {column.description}{unit} | {_values(column)} |"


def _values(column: Column) -> str:
    parts = [", ".join(column.allowed)] if column.allowed else []
    parts += [f"list {column.codes} of the pack"] if column.codes else []
    if column.minimum is not None or column.maximum is not None:
        low = "" if column.minimum is None else f"{column.minimum:g}"
        high = "" if column.maximum is None else f"{column.maximum:g}"
        parts.append(f"{low} to {high}" if low and high else f"from {low}" if low else f"up to {high}")
    parts += [f"{column.pii} data"] if column.pii != "none" else []
    return "; ".join(parts)


def main(arguments: list[str]) -> int:
    """Write the page, or with ``--check`` say whether it is up to date; returns the exit code."""
    path = Path(arguments[0])
    text = dictionary_markdown(TABLES.values())
    if "--check" not in arguments:
        path.write_text(text, encoding="utf-8")
        return 0
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return 0
    print(f"{path} differs from the contracts; run: make dictionary", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
