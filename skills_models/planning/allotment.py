"""Seats given: the common result of every way of planning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from skills_models.planning.limits import Ints
from skills_models.planning.problem import PlanningProblem

FLOOR: Final = "floor"
STATUTORY: Final = "statutory"
GAP_VALUE: Final = "gap_value"
UNMEASURED_NEED: Final = "unmeasured_need"
PURPOSES: Final = (FLOOR, STATUTORY, GAP_VALUE, UNMEASURED_NEED)


class Grant(NamedTuple):
    """Seats of a course in one language for people of one pool; indices of the problem's rows."""

    course: int
    language: int
    pool: int
    n_seats: int
    purpose: str


def count_seats(grants: Iterable[Grant]) -> dict[tuple[int, int], int]:
    """Seats per course and language."""
    seats: dict[tuple[int, int], int] = defaultdict(int)
    for grant in grants:
        seats[grant.course, grant.language] += grant.n_seats
    return dict(seats)


@dataclass(frozen=True)
class Allotment:
    """A plan.

    Parameters
    ----------
    problem : what was planned
    grants : seats given; several may concern the same course and pool
    held_sessions : session_id of the sessions that take place
    """

    problem: PlanningProblem
    grants: tuple[Grant, ...]
    held_sessions: frozenset[str]

    @cached_property
    def table(self) -> pl.DataFrame:
        """Grants with the facts of course and pool, one row per grant, in the order they were given."""
        index = pl.DataFrame(
            list(self.grants),
            schema={
                "course": pl.Int64,
                "language": pl.Int64,
                "pool": pl.Int64,
                "n_seats": pl.Int64,
                "purpose": pl.String,
            },
            orient="row",
        )
        courses = self.problem.courses.with_row_index("course").select(
            pl.col("course").cast(pl.Int64), "course_id", "course_hours", "seat_cost", course_counts="is_statutory"
        )
        pools = self.problem.pools.with_row_index("pool").select(
            pl.col("pool").cast(pl.Int64), "group", person_due="is_statutory"
        )
        return index.join(courses, on="course", maintain_order="left").join(pools, on="pool", maintain_order="left")

    @cached_property
    def seats(self) -> Ints:
        """(n_courses, n_groups) seats."""
        return self._count(self.table)

    @cached_property
    def statutory_seats(self) -> Ints:
        """(n_courses, n_groups) seats in which a person whose training is due does what the law asks."""
        return self._count(self.table.filter(pl.col("course_counts") & pl.col("person_due")))

    def seats_for(self, purpose: str) -> Ints:
        """(n_courses, n_groups) seats given for a purpose."""
        return self._count(self.table.filter(pl.col("purpose") == purpose))

    def hours_for(self, purpose: str) -> int:
        """Academic hours of the seats given for a purpose."""
        return int(self.seats_for(purpose).sum(axis=1) @ self.problem.courses["course_hours"].to_numpy())

    def cost_for(self, purpose: str) -> float:
        """Cost of the seats given for a purpose."""
        return float(self.seats_for(purpose).sum(axis=1) @ self.problem.courses["seat_cost"].to_numpy())

    @cached_property
    def n_hours(self) -> int:
        """Academic hours of all seats."""
        return int(self.seats.sum(axis=1) @ self.problem.courses["course_hours"].to_numpy())

    @cached_property
    def total_cost(self) -> float:
        """Cost of all seats."""
        return float(self.seats.sum(axis=1) @ self.problem.courses["seat_cost"].to_numpy())

    @cached_property
    def closure_levels(self) -> float:
        """Expected weighted gap closure of all seats, in person levels: a forecast."""
        return float((self.seats * self.problem.values).sum())

    @cached_property
    def seats_by_language(self) -> Ints:
        """(n_courses, n_languages) seats."""
        counts = np.zeros((self.problem.courses.height, len(self.problem.languages)), dtype=np.int64)
        places = (self.table["course"].to_numpy(), self.table["language"].to_numpy())
        np.add.at(counts, places, self.table["n_seats"].to_numpy())
        return counts

    @cached_property
    def people_seated(self) -> Ints:
        """(n_pools,) people of each pool with a seat."""
        counts = np.zeros(self.problem.pools.height, dtype=np.int64)
        np.add.at(counts, self.table["pool"].to_numpy(), self.table["n_seats"].to_numpy())
        return counts

    def _count(self, grants: pl.DataFrame) -> Ints:
        counts = np.zeros((self.problem.courses.height, self.problem.groups.height), dtype=np.int64)
        np.add.at(counts, (grants["course"].to_numpy(), grants["group"].to_numpy()), grants["n_seats"].to_numpy())
        return counts
