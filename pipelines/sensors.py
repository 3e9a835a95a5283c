"""What starts or follows a run besides the clock."""

from __future__ import annotations

import hashlib

import dagster as dg

from assets.resources.house import House
from pipelines.failures import record_failure
from pipelines.jobs import SHELL_TAG, nightly_refresh
from skills_models.ingestion.manifest import complete_deliveries


def landing_sensor(house: House) -> dg.SensorDefinition:
    """Starts a refresh when a delivery has become complete, once per content of the landing folder."""

    @dg.sensor(
        name="complete_deliveries",
        job=nightly_refresh,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="A delivery counts once its manifest, written last, is there.",
    )
    def complete_deliveries_sensor(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        deliveries = sorted(d.delivery_id for d in complete_deliveries(house.landing))
        if not deliveries:
            return dg.SkipReason("no complete delivery in the landing folder")
        content = hashlib.sha256("\n".join(deliveries).encode()).hexdigest()[:16]
        return dg.RunRequest(run_key=content)

    return complete_deliveries_sensor


def failure_sensor(house: House) -> dg.SensorDefinition:
    """Writes a failed run to the ledger, so that ``skillsgap status`` knows of it; the shell writes its own."""

    @dg.run_failure_sensor(name="failed_runs", default_status=dg.DefaultSensorStatus.RUNNING)
    def failed_runs(context: dg.RunFailureSensorContext) -> None:
        if SHELL_TAG.items() <= context.dagster_run.tags.items():
            return
        steps = [event.step_key for event in context.get_step_failure_events() if event.step_key]
        problem = f"stopped at {', '.join(steps) or 'start'}; see the run in Dagster"
        record_failure(house, context.dagster_run.run_id, problem)

    return failed_runs
