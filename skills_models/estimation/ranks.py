"""Who needs most, and how sure that is: ranks of groups over posterior draws. Pure numpy.

The highest value is rank 1. Groups are ranked in every draw, and statements are made of the ranks: a rank of means
alone would put small groups on top by chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ranks = NDArray[np.int64]

TOP_SHARE = 0.1
NAMED_AT = 0.80  # probability of being among the top from which a group is named
TIED_BELOW = 0.95  # a group is told apart from the leader of its bracket at this probability


@dataclass(frozen=True)
class Ranking:
    """What the draws say about the order of groups; arrays of shape (groups,).

    ``top_probability``: of being among the ``n_top`` highest. ``rank_lo``, ``rank_hi``: 90 % interval of the rank.
    ``bracket``: from 1; groups of one bracket are statistically tied. ``is_named_top``: sure enough to be named.
    """

    n_top: int
    top_probability: Floats
    rank_lo: Ranks
    rank_hi: Ranks
    bracket: Ranks
    is_named_top: NDArray[np.bool_]


def rank_groups(values: ArrayLike, top_share: float = TOP_SHARE) -> Ranking:
    """Rank groups by a figure that is the greater the greater the need.

    Parameters
    ----------
    values : finite draws, shape (groups, draws)
    top_share : of the groups that count as top, rounded up to whole groups

    Raises
    ------
    ValueError
        If a draw is not finite: a group without people has no rank.
    """
    draws = np.asarray(values, np.float64)
    if not np.isfinite(draws).all():
        raise ValueError("want finite draws: leave out groups without people")
    n_top = ceil(top_share * len(draws) - 1e-9)
    ranks = ranks_by_draw(draws)
    lo, hi = np.quantile(ranks, (0.05, 0.95), axis=1, method="inverted_cdf").astype(np.int64)
    probability = np.asarray((ranks <= n_top).mean(axis=1), np.float64)
    return Ranking(n_top, probability, lo, hi, tied_brackets(draws), named_top(probability))


def ranks_by_draw(draws: Floats) -> Ranks:
    """Rank of each group in each draw, from 1; equal values are ranked in the order of the rows."""
    order = np.argsort(-draws, axis=0, kind="stable")
    ranks = np.empty(draws.shape, np.int64)
    np.put_along_axis(ranks, order, np.arange(1, len(draws) + 1)[:, None], axis=0)
    return ranks


def named_top(top_probability: Floats, at_least: float = NAMED_AT) -> NDArray[np.bool_]:
    """Groups that may be named as top; often none. On average at most 1 - ``at_least`` of the named are not."""
    return np.asarray(top_probability >= at_least, np.bool_)


def tied_brackets(draws: Floats, tied_below: float = TIED_BELOW) -> Ranks:
    """Number of each group's bracket, from 1 for the highest, shape (groups,).

    Groups stand in the order of their posterior mean. A bracket has a leader, and holds everybody behind it who is not
    lower than the leader with a probability of ``tied_below``; the first who is leads the next bracket.
    """
    order = np.argsort(-draws.mean(axis=1), kind="stable")
    bracket = np.zeros(len(draws), np.int64)
    leader, number = None, 0
    for group in order:
        if leader is None or (draws[leader] > draws[group]).mean() >= tied_below:
            leader, number = group, number + 1
        bracket[group] = number
    return bracket
