"""Measures without a prior, and what six of them together say about a person.

An EAP score is drawn towards the mean of the population it was computed with: averages of it are biased, and it cannot
be combined with another prior. Taking that prior out leaves a normal measure of the skill with a known variance.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

LEAST_INFORMATION: Final = 1e-6  # gain in precision, relative to the prior's, below which nothing was measured
BLOCK: Final = 8192  # rows of which covariances are held at once


class NotFitted(ValueError):
    """The distribution of the skills cannot be estimated from the measures; the message says why."""


def prior_free(
    eap: ArrayLike, psd: ArrayLike, prior_mean: ArrayLike = 0.0, prior_sd: ArrayLike = 1.0
) -> tuple[Floats, Floats]:
    """Measure y and its variance v, such that theta ~ N(prior) and y ~ N(theta, v) give back the EAP and its SD.

    v = 1 / (1/psd^2 - 1/s0^2), y = v (eap/psd^2 - mu0/s0^2). NaN in both where nothing was answered (the posterior is
    the prior).

    Parameters
    ----------
    eap, psd : posterior means and SDs, any one shape
    prior_mean, prior_sd : of the population they were computed with, broadcast to that shape
    """
    centre, precision = np.asarray(eap, np.float64), np.asarray(psd, np.float64) ** -2
    prior_centre, prior = np.asarray(prior_mean, np.float64), np.asarray(prior_sd, np.float64) ** -2
    gained = precision - prior
    variance = np.divide(1.0, gained, out=np.full(gained.shape, np.nan), where=gained > LEAST_INFORMATION * prior)
    return variance * (centre * precision - prior_centre * prior), variance


def fit_joint_normal(
    measures: Floats, variances: Floats, *, max_iter: int = 500, tol: float = 1e-5
) -> tuple[Floats, Floats]:
    """Mean (skills,) and covariance (skills, skills) of the true skills, by maximum likelihood.

    EM for y_i ~ N(theta_i, diag v_i), theta_i ~ N(mean, cov) (Dempster, Laird and Rubin 1977), started from
    independent skills. A skill not measured is a measure of precision 0, so every row counts with what it has.

    Parameters
    ----------
    measures, variances : (rows, skills), from ``prior_free``; NaN where not measured
    max_iter, tol : steps, and the largest change of a mean or covariance at which they end

    Raises
    ------
    NotFitted
        If a skill has fewer than two measures, or the steps do not end.
    """
    if (few := np.flatnonzero(np.isfinite(measures).sum(axis=0) < 2)).size:
        raise NotFitted(f"skill column(s) {few.tolist()} have fewer than two measures: leave them out")
    order = np.lexsort(np.hstack([measures, variances]).T)  # the order of people must not move the last digit
    measures, variances = measures[order], variances[order]
    mean, cov = np.zeros(measures.shape[1]), np.eye(measures.shape[1])
    for _ in range(max_iter):
        new_mean, new_cov = _em_step(measures, variances, mean, cov)
        change = max(np.abs(new_mean - mean).max(), np.abs(new_cov - cov).max())
        mean, cov = new_mean, new_cov
        if change < tol:
            return mean, cov
    raise NotFitted(f"mean and covariance still change by {change:.1g} after {max_iter} steps")


def joint_posterior(measures: Floats, variances: Floats, mean: Floats, cov: Floats) -> tuple[Floats, Floats]:
    """Posterior means and SDs (rows, skills) of the true skills, given all skills of a row together.

    Closed form for normals; a skill not measured is predicted from the others, a row without any has the prior.
    Parameters are those of ``fit_joint_normal`` and its result.
    """
    centres, sds = np.empty(measures.shape), np.empty(measures.shape)
    for rows, centre, spread in _posteriors(measures, variances, mean, cov):
        centres[rows], sds[rows] = centre, np.sqrt(np.diagonal(spread, axis1=1, axis2=2))
    return centres, sds


def _em_step(measures: Floats, variances: Floats, mean: Floats, cov: Floats) -> tuple[Floats, Floats]:
    total, squares = np.zeros(mean.shape), np.zeros(cov.shape)
    for _, centre, spread in _posteriors(measures, variances, mean, cov):
        off = centre - mean
        total += off.sum(axis=0)
        squares += np.einsum("ij,ik->jk", off, off) + spread.sum(axis=0)
    shift = total / len(measures)
    new_cov = squares / len(measures) - np.outer(shift, shift)
    return mean + shift, (new_cov + new_cov.T) / 2


def _posteriors(
    measures: Floats, variances: Floats, mean: Floats, cov: Floats
) -> Iterator[tuple[slice, Floats, Floats]]:
    """Rows, posterior means (rows, skills) and covariances (rows, skills, skills), block by block.

    The covariance is cov - cov R (I + R cov R)^-1 R cov with R = diag(v^-1/2): what is inverted is never singular,
    neither for skills that correlate perfectly nor for skills without a measure.
    """
    for start in range(0, len(measures), BLOCK):
        rows = slice(start, start + BLOCK)
        known = np.isfinite(measures[rows])
        root = np.where(known, variances[rows], np.inf) ** -0.5
        inner = root[:, :, None] * cov * root[:, None, :] + np.eye(len(mean))
        gain = root[:, :, None] * cov  # R cov
        spread = cov - np.swapaxes(gain, 1, 2) @ np.linalg.solve(inner, gain)
        pull = root**2 * np.where(known, measures[rows] - mean, 0.0)
        yield rows, mean + (spread @ pull[:, :, None])[:, :, 0], spread
