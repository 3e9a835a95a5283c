"""How skills go together: between cells, and between people of one cell. Pure numpy."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from skills_models.estimation.cell_measures import Codes, Floats

LEAST_EIGENVALUE = 1e-3


@dataclass(frozen=True)
class SkillCorrelations:
    """Positive definite correlation matrices, shape (skills, skills).

    ``effect``: of what cells differ in. ``residual``: of people's measures around their cell's mean, errors of
    measurement included.
    """

    effect: Floats
    residual: Floats


def skill_correlations(cell: ArrayLike, measures: ArrayLike) -> SkillCorrelations:
    """Moments of a one-way analysis of variance (Searle, Casella and McCulloch 1992, section 11.1).

    The products between cells contain those of people, which would drown the cells' own at one or two people a cell;
    they are taken off. A matrix that cannot be told from the data (no cell has two people, or the rest between cells
    is negative) is the identity in the skills concerned.

    Parameters
    ----------
    cell : code of each person's cell, from 0, shape (people,)
    measures : theta, shape (people, skills), NaN where not measured; each pair of skills rests on those who have both
    """
    y, codes = np.asarray(measures, np.float64), np.asarray(cell, np.intp)
    effect, residual = np.eye(y.shape[1]), np.eye(y.shape[1])
    for i, j in combinations(range(y.shape[1]), 2):
        between, within = _moments(y[:, [i, j]], codes)
        effect[i, j] = effect[j, i] = _of_pair(between)
        residual[i, j] = residual[j, i] = _of_pair(within)
    return SkillCorrelations(_nearest(effect), _nearest(residual))


def _moments(pair: Floats, codes: Codes) -> tuple[Floats, Floats]:
    """Products between cells, those of people taken off, and within cells, both (2, 2), of people who have both."""
    known = np.isfinite(pair).all(axis=1)
    pair, codes = pair[known], codes[known]
    if len(pair) == 0:
        return np.zeros((2, 2)), np.zeros((2, 2))
    order = np.lexsort((*pair.T, codes))  # a sum of floats depends on its order
    pair, place = pair[order], np.unique(codes[order], return_inverse=True)[1]
    n = np.bincount(place)
    pair = pair - pair.mean(axis=0)
    means = np.column_stack([np.bincount(place, column) for column in pair.T]) / n[:, None]
    rest = pair - means[place]
    within = rest.T @ rest / max(len(pair) - n.size, 1)
    return (means * n[:, None]).T @ means - (n.size - 1) * within, within


def _of_pair(products: Floats) -> float:
    """Correlation in a (2, 2) matrix of products; 0 where one of the skills has no variance."""
    scale = np.sqrt(np.maximum(np.diagonal(products), 0.0)).prod()
    return float(np.clip(products[0, 1] / scale, -1, 1)) if scale > 0 else 0.0


def _nearest(correlation: Floats) -> Floats:
    """Nearest correlation matrix with a Cholesky factor: eigenvalues floored, then scaled to a unit diagonal."""
    values, vectors = np.linalg.eigh(correlation)
    raised = (vectors * np.maximum(values, LEAST_EIGENVALUE)) @ vectors.T
    unit = np.sqrt(np.diagonal(raised))
    return np.asarray(raised / np.outer(unit, unit), np.float64)
