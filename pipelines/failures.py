"""Failed runs in the ledger, written the same way by the shell and by the daemon's sensor."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from assets.resources.house import House
from assets.resources.ledger import RunEntry, append_run
from skills_models.version import code_version


def record_failure(house: House, run_id: str, problem: str) -> None:
    """Write a failed run to the ledger; the day is today's, also in a process that has been up for days."""
    append_run(
        house.history,
        RunEntry(
            run_id=run_id,
            finished_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            status="failed",
            pack_id=house.pack.pack_id,
            as_of_date=str(replace(house).today),
            code_version=code_version(),
            problem=problem,
        ),
    )
