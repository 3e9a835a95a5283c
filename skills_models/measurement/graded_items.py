"""What calibrated items say: category probabilities, likelihoods of answers, scores. No estimation of items.

Graded response model (Samejima 1969): logit P(X >= k | theta) = slope * (theta - threshold_k), k = 1 .. K - 1.
Items that lack categories: see ``graded_categories``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from skills_models.measurement.answer_patterns import MISSING, collapse
from skills_models.measurement.graded_categories import (
    Coded,
    Floats,
    edges,
    nearest_used,
    recoded,
    used_categories,
    widths,
)
from skills_models.measurement.graded_kernels import posterior_moments

N_NODES = 61
REACH = 6.0  # nodes span this many SDs of the standard population to both sides
FLOOR = 1e-30  # of a probability; products of eight of them stay above the smallest float


class ItemsError(ValueError):
    """Item parameters that define no response model; the message names the item's column."""


@dataclass(frozen=True)
class Items:
    """Parameters of items: ``slopes`` (items,), positive, and ``thresholds`` (items, K - 1), ascending.

    Thresholds may be NaN or equal as ``graded_categories`` says; a NaN slope marks an item that is to be estimated.
    """

    slopes: Floats
    thresholds: Floats


def checked_items(slopes: ArrayLike, thresholds: ArrayLike) -> Items:
    """Both as float arrays.

    Raises
    ------
    ItemsError
        If shapes do not fit, a slope is not positive, or an item's thresholds descend, have a gap or are all NaN.
    """
    a, b = np.asarray(slopes, np.float64), np.asarray(thresholds, np.float64)
    if a.ndim != 1 or b.ndim != 2 or len(a) != len(b) or 0 in b.shape:
        raise ItemsError(f"want slopes (items,) and thresholds (items, K - 1), got shapes {a.shape} and {b.shape}")
    if (bad := np.flatnonzero(~(np.isfinite(a) & (a > 0)))).size:
        raise ItemsError(
            f"column {bad[0]}: slope {a[bad[0]]}; want a positive number (reverse the answers if negative)"
        )
    with np.errstate(invalid="ignore"):  # infinite edges on both sides
        descends = (np.diff(edges(b), axis=1) < 0).any(axis=1)
    known = np.isfinite(b)
    last = b.shape[1] - known[:, ::-1].argmax(axis=1)
    has_gap = known.sum(axis=1) != np.where(known.any(axis=1), last - known.argmax(axis=1), -1)
    if (bad := np.flatnonzero(descends | has_gap | np.isinf(b).any(axis=1))).size:
        raise ItemsError(f"column {bad[0]}: thresholds {b[bad[0]]}; want ascending numbers, NaN only at the ends")
    return Items(a, b)


def category_probabilities(theta: ArrayLike, slopes: ArrayLike, thresholds: ArrayLike) -> Floats:
    """Probability of each answer at each latent value, shape (nodes, items, K); adds up to 1 over K.

    Parameters
    ----------
    theta : latent values, shape (nodes,)
    slopes, thresholds : as in ``Items``

    Raises
    ------
    ItemsError
    """
    items = checked_items(slopes, thresholds)
    return _probabilities(np.asarray(theta, np.float64), items)


def pattern_likelihood(answers: ArrayLike, slopes: ArrayLike, thresholds: ArrayLike, nodes: ArrayLike) -> Floats:
    """Likelihood of each row at each latent value, shape (rows, nodes); 1 everywhere for a row without answers.

    For patterns rather than people: the result is held in memory as a whole.

    Parameters
    ----------
    answers, slopes, thresholds : as in ``eap_scores``
    nodes : latent values, shape (nodes,)
    """
    items, rows = checked_items(slopes, thresholds), collapse(answers)
    codes = _coded(rows.codes, items)
    probability = _probabilities(np.asarray(nodes, np.float64), items)
    with_missing = np.pad(probability, ((0, 0), (0, 0), (0, 1)), constant_values=1.0)
    likelihood = np.ones((len(codes), len(probability)))
    for item in range(codes.shape[1]):
        likelihood *= with_missing[:, item, codes[:, item]].T
    return likelihood[rows.row_pattern]


def eap_scores(
    answers: ArrayLike,
    slopes: ArrayLike,
    thresholds: ArrayLike,
    mean: float = 0.0,
    sd: float = 1.0,
    n_nodes: int = N_NODES,
) -> Floats:
    """Posterior mean (EAP) and posterior SD of each row, shape (rows, 2), in units of theta.

    Parameters
    ----------
    answers : whole numbers 0 .. K - 1, -1 where missing, shape (rows, items)
    slopes, thresholds : as in ``Items``
    mean, sd : of the normal population the rows are from; a row without answers scores exactly these
    n_nodes : equally spaced from ``mean`` - 6 ``sd`` to ``mean`` + 6 ``sd``

    Raises
    ------
    AnswersError, ItemsError
    ValueError
        If ``sd`` is not positive.
    """
    if not (np.isfinite(mean) and np.isfinite(sd) and sd > 0):
        raise ValueError(f"want a finite mean and a positive SD of the population, got {mean} and {sd}")
    items, rows = checked_items(slopes, thresholds), collapse(answers)
    standard = standard_nodes(n_nodes)
    nodes = mean + sd * standard
    scores = posterior_moments(_coded(rows.codes, items), node_table(items, nodes), normal_weights(standard), nodes)
    scores[(rows.codes == MISSING).all(axis=1)] = mean, sd
    return np.asarray(scores[rows.row_pattern])


def standard_nodes(n_nodes: int) -> Floats:
    """Equally spaced from -6 to 6, as in R's mirt, shape (n_nodes,)."""
    return np.linspace(-REACH, REACH, n_nodes)


def normal_weights(nodes: Floats, mean: float = 0.0, sd: float = 1.0) -> Floats:
    """Normal density at ``nodes``, scaled to add up to 1."""
    density = np.exp(-0.5 * ((nodes - mean) / sd) ** 2)
    return np.asarray(density / density.sum())


def node_table(items: Items, nodes: Floats) -> Floats:
    """Probabilities for the kernels, shape (items, K, nodes), none below ``FLOOR``; ``items`` are known to be sound."""
    return np.maximum(np.ascontiguousarray(_probabilities(nodes, items).transpose(1, 2, 0)), FLOOR)


def _probabilities(theta: Floats, items: Items) -> NDArray[np.float64]:
    """P(X >= k) - P(X >= k + 1) as a product: the difference of two numbers near 1 would lose every digit."""
    slopes, of_edges = items.slopes[:, None], edges(items.thresholds)
    logit = slopes * (theta[:, None, None] - of_edges)
    between = -np.expm1(-slopes * widths(of_edges))
    return np.asarray(expit(logit[:, :, :-1]) * expit(-logit[:, :, 1:]) * between)


def _coded(codes: NDArray[np.int8], items: Items) -> Coded:
    """Answers as the kernels read them: a category the item has, or K where missing."""
    return recoded(codes, nearest_used(used_categories(items.thresholds)), items.thresholds.shape[1] + 1)
