"""``skillsgap demo``: a synthetic country from files to findings."""

from __future__ import annotations

import resource
import shutil
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from assets.resources.publisher import read_pointer
from pipelines.deliveries import ensure_key
from pipelines.problems import UserError
from pipelines.refresh import refresh
from pipelines.settings import Settings
from pipelines.status import read_mart
from skills_models.ingestion.manifest import FileToDeliver, complete_deliveries, write_delivery
from skills_models.synthetic import generate

DEMO_DAY = date(2026, 11, 14)
DEMO_MADE_AT = datetime.combine(DEMO_DAY, datetime.min.time(), tzinfo=UTC)
DEMO_PERIOD = "2026-Q4"


def run_demo(settings: Settings, persons: int, seed: int, out: Console) -> dict[str, Any]:
    """Generate, deliver, refresh, and print the findings in sentences."""
    settings = settings.with_as_of(DEMO_DAY)
    ensure_key(settings, out)
    started = time.perf_counter()
    deliver_synthetic(settings, persons, seed, out)
    generated = time.perf_counter()
    outcome = refresh(settings, out)
    refreshed = time.perf_counter()
    if outcome.status == "failed":
        from pipelines.cli import report_run

        return report_run(settings, outcome, out)
    findings = read_mart(settings, "mart_overview__finding")
    out.print()
    for sentence in findings["finding_text_en"]:
        out.print(f"  {escape(sentence)}", soft_wrap=True)
    peak_gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    out.print(
        f"\nGenerated {persons:,} people in {generated - started:.0f} s; pipeline {refreshed - generated:.0f} s; "
        f"peak memory {peak_gib:.2f} GiB."
    )
    pointer = read_pointer(settings.house().published) or {}
    return {
        "persons": persons,
        "generation_seconds": round(generated - started, 1),
        "pipeline_seconds": round(refreshed - generated, 1),
        "peak_memory_gib": round(peak_gib, 2),
        "snapshot": pointer.get("snapshot"),
        "findings": findings["finding_text_en"].to_list(),
    }


def deliver_synthetic(settings: Settings, persons: int, seed: int, out: Console) -> Path:
    """Generate the synthetic civil service and make it the one delivery of the landing folder.

    A former demo's delivery is replaced, as it can be made again; anything else in the landing folder is not ours
    to mix with.

    Raises
    ------
    UserError
        If the home holds deliveries that no demo made.
    """
    house = settings.house()
    for other in complete_deliveries(house.landing):
        if other.manifest.made_at != DEMO_MADE_AT:
            raise UserError(
                f"this home holds delivery {other.delivery_id}, which no demo made; give the demo a home of its own: "
                "SKILLSGAP_HOME=var-demo"
            )
    with out.status(f"generating {persons:,} synthetic civil servants"), tempfile.TemporaryDirectory() as folder:
        service = generate(house.pack, n_people=persons, seed=seed, as_of=DEMO_DAY)
        paths = service.write(Path(folder))
        files = [
            FileToDeliver(path, file.source_code, file.reference_date)
            for path, file in zip(paths, service.deliveries, strict=True)
        ]
        made = write_delivery(files, house.landing, house.pack.pack_id, DEMO_PERIOD, DEMO_MADE_AT)
    for other in complete_deliveries(house.landing):
        if other.folder != made:
            shutil.rmtree(other.folder)
    return made
