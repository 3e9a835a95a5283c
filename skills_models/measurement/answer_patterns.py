"""Identical rows of answers, collapsed to one pattern with a count. Counting and checking only, no model.

With few items most people share a pattern, so that a million rows cost what some thousand patterns cost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

MISSING = -1
MAX_CATEGORIES = 16  # more is a code for "refused" or "not asked", not an answer
KEY_SPACE = 2**62  # of one 64-bit word
COUNTED_KEYS = 2**20  # up to here keys are counted, beyond they are sorted


class AnswersError(ValueError):
    """Answers, weights or groups that no response model can read; the message says where."""


@dataclass(frozen=True)
class AnswerPatterns:
    """Each row is a distinct pattern of answers within a group, in ascending order.

    ``codes`` int8, shape (patterns, items), -1 missing; ``group`` (patterns,), from 0; ``weight`` (patterns,), rows
    that show the pattern; ``row_pattern`` (rows,), the pattern of each row that came in.
    """

    codes: NDArray[np.int8]
    group: Codes
    weight: Floats
    row_pattern: NDArray[np.intp]


def collapse(
    answers: ArrayLike, pattern_weight: ArrayLike | None = None, group: ArrayLike | None = None
) -> AnswerPatterns:
    """Distinct patterns of ``answers`` and how often each occurs. The order of rows changes no bit.

    Parameters
    ----------
    answers : whole numbers from 0, -1 where missing, shape (rows, items)
    pattern_weight : repeat count of each row, whole numbers from 0, shape (rows,); default 1
    group : population of each row, whole numbers from 0 without gaps, shape (rows,); default all 0

    Raises
    ------
    AnswersError
        If there is no row or no item, a value is no whole number or outside its range, lengths differ, or a group
        has nobody.
    """
    rows = _checked_answers(answers)
    weight = _checked_weights(pattern_weight, len(rows))
    groups = _checked_groups(group, weight)
    row_pattern, a_row = _numbered(_keys(rows, groups))
    counts = np.bincount(row_pattern, weight, len(a_row)).astype(np.float64)
    return AnswerPatterns(rows[a_row], groups[a_row], counts, row_pattern)


def _checked_answers(answers: ArrayLike) -> NDArray[np.int8]:
    rows = np.asarray(answers)
    if rows.ndim != 2 or 0 in rows.shape:
        raise AnswersError(f"want answers of shape (rows, items) with at least one of each, got shape {rows.shape}")
    if not np.issubdtype(rows.dtype, np.integer):
        raise AnswersError(f"want whole-number answers with {MISSING} for missing, got {rows.dtype}: cast them first")
    if int(rows.min()) < MISSING or int(rows.max()) >= MAX_CATEGORIES:
        row, item = np.argwhere((rows < MISSING) | (rows >= MAX_CATEGORIES))[0]
        wanted = f"want {MISSING} (missing) or 0 .. {MAX_CATEGORIES - 1}"
        raise AnswersError(f"column {item}, row {row}: answer {rows[row, item]}; {wanted}")
    return np.ascontiguousarray(rows, np.int8)


def _checked_weights(pattern_weight: ArrayLike | None, n_rows: int) -> Floats:
    if pattern_weight is None:
        return np.ones(n_rows)
    weight = np.asarray(pattern_weight, np.float64)
    is_count = np.isfinite(weight) & (weight >= 0) & (weight == np.floor(weight))
    if weight.shape != (n_rows,) or not bool(is_count.all()):
        raise AnswersError(f"want one repeat count (a whole number from 0) for each of {n_rows} rows")
    return weight


def _checked_groups(group: ArrayLike | None, weight: Floats) -> Codes:
    groups = np.zeros(weight.shape, np.int64) if group is None else np.asarray(group)
    if groups.shape != weight.shape or not np.issubdtype(groups.dtype, np.integer) or int(groups.min()) < 0:
        raise AnswersError(f"want one group (a whole number from 0) for each of {weight.size} rows")
    if (empty := np.flatnonzero(np.bincount(groups, weight) == 0)).size:
        raise AnswersError(f"group {empty[0]} has nobody: leave it out and number the groups without gaps")
    return groups.astype(np.int64)


def _keys(rows: NDArray[np.int8], groups: Codes) -> list[Codes]:
    """Words that tell one pattern of a group from another, most significant first; as few as hold all digits."""
    base = int(rows.max()) + 2
    keys, free, start = [groups], KEY_SPACE // (int(groups.max()) + 1), 0
    while start < rows.shape[1]:
        stop = start
        while stop < rows.shape[1] and free >= base:
            free, stop = free // base, stop + 1
        keys[-1] = _appended(keys[-1], rows, start, stop, base)
        if stop < rows.shape[1]:
            keys, free = [*keys, np.zeros(len(rows), np.int64)], KEY_SPACE
        start = stop
    return keys


@njit(cache=True)
def _appended(key, rows, start, stop, base):  # type: ignore[no-untyped-def]
    """``key`` with one more digit per column ``start`` .. ``stop`` of ``rows``; a digit is the answer plus 1."""
    longer = np.empty_like(key)
    for row in range(key.size):
        value = key[row]
        for column in range(start, stop):
            value = value * base + rows[row, column] + 1
        longer[row] = value
    return longer


def _numbered(keys: list[Codes]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Number of each row's pattern, ascending with the keys, and one row that shows each pattern."""
    n_rows = keys[0].size
    if len(keys) == 1 and int(keys[0].max()) < COUNTED_KEYS:
        a_row = np.full(int(keys[0].max()) + 1, -1, np.intp)
        a_row[keys[0]] = np.arange(n_rows)
        seen = a_row >= 0
        return (np.cumsum(seen) - 1)[keys[0]], a_row[seen]
    order = np.argsort(keys[0]) if len(keys) == 1 else np.lexsort(keys[::-1])
    is_new = np.zeros(n_rows, np.bool_)
    is_new[0] = True
    for key in keys:
        ordered = key[order]
        is_new[1:] |= ordered[1:] != ordered[:-1]
    number = np.empty(n_rows, np.intp)
    number[order] = np.cumsum(is_new) - 1
    return number, order[is_new]
