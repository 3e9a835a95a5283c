"""What others would publish for a group: the plain mean, the naive mean of scores, the area-level EBLUP."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from tests.estimators.simulated_country import N_GROUPS
from tests.estimators.solved_countries import Solved


def naive_interval(solved: Solved):
    """Mean of the scores of a group with the interval of a plain mean; groups of two respondents or more."""
    group, n = solved.group_of_respondent, solved.n_respondents
    mean = np.bincount(group, solved.country.eap, N_GROUPS) / np.maximum(n, 1)
    squares = np.bincount(group, (solved.country.eap - mean[group]) ** 2, N_GROUPS)
    error = 1.645 * np.sqrt(squares / np.maximum(n - 1, 1) / np.maximum(n, 1))
    return mean - error, mean + error


def direct_and_fay_herriot(solved: Solved):
    """Plain mean of each group's measures, and its area-level EBLUP (Fay and Herriot 1979), one mean for all."""
    group, n = solved.group_of_respondent, solved.n_respondents
    direct = np.bincount(group, solved.measure, N_GROUPS) / np.maximum(n, 1)
    rest = solved.measure - direct[group]
    variance = rest @ rest / (rest.size - np.count_nonzero(n)) / np.maximum(n, 1)
    heard = n >= 2

    def centre(between):
        weight = 1 / (between + variance[heard])
        return weight, weight @ direct[heard] / weight.sum()

    def excess(between):
        weight, mean = centre(between)
        return weight @ (direct[heard] - mean) ** 2 - (heard.sum() - 1)

    between = brentq(excess, 0, 10) if excess(0) > 0 else 0.0
    mean = centre(between)[1]
    return direct, mean + between / (between + variance) * (direct - mean)


def squared_errors(solved: Solved) -> tuple[float, float, float]:
    """Mean squared error of group means: the model's, direct, Fay and Herriot's; groups of two respondents or more."""
    heard, truth = solved.n_respondents >= 2, solved.country.group_mean(solved.country.mean)
    estimates = (solved.group_draws(solved.draws.mean).mean(axis=1), *direct_and_fay_herriot(solved))
    ours, direct, area = (float(((estimate - truth)[heard] ** 2).mean()) for estimate in estimates)
    return ours, direct, area
