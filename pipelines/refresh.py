"""One refresh from the shell: the same job as every night, with a progress display and a plain outcome."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import dagster as dg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from assets import house_assets
from assets.publish import PUBLISH_GROUP
from assets.resources.results import start_results
from assets.resources.warehouse import Warehouse
from pipelines.definitions import build_definitions
from pipelines.failures import record_failure
from pipelines.jobs import SHELL_TAG
from pipelines.settings import Settings

STAGES = {
    "raw": "reading deliveries",
    "core": "checking and sorting records",
    "analysis": "measuring, segmenting, planning",
    "mart": "protecting figures",
    "publish": "publishing",
}
OF_THE_HOUSE = ("Failure", "Problem", "House", "Violation", "Running", "Rule", "Plan", "Bank")
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True)
class Outcome:
    """How a refresh ended: ``status`` as in the ledger; ``problems`` one line each, without personal data."""

    status: str
    run_id: str
    problems: tuple[str, ...] = ()


def refresh(settings: Settings, console: Console, *, dry_run: bool = False) -> Outcome:
    """Run ``nightly_refresh`` in this process.

    Parameters
    ----------
    settings : where things are
    console : shows the progress
    dry_run : do everything in memory and publish nothing

    Returns
    -------
    Outcome
        A failed run is written to the ledger, a dry one is not.
    """
    everything = dg.AssetSelection.all()
    selection = everything - dg.AssetSelection.groups(PUBLISH_GROUP) if dry_run else everything
    overrides = {"warehouse": scratch_warehouse()} if dry_run else {}
    result = materialise(settings, console, selection, ephemeral=dry_run, **overrides)
    problems = tuple(describe_failures(result))
    if not problems and result.success:
        return Outcome("dry run" if dry_run else "finished", result.run_id)
    if not dry_run:
        record_failure(settings.house(), result.run_id, problems[0] if problems else "stopped")
    return Outcome("failed", result.run_id, problems)


def materialise(
    settings: Settings, console: Console, selection: dg.AssetSelection, *, ephemeral: bool, **overrides: Any
) -> dg.ExecuteInProcessResult:
    """Make the selected assets in this process, with a progress display.

    Parameters
    ----------
    settings : where things are
    console : shows the progress
    selection : what to make; everything makes the job ``nightly_refresh`` itself
    ephemeral : leave no trace in Dagster's own records
    overrides : resources to replace by others, by name
    """
    scale = settings.house().pack.scale
    chosen = [key.to_user_string() for key in selection.resolve(house_assets(scale))]
    with warnings.catch_warnings(), progress_display(console, chosen) as advance:
        warnings.simplefilter("ignore")
        settings.prepare_dagster()
        definitions = build_definitions(settings, on_table=advance, **overrides)
        job = "nightly_refresh"
        if selection != dg.AssetSelection.all():
            job = "part_of_refresh"
            part = dg.define_asset_job(job, selection=selection)
            definitions = dg.Definitions.merge(definitions, dg.Definitions(jobs=[part]))
        with dg.DagsterInstance.ephemeral() if ephemeral else dg.DagsterInstance.get() as instance:
            return definitions.resolve_job_def(job).execute_in_process(
                instance=instance, raise_on_error=False, tags=SHELL_TAG, run_config=QUIET
            )


def scratch_warehouse() -> dg.ResourceDefinition:
    """A warehouse in memory that leaves nothing behind."""

    @dg.resource
    def warehouse(_context: dg.InitResourceContext) -> Any:
        with Warehouse.open() as opened:
            start_results(opened)
            yield opened

    return warehouse


@contextmanager
def progress_display(console: Console, tables: list[str]) -> Iterator[Any]:
    """Shows each stage with its tables; yields the function told of each table written."""
    columns = (
        TextColumn("[progress.description]{task.description:32}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("tables"),
        TimeElapsedColumn(),
    )
    expected = Counter(_stage(name) for name in tables)
    with Progress(*columns, console=console) as progress:
        tasks = {
            stage: progress.add_task(words, total=expected[stage]) for stage, words in STAGES.items() if expected[stage]
        }

        def advance(name: str, _n_rows: int) -> None:
            progress.advance(tasks[_stage(name)])

        yield advance


def _stage(table: str) -> str:
    layer = table.split("_", 1)[0]
    return layer if layer in STAGES else "publish"


def describe_failures(result: dg.ExecuteInProcessResult) -> Iterator[str]:
    """What stopped a run, one line each."""
    for evaluation in result.get_asset_check_evaluations():
        if not evaluation.passed:
            found = ", ".join(f"{name} {value.value}" for name, value in evaluation.metadata.items())
            yield f"check {evaluation.check_name} of {evaluation.asset_key.to_user_string()} failed: {found}"
    for event in result.all_events:
        if event.is_step_failure and event.step_failure_data.error:
            if "DagsterAssetCheckFailedError" in str(event.step_failure_data.error.message):
                continue  # said above, with counts
            yield f"{event.step_key}: {_innermost(event.step_failure_data.error)}"
        elif event.event_type == dg.DagsterEventType.RESOURCE_INIT_FAILURE and event.engine_event_data.error:
            yield _innermost(event.engine_event_data.error)


def _innermost(error: Any) -> str:
    """The first cause in words; errors of the house need no class name."""
    while error.cause is not None:
        error = error.cause
    kind, _, text = str(error.message).strip().partition(": ")
    return text if kind.endswith(OF_THE_HOUSE) else f"{kind}: {text}"
