"""The run ledger: one line per run, append-only, in ``history/``; it outlives the warehouse."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

LEDGER = "runs.jsonl"


@dataclass(frozen=True)
class RunEntry:
    """How one run ended.

    ``status``: published (a new snapshot), unchanged (content was current already) or failed.
    ``problem``: for a failed run, what stopped it, in one line and without personal data.
    """

    run_id: str
    finished_at: str
    status: str
    pack_id: str
    as_of_date: str
    code_version: str
    content_hash: str | None = None
    snapshot: str | None = None
    problem: str | None = None


def append_run(history: Path, entry: RunEntry) -> None:
    """Add a line and make sure it is on disk."""
    history.mkdir(parents=True, exist_ok=True)
    with (history / LEDGER).open("a") as handle:
        handle.write(json.dumps(asdict(entry)) + "\n")
        handle.flush()
        os.fsync(handle.fileno())


def read_runs(history: Path) -> list[RunEntry]:
    """All runs, oldest first; a line cut short by a crash is passed over."""
    path = history / LEDGER
    if not path.exists():
        return []
    entries = []
    for line in path.read_text().splitlines():
        try:
            entries.append(RunEntry(**json.loads(line)))
        except (json.JSONDecodeError, TypeError):
            continue
    return entries
