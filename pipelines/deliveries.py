"""Deliveries from the shell: made, and looked at before anything is written."""

from __future__ import annotations

import warnings
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dagster as dg
from rich.console import Console
from rich.table import Table

from assets.resources.house import House
from pipelines.problems import UserError
from pipelines.settings import Settings
from skills_models.ingestion.detect import guess_source
from skills_models.ingestion.manifest import FileToDeliver, write_delivery
from skills_models.ingestion.pseudonyms import create_key


def ensure_key(settings: Settings, out: Console) -> None:
    """Make the key of the pseudonyms at the first use of a home; never replace one."""
    if not settings.key_file.exists() and not (settings.home / "warehouse.duckdb").exists():
        create_key(settings.key_file)
        out.print(f"Made a pseudonym key: {settings.key_file}. Back it up: without it no history can be joined.")


def make_delivery(
    settings: Settings,
    files: list[Path],
    source: str | None,
    period: str | None,
    reference_date: date | None,
    out: Console,
) -> dict[str, Any]:
    """Copy files into the landing folder as one delivery; what was made, as a mapping."""
    house = settings.house()
    now = datetime.now(UTC)
    delivered = [
        FileToDeliver(path, source or guess_source(path, house.pack), reference_date) for path in sorted(files)
    ]
    quarter = f"{house.today.year}-Q{(house.today.month + 2) // 3}"
    folder = write_delivery(delivered, house.landing, house.pack.pack_id, period or quarter, now)
    for file in delivered:
        out.print(f"  {file.path.name}: {file.source_code}")
    out.print(
        f"Delivered [bold]{folder.name}[/]. Next: [bold]skillsgap check {folder.name}[/], or [bold]skillsgap run[/]."
    )
    return {"delivery": folder.name, "files": {file.path.name: file.source_code for file in delivered}}


def check_deliveries(settings: Settings, delivery: str | None, out: Console) -> dict[str, Any]:
    """Read and judge deliveries in memory; show counts and reasons; write nothing."""
    from pipelines.refresh import scratch_warehouse

    ensure_key(settings, out)
    house = settings.house()
    report = intake_report(settings, scratch_warehouse())
    if delivery:
        report = {name: [row for row in rows if row["delivery_id"] == delivery] for name, rows in report.items()}
    if not report["files"]:
        out.print(f"No complete delivery in {house.landing}. Next: [bold]skillsgap deliver FILE...[/]")
        return {"files": [], "failed": bool(delivery)}
    show("Files", report["files"], out)
    show("Rows", report["deliveries"], out)
    show("Set aside", report["quarantine"], out)
    rejected = [row for row in report["files"] if row["reason_code"]]
    out.print("Nothing was written. Next: [bold]skillsgap run[/]." if not rejected else "Rejected files bring no row.")
    return report | {"failed": bool(rejected)}


def intake_report(settings: Settings, warehouse: dg.ResourceDefinition) -> dict[str, list[dict[str, Any]]]:
    """Files, reconciling counts and quarantine reasons of everything in landing."""
    from assets import intake_assets
    from pipelines.definitions import warehouse_tables
    from pipelines.refresh import QUIET

    house: House = settings.house()
    kept: dict[str, list[dict[str, Any]]] = {}

    @dg.asset(deps=["mart_quality__file", "mart_quality__delivery", "mart_quality__quarantine"])
    def report(warehouse: dg.ResourceParam[Any]) -> None:
        for name, table in (("files", "file"), ("deliveries", "delivery"), ("quarantine", "quarantine")):
            kept[name] = warehouse.read_table(f"mart_quality__{table}").to_dicts()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = dg.materialize(
            [*intake_assets(house.pack.scale), report],
            resources={
                "house": house,
                "warehouse": warehouse,
                "io_manager": warehouse_tables(lambda name, n_rows: None),
            },
            instance=dg.DagsterInstance.ephemeral(),
            raise_on_error=False,
            run_config=QUIET,
        )
    if not result.success:
        from pipelines.refresh import describe_failures

        raise UserError("; ".join(describe_failures(result)))
    return kept


def show(title: str, rows: list[dict[str, Any]], out: Console) -> None:
    """Print rows as a table, columns without content left out."""
    columns = [c for c in (rows[0] if rows else []) if any(row[c] is not None for row in rows)]
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*("" if row[c] is None else str(row[c]) for c in columns))
    if rows:
        out.print(table)
