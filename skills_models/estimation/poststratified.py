"""Post-stratified shares and means of finite groups of people, with sampling intervals. Pure numpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from skills_models.survey.shares import wilson_interval

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

MIN_MEASURED = 2  # a stratum with fewer measured people has no variance of its own
PRIOR_PEOPLE = 3.0  # people of the whole group that steady the variance of a thin stratum


@dataclass(frozen=True)
class PoststratifiedShare:
    """Share below requirement per group; arrays of shape (n_groups,), NaN where nobody was measured.

    ``share``, ``lo``, ``hi`` (0-1), ``effective_n`` (simple random respondents with the same precision; infinite
    where everybody was measured), ``n_people`` and ``n_measured`` (people).
    """

    share: Floats
    lo: Floats
    hi: Floats
    effective_n: Floats
    n_people: Counts
    n_measured: Counts


def poststratified_share(
    n_people: Counts, n_measured: Counts, n_below: Counts, level: float = 0.90
) -> PoststratifiedShare:
    """Share of each whole group whose answers fall below, were everybody asked.

    The share is post-stratified: each stratum (job family) counts by its people on the register, not by its
    replies (Holt and Smith 1979). The variance is that of a stratified sample without replacement, conditional on
    the replies, with the finite population correction 1 - n/N in each stratum (Cochran 1977, section 5.6); a thin
    stratum's own variance is steadied by ``PRIOR_PEOPLE`` people of its group. It is turned into an effective
    sample size p(1 - p)/V, on which Wilson's score interval is taken (Wilson 1927; Korn and Graubard 1998 for
    the effective size, Dean and Pagano 2015 for Wilson with it). Last, the interval is cut to what is possible: those
    measured below are below, those measured above are not.

    It covers where, within a stratum, who replies does not depend on the skill. Nothing can repair the rest.

    Parameters
    ----------
    n_people, n_measured, n_below : shape (n_groups, n_strata), people; neighbouring columns are similar strata,
        because an empty or thin stratum is merged with the next one (see ``order_strata``)
    level : nominal coverage

    Raises
    ------
    ValueError
        If the shapes differ or not 0 <= n_below <= n_measured <= n_people.
    """
    _refuse_impossible(n_people, n_measured, n_below)
    people, measured, below = collapse_strata(n_people, n_measured, n_below)
    total, replies, hits = people.sum(axis=1), measured.sum(axis=1), below.sum(axis=1)
    weight = people / np.maximum(total, 1)[:, None]
    known, possible = hits / np.maximum(total, 1), (total - (replies - hits)) / np.maximum(total, 1)
    share = np.clip((weight * below / np.maximum(measured, 1)).sum(axis=1), known, possible)  # sums of floats pass 1
    size = _effective_size(weight, people, measured, below)
    lo, hi = wilson_interval(share, size, float(norm.ppf(0.5 + level / 2)))
    lo, hi = np.clip(lo, known, possible), np.clip(hi, known, possible)
    lo, hi = np.minimum(lo, share), np.maximum(hi, share)
    nobody = replies == 0
    share, lo, hi, size = (np.where(nobody, np.nan, values) for values in (share, lo, hi, size))
    return PoststratifiedShare(share, lo, hi, size, n_people=total, n_measured=replies)


def poststratified_mean(n_people: Counts, n_measured: Counts, total: Counts) -> Floats:
    """Mean per person of the whole group, shape (n_groups,), from sums over the measured of each stratum.

    Arguments as in ``poststratified_share``, ``total`` in any unit; NaN where nobody was measured.
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


def order_strata(n_measured: Counts, n_below: Counts) -> NDArray[np.intp]:
    """Columns in the order of their share below over all groups, so that neighbours are similar strata."""
    measured, below = n_measured.sum(axis=0), n_below.sum(axis=0)
    pooled = below.sum() / max(int(measured.sum()), 1)
    share = np.where(measured > 0, below / np.maximum(measured, 1), pooled)
    return np.argsort(share, kind="stable")


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


def _effective_size(weight: Floats, people: Counts, measured: Counts, below: Counts) -> Floats:
    """p(1 - p)/V per group, with steadied stratum shares so that it is defined at 0 and 1 as well."""
    steady = (below.sum(axis=1) + 0.5) / (measured.sum(axis=1) + 1)
    shares = (below + PRIOR_PEOPLE * steady[:, None]) / (measured + PRIOR_PEOPLE)
    unseen = 1 - measured / np.maximum(people, 1)
    spread = shares * (1 - shares) * unseen / np.maximum(measured, 1)
    variance = (weight**2 * spread).sum(axis=1)
    centre = (weight * shares).sum(axis=1)
    return np.divide(centre * (1 - centre), variance, out=np.full(centre.shape, np.inf), where=variance > 0)


def _refuse_impossible(n_people: Counts, n_measured: Counts, n_below: Counts) -> None:
    if not n_people.shape == n_measured.shape == n_below.shape or n_people.ndim != 2:
        raise ValueError(f"want three arrays (groups, strata), got {n_people.shape} {n_measured.shape} {n_below.shape}")
    if bool(((n_below < 0) | (n_below > n_measured) | (n_measured > n_people)).any()):
        raise ValueError("want 0 <= n_below <= n_measured <= n_people in every stratum")
