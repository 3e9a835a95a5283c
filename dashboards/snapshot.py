"""Read-only access to what was published. The only dashboard module that knows DuckDB.

Belongs here: the pointer file, proof that a snapshot is whole, reading a mart. Nothing is shaped or shown here.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import streamlit as st

from skills_models.contracts import MART_TABLES, TABLES, ContractViolation
from skills_models.snapshots import POINTER, READ_ONLY, SCHEMA_VERSION


class SnapshotError(Exception):
    """No snapshot can be served; ``code`` is 'none', 'broken' or 'format'."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A published file that was found whole.

    Parameters
    ----------
    path : the DuckDB file
    sha256 : its hash, as the pointer names it
    fingerprint : size and modification time, so that a changed file is hashed again
    checked_at : when a refresh last confirmed it (UTC); None for a fallback
    is_fallback : the newest snapshot failed and this is an earlier one
    """

    path: Path
    sha256: str
    fingerprint: tuple[int, int]
    checked_at: datetime | None
    is_fallback: bool = False

    def table(self, name: str) -> pl.DataFrame:
        """A whole mart, enforced against its contract.

        Raises
        ------
        SnapshotError
            If the file cannot be read any more or does not fit the contract.
        """
        return read_table(str(self.path), self.sha256, self.fingerprint, name)

    @property
    def meta(self) -> dict[str, Any]:
        """The one row of ``mart_meta__run``."""
        return self.table("mart_meta__run").row(0, named=True)

    def age(self, now: datetime) -> timedelta:
        """Time since a refresh last confirmed these data."""
        return now - (self.checked_at or self.meta["published_at"].replace(tzinfo=UTC))


def find_snapshot(home: Path) -> Snapshot:
    """The newest whole snapshot that ``published/CURRENT.json`` names, or the first whole earlier one.

    Raises
    ------
    SnapshotError
        'none' before the first publication, 'format' if every whole file was made for another version of the
        product, 'broken' if no named file is whole.
    """
    published = home / "published"
    pointer = read_pointer(published)
    problem = "broken"
    for position, entry in enumerate([pointer, *_listed(pointer.get("previous"))]):
        checked_at = _as_time(pointer.get("checked_at") or pointer.get("published_at")) if position == 0 else None
        try:
            return _whole(published, entry, checked_at, is_fallback=position > 0)
        except SnapshotError as error:
            problem = "format" if error.code == "format" else problem
    raise SnapshotError(problem)


def read_pointer(published: Path) -> dict[str, Any]:
    """The content of ``CURRENT.json``.

    Raises
    ------
    SnapshotError
        'none' if there is no pointer, 'broken' if it is not a JSON object.
    """
    try:
        pointer = json.loads((published / POINTER).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SnapshotError("none") from None
    except (OSError, ValueError):
        raise SnapshotError("broken") from None
    if not isinstance(pointer, dict):
        raise SnapshotError("broken")
    return pointer


def current_sha256(home: Path) -> str | None:
    """Hash the pointer names now; None while it cannot be read."""
    try:
        return str(read_pointer(home / "published").get("sha256"))
    except SnapshotError:
        return None


def _listed(previous: object) -> list[dict[str, Any]]:
    return [entry for entry in previous if isinstance(entry, dict)] if isinstance(previous, list) else []


def _as_time(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _whole(published: Path, entry: dict[str, Any], checked_at: datetime | None, is_fallback: bool) -> Snapshot:
    """The snapshot of one pointer entry, proved by hash and by the shape of its tables."""
    name, sha256 = str(entry.get("snapshot", "")), str(entry.get("sha256", ""))
    path = published / name
    if not name or Path(name).name != name or not path.is_file():
        raise SnapshotError("broken")
    status = path.stat()
    fingerprint = (status.st_size, status.st_mtime_ns)
    if _sha256(str(path), fingerprint) != sha256:
        raise SnapshotError("broken")
    if entry.get("schema_version", SCHEMA_VERSION) != SCHEMA_VERSION or not _fits(str(path), sha256, fingerprint):
        raise SnapshotError("format")
    return Snapshot(path, sha256, fingerprint, checked_at, is_fallback)


@st.cache_data(max_entries=32, show_spinner=False)
def _sha256(path: str, fingerprint: tuple[int, int]) -> str:
    """Hash of a file; computed once per size and modification time."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@st.cache_data(max_entries=32, show_spinner=False)
def _fits(path: str, sha256: str, fingerprint: tuple[int, int]) -> bool:
    """Whether the file holds every mart of its scale with the columns of the contracts and one run."""
    listing = "SELECT table_name, list(column_name ORDER BY ordinal_position) AS names FROM information_schema.columns"
    try:
        with duckdb.connect(path, read_only=True, config=READ_ONLY) as connection:
            stored = dict(connection.sql(f"{listing} GROUP BY table_name").fetchall())
            runs = connection.sql("SELECT scale_code FROM mart_meta__run").fetchall()
    except duckdb.Error:
        return False
    expected = [table for table in MART_TABLES if len(runs) == 1 and runs[0][0] in table.scales]
    return bool(expected) and all(stored.get(table.name) == list(table.columns) for table in expected)


@st.cache_data(max_entries=256, show_spinner=False)
def read_table(path: str, sha256: str, fingerprint: tuple[int, int], name: str) -> pl.DataFrame:
    """A whole mart of one snapshot; path, hash and fingerprint are the cache key.

    Raises
    ------
    SnapshotError
        If the file cannot be read or the table does not fit its contract.
    """
    try:
        with duckdb.connect(path, read_only=True, config=READ_ONLY) as connection:
            frame = connection.sql(f'SELECT * FROM "{TABLES[name].name}"').pl()
        return TABLES[name].enforce(frame)
    except duckdb.Error:
        raise SnapshotError("broken") from None
    except ContractViolation:
        raise SnapshotError("format") from None
