"""The last asset: everything protected becomes the published snapshot."""

from datetime import UTC, datetime

import dagster as dg

from assets.resources.house import House
from assets.resources.ledger import RunEntry, append_run
from assets.resources.publisher import publish
from assets.resources.warehouse import Handle, Warehouse, Written
from skills_models.contracts import MART_TABLES
from skills_models.version import code_version

PUBLISH_GROUP = "publish"


def snapshot_asset(scale: str) -> dg.AssetsDefinition:
    """The asset that publishes the marts of packs with this survey scale."""
    marts = [table.name for table in MART_TABLES if scale in table.scales]

    @dg.asset(
        name="published_snapshot",
        group_name=PUBLISH_GROUP,
        owners=["team:data"],
        code_version="1",
        kinds={"duckdb", "parquet"},
        ins={name: dg.AssetIn(dagster_type=Handle) for name in marts},
        description="The snapshot the dashboard opens: every mart, nothing else.",
    )
    def published_snapshot(
        context: dg.AssetExecutionContext,
        house: dg.ResourceParam[House],
        warehouse: dg.ResourceParam[Warehouse],
        **handles: Handle,
    ) -> Written:
        frames = {name: warehouse.read_table(handle) for name, handle in handles.items()}
        now = datetime.now(UTC)
        publication = publish(house.published, frames, context.run_id, now)
        warehouse.checkpoint()
        append_run(
            house.history,
            RunEntry(
                run_id=context.run_id,
                finished_at=now.strftime("%Y-%m-%dT%H:%M:%SZ"),
                status="published" if publication.is_new else "unchanged",
                pack_id=house.pack.pack_id,
                as_of_date=str(house.today),
                code_version=code_version(),
                content_hash=publication.content_hash,
                snapshot=publication.snapshot,
            ),
        )
        context.add_output_metadata({"snapshot": publication.snapshot, "is_new": publication.is_new})
        return Written(len(frames))

    return published_snapshot
