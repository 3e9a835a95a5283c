"""A new version of the item bank from the answers of a wave.

Belongs here: what concerns the whole bank. What is done with the answers to one skill stands in ``skill_calibration``,
the words of the report in ``calibration_report``. Nothing is written: a person reads the report and accepts it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from skills_models.contracts import TABLES
from skills_models.measurement.bank import THRESHOLDS, in_force, skill_items
from skills_models.measurement.graded_response import AnswersError, QuadratureError
from skills_models.measurement.levels import CutOutsideScale
from skills_models.measurement.linking import NotSettled
from skills_models.measurement.skill_calibration import ConstantItem, SkillCalibration, calibrate_skill

SOURCE = "calibrated on delivered answers"
MIN_SHEETS = 300  # fewer leave standard errors of thresholds near a third of a level


class TooFewAnswers(ValueError):
    """No skill can be calibrated; the message says why, skill by skill."""


NO_SCALE = (TooFewAnswers, ConstantItem, AnswersError, NotSettled, QuadratureError, CutOutsideScale)
"""What may be wrong with the answers to one skill; the others are calibrated all the same."""


@dataclass(frozen=True)
class Calibration:
    """A proposed version of the item bank and what is to be known before it is accepted.

    Parameters
    ----------
    items, scales : rows of core_ref__fit_bank_item and core_ref__fit_bank_scale, of the new version alone
    changes : item_code, language_code, ``origin_code`` (kept, freed, new), slope and mean threshold before and now
    odd_sheets : skill_code, n_flagged, ``slope_ratio``, ``threshold_shift``: what the flagged sheets, left out of the
        calibration, would have changed (mean slope with them over without; largest shift of a mean threshold)
    remarks : skill and what is to be said of it in words
    """

    items: pl.DataFrame
    scales: pl.DataFrame
    changes: pl.DataFrame
    odd_sheets: pl.DataFrame
    remarks: tuple[tuple[str, str], ...]


def calibrate(
    patterns: pl.DataFrame,
    bank_items: pl.DataFrame,
    bank_scales: pl.DataFrame,
    items: pl.DataFrame,
    n_levels: int,
    calibrated_on: date,
) -> Calibration:
    """Propose the next version of the item bank.

    Sheets that carry a quality flag are left out, and what they would have changed is reported. Items that people of
    equal skill answer differently by language get parameters of their own, as far as three common ones remain. A
    skill the bank knows is linked to it by its items that kept their meaning; one it does not know starts a scale.

    Parameters
    ----------
    patterns : skill_code, language_code, pattern_id, n_people, n_flagged: how often each pattern of answers occurs
    bank_items, bank_scales : core_ref__fit_bank_item, core_ref__fit_bank_scale
    items : core_ref__entity_item
    n_levels : answers an item allows

    Raises
    ------
    TooFewAnswers
        If no skill can be calibrated. One that cannot, for too few sheets or an item without differences, keeps the
        version before, if there is one, and a remark.
    """
    version = int(bank_scales["bank_version"].max() or 0) + 1  # type: ignore[arg-type]
    bank = in_force(bank_items, items)
    asked = skill_items(items)
    sheets = {skill: _sheets(patterns.filter(pl.col("skill_code") == skill)) for skill in asked}
    parts, left_out = [], {}
    for skill, codes in asked.items():
        try:
            parts.append(_of_enough(skill, codes, sheets[skill], bank, n_levels))
        except NO_SCALE as problem:
            left_out[skill] = str(problem)
    if not parts:
        raise TooFewAnswers("; ".join(f"{skill}: {problem}" for skill, problem in left_out.items()))
    stamp = pl.lit(version, pl.Int64).alias("bank_version")
    item_rows = pl.concat([part.items for part in parts]).with_columns(stamp)
    scale_rows = pl.DataFrame([part.scale for part in parts]).with_columns(
        stamp,
        calibrated_on=pl.lit(calibrated_on),
        status_code=pl.lit("project_draft"),
        source_name=pl.lit(SOURCE),
    )
    changes = _changes(item_rows, bank)
    kept_items, kept_scales = (
        in_force(rows).filter(pl.col("skill_code").is_in(list(left_out))).with_columns(stamp)
        for rows in (bank_items, bank_scales)
    )
    kept = kept_scales["skill_code"].to_list()
    remarks = [(part.skill_code, remark) for part in parts for remark in part.remarks]
    remarks += [(skill, f"{problem}; {_what_stays(skill, kept)}") for skill, problem in left_out.items()]
    return Calibration(
        TABLES["core_ref__fit_bank_item"].enforce(_below(item_rows, kept_items)),
        TABLES["core_ref__fit_bank_scale"].enforce(_below(scale_rows, kept_scales)),
        changes,
        pl.DataFrame([part.odd_sheets for part in parts]),
        tuple(remarks),
    )


def _of_enough(
    skill: str, codes: list[str], sheets: pl.DataFrame, bank: pl.DataFrame, n_levels: int
) -> SkillCalibration:
    if (n := int(sheets["n_clean"].sum())) < MIN_SHEETS:
        raise TooFewAnswers(f"{n} answer sheets without a flag, too few to calibrate (it takes {MIN_SHEETS})")
    return calibrate_skill(skill, codes, sheets, bank, n_levels)


def _sheets(patterns: pl.DataFrame) -> pl.DataFrame:
    """Patterns with ``n_clean``, those without a flag."""
    return patterns.with_columns(n_clean=pl.col("n_people") - pl.col("n_flagged"))


def _what_stays(skill: str, kept: list[str]) -> str:
    return "the version before stays in force" if skill in kept else "not calibrated, its gaps are not shown"


def _below(new: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """Rows of the new version above those carried over from the one before."""
    return pl.concat([new.select(kept.columns).cast(kept.schema), kept])


def _changes(rows: pl.DataFrame, bank: pl.DataFrame) -> pl.DataFrame:
    """Each item's parameters in the version before and now."""
    middle = pl.mean_horizontal(THRESHOLDS)
    key = ["item_code", "language_code"]
    now = rows.select(*key, slope_now="slope", threshold_now=middle)
    before = bank.select(*key, slope_before="slope", threshold_before=middle)
    joined = now.join(before, on=key, how="left").sort(key)
    kept = (pl.col("slope_now") == pl.col("slope_before")) & (pl.col("threshold_now") == pl.col("threshold_before"))
    origin = (
        pl.when(pl.col("slope_before").is_null())
        .then(pl.lit("new"))
        .when(kept)
        .then(pl.lit("kept"))
        .otherwise(pl.lit("freed"))
    )
    return joined.with_columns(origin_code=origin)
