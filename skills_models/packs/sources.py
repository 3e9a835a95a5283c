"""Whether the source mappings of a pack fit the raw tables they fill."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from skills_models.contracts import RAW_TABLES, TABLES
from skills_models.ingestion.folding import fold
from skills_models.packs.model import SourceMapping
from skills_models.packs.sheets import PLACE_COLUMNS


def source_problems(source: SourceMapping, scale: str) -> Iterator[str]:
    """A mapping that does not fit its raw table, or headers that claim two columns."""
    where = f"sources/{source.source_code}.yaml"
    raw = {table.name: table for table in RAW_TABLES}
    if source.table not in raw:
        yield f"{where}: table {source.table!r} is not a raw table; use one of {', '.join(raw)}"
        return
    table = TABLES[source.table]
    if scale not in table.scales:
        yield f"{where}: {source.table} is not for packs of scale {scale}; remove the file"
    contract = {name: column for name, column in table.columns.items() if name not in PLACE_COLUMNS}
    for name in source.columns:
        if name not in contract:
            yield f"{where}: column {name} is not in {source.table}; use one of {', '.join(contract)}"
    for name, column in contract.items():
        if not column.nullable and name not in source.columns:
            yield f"{where}: column {name} is required by {source.table}; map it"
    for name in source.columns.keys() & contract.keys() - set(source.identity_columns):
        if contract[name].pii == "pseudonym":
            yield f"{where}: column {name} holds an identity but is not in identity_columns; add it there"
    for name in source.identity_columns:
        if name in source.columns and source.columns[name].parts:
            yield f"{where}, column {name}: an identity cannot be put together from parts; name its headers"
    for role in ("identity_columns", "supersede_by"):
        for name in getattr(source, role):
            if name not in source.columns:
                yield f"{where}: {role} names {name}, which is not mapped; map it or remove it"
    yield from _header_problems(source, where)
    yield from _value_problems(source, where)


def _header_problems(source: SourceMapping, where: str) -> Iterator[str]:
    owner: dict[str, str] = {}
    for name, mapping in source.columns.items():
        if not (mapping.headers or mapping.parts or mapping.constant is not None or mapping.from_manifest):
            yield f"{where}, column {name}: says neither headers, parts, constant nor from_manifest; write one"
        if mapping.parts and (mapping.headers or len(mapping.parts) < 2):
            yield f"{where}, column {name}: parts are two headers or more, and in place of headers; correct it"
        if mapping.from_manifest not in (None, "reference_date", "period"):
            yield f"{where}, column {name}: from_manifest is not reference_date or period; correct it"
        for header in mapping.headers:
            other = owner.setdefault(fold(header), name)
            if other != name:
                yield f"{where}: header {header!r} stands for {other} and {name}; keep one"


def _value_problems(source: SourceMapping, where: str) -> Iterator[str]:
    for name, mapping in source.columns.items():
        column = TABLES[source.table].columns.get(name)
        if column is None:
            continue
        allowed = ("true", "false") if column.dtype is pl.Boolean else column.allowed
        given = set(mapping.values.values()) | ({mapping.constant} - {None})
        for value in sorted(str(v) for v in given if allowed is not None and v not in allowed):
            yield f"{where}, column {name}: {value!r} is not one of {', '.join(allowed or ())}; correct it"
