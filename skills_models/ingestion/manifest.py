"""Deliveries on disk: a folder of files, complete once its ``manifest.json`` stands beside them."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from skills_models.ingestion.durable import copy_durably, distinct_names, sha256_of, sync
from skills_models.ingestion.problems import DeliveryRejected, ManifestProblem

MANIFEST_NAME = "manifest.json"
MANIFEST_VERSION = 1
_PERIOD = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,19}")


@dataclass(frozen=True)
class FileToDeliver:
    """A file somebody hands in: where it is, what it is, and the day it describes if it does not say."""

    path: Path
    source_code: str
    reference_date: date | None = None
    rows: int | None = None


@dataclass(frozen=True)
class DeliveredFile:
    """A file of a delivery as its manifest describes it."""

    name: str
    source_code: str
    sha256: str
    rows: int | None = None
    reference_date: date | None = None


@dataclass(frozen=True)
class Manifest:
    """What a delivery says of itself; never content of a row."""

    pack: str
    made_at: datetime
    period: str
    files: tuple[DeliveredFile, ...]


@dataclass(frozen=True)
class Delivery:
    """A complete delivery in the landing folder; files are numbered from 1 in manifest order."""

    folder: Path
    manifest: Manifest

    @property
    def delivery_id(self) -> str:
        """Name of its folder."""
        return self.folder.name

    def file(self, number: int) -> DeliveredFile:
        """The file with that number."""
        return self.manifest.files[number - 1]

    def path(self, number: int) -> Path:
        """Where the file with that number lies."""
        return self.folder / self.file(number).name


def write_delivery(files: Sequence[FileToDeliver], landing: Path, pack_id: str, period: str, made_at: datetime) -> Path:
    """Copy files into a new delivery and return its folder.

    The folder appears under its final name only when everything is on disk. Its name comes from the content,
    so handing in the same files again, under any name, returns the delivery that is already there.

    Raises
    ------
    ManifestProblem
        If there are no files, the period is no plain word, or ``made_at`` has no time zone.
    """
    if not files:
        raise ManifestProblem("a delivery needs at least one file")
    if not _PERIOD.fullmatch(period):
        raise ManifestProblem("the period is a short word such as 2026-Q3")
    if made_at.tzinfo is None:
        raise ManifestProblem("the time of delivery needs a time zone")
    hashed = _without_repeats((file, sha256_of(file.path)) for file in files)
    folder = landing / _delivery_id(hashed, period)
    if (folder / MANIFEST_NAME).exists():
        return folder
    staging = folder.with_name(folder.name + ".tmp")
    for leftover in (staging, folder):
        shutil.rmtree(leftover, ignore_errors=True)
    staging.mkdir(parents=True)
    names = distinct_names([file.path.name for file, _ in hashed], MANIFEST_NAME)
    for (file, _), name in zip(hashed, names, strict=True):
        copy_durably(file.path, staging / name)
    delivered = tuple(
        DeliveredFile(name, file.source_code, digest, file.rows, file.reference_date)
        for (file, digest), name in zip(hashed, names, strict=True)
    )
    _write_manifest(Manifest(pack_id, made_at.astimezone(UTC), period, delivered), staging)
    staging.rename(folder)
    sync(landing)
    return folder


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a delivery.

    Raises
    ------
    ManifestProblem
        If it is not there, not readable, of another version, or names a file outside its folder.
    """
    try:
        text = json.loads((folder / MANIFEST_NAME).read_text(encoding="utf-8"))
        manifest = Manifest(
            str(text["pack"]), _moment(text["made_at"]), str(text["period"]), tuple(map(_file_entry, text["files"]))
        )
        version = text["manifest_version"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise ManifestProblem(f"{folder.name}: {MANIFEST_NAME} cannot be read; deliver the files again") from None
    if version != MANIFEST_VERSION:
        raise ManifestProblem(f"{folder.name}: manifest version {version} is not {MANIFEST_VERSION}")
    if any(Path(f.name).name != f.name or f.name in ("", ".", "..") or "\\" in f.name for f in manifest.files):
        raise ManifestProblem(f"{folder.name}: a file name leaves the delivery's folder")
    return manifest


def read_delivery(folder: Path) -> Delivery:
    """A delivery by its folder; raises as ``read_manifest`` does."""
    return Delivery(folder, read_manifest(folder))


def complete_deliveries(landing: Path, known_by: datetime | None = None) -> list[Delivery]:
    """Deliveries with a readable manifest, by (made_at, delivery_id).

    ``known_by`` leaves out what was delivered after that moment: the view "as known then".
    """
    found = [d for folder in _folders(landing) if (d := _delivery_or_none(folder)) is not None]
    kept = [d for d in found if known_by is None or d.manifest.made_at <= known_by]
    return sorted(kept, key=lambda d: (d.manifest.made_at, d.delivery_id))


def broken_deliveries(landing: Path) -> dict[str, str]:
    """Folder name -> what is wrong, for folders whose manifest is there but cannot be used."""
    problems = {}
    for folder in _folders(landing):
        try:
            read_manifest(folder)
        except ManifestProblem as problem:
            problems[folder.name] = str(problem)
    return problems


def verify_file(delivery: Delivery, number: int) -> None:
    """Check that a file is there and unchanged since it was delivered.

    Raises
    ------
    DeliveryRejected
        ``missing_file`` or ``changed_file``.
    """
    path = delivery.path(number)
    if not path.is_file() or path.is_symlink():
        raise DeliveryRejected("missing_file", "the manifest names a file that is not there; deliver it again", number)
    if sha256_of(path) != delivery.file(number).sha256:
        raise DeliveryRejected("changed_file", "the file changed after it was delivered; deliver it again", number)


def _without_repeats(hashed: Iterable[tuple[FileToDeliver, str]]) -> list[tuple[FileToDeliver, str]]:
    """Files by content, each content of a source once, in an order that does not depend on file names."""
    first: dict[tuple[str, str, str], tuple[FileToDeliver, str]] = {}
    for file, digest in hashed:
        first.setdefault((file.source_code, digest, _iso(file.reference_date) or ""), (file, digest))
    return [first[key] for key in sorted(first)]


def _delivery_id(hashed: list[tuple[FileToDeliver, str]], period: str) -> str:
    sources = {file.source_code for file, _ in hashed}
    content = json.dumps([[file.source_code, digest, _iso(file.reference_date)] for file, digest in hashed])
    kind = sources.pop() if len(sources) == 1 else "mixed"
    return f"{kind}_{period}_{hashlib.sha256(content.encode()).hexdigest()[:12]}"


def _write_manifest(manifest: Manifest, folder: Path) -> None:
    text = {
        "manifest_version": MANIFEST_VERSION,
        "pack": manifest.pack,
        "made_at": manifest.made_at.isoformat().replace("+00:00", "Z"),
        "period": manifest.period,
        "files": [
            {
                "name": file.name,
                "source": file.source_code,
                "sha256": file.sha256,
                "rows": file.rows,
                "reference_date": _iso(file.reference_date),
            }
            for file in manifest.files
        ],
    }
    with (folder / MANIFEST_NAME).open("x", encoding="utf-8") as writer:
        json.dump(text, writer, ensure_ascii=False, indent=1)
        writer.flush()
        os.fsync(writer.fileno())
    sync(folder)


def _folders(landing: Path) -> list[Path]:
    if not landing.is_dir():
        return []
    return [f for f in sorted(landing.iterdir()) if f.suffix != ".tmp" and (f / MANIFEST_NAME).is_file()]


def _delivery_or_none(folder: Path) -> Delivery | None:
    try:
        return read_delivery(folder)
    except ManifestProblem:
        return None


def _file_entry(entry: dict[str, str | int | None]) -> DeliveredFile:
    day, rows = entry.get("reference_date"), entry.get("rows")
    return DeliveredFile(
        str(entry["name"]),
        str(entry["source"]),
        str(entry["sha256"]),
        None if rows is None else int(rows),
        None if day is None else date.fromisoformat(str(day)),
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("no time zone")
    return moment.astimezone(UTC)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
