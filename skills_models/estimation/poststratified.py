"""Post-stratified means and weighted shares of finite groups of people, without a model. Pure numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

MIN_MEASURED = 2  # a stratum with fewer measured people has no mean of its own


def poststratified_mean(n_people: Counts, n_measured: Counts, total: Counts) -> Floats:
    """Mean per person of the whole group, shape (n_groups,); NaN where nobody was measured.

    Each stratum (job family) counts by its people on the register, not by its replies (Holt and Smith 1979).

    Parameters
    ----------
    n_people, n_measured : people of each stratum, shape (n_groups, n_strata)
    total : sum over the measured of each stratum, in any unit, same shape
    """
    people, measured, sums = collapse_strata(n_people, n_measured, total)
    weight = people / np.maximum(people.sum(axis=1), 1)[:, None]
    mean = (weight * sums / np.maximum(measured, 1)).sum(axis=1)
    return np.where(measured.sum(axis=1) == 0, np.nan, mean)


def weighted_share(weight: Floats, n_measured: Counts, n_below: Counts) -> Floats:
    """Plain weighted share of the measured who are below, shape (n_groups,); ``weight`` is one respondent's."""
    size = (weight * n_measured).sum(axis=1)
    share = (weight * n_below).sum(axis=1) / np.where(size > 0, size, 1.0)
    return np.where(size > 0, np.minimum(share, 1.0), np.nan)


def collapse_strata(
    n_people: Counts, n_measured: Counts, total: Counts, min_measured: int = MIN_MEASURED
) -> tuple[Counts, Counts, Counts]:
    """Merge each stratum with fewer than ``min_measured`` measured people into the next one that has people.

    What is left over at the end joins the last kept stratum; a group that never reaches ``min_measured`` becomes one
    stratum. Nothing is lost: sums over columns stay the same. Returns the three arrays, zero where merged away.
    """
    given = np.stack([n_people, n_measured, total]).astype(np.int64)
    merged = np.zeros_like(given)
    carried = np.zeros(given.shape[:2], dtype=np.int64)
    last = np.zeros(n_people.shape[0], dtype=np.intp)
    rows = np.arange(n_people.shape[0])
    for column in range(n_people.shape[1]):
        carried += given[:, :, column]
        keep = carried[1] >= min_measured
        merged[:, keep, column] = carried[:, keep]
        carried[:, keep] = 0
        last[keep] = column
    merged[:, rows, last] += carried
    return merged[0], merged[1], merged[2]
