"""A quarter to plan: courses, sessions, people who can take a seat, what a seat is worth, and the rules."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from skills_models.planning.limits import Flags, Ints, Limits
from skills_models.planning.rules import RuleBook
from skills_models.planning.value import Floats, seat_values

TAUGHT_KINDS: Final = ("advanced", "other")
DEFAULT_SCENARIO: Final = "equal"


@dataclass(frozen=True)
class PlanningProblem:
    """Everything a planner may know. Indices run over the rows of the frames, which are sorted by key.

    Parameters
    ----------
    quarter_code : the planned quarter
    courses : course_id, course_hours, seat_cost, track_code, is_statutory, is_innovation
    sessions : session_id, course_id, language_code, seats_per_session, min_seats of the quarter
    skills : skill codes, in the order of the effects' columns
    skill_weights : (n_skills,)
    effects : (n_courses, n_skills); levels on the skill: sum of the effects on its elements over the number of
        its elements that the survey asks about, because the gap is one of the mean answer over those
    groups : agency_id, seniority_code, region_code (null where unknown), n_people, may_lead (manager track)
    gap_means, gap_sds : (n_groups, n_skills), levels
    pools : group (row of ``groups``), language_code (set of languages), is_statutory, allowed_hours, n_people
    rules : rules of the pack on the day of the plan
    """

    quarter_code: str
    courses: pl.DataFrame
    sessions: pl.DataFrame
    skills: tuple[str, ...]
    skill_weights: Floats
    effects: Floats
    groups: pl.DataFrame
    gap_means: Floats
    gap_sds: Floats
    pools: pl.DataFrame
    rules: RuleBook

    @cached_property
    def _values(self) -> tuple[Floats, npt.NDArray[np.intp]]:
        return seat_values(self.effects, self.skill_weights, self.gap_means, self.gap_sds)

    @property
    def values(self) -> Floats:
        """(n_courses, n_groups): expected weighted closure of one seat, in levels."""
        return self._values[0]

    @property
    def top_skill(self) -> npt.NDArray[np.intp]:
        """(n_courses, n_groups): index of the skill with most of the value; -1 where there is none."""
        return self._values[1]

    @cached_property
    def is_unmeasured(self) -> Flags:
        """(n_courses,): the course is what the law asks for, and no survey says who needs it."""
        return (self.courses["is_statutory"] & ~self.courses["is_innovation"]).to_numpy()

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Languages of instruction in the quarter."""
        return tuple(sorted(self.sessions["language_code"].unique()))

    @cached_property
    def on_track(self) -> Flags:
        """(n_courses, n_groups): the course's track admits the group."""
        track = self.courses["track_code"].to_numpy()[:, None]
        may_lead = self.groups["may_lead"].to_numpy()[None, :]
        return (track == "all") | ((track == "manager") == may_lead)

    @cached_property
    def speaks(self) -> Flags:
        """(n_pools, n_languages): the people of the pool can be taught in the language."""
        sets = [set(code.split("+")) for code in self.pools["language_code"]]
        return np.array([[lang in known for lang in self.languages] for known in sets], dtype=bool).reshape(
            len(sets), len(self.languages)
        )

    @cached_property
    def offered(self) -> Ints:
        """(n_courses, n_languages): seats of all sessions of the quarter."""
        return self.capacity(self.sessions)

    def capacity(self, sessions: pl.DataFrame) -> Ints:
        """(n_courses, n_languages): seats of the given sessions."""
        seats = np.zeros((self.courses.height, len(self.languages)), dtype=np.int64)
        row = {course: i for i, course in enumerate(self.courses["course_id"])}
        for course, language, places in sessions.select("course_id", "language_code", "seats_per_session").iter_rows():
            seats[row[course], self.languages.index(language)] += places
        return seats

    @cached_property
    def can_take(self) -> Flags:
        """(n_courses, n_pools): track, hours left and a language in which the course is offered."""
        hours = self.courses["course_hours"].to_numpy()[:, None] <= self.pools["allowed_hours"].to_numpy()[None, :]
        spoken = (self.offered > 0).astype(np.int64) @ self.speaks.T.astype(np.int64) > 0
        return hours & spoken & self.on_track[:, self.pools["group"].to_numpy()]

    @cached_property
    def limits(self) -> Limits:
        """The rules in seats, hours and money."""
        return Limits.of(self)
