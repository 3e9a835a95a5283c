"""When the refresh runs by itself."""

import dagster as dg

from pipelines.jobs import nightly_refresh


def nightly(time_zone: str) -> dg.ScheduleDefinition:
    """Every night at 02:00 where the pack lives."""
    return dg.ScheduleDefinition(
        name="nightly",
        job=nightly_refresh,
        cron_schedule="0 2 * * *",
        execution_timezone=time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="The nightly refresh.",
    )
