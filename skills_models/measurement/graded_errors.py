"""Standard errors of the graded response model, from the cross-product of the patterns' scores.

Under the model the expected cross-product of scores (derivatives of each person's log-likelihood) is the information;
its sample version needs no second derivatives (Louis 1982, section 3.2; mirt calls it "crossprod").
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

from skills_models.measurement.graded_categories import Floats
from skills_models.measurement.graded_climb import MAX_SLOPE, MIN_SLOPE
from skills_models.measurement.graded_em import MIN_SD, Parameters, Problem, items_of, tables
from skills_models.measurement.graded_kernels import pattern_scores

BLOCK = 4096  # patterns whose scores are in memory at once
SINGULAR = 1e-10  # of the greatest eigenvalue, each parameter in units of its own information


@dataclass(frozen=True)
class Errors:
    """Standard errors: ``slopes`` (items,), ``thresholds`` (items, K - 1), ``means`` and ``sds`` (groups,).

    NaN where nothing was estimated, infinite where the answers do not tell.
    """

    slopes: Floats
    thresholds: Floats
    means: Floats
    sds: Floats


def standard_errors(problem: Problem, at: Parameters) -> Errors:
    """Errors of all free parameters at the maximum ``at``."""
    is_free = _free_columns(problem, at)
    errors = np.full(is_free.size, np.nan)
    if is_free.any():
        with _threads().limit(limits=1):  # sums in one order
            errors[is_free] = _root_inverse_diagonal(_information(problem, at)[np.ix_(is_free, is_free)])
    split = at.lines.size
    lines, populations = errors[:split].reshape(at.lines.shape), errors[split:].reshape(-1, 2)
    return Errors(lines[:, 0], lines[:, 1:], populations[:, 0], populations[:, 1])


def _information(problem: Problem, at: Parameters) -> Floats:
    """Sum over people of the outer product of their scores, in the column order of ``pattern_scores``."""
    probability, prior = tables(problem, at)
    slopes = _item_slopes(problem, at, probability)
    by_population = _population_slopes(problem, at)
    total = np.zeros((at.lines.size + at.populations.size,) * 2)
    for first in range(0, len(problem.codes), BLOCK):
        rows = slice(first, first + BLOCK)
        scores = pattern_scores(problem.codes[rows], problem.group[rows], probability, prior, slopes, by_population)
        total += (scores * problem.weight[rows, None]).T @ scores
    return total


def _item_slopes(problem: Problem, at: Parameters, probability: Floats) -> Floats:
    """Derivatives of log ``probability`` by slope, lower and upper threshold, shape (items, K, 3, nodes)."""
    items = items_of(problem, at)
    edges = np.pad(np.where(np.isnan(items.thresholds), 0.0, items.thresholds), ((0, 0), (1, 1)))[:, :, None]
    is_edge = np.pad(~np.isnan(items.thresholds), ((0, 0), (1, 1)))[:, :, None]
    distance = problem.nodes - edges
    slope = items.slopes[:, None, None]
    density = np.where(is_edge, expit(slope * distance) * expit(-slope * distance), 0.0)
    by_slope, by_threshold = density * distance, slope * density
    numerators = by_slope[:, :-1] - by_slope[:, 1:], -by_threshold[:, :-1], by_threshold[:, 1:]
    return np.stack([numerator / probability for numerator in numerators], axis=2)


def _population_slopes(problem: Problem, at: Parameters) -> Floats:
    """Derivatives of the log normal density by mean and SD, shape (groups, 2, nodes)."""
    mean, sd = at.populations[:, :1], np.exp(at.populations[:, 1:])
    z = (problem.nodes - mean) / sd
    return np.stack([z / sd, (z**2 - 1) / sd], axis=1)


def _free_columns(problem: Problem, at: Parameters) -> NDArray[np.bool_]:
    """What was estimated and is inside its range, in the column order of ``pattern_scores``."""
    lines = problem.free_lines.copy()
    lines[:, 0] &= (at.lines[:, 0] > MIN_SLOPE) & (at.lines[:, 0] < MAX_SLOPE)
    populations = np.repeat(problem.is_free_group[:, None], 2, axis=1)
    populations[:, 1] &= at.populations[:, 1] > np.log(MIN_SD)
    return np.concatenate([lines.ravel(), populations.ravel()])


def _root_inverse_diagonal(information: Floats) -> Floats:
    """Roots of the diagonal of the inverse, infinite for what lies in a direction without information."""
    scale = np.sqrt(np.maximum(np.diag(information), np.finfo(float).tiny))
    values, vectors = np.linalg.eigh(information / np.outer(scale, scale))
    known = values > SINGULAR * values[-1]
    variance = (vectors[:, known] ** 2 / values[known]).sum(axis=1)
    untold = (vectors[:, ~known] ** 2).sum(axis=1) > SINGULAR
    return np.where(untold, np.inf, np.sqrt(variance) / scale)


@cache
def _threads() -> ThreadpoolController:
    """The thread pools of the process; finding them takes longer than a small fit."""
    return ThreadpoolController()
