"""Intervals of weighted shares and of the difference between two of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

Z_90 = 1.6448536269514722  # 95th percentile of the normal: a two-sided 90 % interval


def wilson_interval(share: Array, effective_n: Array, z: float = Z_90) -> tuple[Array, Array]:
    """Lower and upper end of Wilson's score interval, each within [0, 1]; NaN where ``share`` is NaN.

    Parameters
    ----------
    share : shares in [0, 1]
    effective_n : respondents of a simple random sample of the same precision, > 0
    z : normal quantile; the default gives 90 %

    References
    ----------
    Wilson (1927), JASA 22, 209-212; with Kish's effective n in place of n for weighted samples.
    """
    shrink = 1.0 + z * z / effective_n
    centre = (share + z * z / (2.0 * effective_n)) / shrink
    half = z * np.sqrt(share * (1.0 - share) / effective_n + (z / (2.0 * effective_n)) ** 2) / shrink
    low, high = np.clip(centre - half, 0.0, 1.0), np.clip(centre + half, 0.0, 1.0)
    return np.where(share == 0.0, 0.0, low), np.where(share == 1.0, 1.0, high)


def hybrid_difference(
    share: Array, effective_n: Array, other_share: Array, other_effective_n: Array, z: float = Z_90
) -> tuple[Array, Array]:
    """Interval of ``share - other_share`` of two independent samples; NaN where either is unknown.

    Newcombe's hybrid of the two Wilson intervals: unlike the usual normal interval it stays honest for
    small samples and for shares of 0 and 1.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
    """
    low, high = wilson_interval(share, effective_n, z)
    other_low, other_high = wilson_interval(other_share, other_effective_n, z)
    difference = share - other_share
    below = np.sqrt((share - low) ** 2 + (other_high - other_share) ** 2)
    above = np.sqrt((high - share) ** 2 + (other_share - other_low) ** 2)
    return difference - below, difference + above
