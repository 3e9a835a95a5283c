"""The survey's level scale: exact units, the cut of a requirement, the roll-up of elements."""

from __future__ import annotations

import math
from collections.abc import Sequence

import polars as pl

ROLL_UP_SHARE = 0.75  # of the rated elements that must reach a level


def units_per_level(items: pl.DataFrame) -> int:
    """Units that make one level, so that every mean answer and every cut is a whole number of units.

    The least common multiple of 2 (cuts lie on half levels) and 1 .. m, where m is the largest number of items of
    a skill: 12 for four items.

    Parameters
    ----------
    items : core_ref__entity_item; items that speak to no skill do not count

    Raises
    ------
    ValueError
        If no item speaks to a skill.
    """
    sizes = items.filter(pl.col("skill_code").is_not_null()).group_by("skill_code").len()["len"].to_list()
    if not sizes:
        raise ValueError("no survey item speaks to a skill: nothing can be measured")
    return math.lcm(2, *range(1, max(sizes) + 1))


def most_items(n_levels: int) -> int:
    """Items a skill may have so that one whole number of 63 bits holds its answers: 27 for four levels."""
    return int(63 * math.log(2) / math.log(max(n_levels, 1) + 1))


def cut(required_level: int) -> float:
    """Mean answer from which a person meets ``required_level``: half a level below it."""
    return required_level - 0.5


def rollup_level(levels: Sequence[int | None]) -> int | None:
    """Level shown for a skill, from the levels of its elements: the highest that three quarters reach.

    For display only, never for estimates. An element nobody rated is left out: it is no 0. None where no
    element was rated.
    """
    rated = [level for level in levels if level is not None]
    if not rated:
        return None
    reached = (level for level in sorted(set(rated), reverse=True) if _share_at_or_above(rated, level) >= ROLL_UP_SHARE)
    return next(reached, 0)


def _share_at_or_above(levels: Sequence[int], level: int) -> float:
    return sum(own >= level for own in levels) / len(levels)
