"""How the house is: freshness and runs for a monitor, and everything a refresh needs for an operator."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import duckdb
import polars as pl
from rich.console import Console
from rich.markup import escape

from assets.resources.ledger import read_runs
from assets.resources.publisher import SnapshotBroken, read_pointer
from assets.resources.warehouse import RefreshRunning, refresh_lock
from pipelines.settings import Settings
from skills_models.contracts import TABLES
from skills_models.ingestion.durable import sha256_of
from skills_models.ingestion.manifest import complete_deliveries
from skills_models.ingestion.problems import KeyProblem
from skills_models.ingestion.pseudonyms import load_key
from skills_models.measurement.bank import NoItemBank, scale_table
from skills_models.measurement.levels import CutOutsideScale
from skills_models.packs import PackError
from skills_models.snapshots import READ_ONLY, STALE_AFTER

LEAST_FREE_GIB = 2.0


class NothingPublished(Exception):
    """No snapshot is there yet."""


def read_mart(settings: Settings, name: str) -> pl.DataFrame:
    """A mart of the current snapshot.

    Raises
    ------
    NothingPublished
        Before the first refresh.
    SnapshotBroken
        If what is published is damaged.
    """
    published = settings.home / "published"
    pointer = read_pointer(published)
    if pointer is None:
        raise NothingPublished("nothing is published yet; run: skillsgap run")
    if problem := snapshot_problem(settings):
        raise SnapshotBroken(problem)
    with duckdb.connect(str(published / pointer["snapshot"]), read_only=True, config=READ_ONLY) as connection:
        return TABLES[name].enforce(connection.sql(f'SELECT * FROM "{name}"').pl())


def report_status(settings: Settings, out: Console) -> dict[str, Any]:
    """Print and return what is published, how old it is, the last runs and failing checks."""
    pointer = read_pointer(settings.home / "published")
    runs = [run for run in read_runs(settings.home / "history") if run.pack_id == settings.pack_id][-5:]
    if pointer is None:
        out.print("Nothing is published yet. Next: [bold]skillsgap deliver FILE...[/], then [bold]skillsgap run[/].")
        return {"failed": True, "published": None, "runs": [vars(run) for run in runs]}
    age = datetime.now(UTC) - datetime.fromisoformat(pointer["checked_at"])
    hours = age.total_seconds() / 3600
    failing = read_mart(settings, "mart_quality__check").filter(~pl.col("passed"))
    out.print(f"Published {pointer['snapshot']} at {pointer['published_at']}, confirmed {hours:.1f} h ago.")
    for run in runs:
        out.print(f"  {run.finished_at}  {run.status:10}  as of {run.as_of_date}  {escape(run.problem or '')}")
    for check in failing.iter_rows(named=True):
        out.print(
            f"[bold red]Failing:[/] {check['check_name']} of {check['table_name']}: {escape(check['reason_text'])}."
        )
    stale = age > STALE_AFTER
    last_failed = bool(runs) and runs[-1].status == "failed"
    if stale:
        out.print(f"[bold red]Stale:[/] not confirmed for {hours:.0f} h. Next: [bold]skillsgap run[/].")
    return {
        "failed": stale or last_failed or failing.height > 0,
        "published": pointer,
        "age_hours": round(hours, 2),
        "runs": [vars(run) for run in runs],
        "failing_checks": failing["check_name"].to_list(),
    }


def examine(settings: Settings, out: Console) -> dict[str, Any]:
    """Print and return each thing a refresh needs, whether it is well, and what to do if not."""
    results = list(examinations(settings))
    for name, problem in results:
        mark = "[green]well[/]  " if problem is None else "[bold red]wrong[/] "
        out.print(f"{mark} {name}" + (f": {escape(problem)}" if problem else ""), soft_wrap=True)
    return {"failed": any(problem for _, problem in results), "examined": dict(results)}


def examinations(settings: Settings) -> Iterator[tuple[str, str | None]]:
    """(what, problem or None) for everything a refresh needs."""
    try:
        settings.house()
        yield f"pack {settings.pack_id}", None
    except PackError as error:
        yield f"pack {settings.pack_id}", str(error)
    yield "item bank", bank_problem(settings)
    yield "pseudonym key", key_problem(settings)
    settings.home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.home).free / 2**30
    yield "disk", None if free > LEAST_FREE_GIB else f"{free:.1f} GiB free, at least {LEAST_FREE_GIB:.0f} are needed"
    try:
        with refresh_lock(settings.home / "refresh.lock"):
            yield "lock", None
    except RefreshRunning as running:
        yield "lock", str(running)
    deliveries = complete_deliveries(settings.home / "landing")
    yield "landing", None if deliveries else "no complete delivery; run: skillsgap deliver FILE..."
    yield "snapshot", snapshot_problem(settings)


def bank_problem(settings: Settings) -> str | None:
    """What is missing to measure skills with, if the pack measures any."""
    try:
        pack = settings.house().pack
        if pack.scale == "anchored":
            scale_table(pack.tables["core_ref__fit_bank_item"], pack.tables["core_ref__entity_item"])
    except (PackError, NoItemBank, CutOutsideScale) as problem:
        return str(problem)
    return None


def key_problem(settings: Settings) -> str | None:
    """What is wrong with the key, if anything."""
    try:
        load_key(settings.key_file)
    except KeyProblem as problem:
        return str(problem)
    return None


def snapshot_problem(settings: Settings) -> str | None:
    """What is wrong with the published snapshot, if anything."""
    published = settings.home / "published"
    try:
        pointer = read_pointer(published)
    except SnapshotBroken as broken:
        return str(broken)
    if pointer is None:
        return "nothing is published yet; run: skillsgap run"
    path = published / pointer["snapshot"]
    if not path.exists():
        return "the pointer names a snapshot that is not there; run: skillsgap run"
    if sha256_of(path) != pointer["sha256"]:
        return "the snapshot differs from its hash; run: skillsgap run"
    return None
