"""One skill of four items with known parameters, and waves of answers to them as counted patterns."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from skills_models.contracts import TABLES
from skills_models.measurement.calibration import Calibration, calibrate
from tests.estimators.simulated_answers import answer

DAY = date(2026, 11, 14)
CODES = ["ITR_1", "ITR_2", "ITR_3", "ITR_4"]
ITEMS = pl.DataFrame({"item_code": CODES, "skill_code": "ITR"})
SLOPES = np.array([1.6, 2.2, 1.9, 2.5])
THRESHOLDS = np.array([-0.2, 0.1, 0.3, -0.1])[:, None] + np.array([-1.2, 0.0, 1.2])
NO_ITEMS, NO_SCALES = (TABLES[f"core_ref__fit_bank_{name}"].empty() for name in ("item", "scale"))


def counted(answers, language="ru"):
    """Answers (people, items) as ``calibration_pattern_sql`` counts them, none with a flag."""
    frame = pl.DataFrame({"skill_code": "ITR", "language_code": language, "pattern_id": pattern_of(answers)})
    return frame.group_by(pl.all()).agg(n_people=pl.len().cast(pl.Int64), n_flagged=pl.lit(0, pl.Int64)).sort(pl.all())


def wave(seed, n_people=6000, mean=0.0, harder=(0.0, 0.0, 0.0, 0.0)):
    """Counted answers of people N(mean, 1) to items some of which have become harder, and the people's true mean."""
    rng = np.random.default_rng(seed)
    theta = rng.normal(mean, 1, n_people)
    return counted(answer(theta, SLOPES, THRESHOLDS + np.array(harder)[:, None], rng)), theta.mean()


def calibrated(patterns, bank: Calibration | None = None, items=ITEMS) -> Calibration:
    """The next version of the bank; without one, the first."""
    known = (NO_ITEMS, NO_SCALES) if bank is None else (bank.items, bank.scales)
    return calibrate(patterns, *known, items, 4, DAY)


def pattern_of(answers):
    """Number of each row of answers, -1 where missing, as in analysis_skill__assn_person_skill."""
    return (np.asarray(answers) + 1) @ 5 ** np.arange(4)


def bank_rows(items=slice(None), language="all", harder=0.0):
    """core_ref__fit_bank_item with the planted parameters."""
    codes, slopes, thresholds = np.array(CODES)[items], SLOPES[items], THRESHOLDS[items] + harder
    frame = pl.DataFrame({"item_code": codes, "slope": slopes}).with_columns(
        bank_version=pl.lit(1),
        language_code=pl.lit(language),
        skill_code=pl.lit("ITR"),
        slope_error=pl.lit(0.1),
        threshold_error=pl.lit(0.1),
        n_calibration=pl.lit(1000),
        misfit_rmsea=pl.lit(0.0),
        language_shift=pl.lit(harder),
        **{f"threshold_{k + 1}": pl.Series(thresholds[:, k]) for k in range(3)},
    )
    return TABLES["core_ref__fit_bank_item"].enforce(frame)
