"""What the same sessions would do if seats went by head count and nominees were anybody who may attend."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from skills_models.contracts import TABLES
from skills_models.planning.allotment import Allotment, Grant
from skills_models.planning.problem import Flags, Ints, PlanningProblem

PRO_RATA: Final = "pro_rata"


def plan_pro_rata(plan: Allotment) -> Allotment:
    """The seats of ``plan``, course by course and language by language, by head count of the bodies.

    Each body gets seats in proportion to its head count among bodies with people who may attend, never more than such
    people; inside a body every person who may attend is equally likely, so groups, language sets and due people share
    in proportion; rounding is carried from course to course. A person takes one course. Value is that of a person
    of the group drawn at random. Where people run out, seats stay empty; floors and caps are not asked for.
    """
    problem = plan.problem
    people = problem.pools["n_people"].to_numpy().copy()
    agency = _agency_of_pool(problem)
    hours = problem.courses["course_hours"].to_numpy()
    between, inside = Apportionment(len(problem.limits.agency_ids)), Apportionment(len(people))
    grants: list[Grant] = []
    for course, language in zip(*(index.tolist() for index in np.nonzero(plan.seats_by_language)), strict=True):
        may = _may_attend(problem, course, language, int(hours[course]))
        able = np.bincount(agency, weights=np.where(may, people, 0), minlength=len(problem.limits.agency_ids))
        n_seats = int(plan.seats_by_language[course, language])
        weights = np.where(able > 0, problem.limits.agency_people, 0)
        by_agency = between.share(n_seats, weights, able.astype(np.int64), np.arange(len(able)))
        for body in np.flatnonzero(by_agency):
            rows = np.flatnonzero((agency == body) & may)
            share = inside.share(int(by_agency[body]), people[rows], people[rows], rows)
            people[rows] -= share
            grants += [Grant(course, language, int(p), int(n), PRO_RATA) for p, n in zip(rows, share, strict=True) if n]
    return Allotment(problem, tuple(grants), plan.held_sessions)


def compare_plans(plan: Allotment, pro_rata: Allotment) -> pl.DataFrame:
    """``analysis_quota__entity_plan``: seats, hours, cost, expected closure and due people served, per way."""
    rows = [
        {
            "plan_code": code,
            "n_seats": int(allotment.seats.sum()),
            "n_hours": allotment.n_hours,
            "total_cost": allotment.total_cost,
            "closure_levels": allotment.closure_levels,
            "n_served": int(allotment.statutory_seats.sum()),
        }
        for code, allotment in (("pro_rata_random", pro_rata), ("sorted_list", plan))
    ]
    return TABLES["analysis_quota__entity_plan"].enforce(pl.DataFrame(rows))


class Apportionment:
    """Whole seats in proportion to weights, over many rounds: what rounding withholds is carried to the next round.

    Without the carry the largest would win every single seat; with it small parts get their share over the rounds.
    """

    def __init__(self, size: int) -> None:
        self._carried = np.zeros(size)

    def share(self, n_seats: int, weights: Ints, most: Ints, rows: npt.NDArray[np.intp]) -> Ints:
        """Seats for the given rows, none above ``most``; ties go to the first.

        Returns
        -------
        ndarray of the shape of ``rows``; its sum is min(n_seats, sum of ``most`` where the weight is positive)
        """
        room = np.where(weights > 0, most, 0)
        n_seats = min(n_seats, int(room.sum()))
        if n_seats == 0:
            return np.zeros_like(room)
        target = self._carried[rows] + n_seats * weights / max(weights[room > 0].sum(), 1)
        seats = np.zeros_like(room)
        while (left := n_seats - int(seats.sum())) > 0:
            open_rows = np.flatnonzero(seats < room)
            wanted = np.maximum(np.floor(target[open_rows] - seats[open_rows] + 1e-9), 0).astype(np.int64)
            step = np.minimum(wanted, room[open_rows] - seats[open_rows])
            if not 0 < step.sum() <= left:
                first = np.argsort(-np.round(target[open_rows] - seats[open_rows], 9), kind="stable")[:left]
                step = np.zeros_like(step)
                step[first] = 1
            seats[open_rows] += step
        self._carried[rows] = target - seats
        return seats


def _may_attend(problem: PlanningProblem, course: int, language: int, hours: int) -> Flags:
    enough = problem.pools["allowed_hours"].to_numpy() >= hours
    return problem.speaks[:, language] & enough & problem.on_track[course, problem.pools["group"].to_numpy()]


def _agency_of_pool(problem: PlanningProblem) -> Ints:
    ids = list(problem.limits.agency_ids)
    body = problem.groups["agency_id"].replace_strict(ids, list(range(len(ids))), return_dtype=pl.Int64).to_numpy()
    return body[problem.pools["group"].to_numpy()]
