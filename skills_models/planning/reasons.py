"""Why a group got its seats of a course, and what stopped one more."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from skills_models.planning.allotment import PURPOSES, UNMEASURED_NEED, Allotment
from skills_models.planning.limits import UNMEASURED_SHARE, Flags, Ints

NO_MORE_ELIGIBLE: Final = "no_more_eligible"
ONE_COURSE: Final = "one_course_per_quarter"
NO_VALUE: Final = "no_value"
SESSIONS: Final = "sessions"
MIN_SEATS: Final = "min_seats"
CAP: Final = "agency_cap_share"
HOURS: Final = "quarter_budget_hours_per_1000"
COST: Final = "quarter_budget_cost_per_1000"
RESERVE: Final = UNMEASURED_SHARE
BINDING_CODES: Final = (NO_MORE_ELIGIBLE, ONE_COURSE, NO_VALUE, SESSIONS, CAP, RESERVE, HOURS, COST, MIN_SEATS)


def seat_reasons(plan: Allotment) -> list[tuple[int, int, str]]:
    """(course, group, purpose of most of its seats) for every pair with seats; ties: as ``PURPOSES``."""
    by_purpose = np.stack([plan.seats_for(purpose) for purpose in PURPOSES])
    course, group = np.nonzero(plan.seats)
    most = by_purpose[:, course, group].argmax(axis=0)
    return [(int(c), int(g), PURPOSES[m]) for c, g, m in zip(course, group, most, strict=True)]


def eligible_counts(plan: Allotment, people: Ints) -> Ints:
    """(n_courses, n_groups): those of ``people`` per pool who may take the course."""
    group = plan.problem.pools["group"].to_numpy()
    n_groups = plan.problem.groups.height
    counts = np.zeros_like(plan.seats)
    for course, may in enumerate(plan.problem.can_take):
        counts[course] = np.bincount(group, weights=np.where(may, people, 0), minlength=n_groups)
    return counts


def binding_rules(plan: Allotment) -> list[list[str | None]]:
    """Per course and group, the first rule in the order of ``BINDING_CODES`` that stops a further seat.

    None where none does: the list simply found no better use (seats for due people only, or floors). Where the
    held sessions are full, a further seat means a further session with its fewest participants.
    """
    problem = plan.problem
    people = problem.pools["n_people"].to_numpy()
    left = people - plan.people_seated
    all_eligible, waiting = eligible_counts(plan, people), eligible_counts(plan, left)
    due_waiting = eligible_counts(plan, np.where(problem.pools["is_statutory"].to_numpy(), left, 0))
    lawful = problem.courses["is_statutory"].to_numpy()[:, None]
    held_full = _full(plan, left, _held_places(plan))
    stops: dict[str, Flags] = {
        NO_MORE_ELIGIBLE: (waiting == 0) & (plan.seats >= all_eligible),
        ONE_COURSE: waiting == 0,
        NO_VALUE: (problem.values <= 0) & ~(lawful & (due_waiting > 0)),
        SESSIONS: _full(plan, left, problem.offered),
        CAP: np.broadcast_to(_at_cap(plan), plan.seats.shape),
        RESERVE: _beyond_reserve(plan, held_full),
        HOURS: _beyond(plan, problem.limits.hours - plan.n_hours, "course_hours", held_full),
        COST: _beyond(plan, problem.limits.cost - plan.total_cost, "seat_cost", held_full),
        MIN_SEATS: held_full,
    }
    codes = np.full(plan.seats.shape, None, dtype=object)
    for code in reversed(BINDING_CODES):
        codes[stops[code]] = code
    return codes.tolist()


def _full(plan: Allotment, left: Ints, places: Ints) -> Flags:
    """(n_courses, n_groups): no place is left in a language that a waiting person speaks."""
    problem = plan.problem
    group = problem.pools["group"].to_numpy()
    open_language = (places - plan.seats_by_language) > 0
    full = np.zeros(plan.seats.shape, dtype=bool)
    for course, languages in enumerate(open_language):
        able = problem.speaks[:, languages].any(axis=1) & problem.can_take[course] & (left > 0)
        full[course] = np.bincount(group, weights=able, minlength=problem.groups.height) == 0
    return full


def _held_places(plan: Allotment) -> Ints:
    sessions = plan.problem.sessions
    return plan.problem.capacity(sessions.filter(sessions["session_id"].is_in(list(plan.held_sessions))))


def _at_cap(plan: Allotment) -> Flags:
    """(n_groups,): the group's body has as many seats as the cap allows."""
    limits = plan.problem.limits
    row = {agency: i for i, agency in enumerate(limits.agency_ids)}
    body = np.array([row[a] for a in plan.problem.groups["agency_id"]], dtype=np.intp)
    seats = np.bincount(body, weights=plan.seats.sum(axis=0), minlength=len(row))
    return np.asarray((seats >= limits.agency_cap)[body])


def _beyond(plan: Allotment, left: float, need: str, held_full: Flags) -> Flags:
    """(n_courses, n_groups): the budget has no room for one more seat, or for the session it would need."""
    per_seat = plan.problem.courses[need].to_numpy()
    fewest = _fewest_more(plan)
    return np.where(held_full, (per_seat * fewest)[:, None], per_seat[:, None]) > left + 1e-6


def _beyond_reserve(plan: Allotment, held_full: Flags) -> Flags:
    """(n_courses, n_groups): a course of unmeasured need, and its part of the budgets has no room."""
    limits = plan.problem.limits
    hours = _beyond(plan, limits.reserve_hours - plan.hours_for(UNMEASURED_NEED), "course_hours", held_full)
    cost = _beyond(plan, limits.reserve_cost - plan.cost_for(UNMEASURED_NEED), "seat_cost", held_full)
    reserved = plan.problem.is_unmeasured & (limits.reserve_hours > 0)
    return reserved[:, None] & (hours | cost)


def _fewest_more(plan: Allotment) -> Ints:
    """(n_courses,): fewest participants of a session that is not held; 1 where all are."""
    unheld = plan.problem.sessions.filter(~pl.col("session_id").is_in(list(plan.held_sessions)))
    fewest = dict(
        unheld.group_by("course_id").agg(pl.min_horizontal("min_seats", "seats_per_session").min()).iter_rows()
    )
    return np.array([max(fewest.get(course, 1), 1) for course in plan.problem.courses["course_id"]], dtype=np.int64)
