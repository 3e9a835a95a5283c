"""The ``skillsgap`` command. Each command says in one line what to do next.

Exit code 0: good; 1: a problem in the data or the run; 2: wrong use.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from pipelines.problems import UserError
from skills_models.contracts import ContractViolation
from skills_models.packs import PackError

app = typer.Typer(
    help="Which skills civil servants lack, and who gets which training seat.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
console = Console()
errors = Console(stderr=True)

PackOption = Annotated[str | None, typer.Option("--pack", help="Country pack; default SKILLSGAP_PACK or kz.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object for machines.")]
AsOfOption = Annotated[
    datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Day to look at; default today.")
]


def command(function: Callable[..., dict[str, Any] | None]) -> Callable[..., None]:
    """Turn expected errors into one line and exit code 1, and print the result as JSON when asked."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            result = function(*args, **kwargs)
        except (UserError, PackError, ContractViolation, *expected_errors()) as error:
            if kwargs.get("as_json"):
                print(json.dumps({"ok": False, "problem": str(error)}, ensure_ascii=False))
            else:
                errors.print(f"[bold red]Stopped:[/] {escape(str(error))}", soft_wrap=True)
            raise typer.Exit(1) from None
        if kwargs.get("as_json") and result is not None:
            print(json.dumps({"ok": not result.get("failed"), **result}, ensure_ascii=False, default=str))
        if result is not None and result.get("failed"):
            raise typer.Exit(1)

    return run


def expected_errors() -> tuple[type[Exception], ...]:
    """Errors of the house that speak for themselves."""
    from assets.resources.publisher import SnapshotBroken
    from assets.resources.warehouse import RefreshRunning, WarehouseProblem, WrongHouse
    from skills_models.ingestion.problems import DeliveryRejected, KeyProblem, ManifestProblem

    return (RefreshRunning, WarehouseProblem, WrongHouse, SnapshotBroken, ManifestProblem, KeyProblem, DeliveryRejected)


def settings_for(pack: str | None, as_of: datetime | date | None = None) -> Any:
    """Settings from the environment and the options of a command."""
    from pipelines.settings import Settings

    return Settings.from_env(pack, as_of.date() if isinstance(as_of, datetime) else as_of)


def screen(as_json: bool) -> Console:
    """Where words go: nowhere when a machine listens."""
    return Console(quiet=True) if as_json else console


@app.command()
@command
def demo(
    persons: Annotated[int, typer.Option(min=2000, help="People of the synthetic civil service.")] = 90_000,
    seed: Annotated[int, typer.Option(help="Seed of the synthetic civil service.")] = 20261114,
    as_json: JsonOption = False,
) -> dict[str, Any]:
    """Generate a synthetic country, refresh it, and say what was found."""
    from pipelines.demo import run_demo

    return run_demo(settings_for("kz"), persons, seed, screen(as_json))


@app.command()
@command
def deliver(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="Files of one delivery.")],
    pack: PackOption = None,
    source: Annotated[str | None, typer.Option(help="Kind of data; default: recognised by the headers.")] = None,
    period: Annotated[str | None, typer.Option(help="Period the data describe, e.g. 2026-Q4.")] = None,
    reference_date: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day a register describes.")
    ] = None,
    as_json: JsonOption = False,
) -> dict[str, Any]:
    """Put files into the landing folder as one complete, hashed delivery."""
    from pipelines.deliveries import make_delivery

    day = reference_date.date() if reference_date else None
    return make_delivery(settings_for(pack), files, source, period, day, screen(as_json))


@app.command()
@command
def check(
    delivery: Annotated[str | None, typer.Argument(help="Delivery id; default: all.")] = None,
    pack: PackOption = None,
    as_json: JsonOption = False,
) -> dict[str, Any]:
    """Say what would be read, mapped, set aside and why; write nothing."""
    from pipelines.deliveries import check_deliveries

    return check_deliveries(settings_for(pack), delivery, screen(as_json))


@app.command()
@command
def run(
    pack: PackOption = None,
    as_of: AsOfOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do everything in memory, publish nothing.")] = False,
    as_json: JsonOption = False,
) -> dict[str, Any]:
    """Ingest, check, estimate, segment, plan, publish."""
    from pipelines.deliveries import ensure_key
    from pipelines.refresh import refresh

    settings, out = settings_for(pack, as_of), screen(as_json)
    ensure_key(settings, out)
    outcome = refresh(settings, out, dry_run=dry_run)
    return report_run(settings, outcome, out)


def report_run(settings: Any, outcome: Any, out: Console) -> dict[str, Any]:
    """Print how a refresh ended and what to do next; the same as a mapping."""
    from assets.resources.ledger import read_runs

    if outcome.status == "failed":
        for problem in outcome.problems or ("the run was stopped",):
            out.print(f"[bold red]Failed:[/] {escape(problem)}", soft_wrap=True)
        out.print("The last good snapshot stays published. Next: put this right, then [bold]skillsgap run[/].")
        return {"failed": True, "run_id": outcome.run_id, "problems": outcome.problems}
    if outcome.status == "dry run":
        out.print("Dry run: everything would go through; nothing was published.")
        return {"run_id": outcome.run_id, "status": "dry run"}
    entry = read_runs(settings.house().history)[-1]
    word = "Published" if entry.status == "published" else "Unchanged: the content was published already as"
    out.print(f"{word} [bold]{entry.snapshot}[/]. Next: [bold]make dashboard[/].")
    return {"run_id": entry.run_id, "status": entry.status, "snapshot": entry.snapshot, "hash": entry.content_hash}


@app.command()
@command
def calibrate(
    accept: Annotated[bool, typer.Option("--accept", help="Add the proposed version to the pack.")] = False,
    pack: PackOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> dict[str, Any]:
    """Propose a new version of the item bank with a report; accept it once it has been read."""
    from pipelines.calibrating import accept as accept_version
    from pipelines.calibrating import propose

    settings = settings_for(pack, as_of)
    return (accept_version if accept else propose)(settings, screen(as_json))


@app.command()
@command
def status(pack: PackOption = None, as_json: JsonOption = False) -> dict[str, Any]:
    """Freshness, last runs, failing checks; for people and monitors."""
    from pipelines.status import report_status

    return report_status(settings_for(pack), screen(as_json))


@app.command()
@command
def doctor(pack: PackOption = None, as_json: JsonOption = False) -> dict[str, Any]:
    """Look at everything a refresh needs: pack, key, disk, lock, snapshot."""
    from pipelines.status import examine

    return examine(settings_for(pack), screen(as_json))


@app.command()
@command
def export(
    what: Annotated[str, typer.Argument(help="quotas, gaps, due or dictionary")],
    file_format: Annotated[str, typer.Option("--format", help="xlsx, csv or parquet")] = "xlsx",
    lang: Annotated[str, typer.Option(help="kk, ru or en")] = "en",
    to: Annotated[Path | None, typer.Option(help="File to write; default: in the working folder.")] = None,
    pack: PackOption = None,
    as_json: JsonOption = False,
) -> dict[str, Any]:
    """Write a published table with labels, intervals, reasons and the run's id."""
    from pipelines.exporting import EXPORTS, FORMATS, write_export

    for value, allowed in ((what, EXPORTS), (file_format, FORMATS), (lang, ("kk", "ru", "en"))):
        if value not in allowed:
            raise typer.BadParameter(f"{value!r} is not one of {', '.join(allowed)}")
    return write_export(settings_for(pack), what, file_format, lang, to, screen(as_json))


@app.command()
@command
def template(
    what: Annotated[str, typer.Argument(help="Source of the pack, e.g. hr_register")],
    to: Annotated[Path | None, typer.Option(help="File to write; default: WHAT_template.xlsx")] = None,
    pack: PackOption = None,
    as_json: JsonOption = False,
) -> dict[str, Any]:
    """Write a fill-in XLSX made from the contract of a delivery."""
    from pipelines.exporting import write_template

    return write_template(settings_for(pack), what, to, screen(as_json))


def main() -> None:
    """Entry point of the ``skillsgap`` command."""
    app()


if __name__ == "__main__":
    main()
