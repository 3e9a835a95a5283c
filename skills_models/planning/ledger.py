"""What is left while seats are being given: places, people, hours, money, and room under the caps."""

from __future__ import annotations

import numpy as np

from skills_models.planning.allotment import Grant
from skills_models.planning.problem import PlanningProblem


class SeatLedger:
    """Books every seat against every rule at once, so that no order of giving can break one.

    Parameters
    ----------
    problem : what is planned

    Attributes
    ----------
    places : remaining seats, ``places[course][language]``
    people : remaining people per pool
    waiting : remaining people per group, ``(due, all)``
    """

    def __init__(self, problem: PlanningProblem) -> None:
        limits = problem.limits
        self.grants: list[Grant] = []
        self.places: list[list[int]] = problem.offered.tolist()
        self.people: list[int] = problem.pools["n_people"].to_list()
        self.hours_left: float = limits.hours
        self.cost_left: float = limits.cost
        self._hours: list[int] = problem.courses["course_hours"].to_list()
        self._cost: list[float] = problem.courses["seat_cost"].to_list()
        self._group: list[int] = problem.pools["group"].to_list()
        self._is_due: list[bool] = problem.pools["is_statutory"].to_list()
        self._pool_hours: list[int] = problem.pools["allowed_hours"].to_list()
        self._spoken = [[i for i, yes in enumerate(row) if yes] for row in problem.speaks.tolist()]
        self._pools = self._pools_by_group(problem.groups.height)
        agency = {agency_id: i for i, agency_id in enumerate(limits.agency_ids)}
        region = {region_code: i for i, region_code in enumerate(limits.region_codes)}
        self._agency = [agency[a] for a in problem.groups["agency_id"]]
        self._region = [region.get(r, -1) for r in problem.groups["region_code"]]
        self._agency_left: list[int] = limits.agency_cap.tolist()
        self._agency_owed: list[int] = limits.agency_floor.tolist()
        self._region_owed: list[int] = limits.region_floor.tolist()
        self.waiting = np.zeros((problem.groups.height, 2), dtype=np.int64).tolist()
        for pool, n in enumerate(self.people):
            self._move(pool, n)

    def _pools_by_group(self, n_groups: int) -> list[list[int]]:
        """Pools of a group, the least flexible people first: fewest languages, then fewest hours left."""
        pools: list[list[int]] = [[] for _ in range(n_groups)]
        order = sorted(range(len(self._group)), key=lambda p: (len(self._spoken[p]), self._pool_hours[p], p))
        for pool in order:
            pools[self._group[pool]].append(pool)
        return pools

    def _move(self, pool: int, n: int) -> None:
        waiting = self.waiting[self._group[pool]]
        waiting[1] += n
        if self._is_due[pool]:
            waiting[0] += n

    def owed(self, group: int) -> tuple[int, int]:
        """Seats still owed to the group's body and to its region; negative: more than the floor, or no region."""
        region = self._region[group]
        return self._agency_owed[self._agency[group]], self._region_owed[region] if region >= 0 else -1

    def room(self, course: int, group: int) -> int:
        """Seats of the course that caps and budgets still allow the group's body."""
        room = self._agency_left[self._agency[group]]
        room = min(room, int(self.hours_left // self._hours[course])) if np.isfinite(self.hours_left) else room
        cost = self._cost[course]
        if cost > 0 and np.isfinite(self.cost_left):
            room = min(room, int((self.cost_left + 1e-6) // cost))
        return max(room, 0)

    def give(self, course: int, group: int, most: int, purpose: str, *, only_due: bool) -> int:
        """Give up to ``most`` seats of a course to people of a group; returns how many were given."""
        left = min(most, self.room(course, group))
        given, places, hours = 0, self.places[course], self._hours[course]
        for pool in self._pools[group]:
            if given >= left:
                break
            if self.people[pool] and self._pool_hours[pool] >= hours and (self._is_due[pool] or not only_due):
                given += self._seat(course, pool, places, left - given, purpose)
        return given

    def _seat(self, course: int, pool: int, places: list[int], most: int, purpose: str) -> int:
        """Seat people of a pool, in the language with most places first."""
        seated = 0
        for language in sorted(self._spoken[pool], key=lambda spoken: (-places[spoken], spoken)):
            n = min(places[language], self.people[pool], most - seated)
            if n > 0:
                self.seat(Grant(course, language, pool, n, purpose))
                seated += n
        return seated

    def seat(self, grant: Grant) -> None:
        """Give exactly these seats; whoever asks for them has looked at people, places, caps and budgets."""
        self._book(grant, 1)
        self.grants.append(grant)

    def _book(self, grant: Grant, sign: int) -> None:
        n, group = sign * grant.n_seats, self._group[grant.pool]
        self.places[grant.course][grant.language] -= n
        self.people[grant.pool] -= n
        self._move(grant.pool, -n)
        self.hours_left -= n * self._hours[grant.course]
        self.cost_left -= n * self._cost[grant.course]
        self._agency_left[self._agency[group]] -= n
        self._agency_owed[self._agency[group]] -= n
        if self._region[group] >= 0:
            self._region_owed[self._region[group]] -= n

    def withdraw(self, course: int, language: int, n_seats: int) -> None:
        """Take back the last ``n_seats`` given in a course and language, and close its remaining places."""
        kept: list[Grant] = []
        for grant in reversed(self.grants):
            taken = min(n_seats, grant.n_seats) if (grant.course, grant.language) == (course, language) else 0
            n_seats -= taken
            if taken:
                self._book(grant._replace(n_seats=taken), -1)
            if grant.n_seats > taken:
                kept.append(grant._replace(n_seats=grant.n_seats - taken))
        self.grants = kept[::-1]
        self.places[course][language] = 0

    def unmet(self) -> tuple[list[int], list[int]]:
        """Seats still owed per body and per region, never negative."""
        return [max(n, 0) for n in self._agency_owed], [max(n, 0) for n in self._region_owed]
