"""What the same sessions would do if seats went by head count and nominees were anybody who may attend."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from skills_models.contracts import TABLES
from skills_models.planning.allotment import Allotment, Grant
from skills_models.planning.problem import Flags, Ints, PlanningProblem

PRO_RATA: Final = "pro_rata"


def plan_pro_rata(plan: Allotment) -> Allotment:
    """The seats of ``plan``, course by course and language by language, by head count of the bodies.

    Each body gets seats in proportion to its head count among bodies with people who may attend (largest
    remainders, never more than such people); inside a body every person who may attend is equally likely, so
    groups, language sets and due people share in proportion. A person takes one course. Value is that of a person
    of the group drawn at random. Where people run out, seats stay empty; floors and caps are not asked for.
    """
    problem = plan.problem
    people = problem.pools["n_people"].to_numpy().copy()
    agency = _agency_of_pool(problem)
    hours = problem.courses["course_hours"].to_numpy()
    grants: list[Grant] = []
    for course, language in zip(*(index.tolist() for index in np.nonzero(plan.seats_by_language)), strict=True):
        may = _may_attend(problem, course, language, int(hours[course]))
        share = _share_seats(int(plan.seats_by_language[course, language]), np.where(may, people, 0), agency, problem)
        people -= share
        chosen = np.flatnonzero(share)
        grants += [Grant(course, language, int(pool), int(share[pool]), PRO_RATA) for pool in chosen]
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


def apportion(n_seats: int, weights: Ints, most: Ints) -> Ints:
    """Whole seats in proportion to weights by largest remainders, none above ``most``; ties go to the first.

    Returns
    -------
    ndarray of the shape of ``weights``; its sum is min(n_seats, sum of ``most`` where the weight is positive)
    """
    seats = np.zeros_like(most)
    room = np.where(weights > 0, most, 0)
    left = min(n_seats, int(room.sum()))
    while left > 0:
        open_weights = np.where(seats < room, weights, 0).astype(np.float64)
        exact = left * open_weights / open_weights.sum()
        step = np.minimum(np.floor(exact + 1e-9).astype(np.int64), room - seats)
        if not step.any():
            first = np.argsort(-np.round(exact, 9), kind="stable")[:left]
            step[first] = (open_weights[first] > 0).astype(np.int64)
        seats, left = seats + step, left - int(step.sum())
    return seats


def _share_seats(n_seats: int, people: Ints, agency: Ints, problem: PlanningProblem) -> Ints:
    """Seats per pool: by head count between bodies, by people who may attend inside a body."""
    able = np.bincount(agency, weights=people, minlength=len(problem.limits.agency_ids)).astype(np.int64)
    weights = np.where(able > 0, problem.limits.agency_people, 0)
    by_agency = apportion(n_seats, weights, able)
    share = np.zeros_like(people)
    for body in np.flatnonzero(by_agency):
        inside = agency == body
        share[inside] = apportion(int(by_agency[body]), people[inside], people[inside])
    return share


def _may_attend(problem: PlanningProblem, course: int, language: int, hours: int) -> Flags:
    enough = problem.pools["allowed_hours"].to_numpy() >= hours
    return problem.speaks[:, language] & enough & problem.on_track[course, problem.pools["group"].to_numpy()]


def _agency_of_pool(problem: PlanningProblem) -> Ints:
    ids = list(problem.limits.agency_ids)
    body = problem.groups["agency_id"].replace_strict(ids, list(range(len(ids))), return_dtype=pl.Int64).to_numpy()
    return body[problem.pools["group"].to_numpy()]
