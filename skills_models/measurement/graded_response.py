"""Graded response model as an estimator: from answers to item parameters with errors, and to scores.

The parts: ``graded_items`` (what calibrated items say), ``graded_categories`` (items that lack categories),
``graded_em`` (the way to the maximum), ``graded_errors`` (standard errors), ``answer_patterns`` (equal rows collapsed).
"""

from __future__ import annotations

from dataclasses import replace
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, _fit_context
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted

from skills_models.measurement.answer_patterns import AnswerPatterns, AnswersError, collapse
from skills_models.measurement.graded_categories import (
    Flags,
    Floats,
    compacted,
    ranks,
    recoded,
    spread,
    used_categories,
)
from skills_models.measurement.graded_em import Parameters, Problem, first_guess, items_of, log_likelihood, maximise
from skills_models.measurement.graded_errors import Errors, standard_errors
from skills_models.measurement.graded_items import (
    N_NODES,
    REACH,
    Items,
    ItemsError,
    category_probabilities,
    checked_items,
    eap_scores,
    pattern_likelihood,
    standard_nodes,
)

__all__ = [
    "AnswersError",
    "GradedResponseModel",
    "Items",
    "ItemsError",
    "OneCategoryItem",
    "QuadratureError",
    "TooFewItems",
    "category_probabilities",
    "eap_scores",
    "pattern_likelihood",
]

MAX_QUADRATURE_CHANGE = 0.05  # of the log-likelihood when the nodes are twice as dense
MIN_ITEMS = 3  # the association of two items is one number, and they have two slopes
SDS_INSIDE = 3.0  # of a population, to both sides of its mean, that the nodes must span


class OneCategoryItem(AnswersError):
    """Everybody who answered an item gave the same answer, or nobody answered it: it says nothing."""


class TooFewItems(AnswersError):
    """Fewer items than a scale of its own needs."""


class QuadratureError(ValueError):
    """Too few nodes, or a population beyond them: the likelihood they give is not that of the model."""


class GradedResponseModel(BaseEstimator):
    """Graded response model on one latent scale, by marginal maximum likelihood.

    Without groups the population is standard normal. With groups, group 0 is and the others have a mean and SD of
    their own; where fixed items carry the scale, every group has. ``score`` measures with what was learned.

    Parameters
    ----------
    n_nodes : int, default=61
        Equally spaced quadrature nodes on [-6, 6], as in R's mirt.

    Attributes
    ----------
    slopes_ : ndarray of shape (n_items,)
        Within 0.05 .. 10; at an end of this range it is not a maximum of the likelihood.
    thresholds_ : ndarray of shape (n_items, K - 1)
        Ascending. NaN at an end where an item lacks the outermost answers, equal neighbours where nobody gave the
        answer between them (see ``graded_categories``).
    slope_errors_, threshold_errors_ : ndarray, shapes as above
        Standard errors. NaN where fixed, at an end of the range, or without a threshold; infinite where the answers
        do not tell.
    means_, sds_ : ndarray of shape (n_groups,)
        Of each population, in units of theta; an estimated SD is at least 0.2.
    mean_errors_, sd_errors_ : ndarray of shape (n_groups,)
        Standard errors, NaN and infinite as above.
    log_likelihood_ : float
        Marginal, of all people.
    quadrature_change_ : float
        Log-likelihood with 2 n_nodes - 1 nodes minus that with n_nodes; at most 0.05 in size.
    n_iter_ : int
        EM steps.
    converged_ : bool
        Whether the last EM step moved no parameter by more than 1e-6.
    n_features_in_ : int
        Number of items.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {"n_nodes": [Interval(Integral, 3, None, closed="left")]}

    def __init__(self, n_nodes: int = N_NODES) -> None:
        self.n_nodes = n_nodes

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self,
        answers: ArrayLike,
        pattern_weight: ArrayLike | None = None,
        *,
        group: ArrayLike | None = None,
        fixed_items: Items | None = None,
    ) -> GradedResponseModel:
        """Learn the items, and the groups' populations.

        Parameters
        ----------
        answers : whole numbers 0 .. K - 1, -1 where missing, shape (n_rows, n_items)
        pattern_weight : repeat counts, shape (n_rows,); default 1
        group : population of each row, from 0 without gaps, shape (n_rows,)
        fixed_items : one row per column of answers; those with a NaN slope are estimated, the others stay

        Raises
        ------
        AnswersError
            If answers, weights or groups cannot be read; ``OneCategoryItem`` and ``TooFewItems`` are such.
        ItemsError
            If fixed items are no model.
        QuadratureError
            If denser nodes change the log-likelihood by more than 0.05, or a population reaches beyond the nodes.
        """
        patterns = collapse(answers, pattern_weight, group)
        fixed = _aligned(fixed_items, patterns.codes)
        is_fixed = ~np.isnan(fixed.slopes)
        used = _used(patterns, fixed, is_fixed)
        free_from = 0 if group is not None and bool(is_fixed.any()) else 1
        problem = _problem(patterns, used, ~is_fixed, free_from, standard_nodes(self.n_nodes))
        found = maximise(problem, _start(problem, fixed, used))
        self.n_iter_, self.converged_ = found.n_steps, found.converged
        self.means_: Floats = found.parameters.populations[:, 0]
        self.sds_: Floats = np.exp(found.parameters.populations[:, 1])
        _refuse_beyond_nodes(self.means_, self.sds_)
        self.log_likelihood_ = log_likelihood(problem, found.parameters)
        self.quadrature_change_ = _quadrature_change(problem, found.parameters, self.log_likelihood_)
        self._learn_items(items_of(problem, found.parameters), standard_errors(problem, found.parameters), used)
        self.thresholds_[is_fixed] = fixed.thresholds[is_fixed]  # to the last digit, which a division may move
        return self

    def score(self, answers: ArrayLike) -> Floats:
        """EAP and posterior SD of each row under the standard normal population, shape (n_rows, 2)."""
        check_is_fitted(self)
        return eap_scores(answers, self.slopes_, self.thresholds_, n_nodes=self.n_nodes)

    def _learn_items(self, items: Items, errors: Errors, used: Flags) -> None:
        self.slopes_: Floats = items.slopes
        self.thresholds_: Floats = spread(items.thresholds, used)
        self.slope_errors_: Floats = errors.slopes
        self.threshold_errors_: Floats = spread(errors.thresholds, used)
        self.mean_errors_: Floats = errors.means
        self.sd_errors_: Floats = errors.sds
        self.n_features_in_ = len(self.slopes_)


def _aligned(fixed: Items | None, codes: NDArray[np.int8]) -> Items:
    """One row per column of answers, all NaN for an item that is to be estimated."""
    n_items, n_thresholds = codes.shape[1], max(int(codes.max()), 1)
    if fixed is None:
        return Items(np.full(n_items, np.nan), np.full((n_items, n_thresholds), np.nan))
    slopes, thresholds = np.array(fixed.slopes, np.float64), np.array(fixed.thresholds, np.float64)
    if slopes.shape != (n_items,) or thresholds.ndim != 2 or len(thresholds) != n_items:
        raise ItemsError(f"want fixed items for {n_items} columns, got shapes {slopes.shape} and {thresholds.shape}")
    is_fixed = ~np.isnan(slopes)
    if is_fixed.any():
        checked_items(np.where(is_fixed, slopes, 1.0), np.where(is_fixed[:, None], thresholds, 0.0))
    return Items(slopes, np.where(is_fixed[:, None], thresholds, np.nan))


def _used(patterns: AnswerPatterns, fixed: Items, is_fixed: Flags) -> Flags:
    """Categories of each item, shape (items, K): of fixed items those they have, of the others those answered."""
    codes, n_categories = patterns.codes[patterns.weight > 0], fixed.thresholds.shape[1] + 1
    used = np.stack([(codes == code).any(axis=0) for code in range(n_categories)], axis=1)
    used[is_fixed] = used_categories(fixed.thresholds)[is_fixed]
    if (silent := np.flatnonzero(used.sum(axis=1) < 2)).size:
        raise OneCategoryItem(f"column {silent[0]}: all its answers are the same or missing; leave the item out")
    if len(used) < MIN_ITEMS and not is_fixed.any():
        raise TooFewItems(f"{len(used)} item(s): a scale of its own needs {MIN_ITEMS}; fix the parameters of one")
    return used


def _problem(patterns: AnswerPatterns, used: Flags, is_free: Flags, free_from: int, nodes: Floats) -> Problem:
    """Counted patterns in the items' own categories; groups from ``free_from`` have a population of their own."""
    n_thresholds = used.sum(axis=1) - 1
    counted = patterns.weight > 0
    return Problem(
        codes=recoded(patterns.codes[counted], ranks(used), int(n_thresholds.max()) + 1),
        weight=patterns.weight[counted],
        group=patterns.group[counted],
        n_thresholds=n_thresholds,
        is_free=is_free,
        is_free_group=np.arange(int(patterns.group.max()) + 1) >= free_from,
        nodes=nodes,
    )


def _start(problem: Problem, fixed: Items, used: Flags) -> Parameters:
    """The first guess, with fixed items where they stay."""
    start = first_guess(problem)
    for item in np.flatnonzero(~problem.is_free):
        own = compacted(fixed.thresholds[item], used[item])
        start.lines[item, 0] = fixed.slopes[item]
        start.lines[item, 1 : own.size + 1] = -fixed.slopes[item] * own
    return start


def _refuse_beyond_nodes(means: Floats, sds: Floats) -> None:
    if (far := np.flatnonzero(np.abs(means) + SDS_INSIDE * sds > REACH)).size:
        at = f"mean {means[far[0]]:.3g}, SD {sds[far[0]]:.3g}"
        raise QuadratureError(f"group {far[0]} ({at}) reaches beyond the nodes at +-{REACH:g}: move the scale nearer")


def _quadrature_change(problem: Problem, at: Parameters, value: float) -> float:
    n_dense = 2 * len(problem.nodes) - 1
    change = log_likelihood(replace(problem, nodes=standard_nodes(n_dense)), at) - value
    if not abs(change) <= MAX_QUADRATURE_CHANGE:
        raise QuadratureError(
            f"{n_dense} nodes change the log-likelihood by {change:.3g}, more than {MAX_QUADRATURE_CHANGE}: "
            f"fit with n_nodes={n_dense}"
        )
    return float(change)
