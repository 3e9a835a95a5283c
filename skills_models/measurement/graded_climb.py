"""M-step of the graded response model: each item's parameters from people expected per category and node.

Compiled loops, like ``graded_kernels``. A *line* is an item's slope and intercepts 1 .. m, logit P(X >= k) = slope *
theta + intercept_k: in these the expected log-likelihood is concave (Pratt 1981), so that scoring finds its maximum.
"""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import math

import numpy as np
from numba import njit

MIN_SLOPE, MAX_SLOPE = 0.05, 10.0  # a slope that wants out stays at the end: reversed items, and step functions
MAX_STEPS = 30
STEP_TOLERANCE = 1e-9
MAX_HALVINGS = 20
ROUNDING = 1e-12  # relative; a value lower by less is not lower
TINY = 1e-300


@njit(cache=True)
def maximised(lines, n_thresholds, is_free, counts, nodes):
    """``lines`` (items, K) with each free item's at the maximum for its ``counts`` (items, K, nodes)."""
    moved = lines.copy()
    for item in range(lines.shape[0]):
        if is_free[item]:
            width = n_thresholds[item] + 1
            moved[item, :width] = _climbed(lines[item, :width].copy(), counts[item], nodes)
    return moved


@njit(cache=True)
def _climbed(line, counts, nodes):
    """Fisher scoring from ``line``; a step that is no model or goes down is halved."""
    gradient, information = np.empty(line.size), np.empty((line.size, line.size))
    value = _expected_log_likelihood(line, counts, nodes, gradient, information)
    for _ in range(MAX_STEPS):
        step = _scoring_step(line, gradient, information)
        for _ in range(MAX_HALVINGS):
            tried = line + step
            tried[0] = min(max(tried[0], MIN_SLOPE), MAX_SLOPE)
            if _is_ordered(tried):
                new_value = _expected_log_likelihood(tried, counts, nodes, gradient, information)
                if new_value >= value - ROUNDING * abs(value):
                    break
            step *= 0.5
        else:
            return line
        moved_by = np.abs(tried - line).max()
        line, value = tried, new_value
        if moved_by < STEP_TOLERANCE:
            break
    return line


@njit(cache=True)
def _scoring_step(line, gradient, information):
    """Inverse information times gradient, over the intercepts alone where the slope pushes out of its range."""
    is_out = (line[0] <= MIN_SLOPE and gradient[0] < 0) or (line[0] >= MAX_SLOPE and gradient[0] > 0)
    first = 1 if is_out else 0
    inner = information[first:, first:].copy()
    for k in range(inner.shape[0]):
        inner[k, k] = inner[k, k] * (1 + ROUNDING) + TINY
    step = np.zeros(line.size)
    step[first:] = np.linalg.solve(inner, gradient[first:])
    return step


@njit(cache=True)
def _is_ordered(line):
    return np.all(line[2:] < line[1:-1])


@njit(cache=True)
def _expected_log_likelihood(line, counts, nodes, gradient, information):
    """Value at ``line``; its ``gradient`` (m + 1,) and Fisher ``information`` (m + 1, m + 1) are filled."""
    gradient[:] = 0.0
    information[:, :] = 0.0
    total = 0.0
    m = line.size - 1
    slopes = np.empty((m + 1, m + 1))  # of each category's probability by each entry of the line
    probability = np.empty(m + 1)
    for node in range(nodes.size):
        people = counts[: m + 1, node].sum()
        _fill_categories(line, nodes[node], probability, slopes)
        for code in range(m + 1):
            p = probability[code]
            total += counts[code, node] * math.log(p)
            for k in range(m + 1):
                if slopes[code, k] == 0.0:
                    continue
                ratio = slopes[code, k] / p
                gradient[k] += counts[code, node] * ratio
                for other in range(m + 1):
                    information[k, other] += people * ratio * slopes[code, other]
    return total


@njit(cache=True)
def _fill_categories(line, theta, probability, slopes):
    """``probability`` (m + 1,) of each category at one ``theta`` and its ``slopes`` (m + 1, m + 1) by the line."""
    slopes[:, :] = 0.0
    above, density = 1.0, 0.0  # P(X >= code) and its slope by the logit
    for code in range(line.size):
        p = above
        slopes[code, 0] += density * theta
        if code > 0:
            slopes[code, code] += density
        if code < line.size - 1:
            logit = line[0] * theta + line[code + 1]
            below = 1.0 / (1.0 + math.exp(logit))  # P(X <= code)
            p *= below
            if code > 0:  # a product, because the difference of two numbers near 1 has no digits
                p *= -math.expm1(line[code + 1] - line[code])
            above = 1.0 / (1.0 + math.exp(-logit))
            density = above * below
            slopes[code, 0] -= density * theta
            slopes[code, code + 1] -= density
        probability[code] = max(p, TINY)
