"""``skillsgap calibrate``: propose a version of the item bank, and accept it once a person has read its report."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
from rich.console import Console
from rich.table import Table

from assets.resources.house import House
from assets.resources.warehouse import Warehouse, refresh_lock
from pipelines.deliveries import ensure_key
from pipelines.problems import UserError
from pipelines.refresh import describe_failures, materialise
from pipelines.settings import Settings
from skills_models.contracts import TABLES, ContractViolation
from skills_models.ingestion.durable import sync
from skills_models.measurement.calibration import Calibration, TooFewAnswers, calibrate
from skills_models.measurement.calibration_report import FUNCTIONING, LINK, calibration_report
from skills_models.packs import Pack
from skills_models.packs.sheets import read_sheet, to_contract
from skills_models.packs.validate import bank_problems
from skills_models.sql.skill import calibration_pattern_sql

NEEDED = ("analysis_skill__assn_person_skill", "analysis_survey__entity_flag")
BANK_FILES = {"items.csv": "core_ref__fit_bank_item", "scales.csv": "core_ref__fit_bank_scale"}
REPORT = "report.md"
MODEL_CARDS = Path(__file__).parents[1] / "docs" / "model_cards"


def propose(settings: Settings, out: Console) -> dict[str, Any]:
    """Calibrate on the current wave and leave the version with its report in the home; the pack is not touched.

    Raises
    ------
    UserError
        If the pack's survey has no levels, the answers cannot be read, or they are too few.
    """
    house = _anchored(settings)
    ensure_key(settings, out)
    selection = dg.AssetSelection.assets(*NEEDED).upstream().required_multi_asset_neighbors().without_checks()
    result = materialise(settings, out, selection, ephemeral=True)
    if problems := [*describe_failures(result)]:
        raise UserError(problems[0])
    with refresh_lock(house.lock_file), Warehouse.open(house.warehouse_file) as warehouse:
        patterns = warehouse.read(calibration_pattern_sql())
    with out.status("calibrating"):
        try:
            calibration = _calibrate(house.pack, patterns, settings)
            report = calibration_report(calibration, house.pack.pack_id)
        except TooFewAnswers as problem:
            raise UserError(str(problem)) from None
    folder = _write_proposal(house.home / "calibration", calibration, report, house.pack.pack_id)
    _show(calibration, out)
    out.print(
        f"Proposed: [bold]{folder / REPORT}[/]. Read it, then [bold]skillsgap calibrate --accept[/].", soft_wrap=True
    )
    return {
        "bank_version": int(calibration.scales["bank_version"][0]),
        "report": str(folder / REPORT),
        "scales": calibration.scales.drop("source_name").to_dicts(),
    }


def accept(settings: Settings, out: Console) -> dict[str, Any]:
    """Add the proposed version to the pack's item bank; earlier versions stay as they are.

    Raises
    ------
    UserError
        If there is no proposal, or it does not follow the pack's latest version.
    """
    house = _anchored(settings)
    folder, latest = _last_proposal(house), _latest_version(house.pack)
    version = _version_of(folder)
    if version != latest + 1:
        raise UserError(
            f"the pack's item bank is at version {latest}, the proposal is version {version}: run skillsgap calibrate"
        )
    bank = house.pack.path / "item_bank"
    card = _model_card(bank, house.pack.pack_id, version)
    try:
        whole = _joined(house.pack, folder)
        bank.mkdir(exist_ok=True)
        shutil.copyfile(folder / REPORT, card)
        for file in BANK_FILES:  # scales last: a version is there once they are (packs.load)
            _write(bank / file, whole[file].write_csv(float_precision=6))
    except (OSError, pl.exceptions.PolarsError, ContractViolation) as problem:
        kind = problem.strerror if isinstance(problem, OSError) else "the proposal cannot be read"
        raise UserError(f"nothing was accepted: {kind}; put it right or run skillsgap calibrate again") from None
    out.print(f"Accepted: the item bank of pack {house.pack.pack_id} is at version {version}. Next: skillsgap run.")
    return {"bank_version": version, "items": str(bank / "items.csv"), "report": str(card)}


def _last_proposal(house: House) -> Path:
    """Folder of the latest whole proposal: its report is written last."""
    named = (house.home / "calibration").glob(f"{house.pack.pack_id}_v*")
    proposals = sorted((folder for folder in named if folder.name.rpartition("_v")[2].isdigit()), key=_version_of)
    if not proposals:
        raise UserError("there is no proposed version: run skillsgap calibrate first")
    if not (proposals[-1] / REPORT).is_file():
        raise UserError("the proposed version has no report, its calibration was stopped: run skillsgap calibrate")
    return proposals[-1]


def _joined(pack: Pack, folder: Path) -> dict[str, pl.DataFrame]:
    """The pack's bank with the proposal below it, judged as the pack's loader will judge it."""
    whole = {
        file: TABLES[table].enforce(
            pl.concat([pack.tables[table], to_contract(read_sheet(folder / file), TABLES[table])])
        )
        for file, table in BANK_FILES.items()
    }
    texts = {f"item_bank/{file}": frame.cast(pl.String) for file, frame in whole.items()}
    if problems := [*bank_problems(texts)]:
        raise UserError(f"nothing was accepted: {problems[0]}")
    return whole


def _anchored(settings: Settings) -> House:
    """The house, if its pack measures levels."""
    house = settings.house()
    if house.pack.scale != "anchored":
        raise UserError(f"pack {house.pack.pack_id} asks for agreement, not for levels: there is nothing to calibrate")
    return house


def _calibrate(pack: Pack, patterns: pl.DataFrame, settings: Settings) -> Calibration:
    return calibrate(
        patterns,
        pack.tables["core_ref__fit_bank_item"],
        pack.tables["core_ref__fit_bank_scale"],
        pack.tables["core_ref__entity_item"],
        len(pack.survey.levels),
        settings.house().today,
    )


def _write_proposal(parent: Path, calibration: Calibration, report: str, pack_id: str) -> Path:
    """The folder of the proposal, its report last; a former proposal of the same version is replaced."""
    folder = parent / f"{pack_id}_v{calibration.scales['bank_version'][0]}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / REPORT).unlink(missing_ok=True)
    for file, frame in (("items.csv", calibration.items), ("scales.csv", calibration.scales)):
        _write(folder / file, frame.write_csv(float_precision=6))
    _write(folder / REPORT, report)
    return folder


def _write(path: Path, text: str) -> None:
    """Replace a file whole or not at all."""
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    sync(part)
    part.replace(path)


def _version_of(folder: Path) -> int:
    return int(folder.name.rpartition("_v")[2])


def _latest_version(pack: Pack) -> int:
    return int(pack.tables["core_ref__fit_bank_scale"]["bank_version"].max() or 0)  # type: ignore[arg-type]


def _model_card(bank: Path, pack_id: str, version: int) -> Path:
    """Where the report is kept: with the model cards of a checkout, else beside the bank."""
    folder = MODEL_CARDS if MODEL_CARDS.is_dir() else bank
    return folder / f"item_bank_{pack_id}_v{version}.md"


def _show(calibration: Calibration, out: Console) -> None:
    table = Table("skill", "sheets", "reliability", "link", "languages")
    for row in calibration.scales.iter_rows(named=True):
        table.add_row(
            row["skill_code"],
            f"{row['n_calibration']:,}",
            f"{row['reliability']:.2f}",
            LINK[row["link_code"]],
            FUNCTIONING[row["functioning_code"]],
        )
    out.print(table)
    for skill, remark in calibration.remarks:
        out.print(f"{skill}: {remark}")
