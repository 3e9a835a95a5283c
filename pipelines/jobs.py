"""The one job: everything from landing to the published snapshot."""

import dagster as dg

SHELL_TAG = {"skillsgap/via": "shell"}

nightly_refresh = dg.define_asset_job(
    "nightly_refresh",
    selection=dg.AssetSelection.all(),
    description="Read all complete deliveries, measure, segment, plan, publish.",
    tags={"dagster/max_retries": "0"},
)
