"""Seats for needs that nobody has measured: a share of the quarter's hours, given by law and head count.

The value of a course that builds no skill of the framework is unknown, not nought. A pack may keep a share of the
hours and of the money of the quarter for the advanced courses of that kind. Their seats go to people whose training
is due (to everybody where the pack does not put the law first), course by course in proportion to the seats offered,
body by body in proportion to head count. What the reserve cannot use is left to the sorted list.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from skills_models.planning.allotment import UNMEASURED_NEED, Grant, count_seats
from skills_models.planning.headcount import Apportionment, HeadCount
from skills_models.planning.limits import Ints
from skills_models.planning.problem import PlanningProblem
from skills_models.planning.rules import optional_number
from skills_models.planning.sessions import emptiest, sessions_by_course


def give_reserve(problem: PlanningProblem) -> tuple[Grant, ...]:
    """Seats of the reserve, in sessions that can be held with these participants alone.

    Courses whose sessions stay too empty give up what no session can hold, the emptier half first, and the reserve
    is shared out again from the start, so that no body loses by it. Empty where the pack keeps no reserve.
    """
    runs = sessions_by_course(problem)
    offered = np.where(problem.is_unmeasured[:, None], problem.offered, 0)
    while True:
        grants = tuple(_share_out(problem, offered))
        used = count_seats(grants)
        failing = emptiest(runs, used)
        if not failing:
            return grants
        for surplus, key in failing:
            offered[key] = used[key] - surplus


def _share_out(problem: PlanningProblem, offered: Ints) -> Iterator[Grant]:
    """Seats in rounds: what a course cannot fill goes to the others in the next one."""
    left = _Left(problem)
    by_offer, by_head_count = Apportionment(offered.size), HeadCount(problem)
    places = offered.copy()
    while n_seats := left.affordable(places):
        wanted = by_offer.share(n_seats, places.ravel(), places.ravel(), np.arange(places.size)).reshape(places.shape)
        for course, language in np.argwhere(wanted).tolist():
            asked = int(wanted[course, language])
            most = min(asked, left.room(course))
            seats = by_head_count.share(course, language, most, left.people, left.agency)
            left.take(course, seats, by_head_count.agency)
            places[course, language] = places[course, language] - asked if seats.sum() == asked else 0
            for pool in np.flatnonzero(seats).tolist():
                yield Grant(course, language, pool, int(seats[pool]), UNMEASURED_NEED)


class _Left:
    """What the reserve may still use: people, room under the caps, hours and money."""

    def __init__(self, problem: PlanningProblem) -> None:
        limits, people = problem.limits, problem.pools["n_people"].to_numpy()
        law_first = optional_number(problem.rules, "statutory_first", 1.0) > 0
        self.people = np.where(problem.pools["is_statutory"].to_numpy() | (not law_first), people, 0)
        self.agency = limits.agency_cap.copy()
        self._budgets = np.array([limits.reserve_hours, limits.reserve_cost])
        self._needs = problem.courses.select("course_hours", "seat_cost").to_numpy().astype(np.float64)

    def room(self, course: int) -> int:
        """Seats of a course that the hours and the money left pay for."""
        needs = self._needs[course]
        bounds = [budget / need for budget, need in zip(self._budgets + 1e-6, needs, strict=True) if need > 0]
        return int(min(bounds, default=0))

    def affordable(self, places: Ints) -> int:
        """Seats that can be paid for when every course gives the same part of its places."""
        needs = places.sum(axis=1) @ self._needs
        parts = [budget / need for budget, need in zip(self._budgets, needs, strict=True) if need > 0]
        return int(min([1.0, *parts]) * places.sum() + 1e-9)

    def take(self, course: int, seats: Ints, agency: Ints) -> None:
        """Book seats per pool of a course."""
        self.people = self.people - seats
        self.agency = self.agency - np.bincount(agency, weights=seats, minlength=len(self.agency)).astype(np.int64)
        self._budgets = self._budgets - int(seats.sum()) * self._needs[course]
