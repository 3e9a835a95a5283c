"""A calibration in words and tables, for the people who accept it into the pack. Markdown."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl

from skills_models.measurement.bank import THRESHOLDS, level_scales
from skills_models.measurement.calibration import Calibration
from skills_models.measurement.item_fit import MAX_RMSEA
from skills_models.measurement.levels import LevelScale
from skills_models.measurement.reliability import information

FEWEST_FLAGGED = 10  # the report leaves the house with the pack
FUNCTIONING = {
    "alike": "people of equal skill answer alike",
    "partly": "some items have parameters per language, at least three carry the comparison",
    "not_comparable": "no comparison between languages",
    "not_testable": "fewer than 500 answers in a second language: not testable",
}
LINK = {
    "first": "first of its scale",
    "linked": "linked to the version before",
    "not_linkable": "not linkable: a new scale, no trend",
}


def calibration_report(calibration: Calibration, pack_id: str) -> str:
    """The model card of one version of the item bank. Counts of answer sheets are of the nation, never of a body."""
    scales, items = calibration.scales, calibration.items
    version, day = scales["bank_version"][0], scales["calibrated_on"][0]
    parts = [
        f"# Item bank of pack {pack_id}, version {version}",
        f"Calibrated on {day}. Graded response model, one scale per skill, marginal maximum likelihood with 61 nodes; "
        "standard errors from the observed information. Levels are self-reported: the scale says how people answer, "
        "not what they can do. The reliability below is that of one person's answers: too low to label anybody.",
        "## Scales",
        _scale_table(calibration),
        "## Items",
        _table(
            ["item", "language", "slope", "error", "thresholds", "largest error", "answers", "misfit", "shift"],
            (
                [
                    row["item_code"],
                    row["language_code"],
                    _number(row["slope"]),
                    _number(row["slope_error"]),
                    " / ".join(_number(row[name]) for name in THRESHOLDS),
                    _number(row["threshold_error"]),
                    f"{row['n_calibration']:,}",
                    _number(row["misfit_rmsea"], 3),
                    _number(row["language_shift"]),
                ]
                for row in items.iter_rows(named=True)
            ),
        ),
        f"Misfit is the RMSEA of a generalised S-X2: up to {MAX_RMSEA:g} the model describes the item well. Shift: how "
        "much harder the item is in a language than in the most usual one, for people of equal skill; from 0.25, and "
        "beyond chance, the item gets parameters per language.",
        "## What changed",
        _change_text(calibration.changes, calibration.remarks),
        "## Odd answer sheets",
        "Sheets that are straight-lined, too fast or repeated were left out of the calibration. With them (where there "
        f"are at least {FEWEST_FLAGGED}):",
        _table(
            ["skill", "flagged sheets", "slopes times", "largest shift of a mean threshold"],
            (
                [
                    row["skill_code"],
                    f"{row['n_flagged']:,}",
                    _number(row["slope_ratio"]),
                    _number(row["threshold_shift"]),
                ]
                for row in calibration.odd_sheets.filter(pl.col("n_flagged") >= FEWEST_FLAGGED).iter_rows(named=True)
            ),
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _scale_table(calibration: Calibration) -> str:
    heads = ["skill", "sheets", "reliability", "population", "cuts of levels 1, 2, 3", "error of a person there"]
    heads += ["quadrature", "link", "languages"]
    cuts = level_scales(calibration.items)
    rows = []
    for row in calibration.scales.iter_rows(named=True):
        scale = cuts[row["skill_code"]]
        rows.append(
            [
                row["skill_code"],
                f"{row['n_calibration']:,}",
                _number(row["reliability"]),
                f"{_number(row['population_mean'])} ± {_number(row['population_sd'])}",
                " / ".join(_number(cut) for cut in scale.cuts),
                _errors_at_cuts(calibration.items.filter(pl.col("skill_code") == row["skill_code"]), scale),
                f"{row['quadrature_change']:+.1e}",
                LINK[row["link_code"]],
                FUNCTIONING[row["functioning_code"]],
            ]
        )
    return _table(heads, rows)


def _errors_at_cuts(items: pl.DataFrame, scale: LevelScale) -> str:
    """Standard error of one person's measure at each cut, in levels; an item counts in its most usual language."""
    usual = items.sort("n_calibration", "language_code").group_by("item_code", maintain_order=True).last()
    told = information(scale.cuts, usual["slope"].to_numpy(), usual.select(THRESHOLDS).to_numpy())
    return " / ".join(_number(1 / (np.sqrt(each) * scale.theta_per_level)) for each in told)


def _change_text(changes: pl.DataFrame, remarks: Iterable[tuple[str, str]]) -> str:
    counts = dict(changes["origin_code"].value_counts().iter_rows())
    words = {"kept": "kept their parameters", "freed": "were estimated anew", "new": "are new to the bank"}
    said = [f"{counts[code]} rows {text}" for code, text in words.items() if code in counts]
    lines = [", ".join(said) + "."]
    moved = changes.filter(pl.col("origin_code") == "freed")
    lines += [
        f"- {row['item_code']} ({row['language_code']}): slope {_number(row['slope_before'])} to "
        f"{_number(row['slope_now'])}, mean threshold {_number(row['threshold_before'])} to "
        f"{_number(row['threshold_now'])}"
        for row in moved.iter_rows(named=True)
    ]
    return "\n".join([*lines, *(f"- {skill}: {text}" for skill, text in remarks)])


def _table(heads: list[str], rows: Iterable[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _number(value: float | None, digits: int = 2) -> str:
    return "–" if value is None else f"{value:.{digits}f}"
