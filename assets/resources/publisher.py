"""Publishing: marts become an immutable snapshot; replacing the pointer is the only commit point."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from skills_models.contracts import TABLES
from skills_models.ingestion.durable import sha256_of, sync
from skills_models.snapshots import POINTER, READ_ONLY, SCHEMA_VERSION

KEEP_SNAPSHOTS = 5
KEEP_YOUNGER_THAN = timedelta(days=1)


class SnapshotBroken(RuntimeError):
    """What was published, or just written, does not read back as written."""


@dataclass(frozen=True)
class Publication:
    """What publishing did: the snapshot that is current now, and whether it is new."""

    snapshot: str
    content_hash: str
    is_new: bool


def content_hash(marts: Mapping[str, pl.DataFrame]) -> str:
    """SHA-256 over every mart but quality and meta, tables and rows in key order."""
    digest = hashlib.sha256()
    for name in sorted(marts):
        if name.startswith(("mart_quality__", "mart_meta__")):
            continue
        frame = marts[name]
        key = list(TABLES[name].key)
        digest.update(f"{name}\n".encode())
        digest.update((frame.sort(key) if key else frame).write_csv().encode())
    return digest.hexdigest()


def publish(published: Path, marts: Mapping[str, pl.DataFrame], run_id: str, now: datetime) -> Publication:
    """Make the marts the current snapshot, unless their content is current already and the snapshot whole.

    A new file is written under a name of its own, checked by reading it back, synced, renamed, and only then
    named by the pointer. Readers of the former snapshot are not disturbed.

    Parameters
    ----------
    published : folder of the snapshots
    marts : mart name -> frame
    run_id : the run that made them
    now : time of publication, UTC

    Raises
    ------
    SnapshotBroken
        If the new file does not hold what was written; the former snapshot stays current.
    """
    published.mkdir(parents=True, exist_ok=True)
    sweep(published)
    pointer = _pointer_or_none(published)
    new_hash = content_hash(marts)
    if pointer and pointer["content_hash"] == new_hash and is_whole(published, pointer):
        _write_pointer(published, {**pointer, "checked_at": _stamp(now)})
        return Publication(pointer["snapshot"], new_hash, is_new=False)
    stem = f"snapshot_{now:%Y%m%dT%H%M%SZ}_{new_hash[:12]}"
    sha256 = _write_snapshot(published, stem, marts)
    _write_parquet(published, stem, marts)
    previous = [{"snapshot": pointer["snapshot"], "sha256": pointer["sha256"]}] if pointer else []
    _write_pointer(
        published,
        {
            "snapshot": f"{stem}.duckdb",
            "sha256": sha256,
            "schema_version": SCHEMA_VERSION,
            "content_hash": new_hash,
            "run_id": run_id,
            "published_at": _stamp(now),
            "checked_at": _stamp(now),
            "previous": (previous + (pointer or {}).get("previous", []))[: KEEP_SNAPSHOTS - 1],
        },
    )
    _prune(published, now, f"{stem}.duckdb")
    return Publication(f"{stem}.duckdb", new_hash, is_new=True)


def read_pointer(published: Path) -> dict[str, Any] | None:
    """The pointer's content, or None before the first publication.

    Raises
    ------
    SnapshotBroken
        If it is there and is no pointer.
    """
    try:
        pointer = json.loads((published / POINTER).read_text(encoding="utf-8"))
        whole = all(isinstance(pointer[name], str) for name in ("snapshot", "sha256", "content_hash"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        raise SnapshotBroken(f"{POINTER} in {published} cannot be read; run: skillsgap run")
    return dict(pointer)


def _pointer_or_none(published: Path) -> dict[str, Any] | None:
    """The pointer where it is of use: a damaged one is replaced like a missing one."""
    try:
        return read_pointer(published)
    except SnapshotBroken:
        return None


def is_whole(published: Path, pointer: Mapping[str, Any]) -> bool:
    """Whether the snapshot a pointer names is there, as it was written, its Parquet files beside it."""
    path = published / str(pointer["snapshot"])
    return path.is_file() and (published / path.stem).is_dir() and sha256_of(path) == pointer["sha256"]


def sweep(published: Path) -> None:
    """Remove what an interrupted publication left behind."""
    for left_over in published.glob(".tmp_*"):
        left_over.unlink()


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _write_snapshot(published: Path, stem: str, marts: Mapping[str, pl.DataFrame]) -> str:
    temporary = published / f".tmp_{stem}.duckdb"
    with duckdb.connect(str(temporary)) as connection:
        for name, frame in sorted(marts.items()):
            connection.register("mart", TABLES[name].enforce(frame).to_arrow())
            columns = ", ".join(f'CAST("{c}" AS {col.sql_type}) AS "{c}"' for c, col in TABLES[name].columns.items())
            connection.execute(f'CREATE TABLE "{name}" AS SELECT {columns} FROM mart')
            connection.unregister("mart")
        connection.execute("CHECKPOINT")
    _verify(temporary, marts)
    sync(temporary)
    temporary.rename(published / f"{stem}.duckdb")
    sync(published)
    return sha256_of(published / f"{stem}.duckdb")


def _verify(path: Path, marts: Mapping[str, pl.DataFrame]) -> None:
    if path.with_suffix(".duckdb.wal").exists():
        raise SnapshotBroken("the snapshot kept a write-ahead log")
    with duckdb.connect(str(path), read_only=True, config=READ_ONLY) as connection:
        for name, frame in marts.items():
            ((n_rows,),) = connection.sql(f'SELECT count(*) FROM "{name}"').fetchall()
            if n_rows != frame.height:
                raise SnapshotBroken(f"{name} has {n_rows} rows in the snapshot, {frame.height} were written")


def _write_parquet(published: Path, stem: str, marts: Mapping[str, pl.DataFrame]) -> None:
    folder = published / stem
    folder.mkdir(exist_ok=True)
    for name, frame in marts.items():
        TABLES[name].enforce(frame).write_parquet(folder / f"{name}.parquet")


def _write_pointer(published: Path, pointer: dict[str, Any]) -> None:
    temporary = published / f".tmp_{POINTER}"
    temporary.write_text(json.dumps(pointer, indent=1))
    sync(temporary)
    temporary.replace(published / POINTER)
    sync(published)


def _prune(published: Path, now: datetime, current: str) -> None:
    """Drop all but the newest snapshots and any younger than a day; never the current one, whatever the clock said."""
    snapshots = sorted(published.glob("snapshot_*.duckdb"), key=lambda p: p.name, reverse=True)
    for path in snapshots[KEEP_SNAPSHOTS:]:
        if path.name != current and now.timestamp() - path.stat().st_mtime > KEEP_YOUNGER_THAN.total_seconds():
            for parquet in (published / path.stem).glob("*.parquet"):
                parquet.unlink()
            if (published / path.stem).exists():
                (published / path.stem).rmdir()
            path.unlink()
