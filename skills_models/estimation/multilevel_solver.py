"""Mixed-model equations of crossed effects on cell means: one dense Cholesky per set of standard deviations.

What belongs here is linear algebra (Henderson 1975; Bates and others 2015 for the scaled form): the restricted
likelihood and its gradient, and best linear unbiased predictions. Cell effects are integrated, never factorised.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import LinAlgError, cho_solve, cholesky
from scipy.linalg.lapack import dpotri

from skills_models.estimation.cell_measures import CellMeasures, CellSums, Codes, Floats


class DesignError(ValueError):
    """Effects or design columns that the cells with persons cannot tell apart."""


@dataclass(frozen=True)
class CrossedEffects:
    """Which level of each random effect a cell belongs to, and its fixed columns.

    Parameters
    ----------
    names : of the random effects
    codes : shape (cells, effects)
    sizes : levels of each effect
    design : fixed columns, shape (cells, columns); the first is the intercept
    """

    names: tuple[str, ...]
    codes: Codes
    sizes: tuple[int, ...]
    design: Floats

    @property
    def n_levels(self) -> int:
        """Levels of all random effects together."""
        return sum(self.sizes)

    @cached_property
    def columns(self) -> Codes:
        """Position of each cell's levels among all random coefficients, shape (cells, effects)."""
        return self.codes + np.cumsum((0, *self.sizes[:-1]))

    @cached_property
    def effect_of_level(self) -> Codes:
        """Effect that each random coefficient belongs to, shape (n_levels,)."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    def take(self, rows: NDArray[np.bool_]) -> CrossedEffects:
        """The same effects on some of the cells."""
        return CrossedEffects(self.names, self.codes[rows], self.sizes, self.design[rows])

    def predict(self, fixed: Floats, random: Floats) -> Floats:
        """Fixed part and random effects of every cell, without its cell effect, shape (cells,)."""
        return np.asarray(self.design @ fixed + random[self.columns].sum(axis=1), np.float64)


def crossed_effects(effects: Mapping[str, ArrayLike], design: ArrayLike | None = None) -> CrossedEffects:
    """Collect effects by name: codes from 0 per cell, one array each (an interaction: ``interaction`` of two).

    Parameters
    ----------
    effects : name of the effect to codes of shape (cells,)
    design : fixed columns beside the intercept, shape (cells, columns)
    """
    codes = np.column_stack([np.asarray(code, np.intp) for code in effects.values()])
    if codes.size == 0 or codes.min() < 0:
        raise DesignError("want codes from 0 for at least one effect and one cell")
    fixed = np.ones((len(codes), 1))
    if design is not None:
        fixed = np.column_stack([fixed, np.asarray(design, np.float64)])
    return CrossedEffects(tuple(effects), codes, tuple(int(size) for size in codes.max(axis=0) + 1), fixed)


def interaction(first: ArrayLike, second: ArrayLike) -> Codes:
    """Codes of the pairs that occur, in the order of (first, second), shape (cells,)."""
    a, b = np.asarray(first, np.intp), np.asarray(second, np.intp)
    return np.asarray(np.unique(a * (int(b.max()) + 1) + b, return_inverse=True)[1], np.intp)


@dataclass(frozen=True)
class MixedEquations:
    """The cells that have persons, ready to be solved at any standard deviations.

    Standard deviations are given as ``log_sds``: one per random effect, then of cells, then of people inside a cell.
    """

    effects: CrossedEffects
    measures: CellMeasures
    _pairs: list[tuple[int, int, Codes]] = field(repr=False)

    @classmethod
    def of(cls, measures: CellMeasures, effects: CrossedEffects) -> MixedEquations:
        """Keep the cells that have persons."""
        kept = effects.take(measures.heard)
        width = len(effects.sizes)
        pairs = [
            (e, f, kept.codes[:, e] * effects.sizes[f] + kept.codes[:, f]) for e in range(width) for f in range(e + 1)
        ]
        return cls(kept, measures, pairs)

    def sums(self, log_sds: Floats) -> CellSums:
        """Sums of the heard cells at the spread of people that ``log_sds`` names."""
        return self.measures.sums(float(np.exp(2 * log_sds[-1])))

    def predict(self, sums: CellSums, means: Floats, log_sds: Floats) -> tuple[Floats, Floats, Floats]:
        """Fixed coefficients, random effects, and the cell effects of heard cells, best given ``means``."""
        weights = _weights(sums, log_sds)
        right = self._right_side(weights, means, log_sds)
        solution = cho_solve((self._factor(weights, log_sds), True), right, check_finite=False)
        coefficients, random = self._split(solution, log_sds)
        rest = means - self.effects.predict(coefficients, random)
        return coefficients, random, np.exp(2 * log_sds[-2]) * weights * rest

    def deviance(self, log_sds: Floats) -> tuple[float, Floats]:
        """Minus twice the restricted log-likelihood (up to a constant), and its gradient in ``log_sds``."""
        sums = self.sums(log_sds)
        weights = _weights(sums, log_sds)
        factor = self._factor(weights, log_sds)
        right = self._right_side(weights, sums.mean, log_sds)
        solution = cho_solve((factor, True), right, check_finite=False)
        value = 2 * np.log(np.diagonal(factor)).sum() - np.log(weights).sum() + sums.deviance
        value += weights @ sums.mean**2 - right @ solution
        return float(value), self._gradient(log_sds, sums, weights, solution, _inverse(factor))

    def _gradient(self, log_sds: Floats, sums: CellSums, weights: Floats, solution: Floats, inverse: Floats) -> Floats:
        scales = np.exp(log_sds[:-2])
        pulled = weights * (sums.mean - self.effects.predict(*self._split(solution, log_sds)))
        slope = weights - weights**2 * self._leverage(inverse, scales) - pulled**2  # in the variance of a cell's mean
        fixed = self.effects.design.shape[1]
        used = np.diagonal(inverse)[fixed:] + solution[fixed:] ** 2
        effects = 2 * (np.asarray(self.effects.sizes) - np.bincount(self.effects.effect_of_level, used))
        cell, within = 2 * np.exp(2 * log_sds[-2:])
        people = sums.deviance_slope + slope @ sums.mean_variance_slope + 2 * pulled @ sums.mean_slope
        return np.concatenate([effects, [cell * slope.sum(), within * people]])

    def _split(self, solution: Floats, log_sds: Floats) -> tuple[Floats, Floats]:
        """Fixed coefficients and random effects (theta) from the solution of the equations."""
        fixed = self.effects.design.shape[1]
        return solution[:fixed], solution[fixed:] * np.exp(log_sds)[self.effects.effect_of_level]

    def _factor(self, weights: Floats, log_sds: Floats) -> Floats:
        """Lower Cholesky factor of the equations of fixed and of standardised random coefficients."""
        fixed, sizes, scales = self.effects.design.shape[1], self.effects.sizes, np.exp(log_sds)
        starts = fixed + np.cumsum((0, *sizes))
        matrix = np.zeros((starts[-1], starts[-1]))
        weighted = self.effects.design * weights[:, None]
        matrix[:fixed, :fixed] = weighted.T @ self.effects.design
        for e, f, flat in self._pairs:
            block = np.bincount(flat, weights, sizes[e] * sizes[f]).reshape(sizes[e], sizes[f])
            matrix[starts[e] : starts[e + 1], starts[f] : starts[f + 1]] = block * (scales[e] * scales[f])
        for column in range(fixed):
            matrix[fixed:, column] = self._level_sums(weighted[:, column], log_sds)
        matrix[np.arange(fixed, starts[-1]), np.arange(fixed, starts[-1])] += 1.0
        try:
            return np.asarray(cholesky(matrix, lower=True, overwrite_a=True, check_finite=False), np.float64)
        except LinAlgError as error:
            raise DesignError("the cells with persons do not identify the design columns; drop one") from error

    def _right_side(self, weights: Floats, means: Floats, log_sds: Floats) -> Floats:
        """Sums of the weighted means by fixed column and by standardised level."""
        weighted = weights * means
        return np.concatenate([self.effects.design.T @ weighted, self._level_sums(weighted, log_sds)])

    def _level_sums(self, values: Floats, log_sds: Floats) -> Floats:
        """Sums of values per heard cell by level of each effect, times the effect's standard deviation."""
        codes, sizes = self.effects.codes, self.effects.sizes
        return np.concatenate(
            [np.exp(log_sds[e]) * np.bincount(codes[:, e], values, size) for e, size in enumerate(sizes)]
        )

    def _leverage(self, inverse: Floats, scales: Floats) -> Floats:
        """Variance of each cell's fixed part and random effects given the data, shape (heard cells,)."""
        design, fixed = self.effects.design, self.effects.design.shape[1]
        columns = self.effects.columns + fixed
        total = np.einsum("ci,ij,cj->c", design, inverse[:fixed, :fixed], design)
        for e, scale in enumerate(scales):
            total += 2 * scale * (design * inverse[columns[:, e], :fixed]).sum(axis=1)
            for f in range(e + 1):
                twice = 1.0 if e == f else 2.0
                total += twice * scale * scales[f] * inverse[columns[:, e], columns[:, f]]
        return np.asarray(total, np.float64)


def _weights(sums: CellSums, log_sds: Floats) -> Floats:
    """Inverse variance of each heard cell's mean around its fixed part and random effects."""
    return np.asarray(1 / (np.exp(2 * log_sds[-2]) + 1 / sums.precision), np.float64)


def _inverse(lower: Floats) -> Floats:
    """Full symmetric inverse from the Cholesky factor of its lower half."""
    half, _ = dpotri(lower, lower=1)
    half = np.tril(half)
    return np.asarray(half + np.tril(half, -1).T, np.float64)
