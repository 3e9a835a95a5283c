"""A new wave on the scale of the item bank: which items still mean the same, then a fixed-item calibration.

Calibrating each wave anew to N(0, 1) would delete every trend. Items that drifted would bend it: they are screened out
of the link first, and where too few are left there is no link and no trend.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skills_models.measurement.graded_items import Items
from skills_models.measurement.graded_response import GradedResponseModel

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MAX_DIFFERENCE: Final = 0.2  # of a mean threshold, on theta
MAX_SLOPE_DIFFERENCE: Final = 0.3  # of a log slope: a third more or a quarter less discriminating
MAX_ROBUST_Z: Final = 2.7
LONG_SCALE: Final = 8  # common items from which their own spread says what is unusual
MIN_ANCHORS: Final = 3
MAD_TO_SD: Final = 1.4826


class NotSettled(ValueError):
    """The calibration still moved when its steps were used up: the answers do not tell the items."""


@dataclass(frozen=True)
class DriftScreen:
    """What a fresh calibration says about the items of the bank.

    Arrays have shape (items,). ``difference`` (fresh less bank mean threshold, on the bank's scale) and
    ``slope_difference`` (fresh less bank log slope) are those from the typical anchor; NaN where an item is in only
    one of the two. ``is_anchor`` marks the items that carry the link, ``is_freed`` the common items that do not;
    without a link no item is either. ``reason`` says in words why ``is_linkable`` is false; empty otherwise.
    """

    difference: Floats
    slope_difference: Floats
    is_anchor: Flags
    is_freed: Flags
    is_linkable: bool
    reason: str

    def anchors(self, bank: Items) -> Items:
        """The bank with NaN for every item that is estimated anew: what ``link`` holds fixed."""
        slopes = np.where(self.is_anchor, bank.slopes, np.nan)
        return Items(slopes, np.where(self.is_anchor[:, None], bank.thresholds, np.nan))


@dataclass(frozen=True)
class CalibratedScale:
    """All items of a scale as a wave answers them, and where its population stands.

    ``slopes`` (items,), ``thresholds`` (items, K - 1), their standard errors (NaN where held fixed), ``mean`` and
    ``sd`` of the latent population, all groups together, ``group_means`` and ``group_sds`` (groups,) of each, and the
    ``quadrature_change`` of the fit.
    """

    slopes: Floats
    thresholds: Floats
    slope_errors: Floats
    threshold_errors: Floats
    mean: float
    sd: float
    group_means: Floats
    group_sds: Floats
    quadrature_change: float


def screen_drift(bank: Items, fresh: Items) -> DriftScreen:
    """Compare the items of the bank with a free calibration of the same items in a new wave.

    The fresh scale is moved onto the bank's by the SD of thresholds within items, which a drifting item does not touch,
    and the median of the items' mean thresholds. With 8 or more common items those are dropped whose robust z
    ((difference - median) / MAD, Huynh and Meyer 2010) exceeds 2.7 and whose difference exceeds 0.2, again until
    none is; more than half must stay. With fewer, one item may be freed, the one without which the others agree best;
    if a difference above 0.2 remains, the scale is not linkable. Slopes are held to the same rules with 0.3 on the
    log scale. At least three anchors must stay.

    Parameters
    ----------
    bank, fresh : items in one order; NaN rows where the bank does not know an item, or the wave did not ask it
    """
    common = np.isfinite(bank.slopes) & np.isfinite(fresh.slopes)
    is_long = common.sum() >= LONG_SCALE
    anchors = _drop_unusual(bank, fresh, common) if is_long else _free_at_most_one(bank, fresh, common)
    difference, slope_difference = _differences(bank, fresh, common, anchors)
    reason = ""
    if anchors.sum() < MIN_ANCHORS or (is_long and anchors.sum() <= common.sum() / 2):
        reason = f"{anchors.sum()} of {common.sum()} common items kept their meaning: too few to carry a trend"
    elif not is_long and _is_far(difference, slope_difference)[anchors].any():
        reason = f"more than one of {common.sum()} common items changed its meaning: which ones cannot be told"
    if reason:
        none = np.zeros_like(common)
        return DriftScreen(*_differences(bank, fresh, common, common), none, none, False, reason)
    return DriftScreen(difference, slope_difference, anchors, common & ~anchors, True, "")


def link(
    answers: NDArray[np.int64],
    pattern_weight: Floats | None,
    bank_items: Items,
    group: NDArray[np.int64] | None = None,
) -> CalibratedScale:
    """Calibrate a wave with the items of the bank held fixed, the population's mean and SD free.

    Parameters
    ----------
    answers : (rows, items), -1 where missing
    pattern_weight : (rows,), how often each row occurs
    bank_items : parameters in force; NaN rows are estimated (new items, and those a ``DriftScreen`` freed)
    group : (rows,), populations of their own (languages); without it there is one

    Raises
    ------
    NotSettled
        If the steps of the fit do not end.
    """
    weight = np.ones(len(answers)) if pattern_weight is None else np.asarray(pattern_weight, np.float64)
    groups = np.zeros(len(answers), np.int64) if group is None else group
    return _pooled(GradedResponseModel().fit(answers, weight, group=groups, fixed_items=bank_items), weight, groups)


def start_scale(
    answers: NDArray[np.int64], pattern_weight: Floats | None, group: NDArray[np.int64] | None = None
) -> CalibratedScale:
    """Calibrate a wave on a scale of its own, on which all groups together have mean 0 and SD 1.

    Groups differ in mean and SD of skill: taken as one population, an item with parameters per group would lose a
    part of its difference to the groups'. Parameters are those of ``link``.
    """
    weight = np.ones(len(answers)) if pattern_weight is None else np.asarray(pattern_weight, np.float64)
    groups = np.zeros(len(answers), np.int64) if group is None else group
    found = _pooled(GradedResponseModel().fit(answers, weight, group=groups), weight, groups)
    return CalibratedScale(
        found.slopes * found.sd,
        (found.thresholds - found.mean) / found.sd,
        found.slope_errors * found.sd,
        found.threshold_errors / found.sd,
        0.0,
        1.0,
        (found.group_means - found.mean) / found.sd,
        found.group_sds / found.sd,
        found.quadrature_change,
    )


def _pooled(model: GradedResponseModel, weight: Floats, group: NDArray[np.int64]) -> CalibratedScale:
    """A fit with the moments of all its groups together."""
    if not model.converged_:
        raise NotSettled(
            f"the calibration of {len(model.slopes_)} columns did not settle in {model.n_iter_} steps: the answers "
            "look like noise or are too few; look for items nobody tells apart"
        )
    share = np.bincount(group, weight, len(model.means_)) / weight.sum()
    mean = float(share @ model.means_)
    sd = float(np.sqrt(share @ (model.sds_**2 + (model.means_ - mean) ** 2)))
    return CalibratedScale(
        model.slopes_,
        model.thresholds_,
        model.slope_errors_,
        model.threshold_errors_,
        mean,
        sd,
        model.means_,
        model.sds_,
        model.quadrature_change_,
    )


def _drop_unusual(bank: Items, fresh: Items, common: Flags) -> Flags:
    anchors = common
    while True:
        pair = _differences(bank, fresh, common, anchors)
        unusual = anchors & _is_far(*pair, *(_unusual(values, anchors) for values in pair))
        if not unusual.any():
            return anchors
        anchors = anchors & ~unusual


def _free_at_most_one(bank: Items, fresh: Items, common: Flags) -> Flags:
    """All common items if they agree, else all but one; the disagreement that is left is the caller's to judge."""

    def worst(anchors: Flags) -> float:
        difference, slope_difference = _differences(bank, fresh, common, anchors)
        far = np.maximum(np.abs(difference) / MAX_DIFFERENCE, np.abs(slope_difference) / MAX_SLOPE_DIFFERENCE)
        return float(far[anchors].max(initial=0.0))

    if common.sum() <= MIN_ANCHORS or worst(common) <= 1:
        return common
    candidates = [common & (np.arange(len(common)) != item) for item in np.flatnonzero(common)]
    return min(candidates, key=worst)


def _differences(bank: Items, fresh: Items, common: Flags, anchors: Flags) -> tuple[Floats, Floats]:
    """Differences of mean threshold and log slope from those of the typical anchor; NaN where not in common."""
    known = np.isfinite(bank.thresholds) & np.isfinite(fresh.thresholds) & common[:, None]
    theirs, ours = (np.where(known, items.thresholds, np.nan) for items in (bank, fresh))
    centre, fresh_centre = (_row_means(values, known) for values in (theirs, ours))
    spread, fresh_spread = (
        np.nansum((values - middle[:, None])[anchors] ** 2)
        for values, middle in ((theirs, centre), (ours, fresh_centre))
    )
    # items of two answers have no spread within: their unit is taken to be the same
    unit = np.sqrt(spread / fresh_spread) if spread > 0 and fresh_spread > 0 else 1.0
    difference = unit * fresh_centre - centre
    slope_difference = np.where(common, np.log(fresh.slopes / unit) - np.log(bank.slopes), np.nan)
    if not anchors.any():
        return difference, slope_difference
    return difference - np.median(difference[anchors]), slope_difference - np.median(slope_difference[anchors])


def _row_means(values: Floats, known: Flags) -> Floats:
    n = known.sum(axis=1)
    return np.where(n > 0, np.where(known, values, 0.0).sum(axis=1) / np.maximum(n, 1), np.nan)


def _unusual(values: Floats, anchors: Flags) -> Flags:
    """Whether the robust z exceeds 2.7; ``values`` are centred on the anchors' median."""
    return np.abs(values) > MAX_ROBUST_Z * MAD_TO_SD * np.median(np.abs(values[anchors]))


def _is_far(
    difference: Floats, slope_difference: Floats, unusual: Flags | bool = True, unusual_slope: Flags | bool = True
) -> Flags:
    by_threshold = (np.abs(difference) > MAX_DIFFERENCE) & unusual
    return np.asarray(by_threshold | ((np.abs(slope_difference) > MAX_SLOPE_DIFFERENCE) & unusual_slope))
