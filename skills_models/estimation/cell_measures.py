"""Measures of persons by cell, and the sums of a cell that the multilevel model needs. Pure numpy.

What belongs here is arithmetic on cell codes; the model of the cells stands in ``multilevel``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEAST_VARIANCE = 1e-6  # theta squared, where everybody has the same measure

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True)
class CellSums:
    """Persons of each cell at one spread of people; arrays of shape (cells,), for cells that have persons.

    ``precision``: sum of the persons' weights, the inverse variance of ``mean`` around the cell's true mean. The mean
    is weighted by them. ``deviance``: minus twice the log-likelihood of persons around their cell's mean, over all.
    The rest are slopes in the variance of people inside a cell.
    """

    precision: Floats
    mean: Floats
    deviance: float
    mean_variance_slope: Floats
    mean_slope: Floats
    deviance_slope: float


@dataclass(frozen=True)
class CellMeasures:
    """Persons with equal measure and cell as one row, sorted; what the model takes of one skill.

    Parameters
    ----------
    n : persons measured in each cell, shape (cells,)
    cell, measure, error_variance, count : of each row: code among all cells, theta, theta squared, persons
    """

    n: Floats
    cell: Codes
    measure: Floats
    error_variance: Floats
    count: Floats

    @property
    def heard(self) -> NDArray[np.bool_]:
        """Whether a cell has persons, shape (cells,)."""
        return np.asarray(self.n > 0, np.bool_)

    def sums(self, within_variance: float) -> CellSums:
        """Sum up each heard cell, a person weighing 1 / (within_variance + variance of measurement).

        A person who ticked the lowest answer everywhere is measured badly and weighs little. With equal weights the
        spread of people came out a tenth too large, for the normal measure of such a person lies too far out.
        """
        place = (np.cumsum(self.heard) - 1)[self.cell]
        size = int(self.heard.sum())
        weight = 1 / (within_variance + self.error_variance)
        loaded = self.count * weight
        precision = np.asarray(np.bincount(place, loaded, size), np.float64)
        mean = np.bincount(place, loaded * self.measure, size) / precision
        rest = self.measure - mean[place]
        squares = np.bincount(place, loaded * weight, size)
        return CellSums(
            precision,
            mean,
            float(np.log(precision).sum() + (loaded * rest**2).sum() - (self.count * np.log(weight)).sum()),
            squares / precision**2,
            -np.bincount(place, loaded * weight * rest, size) / precision,
            float(loaded.sum() - (squares / precision).sum() - (loaded * weight * rest**2).sum()),
        )

    @property
    def spread(self) -> float:
        """Standard deviation of people around the mean of all, without the error of measurement, or a tenth of it."""
        total = self.count.sum()
        variance = self.count @ (self.measure - self.count @ self.measure / total) ** 2 / total
        latent = variance - self.count @ self.error_variance / total
        return float(np.sqrt(max(latent, variance / 100, LEAST_VARIANCE)))


def measure_cells(
    cell: ArrayLike, measure: ArrayLike, error_variance: ArrayLike, n_cells: int, count: ArrayLike | None = None
) -> CellMeasures:
    """Collect persons by cell; neither their order nor their splitting into rows changes a bit.

    Parameters
    ----------
    cell : code of each row's cell, 0 .. n_cells - 1, shape (rows,)
    measure, error_variance : of ``measurement.measures.prior_free``, shape (rows,); rows with NaN are left out
    count : persons of each row, shape (rows,); default 1

    Raises
    ------
    ValueError
        If a code lies outside, or nobody was measured.
    """
    codes, y, v = np.asarray(cell, np.intp), np.asarray(measure, np.float64), np.asarray(error_variance, np.float64)
    if codes.size and (codes.min() < 0 or codes.max() >= n_cells):
        raise ValueError(f"cell codes run from {codes.min()} to {codes.max()}, want 0 .. {n_cells - 1}")
    people = np.ones(codes.shape) if count is None else np.asarray(count, np.float64)
    known = np.isfinite(y) & np.isfinite(v) & (people > 0)
    if not known.any():
        raise ValueError("nobody was measured: no person has a finite measure and error variance")
    order = np.flatnonzero(known)[np.lexsort((v[known], y[known], codes[known]))]
    rows = np.column_stack([codes[order], y[order], v[order]])
    starts = np.flatnonzero(np.append(True, (np.diff(rows, axis=0) != 0).any(axis=1)))
    first, persons = order[starts], np.add.reduceat(people[order], starts)
    n = np.asarray(np.bincount(codes[first], persons, n_cells), np.float64)
    return CellMeasures(n, codes[first], y[first], v[first], persons)
