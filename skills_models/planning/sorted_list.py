"""The baseline plan: a list sorted by value per hour, filled from the top, with repair.

Order of giving: the reserve for unmeasured needs (``reserve``), whose seats count for floors and serve people who
are due; then seats owed by floors, then people whose advanced training is due, then everybody by value. Inside
each step course x group pairs come by value per academic hour (ties: course_id, agency_id, seniority_code); people
whose training is due get the lawful course of greatest value per hour, so that compliance courses which build no
skill come last. Repair: sessions that end below their fewest participants are cancelled, the emptier half first, and
their seats are offered again from the top of the list.

It is a heuristic: near the optimum where capacity is ample, blind to what a seat displaces. It proves nothing about
the best plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Literal, NamedTuple, get_args

import numpy as np

from skills_models.planning.allotment import FLOOR, GAP_VALUE, STATUTORY, Allotment, Grant, count_seats
from skills_models.planning.feasibility import require_feasible, require_floors
from skills_models.planning.ledger import SeatLedger
from skills_models.planning.problem import PlanningProblem
from skills_models.planning.reserve import give_reserve
from skills_models.planning.rules import InfeasiblePlan, optional_number
from skills_models.planning.sessions import emptiest, held_for, sessions_by_course

FloorOrder = Literal["value", "hours"]


class Candidate(NamedTuple):
    """A course for a group, with what the list says about it."""

    course: int
    group: int
    has_value: bool
    is_statutory: bool


def plan_by_sorted_list(problem: PlanningProblem) -> Allotment:
    """Fill the quarter from the sorted list.

    Returns
    -------
    Allotment
        Obeys every rule of ``check_plan``; equal inputs give equal plans.

    Raises
    ------
    InfeasiblePlan
        If the rules cannot all hold, or the list meets no floors even when it gives short courses first.
    """
    require_feasible(problem)
    *attempts, last = _attempts(give_reserve(problem))
    for reserve, floor_order in attempts:
        with suppress(InfeasiblePlan):
            return _fill(problem, reserve, floor_order)
    return _fill(problem, *last)


def _attempts(reserve: tuple[Grant, ...]) -> list[tuple[tuple[Grant, ...], FloorOrder]]:
    """Floors may push the order of courses aside first, and the reserve only then."""
    kept = (reserve, ()) if reserve else ((),)
    return [(seats, order) for seats in kept for order in get_args(FloorOrder)]


def _fill(problem: PlanningProblem, reserve: tuple[Grant, ...], floor_order: FloorOrder) -> Allotment:
    ledger = SeatLedger(problem)
    for grant in reserve:
        ledger.seat(grant)
    by_value = sort_candidates(problem, "value")
    by_floor = by_value if floor_order == "value" else sort_candidates(problem, "hours")
    statutory_first = optional_number(problem.rules, "statutory_first", 1.0) > 0
    while True:
        for only_due in (True, False) if statutory_first else (False,):
            _give_floors(ledger, by_floor, only_due=only_due)
        if statutory_first:
            _give(ledger, (c for c in by_value if c.is_statutory), STATUTORY, only_due=True)
        _give(ledger, (c for c in by_value if c.has_value), GAP_VALUE, only_due=False)
        if not _cancel_empty_sessions(problem, ledger):
            break
    require_floors(problem, *ledger.unmet())
    return Allotment(problem, _named_by_need(problem, ledger), _held(problem, ledger))


def _named_by_need(problem: PlanningProblem, ledger: SeatLedger) -> tuple[Grant, ...]:
    """Keep 'floor' for bodies and regions that end at their floor: the others would have had the seats anyway."""
    group = problem.pools["group"].to_list()
    is_due = problem.pools["is_statutory"].to_list()
    lawful = problem.courses["is_statutory"].to_list()

    def purpose(grant: Grant) -> str:
        if grant.purpose != FLOOR or 0 in ledger.owed(group[grant.pool]):
            return grant.purpose
        return STATUTORY if is_due[grant.pool] and lawful[grant.course] else GAP_VALUE

    return tuple(grant._replace(purpose=purpose(grant)) for grant in ledger.grants)


def sort_candidates(problem: PlanningProblem, order: FloorOrder) -> list[Candidate]:
    """Every offered course x admitted group, by value per hour, or (``hours``) by length and then value."""
    open_pairs = problem.on_track & (problem.offered.sum(axis=1) > 0)[:, None]
    course, group = np.nonzero(open_pairs)
    hours = problem.courses["course_hours"].to_numpy()[course]
    value = problem.values[course, group]
    per_hour = np.round(value / hours, 12)
    keys = (group, course, -per_hour) if order == "value" else (group, course, -per_hour, hours)
    listed = np.lexsort(keys)
    statutory = problem.courses["is_statutory"].to_numpy()[course]
    columns = (course, group, value > 0, statutory)
    return [Candidate(*row) for row in zip(*(column[listed].tolist() for column in columns), strict=True)]


def _give(ledger: SeatLedger, candidates: Iterator[Candidate], purpose: str, *, only_due: bool) -> None:
    column = 0 if only_due else 1
    for candidate in candidates:
        waiting = ledger.waiting[candidate.group][column]
        if waiting and any(ledger.places[candidate.course]):
            ledger.give(candidate.course, candidate.group, waiting, purpose, only_due=only_due)


def _give_floors(ledger: SeatLedger, candidates: list[Candidate], *, only_due: bool) -> None:
    """Seats owed to bodies, then to regions; due people count only in courses that the law accepts."""
    column = 0 if only_due else 1
    for level in (0, 1):
        for candidate in candidates:
            owed = ledger.owed(candidate.group)[level]
            if owed <= 0 or (only_due and not candidate.is_statutory):
                continue
            if ledger.waiting[candidate.group][column] and any(ledger.places[candidate.course]):
                ledger.give(candidate.course, candidate.group, owed, FLOOR, only_due=only_due)


def _cancel_empty_sessions(problem: PlanningProblem, ledger: SeatLedger) -> bool:
    """Cancel the emptier half of the sessions that are too empty; False where there are none."""
    failing = emptiest(sessions_by_course(problem), count_seats(ledger.grants))
    for surplus, key in failing:
        ledger.withdraw(*key, surplus)
    return bool(failing)


def _held(problem: PlanningProblem, ledger: SeatLedger) -> frozenset[str]:
    runs = sessions_by_course(problem)
    held = {key: held_for(runs[key], n_seats) or 0 for key, n_seats in count_seats(ledger.grants).items()}
    return frozenset(run.session_id for key, n in held.items() for run in runs[key][:n])
