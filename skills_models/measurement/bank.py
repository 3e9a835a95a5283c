"""The item bank: which version is in force, and an item's parameters in a language.

The bank's only truth are the reviewed files of the pack (``item_bank/items.csv``, ``item_bank/scales.csv``). They are
append-only: a calibration adds a version, nothing rewrites one. Nightly runs read the latest version and score.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skills_models.measurement.levels import LevelScale, level_cuts

ALL_LANGUAGES = "all"
THRESHOLDS = ["threshold_1", "threshold_2", "threshold_3"]
Floats = NDArray[np.float64]


class NoItemBank(ValueError):
    """The pack has no calibrated items for a skill it measures; the message says what to do."""


def in_force(bank: pl.DataFrame, items: pl.DataFrame | None = None) -> pl.DataFrame:
    """Rows of the latest version of core_ref__fit_bank_item or core_ref__fit_bank_scale; none where it is empty.

    With ``items`` (core_ref__entity_item) only those that the pack asks about, under the skill it asks for.
    """
    latest = bank.filter(pl.col("bank_version") == pl.col("bank_version").max())
    return latest if items is None else latest.join(items, on=["item_code", "skill_code"], how="semi")


def in_hundreds(bank: pl.DataFrame) -> pl.DataFrame:
    """The same with answer sheets in whole hundreds: exact, they would give away how many carry a quality flag."""
    return bank.with_columns((pl.col("n_calibration") / 100).round().cast(pl.Int64) * 100)


def skill_items(items: pl.DataFrame) -> dict[str, list[str]]:
    """Item codes of each skill in the order of their digits in a pattern, from core_ref__entity_item."""
    asked = items.drop_nulls("skill_code").sort("skill_code", "item_code")
    grouped = asked.group_by("skill_code", maintain_order=True).agg("item_code")
    return dict(grouped.iter_rows())


def item_parameters(bank: pl.DataFrame, item_codes: list[str], language_code: str) -> tuple[Floats, Floats]:
    """Slopes (items,) and thresholds (items, 3) of some items as people of one language answer them.

    An item without parameters of that language has those for all; one that differs by language, asked of somebody whose
    language is unknown, has those of the language most people answered in. NaN where the bank lacks the item.

    Parameters
    ----------
    bank : rows of one version of core_ref__fit_bank_item
    """
    chosen = (
        bank.filter(pl.col("item_code").is_in(item_codes))
        .with_columns(
            nearness=pl.when(pl.col("language_code") == language_code)
            .then(2)
            .when(pl.col("language_code") == ALL_LANGUAGES)
            .then(1)
            .otherwise(0)
        )
        .sort("item_code", "nearness", "n_calibration", "language_code")
        .group_by("item_code", maintain_order=True)
        .last()
    )
    if language_code != ALL_LANGUAGES:  # parameters of another language say nothing
        chosen = chosen.filter(pl.col("nearness") > 0)
    placed = pl.DataFrame({"item_code": item_codes}).join(chosen, on="item_code", how="left", maintain_order="left")
    slopes = placed["slope"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    return slopes, placed.select(pl.col(THRESHOLDS).cast(pl.Float64).fill_null(np.nan)).to_numpy()


def level_scales(bank: pl.DataFrame) -> dict[str, LevelScale]:
    """Cuts and length of a level of each skill, from the test characteristic curve of its items.

    An item with parameters per language counts once, its curves weighted by the answer sheets behind them.

    Parameters
    ----------
    bank : rows of one version of core_ref__fit_bank_item
    """
    scales = {}
    share = pl.col("n_calibration") / pl.col("n_calibration").sum().over("item_code")
    for (skill,), rows in (
        bank.with_columns(share=share).sort("item_code", "language_code").group_by(["skill_code"], maintain_order=True)
    ):
        scales[str(skill)] = level_cuts(
            rows["slope"].to_numpy(), rows.select(THRESHOLDS).to_numpy(), rows["share"].to_numpy()
        )
    return dict(sorted(scales.items()))


def scale_table(bank: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """analysis_skill__fit_scale: every calibrated skill the pack asks about with its cuts, from the version in force.

    Raises
    ------
    NoItemBank
        If the bank has no items of any skill that the pack asks about.
    """
    current = in_force(bank, items)
    scales = level_scales(current)
    asked = skill_items(items).keys()
    if not asked & scales.keys():
        raise NoItemBank(
            "the pack has no item bank, so answers cannot be read as levels: run `skillsgap calibrate`, read its "
            "report, then `skillsgap calibrate --accept`"
        )
    version = int(current["bank_version"].max())  # type: ignore[arg-type]
    rows = [
        {
            "skill_code": skill,
            "bank_version": version,
            **{f"cut_{level}": scale.cut(level) for level in (1, 2, 3)},
            "theta_per_level": scale.theta_per_level,
        }
        for skill, scale in scales.items()
        if skill in asked
    ]
    return pl.DataFrame(rows)
