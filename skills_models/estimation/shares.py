"""From posterior draws of cells to published figures: shares below a cut, shortfalls, people. Pure numpy.

Draws have shape (cells, draws) or (groups, draws), draw d being one possible state of the whole country; figures are
made in each draw and only then summarised, so an interval of a sum is that of the sum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]

INTERVAL = (0.05, 0.95)


@dataclass(frozen=True)
class Summary:
    """Mean and 90 % interval of each row of draws, all of shape (rows,)."""

    mean: Floats
    lo: Floats
    hi: Floats


def share_below(mean: ArrayLike, within_sd: ArrayLike, cut: ArrayLike) -> Floats:
    """Share of each cell's people whose skill lies below the cut, shape (cells, draws), 0-1.

    Parameters
    ----------
    mean : draws of each cell's mean, theta, shape (cells, draws)
    within_sd : spread of people inside a cell, theta, shape (draws,)
    cut : theta, one for all or shape (cells,); minus infinity (level 0: nothing is required) gives 0. Requirements a
        level up or down are other cuts; if people rate themselves d levels too high, their cut is d levels higher
    """
    return np.asarray(ndtr(_distance(mean, within_sd, cut)), np.float64)


def shortfall_levels(mean: ArrayLike, within_sd: ArrayLike, cut: ArrayLike, theta_per_level: float) -> Floats:
    """Mean over each cell's people of what they lack to the cut, in levels, who lacks nothing counting 0.

    E max(cut - theta, 0) of a normal theta is s (z Phi(z) + phi(z)) with z = (cut - m) / s. Arguments as in
    ``share_below``; shape (cells, draws).
    """
    z = _distance(mean, within_sd, cut)
    required = np.isfinite(z)
    z = np.where(required, z, 0.0)
    loss = z * ndtr(z) + np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return np.where(required, loss * np.asarray(within_sd, np.float64) / theta_per_level, 0.0)


def share_below_if_silent_are_lower(
    mean: ArrayLike, within_sd: ArrayLike, cut: ArrayLike, response_share: ArrayLike, lower_by: float
) -> Floats:
    """Share below if those of a cell who did not reply are ``lower_by`` (theta) lower than those who did.

    Parameters
    ----------
    response_share : people of the cell who replied, 0-1, shape (cells,)
    """
    replied = np.asarray(response_share, np.float64)[:, None]
    silent = share_below(mean, within_sd, np.asarray(cut, np.float64) + lower_by)
    return np.asarray(replied * share_below(mean, within_sd, cut) + (1 - replied) * silent, np.float64)


def aggregate(values: ArrayLike, people: ArrayLike, group: ArrayLike, n_groups: int) -> Floats:
    """Mean over the people of each group in each draw, shape (groups, draws); NaN where a group has nobody.

    Parameters
    ----------
    values : figure of each cell, shape (cells, draws)
    people : head count of each cell on the register, shape (cells,)
    group : code of each cell's group, 0 .. n_groups - 1; a cell with code -1 is left out
    """
    codes, heads = np.asarray(group), np.asarray(people, np.float64)
    inside = np.flatnonzero(codes >= 0)
    order = inside[np.argsort(codes[inside], kind="stable")]
    total = np.bincount(codes[order], heads[order], n_groups)
    sums = np.zeros((n_groups, np.shape(values)[1]))
    if order.size:
        starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
        weighted = np.asarray(values)[order] * heads[order, None]
        sums[codes[order][starts]] = np.add.reduceat(weighted, starts, axis=0)
    with np.errstate(invalid="ignore"):
        return np.asarray(sums / np.where(total > 0, total, np.nan)[:, None], np.float64)


def people_below(share: ArrayLike, people: ArrayLike, random_state: int) -> NDArray[np.int64]:
    """People below in each draw: as many of the group's people as chance lets fall below at that share.

    Parameters
    ----------
    share : draws of each group's share, shape (groups, draws), 0-1
    people : head count of each group, shape (groups,)
    """
    rng = np.random.default_rng(random_state)
    heads = np.asarray(people, np.int64)[:, None]
    return np.asarray(rng.binomial(heads, np.clip(np.asarray(share, np.float64), 0, 1)), np.int64)


def summarise(draws: ArrayLike) -> Summary:
    """Mean, 5 % and 95 % quantile of each row, shape (rows,)."""
    given = np.asarray(draws, np.float64)
    lo, hi = np.quantile(given, INTERVAL, axis=-1)
    return Summary(given.mean(axis=-1), lo, hi)


def _distance(mean: ArrayLike, within_sd: ArrayLike, cut: ArrayLike) -> Floats:
    """Standardised distance from the mean up to the cut, shape (cells, draws)."""
    cuts = np.atleast_1d(np.asarray(cut, np.float64))[:, None]
    return np.asarray((cuts - np.asarray(mean, np.float64)) / np.asarray(within_sd, np.float64), np.float64)
