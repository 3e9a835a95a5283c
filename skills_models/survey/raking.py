"""Raking: weights of respondents that add up to the register on every margin at once. Pure numpy.

What belongs here is arithmetic on integer codes; which margins a survey is raked to stands in ``weights``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

TOLERANCE = 1e-10  # largest relative misfit of a margin after the last pass
TOTALS_AGREE = 1e-6  # relative; margins of one register differ by rounding at most
MAX_PASSES = 1000
TRIM_AT_MEDIANS = 5.0


class RakingError(ValueError):
    """Rows and margins that no weights can bring together."""


class EmptyMargin(RakingError):
    """The register has people in a category from which there is no row."""


class RowsOutsideRegister(RakingError):
    """There are rows from a category in which the register has nobody."""


class UnequalTotals(RakingError):
    """Two margins do not count the same people: their totals differ."""


class NotConverged(RakingError):
    """The passes ran out before the weights met the margins; mostly no weights can meet them all."""


@dataclass(frozen=True)
class Trimmed:
    """``weights`` after the cut, ``is_trimmed`` (both shape (rows,)), and the ``excess`` people nobody carries now."""

    weights: Floats
    is_trimmed: NDArray[np.bool_]
    excess: float


def rake(
    codes: ArrayLike,
    margins: Sequence[ArrayLike],
    start: ArrayLike | None = None,
    *,
    names: Sequence[str] | None = None,
    tol: float = TOLERANCE,
    max_iter: int = MAX_PASSES,
) -> Floats:
    """Weight of each row, positive, shape (rows,): the closest to ``start`` that add up to every margin.

    Rows of equal codes are collapsed into a cell, then the cells are scaled to one margin after the other until all
    fit (iterative proportional fitting; Deming and Stephan 1940). Closest means least Kullback-Leibler divergence
    (Ireland and Kullback 1968). The order of rows changes no bit.

    Parameters
    ----------
    codes : whole numbers from 0, shape (rows, margins)
    margins : per column of ``codes`` the people of each category, shape (categories,); a category without people and
        without rows is allowed; totals are scaled to that of the first margin
    start : positive weights to begin with, shape (rows,); default 1
    names : of the margins, for messages
    tol : largest relative misfit of any category
    max_iter : passes over all margins

    Raises
    ------
    EmptyMargin, RowsOutsideRegister, UnequalTotals, NotConverged
        See there; the message names margin and code.
    ValueError
        If shapes do not fit, a code is outside its margin, or a weight or a total is no usable number.
    """
    rows = np.asarray(codes)
    called = list(names) if names is not None else [f"margin {m}" for m in range(len(margins))]
    targets = _targets(margins, called)
    _refuse_codes(rows, targets, called)
    begin = np.ones(len(rows)) if start is None else np.asarray(start, np.float64)
    if begin.shape != (len(rows),) or not bool((np.isfinite(begin) & (begin > 0)).all()):
        raise ValueError(f"want one positive start weight for each of {len(rows)} rows")
    key = np.ravel_multi_index(tuple(rows.T), tuple(t.size for t in targets))
    cell_keys, place = np.unique(key, return_inverse=True)
    cells = [np.asarray(c, np.intp) for c in np.unravel_index(cell_keys, tuple(t.size for t in targets))]
    _refuse_unmatched(cells, targets, called)
    order = np.lexsort((begin, place)) if start is not None else slice(None)  # a sum of floats depends on its order
    sums = np.asarray(np.bincount(place[order], begin[order]), np.float64)
    return np.asarray(begin * _factors(sums, cells, targets, called, tol, max_iter)[place], np.float64)


def trim(weights: ArrayLike, at_medians: float = TRIM_AT_MEDIANS) -> Trimmed:
    """Cut weights above ``at_medians`` times the median over rows.

    What is cut is not handed to other rows, so that nobody's weight grows unseen: the margins of trimmed weights
    fall short of the register by ``excess``.

    Parameters
    ----------
    weights : one per respondent, shape (rows,)
    """
    given = np.asarray(weights, np.float64)
    cap = at_medians * float(np.median(given)) if given.size else np.inf
    is_trimmed = given > cap
    return Trimmed(np.minimum(given, cap), is_trimmed, float((np.sort(given[is_trimmed]) - cap).sum()))


def _factors(
    sums: Floats, cells: list[Codes], targets: list[Floats], names: list[str], tol: float, max_iter: int
) -> Floats:
    """Factor of each cell, shape (cells,): passes over the margins until the sums fit them."""
    factor = np.ones(sums.shape)
    for _ in range(max_iter):
        for code, target in zip(cells, targets, strict=True):
            found = np.bincount(code, sums * factor, target.size)
            factor *= np.divide(target, found, out=np.ones(target.size), where=found > 0)[code]
        if max(float(misfit.max()) for misfit in _misfits(sums * factor, cells, targets)) <= tol:
            return factor
    misfits = _misfits(sums * factor, cells, targets)
    worst = int(np.argmax([misfit.max() for misfit in misfits]))
    code_off, off = int(misfits[worst].argmax()), float(misfits[worst].max())
    raise NotConverged(f"{names[worst]}, code {code_off}: off by {off:.2g} of its people after {max_iter} passes")


def _misfits(sums: Floats, cells: list[Codes], targets: list[Floats]) -> list[Floats]:
    """Per margin and category the distance to its people, relative to them."""
    return [
        np.divide(np.abs(np.bincount(cell, sums, t.size) - t), t, out=np.zeros(t.size), where=t > 0)
        for cell, t in zip(cells, targets, strict=True)
    ]


def _targets(margins: Sequence[ArrayLike], names: list[str]) -> list[Floats]:
    """Margins as floats, all with the total of the first."""
    targets = [np.asarray(margin, np.float64) for margin in margins]
    if not targets or len(names) != len(targets):
        raise ValueError(f"want at least one margin and a name for each, got {len(targets)} and {len(names)}")
    for name, target in zip(names, targets, strict=True):
        if target.ndim != 1 or not bool((np.isfinite(target) & (target >= 0)).all()) or target.sum() <= 0:
            raise ValueError(f"{name}: want one count of people, 0 or more, per code, and somebody in all")
    first = float(targets[0].sum())
    for name, target in zip(names, targets, strict=True):
        if abs(float(target.sum()) - first) > TOTALS_AGREE * first:
            raise UnequalTotals(f"{names[0]} counts {first:.9g} people, {name} {float(target.sum()):.9g}")
    return [target * (first / float(target.sum())) for target in targets]


def _refuse_codes(rows: NDArray, targets: list[Floats], names: list[str]) -> None:
    if rows.ndim != 2 or rows.shape[1] != len(targets) or not np.issubdtype(rows.dtype, np.integer):
        raise ValueError(f"want whole-number codes of shape (rows, {len(targets)}), got {rows.dtype} {rows.shape}")
    for m, target in enumerate(targets):
        if bad := int(((rows[:, m] < 0) | (rows[:, m] >= target.size)).sum()):
            raise ValueError(f"{names[m]}: {bad} row(s) have a code outside 0 .. {target.size - 1}")


def _refuse_unmatched(cells: list[Codes], targets: list[Floats], names: list[str]) -> None:
    for name, cell, target in zip(names, cells, targets, strict=True):
        has_row = np.bincount(cell, minlength=target.size) > 0
        if (empty := np.flatnonzero((target > 0) & ~has_row)).size:
            raise EmptyMargin(f"{name}, code {empty[0]}: {target[empty[0]]:.9g} people and no row ({empty.size} so)")
        if (nobody := np.flatnonzero((target == 0) & has_row)).size:
            raise RowsOutsideRegister(f"{name}, code {nobody[0]}: rows, and no people ({nobody.size} such codes)")
