"""Can the floors hold at all? Said in words, with the rule and the amount, before and after planning."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from skills_models.planning.problem import PlanningProblem
from skills_models.planning.rules import InfeasiblePlan

AGENCY_FLOOR, REGION_FLOOR = "agency_floor_seats_per_1000", "region_floor_seats_per_1000"


def require_feasible(problem: PlanningProblem) -> None:
    """Compare the seats that floors ask for with caps, sessions and budgets.

    Raises
    ------
    InfeasiblePlan
        With one sentence per rule that falls short, and by how much. Passing proves nothing: bounds only.
    """
    limits = problem.limits
    found: list[tuple[str, float, str]] = []
    words: list[str] = []
    over_cap = np.maximum(limits.agency_floor - limits.agency_cap, 0)
    if over_cap.any():
        found.append(("agency_cap_share", float(over_cap.sum()), "people"))
        words.append(
            f"agency_cap_share stops {over_cap.sum()} seats that {AGENCY_FLOOR} asks for, "
            f"in {np.count_nonzero(over_cap)} bodies"
        )
    for rule, floors in ((AGENCY_FLOOR, limits.agency_floor), (REGION_FLOOR, limits.region_floor)):
        for resource, available, per_seat, unit in _resources(problem):
            missing = int(floors.sum()) * per_seat - available
            if missing > 1e-6:
                found.append((rule, float(missing), unit))
                words.append(
                    f"{rule} asks for {floors.sum()} seats, at least {floors.sum() * per_seat:g} {unit}, "
                    f"and {resource} allows {available:g}: {missing:g} {unit} are missing"
                )
    if found:
        raise InfeasiblePlan(found, words)


def require_floors(problem: PlanningProblem, agency_unmet: Sequence[int], region_unmet: Sequence[int]) -> None:
    """Refuse a plan that left floors unmet.

    Raises
    ------
    InfeasiblePlan
        Naming the floor, the seats that are missing and how many bodies or regions miss them.
    """
    found: list[tuple[str, float, str]] = []
    words: list[str] = []
    for rule, unmet, what in ((AGENCY_FLOOR, agency_unmet, "bodies"), (REGION_FLOOR, region_unmet, "regions")):
        if missing := sum(unmet):
            found.append((rule, float(missing), "seats"))
            n_bodies = sum(n > 0 for n in unmet)
            words.append(
                f"{rule}: the sorted list found no plan; {missing} seats are missing in {n_bodies} {what} "
                "(languages, tracks, hours or the fewest participants of sessions stand against it)"
            )
    if found:
        raise InfeasiblePlan(found, words)


def _resources(problem: PlanningProblem) -> list[tuple[str, float, float, str]]:
    """What floors draw on: name, amount, least amount a seat takes, unit."""
    open_courses = problem.courses.filter(problem.offered.sum(axis=1) > 0)
    if open_courses.is_empty():
        return [("the catalogue", 0.0, 1.0, "seats")]
    shortest = float(open_courses["course_hours"].to_numpy().min())
    cheapest = float(open_courses["seat_cost"].to_numpy().min())
    return [
        ("the catalogue", float(problem.offered.sum()), 1.0, "seats"),
        ("quarter_budget_hours_per_1000", problem.limits.hours, shortest, "hours"),
        ("quarter_budget_cost_per_1000", problem.limits.cost, cheapest, "cost"),
    ]
