"""Which sessions of a course take place for a number of participants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

from skills_models.planning.problem import PlanningProblem


class Session(NamedTuple):
    """One run of a course: its name, its places and the fewest participants it is held with."""

    session_id: str
    seats: int
    minimum: int


def sessions_by_course(problem: PlanningProblem) -> dict[tuple[int, int], list[Session]]:
    """Sessions of each course and language, the earliest first."""
    row = {course: i for i, course in enumerate(problem.courses["course_id"])}
    runs: dict[tuple[int, int], list[Session]] = {}
    chosen = problem.sessions.select(
        "course_id",
        "language_code",
        "session_id",
        "seats_per_session",
        pl.min_horizontal("min_seats", "seats_per_session"),
    )
    for course, language, session_id, seats, minimum in chosen.iter_rows():
        runs.setdefault((row[course], problem.languages.index(language)), []).append(
            Session(session_id, seats, minimum)
        )
    return runs


def held_for(sessions: Sequence[Session], n_seats: int) -> int | None:
    """How many of the sessions, from the first, hold exactly these participants; None where no number does."""
    seats = fewest = 0
    for held, session in enumerate(sessions):
        if fewest <= n_seats <= seats:
            return held
        seats, fewest = seats + session.seats, fewest + session.minimum
    return len(sessions) if fewest <= n_seats <= seats else None


def fillable(sessions: Sequence[Session], n_seats: int) -> int:
    """The most participants, up to ``n_seats``, with whom the first sessions can be held."""
    best = seats = fewest = 0
    for session in sessions:
        seats, fewest = seats + session.seats, fewest + session.minimum
        if fewest <= n_seats:
            best = min(seats, n_seats)
    return best


def emptiest(
    runs: Mapping[tuple[int, int], Sequence[Session]], used: Mapping[tuple[int, int], int]
) -> list[tuple[int, tuple[int, int]]]:
    """Courses and languages whose sessions are too empty, the emptier half of them.

    Returns
    -------
    list of (participants that no number of sessions can hold, (course, language)), the fewest first
    """
    failing = sorted(
        (n_seats - fillable(runs[key], n_seats), key)
        for key, n_seats in used.items()
        if held_for(runs[key], n_seats) is None
    )
    return failing[: (len(failing) + 1) // 2]
