"""How skills go together: between cells, and between people of one cell. Pure numpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from skills_models.estimation.cell_measures import Floats

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
    measures : theta, shape (people, skills); a person with a NaN is left out
    """
    y, codes = np.asarray(measures, np.float64), np.asarray(cell, np.intp)
    known = np.isfinite(y).all(axis=1)
    y, codes = y[known], codes[known]
    order = np.lexsort((*y.T, codes))  # a sum of floats depends on its order
    y, place = y[order], np.unique(codes[order], return_inverse=True)[1]
    people, skills = y.shape
    if people == 0:
        return SkillCorrelations(np.eye(skills), np.eye(skills))
    n = np.bincount(place)
    y = y - y.mean(axis=0)
    means = np.column_stack([np.bincount(place, column) for column in y.T]) / n[:, None]
    rest = y - means[place]
    within = rest.T @ rest / max(people - n.size, 1)
    between = (means * n[:, None]).T @ means - (n.size - 1) * within
    return SkillCorrelations(_correlation(between), _correlation(within))


def _correlation(covariance: Floats) -> Floats:
    """Nearest correlation matrix with a Cholesky factor: eigenvalues floored, then scaled to a unit diagonal."""
    variance = np.diagonal(covariance)
    known = variance > 0
    scale = np.sqrt(np.where(known, variance, 1.0))
    matrix = np.where(np.outer(known, known), covariance / np.outer(scale, scale), 0.0)
    np.fill_diagonal(matrix, 1.0)
    values, vectors = np.linalg.eigh(matrix)
    raised = (vectors * np.maximum(values, LEAST_EIGENVALUE)) @ vectors.T
    unit = np.sqrt(np.diagonal(raised))
    return np.asarray(raised / np.outer(unit, unit), np.float64)
