"""Segment agency-by-seniority groups by their training needs."""

from __future__ import annotations

from functools import cache
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClusterMixin, _fit_context
from sklearn.cluster import KMeans
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.intp]


class NeedsSegments(ClusterMixin, BaseEstimator):
    """K-means on mean shortfalls, level and shape weighed apart, segments ordered by need (0 = greatest).

    A row's level is its mean over the skills, its shape what is left. Groups that lack the same skills belong
    together even where one lacks more of everything: ``level_weight=0`` clusters shapes alone.

    Parameters
    ----------
    n_clusters : int, default=3
        Number of segments.
    level_weight : float in [0, 1], default=1.0
        What is kept of a row's level before distances are measured; 1 is plain k-means.
    n_init : int, default=10
        Starts of k-means; the best is kept.
    random_state : int, RandomState instance or None, default=None

    Attributes
    ----------
    cluster_centers_ : ndarray of shape (n_clusters, n_features)
        Weighted mean shortfall (levels) per segment and skill, greatest total need first.
    labels_ : ndarray of shape (n_samples,)
    n_features_in_ : int
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "n_clusters": [Interval(Integral, 1, None, closed="left")],
        "level_weight": [Interval(Real, 0, 1, closed="both")],
        "n_init": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
    }

    def __init__(
        self, n_clusters: int = 3, *, level_weight: float = 1.0, n_init: int = 10, random_state: Any = None
    ) -> None:
        self.n_clusters = n_clusters
        self.level_weight = level_weight
        self.n_init = n_init
        self.random_state = random_state

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> NeedsSegments:
        """Fit on X of shape (n_groups, n_skills), weighted by respondents (n_groups,)."""
        X = validate_data(self, X, dtype=np.float64, ensure_min_samples=self.n_clusters)
        weights = _check_sample_weight(sample_weight, X, dtype=np.float64)
        kmeans = KMeans(self.n_clusters, n_init=self.n_init, random_state=check_random_state(self.random_state))
        with _threads().limit(limits=1):  # a few hundred rows: threads would only wait for each other
            kmeans.fit(self._features(X), sample_weight=weights)
        centers = np.stack(
            [_center(X[kmeans.labels_ == k], weights[kmeans.labels_ == k], X) for k in range(self.n_clusters)]
        )
        order = np.argsort(-centers.sum(axis=1), kind="stable")
        self.cluster_centers_: Floats = centers[order]
        self._feature_centers: Floats = kmeans.cluster_centers_[order]
        self.labels_: Labels = np.argsort(order)[kmeans.labels_]
        return self

    def predict(self, X: Any) -> Labels:
        """Nearest segment for each row of X, shape (n_groups,)."""
        return np.asarray(self.distances(X).argmin(axis=1))

    def distances(self, X: Any) -> Floats:
        """Distance of each row of X to each segment, in levels, shape (n_groups, n_clusters)."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        return np.sqrt(((self._features(X)[:, None, :] - self._feature_centers[None]) ** 2).sum(axis=2))

    def _features(self, X: Floats) -> Floats:
        return X - (1 - self.level_weight) * X.mean(axis=1, keepdims=True)


@cache
def _threads() -> ThreadpoolController:
    """The thread pools of the process; finding them takes longer than a fit."""
    return ThreadpoolController()


def _center(rows: Floats, weights: Floats, everything: Floats) -> Floats:
    """Weighted mean of a segment's rows; of all rows where k-means left a segment empty."""
    if not len(rows):
        return np.asarray(everything.mean(axis=0))
    return np.asarray(np.average(rows, axis=0, weights=weights if weights.sum() > 0 else None))
