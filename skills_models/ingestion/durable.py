"""Files that are on disk when a function returns, and what tells their content apart."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

CHUNK = 1 << 20


def sha256_of(path: Path) -> str:
    """Hex digest of a file's bytes."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def copy_durably(source: Path, target: Path) -> None:
    """Copy a file to a new place; it is on disk when this returns."""
    with source.open("rb") as reader, target.open("xb") as writer:
        shutil.copyfileobj(reader, writer, CHUNK)
        writer.flush()
        os.fsync(writer.fileno())


def sync(path: Path) -> None:
    """Make the content of a file, or the names in a folder, last."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def distinct_names(names: list[str], taken: str) -> list[str]:
    """The names with a number put in front of those that would collide or are ``taken``."""
    lowered = [name.lower() for name in names]
    return [
        f"{i}_{name}" if lowered.count(name.lower()) > 1 or name.lower() == taken else name
        for i, name in enumerate(names, start=1)
    ]
