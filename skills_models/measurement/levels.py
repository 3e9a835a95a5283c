"""Levels on the latent scale: the test characteristic curve and the cuts it gives.

A level is what the answers mean: who would on average answer L to the items of a skill stands at level L. Never
quantiles, which make a fixed share deficient by construction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

from skills_models.measurement.graded_items import category_probabilities
from skills_models.measurement.scale import cut as mean_answer_cut

Floats = NDArray[np.float64]

LEVELS = (1, 2, 3)
LOWEST_CUT, HIGHEST_CUT = -6.0, 6.0  # where the latent distribution has nodes


class CutOutsideScale(ValueError):
    """The items of a skill cannot tell a level apart on the latent scale; the message says which level."""


@dataclass(frozen=True)
class LevelScale:
    """The OPSI levels of one skill on its latent scale.

    ``cuts`` (3,) is the skill from which somebody meets level 1, 2, 3, rising; ``theta_per_level`` the length of one
    level, so that a difference of thetas divided by it is in levels.
    """

    cuts: Floats
    theta_per_level: float

    def cut(self, required_level: int) -> float:
        """Skill from which a person meets ``required_level``; everybody meets level 0.

        Raises
        ------
        ValueError
            If the level is none of 0, 1, 2, 3.
        """
        if required_level not in (0, *LEVELS):
            raise ValueError(f"no level {required_level}: levels are 0, 1, 2, 3")
        return float(self.cuts[required_level - 1]) if required_level else -math.inf


def expected_answer(
    theta: ArrayLike, slopes: ArrayLike, thresholds: ArrayLike, item_weight: ArrayLike | None = None
) -> Floats:
    """Test characteristic curve: mean answer to the items expected of each theta, in answer steps (0 .. K - 1).

    Parameters
    ----------
    theta : (n,)
    slopes, thresholds : (columns,) and (columns, K - 1), as in ``graded_items``
    item_weight : (columns,), 1 each unless given. The columns of an item with parameters per language share one
        item's weight
    """
    probability = category_probabilities(theta, slopes, thresholds)
    answers = probability @ np.arange(probability.shape[2])
    return np.asarray(np.average(answers, axis=1, weights=None if item_weight is None else np.asarray(item_weight)))


def level_cuts(slopes: ArrayLike, thresholds: ArrayLike, item_weight: ArrayLike | None = None) -> LevelScale:
    """Cuts where the expected mean answer passes L - 0.5, and the length of a level, (c3 - c1) / 2.

    Parameters are those of ``expected_answer``.

    Raises
    ------
    CutOutsideScale
        If a cut is not within [-6, 6].
    """

    def distance(theta: float, level: int) -> float:
        return float(expected_answer([theta], slopes, thresholds, item_weight)[0]) - mean_answer_cut(level)

    cuts = []
    for level in LEVELS:
        if not distance(LOWEST_CUT, level) < 0 < distance(HIGHEST_CUT, level):
            raise CutOutsideScale(
                f"level {level} has no cut within [{LOWEST_CUT:g}, {HIGHEST_CUT:g}]: hardly anybody answers around "
                f"{mean_answer_cut(level):g} on average. Look for items whose answers nearly all agree"
            )
        cuts.append(brentq(distance, LOWEST_CUT, HIGHEST_CUT, args=(level,), xtol=1e-12))
    return LevelScale(np.array(cuts), (cuts[2] - cuts[0]) / 2)
