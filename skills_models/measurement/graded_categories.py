"""Categories an item has among all K, and answers recoded to them. No probabilities, no estimation.

An item may lack categories. A threshold NaN before the item's first number is passed by everybody, NaN after its last
by nobody, and of two equal neighbours the category between them is never chosen. An answer in a category the item
lacks counts as the next lower one it has (as the lowest, where there is none below).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skills_models.measurement.answer_patterns import AnswersError

Floats = NDArray[np.float64]
Coded = NDArray[np.uint8]
Flags = NDArray[np.bool_]


def edges(thresholds: Floats) -> Floats:
    """Thresholds with what lies below the lowest and above the highest, shape (items, K + 1); infinite, never NaN."""
    before_first = np.logical_and.accumulate(np.isnan(thresholds), axis=1)
    inner = np.where(np.isnan(thresholds), np.where(before_first, -np.inf, np.inf), thresholds)
    return np.pad(inner, ((0, 0), (1, 1)), constant_values=((0, 0), (-np.inf, np.inf)))


def widths(of_edges: Floats) -> Floats:
    """Distance of each category's two edges, shape (items, K), 0 where the item lacks it."""
    lower, upper = of_edges[:, :-1], of_edges[:, 1:]
    return np.subtract(upper, lower, out=np.zeros(lower.shape), where=lower != upper)


def used_categories(thresholds: Floats) -> Flags:
    """Whether an item has each category, shape (items, K)."""
    return np.asarray(widths(edges(thresholds)) > 0)


def nearest_used(used: Flags) -> NDArray[np.intp]:
    """Category as which each answer counts, shape (items, K): itself, the next lower used, or the lowest used."""
    lower = np.maximum.accumulate(np.where(used, np.arange(used.shape[1]), -1), axis=1)
    return np.where(lower < 0, used.argmax(axis=1)[:, None], lower)


def ranks(used: Flags) -> NDArray[np.intp]:
    """Number, among the item's own categories from 0, of the one as which each answer counts, shape (items, K)."""
    return np.take_along_axis(np.cumsum(used, axis=1) - 1, nearest_used(used), axis=1)


def recoded(codes: NDArray[np.int8], meaning: NDArray[np.intp], missing: int) -> Coded:
    """``codes`` (patterns, items) replaced by ``meaning`` (items, K) of each, and -1 by ``missing``.

    Raises
    ------
    AnswersError
        If the columns are not those of the items, or an answer is K or more.
    """
    n_items, n_categories = meaning.shape
    if codes.shape[1] != n_items:
        raise AnswersError(f"answers have {codes.shape[1]} columns, there are {n_items} items")
    if (beyond := np.flatnonzero((codes >= n_categories).any(axis=0))).size:
        highest = int(codes[:, beyond[0]].max())
        raise AnswersError(f"column {beyond[0]}: answer {highest}; the items have answers 0 .. {n_categories - 1} only")
    with_missing = np.pad(meaning, ((0, 0), (0, 1)), constant_values=missing).astype(np.uint8)  # -1 reads the last
    replaced = np.empty(codes.shape, np.uint8)
    for item in range(n_items):
        replaced[:, item] = with_missing[item, codes[:, item]]
    return replaced


def compacted(thresholds: Floats, used: Flags) -> Floats:
    """Thresholds that lead into one item's used categories, all but the lowest, shape (m,)."""
    return np.asarray(thresholds[np.flatnonzero(used)[1:] - 1])


def spread(compact: Floats, used: Flags) -> Floats:
    """Inverse of ``compacted`` for all items: from (items, m) to (items, K - 1), as the module says."""
    below = np.cumsum(used, axis=1)[:, :-1]  # used categories below each threshold
    is_end = (below == 0) | (below == used.sum(axis=1)[:, None])
    at = np.clip(below - 1, 0, compact.shape[1] - 1)
    return np.where(is_end, np.nan, np.take_along_axis(compact, at, axis=1))
