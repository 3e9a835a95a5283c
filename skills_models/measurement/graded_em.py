"""Marginal maximum likelihood of the graded response model: EM (Bock and Aitkin 1981), accelerated.

What belongs here is the way to the maximum on coded patterns. Reading answers and reporting stand in
``graded_response``, inner loops in ``graded_kernels``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skills_models.measurement.answer_patterns import Codes
from skills_models.measurement.graded_categories import Coded, Floats
from skills_models.measurement.graded_climb import MAX_SLOPE, MIN_SLOPE, maximised
from skills_models.measurement.graded_items import REACH, Items, node_table, normal_weights
from skills_models.measurement.graded_kernels import expected_counts, marginal_log_likelihood

MIN_SD = 0.2  # of a population, as far apart as 61 nodes are: below, they do not see its shape
TOLERANCE = 1e-6  # largest move of an intercept, a slope, a mean or a log SD in an EM step at the end
MAX_STEPS = 2000
FIRST_LIMIT, LIMIT_GROWTH = 4.0, 4.0  # of the step length
ROUNDING = 1e-12  # relative; a log-likelihood lower by less is not lower
TINY = 1e-300


@dataclass(frozen=True)
class Problem:
    """Coded patterns and what is to be estimated from them.

    ``codes`` (patterns, items), ``weight`` and ``group`` (patterns,); ``n_thresholds`` and ``is_free`` (items,);
    ``is_free_group`` (groups,): mean and SD to be estimated; ``nodes`` (nodes,).
    """

    codes: Coded
    weight: Floats
    group: Codes
    n_thresholds: NDArray[np.int64]
    is_free: NDArray[np.bool_]
    is_free_group: NDArray[np.bool_]
    nodes: Floats

    @property
    def free_lines(self) -> NDArray[np.bool_]:
        """Which entries of ``Parameters.lines`` are estimated, shape (items, K)."""
        return (np.arange(self.n_thresholds.max() + 1) <= self.n_thresholds[:, None]) & self.is_free[:, None]


@dataclass(frozen=True)
class Parameters:
    """``lines`` (items, K): slope and intercepts, logit P(X >= k) = slope * theta + intercept_k, 0 beyond the last;
    ``populations`` (groups, 2): mean and log SD.

    In these the expected log-likelihood is concave and EM moves almost in straight lines.
    """

    lines: Floats
    populations: Floats


@dataclass(frozen=True)
class Maximum:
    """Where EM ended: ``parameters``, ``n_steps`` EM steps taken, and whether the last one moved nothing."""

    parameters: Parameters
    n_steps: int
    converged: bool


def log_likelihood(problem: Problem, at: Parameters) -> float:
    """Marginal log-likelihood of all people."""
    return float(marginal_log_likelihood(problem.codes, problem.weight, problem.group, *tables(problem, at)))


def maximise(problem: Problem, start: Parameters) -> Maximum:
    """Follow EM from ``start``, by SQUAREM (Varadhan and Roland 2008, scheme S3).

    Two EM steps give a direction; the point extrapolated along it is kept where it is a model (thresholds in order,
    slopes in their range) and its likelihood is not lower than before, else the plain second step is.
    """
    x, limit, n_steps = _packed(problem, start), FIRST_LIMIT, 0
    while n_steps < MAX_STEPS:
        _, once = _step(problem, start, x)
        n_steps += 1
        first = once - x
        if np.abs(first).max(initial=0.0) < TOLERANCE:
            return Maximum(_unpacked(problem, start, once), n_steps, True)
        before, twice = _step(problem, start, once)
        n_steps += 1
        second = twice - once - first
        length = min(max(_norm(first) / max(_norm(second), TINY), 1.0), limit)
        limit = limit * LIMIT_GROWTH if length == limit else limit
        far = x + 2 * length * first + length**2 * second
        x = twice
        if length > 1.0 and _is_model(problem, _unpacked(problem, start, far)):
            after, beyond = _step(problem, start, far)
            n_steps += 1
            if after >= before - ROUNDING * abs(before):
                x = beyond
            else:
                limit = max(length / LIMIT_GROWTH, FIRST_LIMIT)
    return Maximum(_unpacked(problem, start, x), n_steps, False)


def first_guess(problem: Problem) -> Parameters:
    """Slopes 1, and intercepts that give each item its observed shares in a standard population."""
    n_items, n_codes = problem.free_lines.shape
    lines = np.zeros((n_items, n_codes))
    lines[:, 0] = 1.0
    for item, m in enumerate(problem.n_thresholds):
        counts = np.bincount(problem.codes[:, item], problem.weight, n_codes + 1)[: m + 1] + 0.5
        share_above = 1 - np.cumsum(counts)[:-1] / counts.sum()
        lines[item, 1 : m + 1] = 1.2 * np.log(share_above / (1 - share_above))
    return Parameters(lines, np.zeros((len(problem.is_free_group), 2)))


def items_of(problem: Problem, at: Parameters) -> Items:
    """Slopes and thresholds, NaN beyond an item's last."""
    slopes = at.lines[:, 0]
    beyond = np.arange(1, at.lines.shape[1]) > problem.n_thresholds[:, None]
    return Items(slopes, np.where(beyond, np.nan, -at.lines[:, 1:] / slopes[:, None]))


def tables(problem: Problem, at: Parameters) -> tuple[Floats, Floats]:
    """Probabilities (items, K, nodes) and the groups' weights of nodes (groups, nodes)."""
    prior = [normal_weights(problem.nodes, mean, np.exp(log_sd)) for mean, log_sd in at.populations]
    return node_table(items_of(problem, at), problem.nodes), np.stack(prior)


def _step(problem: Problem, start: Parameters, x: Floats) -> tuple[float, Floats]:
    """Log-likelihood at ``x`` and the point one EM step on."""
    at = _unpacked(problem, start, x)
    value, counts, people = expected_counts(problem.codes, problem.weight, problem.group, *tables(problem, at))
    lines = maximised(at.lines, problem.n_thresholds, problem.is_free, counts, problem.nodes)
    share = people / people.sum(axis=1, keepdims=True)
    mean = share @ problem.nodes
    variance = (share * (problem.nodes - mean[:, None]) ** 2).sum(axis=1)
    moved = Parameters(lines, np.column_stack([mean, 0.5 * np.log(np.maximum(variance, MIN_SD**2))]))
    return float(value), _packed(problem, moved)


def _is_model(problem: Problem, at: Parameters) -> bool:
    """Whether slopes and populations are in their range and thresholds in order."""
    slopes, (mean, log_sd) = at.lines[problem.is_free, 0], at.populations.T
    falls = np.diff(at.lines[:, 1:], axis=1)[problem.free_lines[:, 2:]] < 0
    return bool(
        ((slopes >= MIN_SLOPE) & (slopes <= MAX_SLOPE)).all()
        and falls.all()
        and ((np.abs(mean) < REACH) & (log_sd >= np.log(MIN_SD)) & (log_sd < np.log(REACH))).all()
    )


def _norm(x: Floats) -> float:
    return float(np.sqrt((x**2).sum()))


def _packed(problem: Problem, at: Parameters) -> Floats:
    return np.concatenate([at.lines[problem.free_lines], at.populations[problem.is_free_group].ravel()])


def _unpacked(problem: Problem, start: Parameters, x: Floats) -> Parameters:
    """``start`` with the free numbers of ``x``."""
    free, split = problem.free_lines, int(problem.free_lines.sum())
    lines, populations = start.lines.copy(), start.populations.copy()
    lines[free] = x[:split]
    populations[problem.is_free_group] = x[split:].reshape(-1, 2)
    return Parameters(lines, populations)
