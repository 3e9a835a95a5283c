"""How much a scale tells about a person: test information and marginal reliability."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skills_models.measurement.graded_items import category_probabilities

Floats = NDArray[np.float64]


def information(theta: ArrayLike, slopes: Floats, thresholds: Floats) -> Floats:
    """Fisher information of all items at each theta, (n,); 1 / sqrt of it is the standard error of a measure there.

    Sum over items and answers of P'(theta)^2 / P(theta) (Samejima 1969).

    Parameters
    ----------
    theta : (n,)
    slopes, thresholds : (items,) and (items, K - 1), as in ``graded_items``
    """
    probability = category_probabilities(np.asarray(theta, np.float64), slopes, thresholds)
    reached = np.cumsum(probability[:, :, ::-1], axis=2)[:, :, ::-1]  # P(answer >= k)
    steepness = slopes[:, None] * reached * (1 - reached)
    slope = steepness - np.concatenate([steepness[:, :, 1:], np.zeros((*steepness.shape[:2], 1))], axis=2)
    terms = np.divide(slope**2, probability, out=np.zeros_like(slope), where=probability > 0)
    return np.asarray(terms.sum(axis=(1, 2)))


def marginal_reliability(psd: Floats, weight: Floats | None = None, latent_sd: float = 1.0) -> float:
    """Share of the latent variance that the answers explain: 1 - mean(psd^2) / latent_sd^2, in 0 .. 1.

    Parameters
    ----------
    psd : (rows,), posterior SDs under the population's own normal distribution
    weight : (rows,), how often each row occurs
    latent_sd : SD of that distribution
    """
    count = np.ones(len(psd)) if weight is None else np.asarray(weight, np.float64)
    unexplained = math.fsum(count * np.asarray(psd, np.float64) ** 2) / math.fsum(count)  # exact in any order of rows
    return 1 - unexplained / latent_sd**2
