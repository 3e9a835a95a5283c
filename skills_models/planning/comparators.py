"""What the same sessions would do if seats went by head count and nominees were anybody who may attend."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from skills_models.contracts import TABLES
from skills_models.planning.allotment import Allotment, Grant
from skills_models.planning.headcount import HeadCount

PRO_RATA: Final = "pro_rata"


def plan_pro_rata(plan: Allotment) -> Allotment:
    """The seats of ``plan``, course by course and language by language, by head count of the bodies.

    Each body gets seats in proportion to its head count among bodies with people who may attend, never more than such
    people; inside a body every person who may attend is equally likely, so groups, language sets and due people share
    in proportion; rounding is carried from course to course. A person takes one course. Value is that of a person
    of the group drawn at random. Where people run out, seats stay empty; floors and caps are not asked for.
    """
    people = plan.problem.pools["n_people"].to_numpy().copy()
    by_head_count = HeadCount(plan.problem)
    grants: list[Grant] = []
    for course, language in zip(*(index.tolist() for index in np.nonzero(plan.seats_by_language)), strict=True):
        seats = by_head_count.share(course, language, int(plan.seats_by_language[course, language]), people)
        people -= seats
        grants += [Grant(course, language, int(p), int(seats[p]), PRO_RATA) for p in np.flatnonzero(seats)]
    return Allotment(plan.problem, tuple(grants), plan.held_sessions)


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
