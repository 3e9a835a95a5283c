"""Deliveries from the shell: made, and looked at before anything is written."""

from __future__ import annotations

import warnings
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import dagster as dg
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipelines.problems import UserError
from pipelines.settings import Settings
from skills_models.ingestion.detect import guess_source
from skills_models.ingestion.manifest import FileToDeliver, complete_deliveries, write_delivery
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
    if source is not None and source not in house.pack.sources:
        known = ", ".join(sorted(house.pack.sources))
        raise UserError(f"pack {house.pack.pack_id} takes no {source}; it takes {known}")
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
    with TemporaryDirectory() as folder:
        if not settings.key_file.exists():
            settings = replace(settings, key_file=Path(folder) / "throw-away.key")
            create_key(settings.key_file)
        report = intake_report(settings)
    if delivery:
        report = {name: [row for row in rows if row["delivery_id"] == delivery] for name, rows in report.items()}
    if not report["files"]:
        out.print("No such complete delivery in the landing folder. Next: [bold]skillsgap deliver FILE...[/]")
        return {"files": [], "failed": True}
    rejected = [row for row in report["files"] if row["reason_code"]]
    for delivery_id in dict.fromkeys(row["delivery_id"] for row in report["files"]):
        out.print(f"\n[bold]{delivery_id}[/]")
        out.print(counts_table([row for row in report["deliveries"] if row["delivery_id"] == delivery_id]))
        for row in report["files"]:
            if row["delivery_id"] == delivery_id and row["hint"]:
                fate = "[bold red]rejected[/]" if row["reason_code"] else "note"
                out.print(f"  {fate}: file {row['source_file']} ({row['source_code']}): {escape(row['hint'])}")
        for row in report["quarantine"]:
            if row["delivery_id"] == delivery_id:
                out.print(set_aside_line(row), soft_wrap=True)
    out.print("\nNothing was written. " + ("Next: correct and deliver again." if rejected else "Next: skillsgap run."))
    return report | {"failed": bool(rejected)}


def counts_table(rows: list[dict[str, Any]]) -> Table:
    """Where the rows of a delivery end."""
    columns = {
        "source_code": "data",
        "n_delivered": "rows",
        "n_core": "records",
        "n_quarantined": "set aside",
        "n_duplicate": "repeated",
        "n_repaired": "repaired values",
        "n_unmapped": "answers not understood",
    }
    table = Table(box=None, pad_edge=True)
    for name, title in columns.items():
        table.add_column(title, justify="left" if name == "source_code" else "right")
    for row in rows:
        table.add_row(*(row[c] if isinstance(row[c], str) else f"{row[c]:,}" for c in columns))
    return table


def set_aside_line(row: dict[str, Any]) -> str:
    """A reason for setting rows aside, and what to do about it, in one line."""
    shape = "" if row["value_shape"] == "-" else f" ({row['value_shape']})"
    what = f"{row['n_rows']:,} of {row['source_code']}: {row['column_name']}{shape} {row['reason_code']}"
    return escape(f"  set aside {what}: {row['hint']}")


def intake_report(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    """Files, reconciling counts and quarantine reasons of everything in landing."""
    from assets import intake_assets
    from pipelines.definitions import warehouse_tables
    from pipelines.refresh import QUIET, describe_failures, scratch_warehouse

    house = settings.house()
    kept: dict[str, list[dict[str, Any]]] = {}

    @dg.asset(deps=["mart_quality__file", "mart_quality__delivery", "mart_quality__quarantine"])
    def report(warehouse: dg.ResourceParam[Any]) -> None:
        for name, table in (("files", "file"), ("deliveries", "delivery"), ("quarantine", "quarantine")):
            kept[name] = warehouse.read_table(f"mart_quality__{table}").to_dicts()

    if not complete_deliveries(house.landing):
        return {"files": [], "deliveries": [], "quarantine": []}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = dg.materialize(
            [*intake_assets(house.pack.scale), report],
            resources={
                "house": house,
                "warehouse": scratch_warehouse(),
                "io_manager": warehouse_tables(lambda name, n_rows: None),
            },
            instance=dg.DagsterInstance.ephemeral(),
            raise_on_error=False,
            run_config=QUIET,
        )
    if not result.success:
        raise UserError("; ".join(describe_failures(result)))
    return kept
