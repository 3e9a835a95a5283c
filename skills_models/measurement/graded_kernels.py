"""Passes over answer patterns: posteriors, expected counts, scores of the graded response model.

Compiled, single-threaded and in a fixed order, so that a result never depends on the machine's load. Only what numpy
cannot do without a matrix of patterns by nodes belongs here. Codes (uint8, shape (patterns, items)) are those of
``graded_categories.recoded``; the code K = ``probability.shape[1]`` stands for missing.
"""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import math

import numpy as np
from numba import njit

FAST = {"reassoc", "contract", "nnan", "ninf", "nsz"}  # lets sums use vector units; the order stays fixed
RESCALED_AFTER = 8  # factors, each at least ``graded_items.FLOOR``


@njit(cache=True, fastmath=FAST)
def _normalise(values):
    """Divide ``values`` by their sum, in place; the log of the sum."""
    total = 0.0
    for node in range(values.size):
        total += values[node]
    scale = 1.0 / total
    for node in range(values.size):
        values[node] *= scale
    return math.log(total)


@njit(cache=True, fastmath=FAST)
def _posterior(row, probability, prior, posterior):
    """Fill ``posterior`` (nodes,) for one pattern; its log marginal likelihood."""
    for node in range(posterior.size):
        posterior[node] = prior[node]
    log_likelihood = 0.0
    factors = 0
    for item in range(row.size):
        code = row[item]
        if code == probability.shape[1]:
            continue
        likelihood = probability[item, code]
        for node in range(posterior.size):
            posterior[node] *= likelihood[node]
        factors += 1
        if factors == RESCALED_AFTER:
            log_likelihood += _normalise(posterior)
            factors = 0
    return log_likelihood + _normalise(posterior)


@njit(cache=True, fastmath=FAST)
def expected_counts(codes, weight, group, probability, prior):
    """E-step: log-likelihood, people per item, code and node, and people per group and node.

    weight and group (patterns,), probability (items, K, nodes), prior (groups, nodes), which adds up to 1 per group.
    """
    counts = np.zeros(probability.shape)
    people = np.zeros(prior.shape)
    posterior = np.empty(prior.shape[1])
    log_likelihood = 0.0
    for pattern in range(codes.shape[0]):
        row = codes[pattern]
        weighs = weight[pattern]
        log_likelihood += weighs * _posterior(row, probability, prior[group[pattern]], posterior)
        of_group = people[group[pattern]]
        for node in range(posterior.size):
            posterior[node] *= weighs
            of_group[node] += posterior[node]
        for item in range(row.size):
            code = row[item]
            if code == probability.shape[1]:
                continue
            cell = counts[item, code]
            for node in range(posterior.size):
                cell[node] += posterior[node]
    return log_likelihood, counts, people


@njit(cache=True, fastmath=FAST)
def marginal_log_likelihood(codes, weight, group, probability, prior):
    """Log-likelihood alone, arguments as for ``expected_counts``."""
    posterior = np.empty(prior.shape[1])
    log_likelihood = 0.0
    for pattern in range(codes.shape[0]):
        log_likelihood += weight[pattern] * _posterior(codes[pattern], probability, prior[group[pattern]], posterior)
    return log_likelihood


@njit(cache=True, fastmath=FAST)
def posterior_moments(codes, probability, prior, nodes):
    """Posterior mean and SD of each pattern, shape (patterns, 2), under one ``prior`` (nodes,)."""
    moments = np.empty((codes.shape[0], 2))
    posterior = np.empty(nodes.size)
    for pattern in range(codes.shape[0]):
        _posterior(codes[pattern], probability, prior, posterior)
        mean = 0.0
        for node in range(nodes.size):
            mean += posterior[node] * nodes[node]
        variance = 0.0
        for node in range(nodes.size):
            variance += posterior[node] * (nodes[node] - mean) ** 2
        moments[pattern, 0] = mean
        moments[pattern, 1] = math.sqrt(variance)
    return moments


@njit(cache=True, fastmath=FAST)
def pattern_scores(codes, group, probability, prior, item_slopes, population_slopes):
    """Derivative of each pattern's log-likelihood, shape (patterns, items * K + 2 * groups).

    item_slopes (items, K, 3, nodes): derivatives of the log of ``probability`` by slope, lower and upper threshold;
    population_slopes (groups, 2, nodes): of the log prior density by mean and SD. Per item first the slope, then
    thresholds 1 .. K - 1; groups come last, mean and SD of each.
    """
    n_items, n_codes = probability.shape[:2]
    scores = np.zeros((codes.shape[0], n_items * n_codes + 2 * prior.shape[0]))
    posterior = np.empty(prior.shape[1])
    for pattern in range(codes.shape[0]):
        _posterior(codes[pattern], probability, prior[group[pattern]], posterior)
        for item in range(n_items):
            code = codes[pattern, item]
            if code == n_codes:
                continue
            slope, lower, upper = 0.0, 0.0, 0.0
            by = item_slopes[item, code]
            for node in range(posterior.size):
                slope += posterior[node] * by[0, node]
                lower += posterior[node] * by[1, node]
                upper += posterior[node] * by[2, node]
            at = item * n_codes
            scores[pattern, at] = slope
            if code > 0:
                scores[pattern, at + code] = lower
            if code < n_codes - 1:
                scores[pattern, at + code + 1] = upper
        for moment in range(2):
            total = 0.0
            by_node = population_slopes[group[pattern], moment]
            for node in range(posterior.size):
                total += posterior[node] * by_node[node]
            scores[pattern, n_items * n_codes + 2 * group[pattern] + moment] = total
    return scores
