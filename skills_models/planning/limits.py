"""Rules of the pack turned into the seats, hours and money of one quarter."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from skills_models.planning.rules import RuleBook, optional_number, rule_number

if TYPE_CHECKING:
    from skills_models.planning.problem import PlanningProblem

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

UNMEASURED_SHARE: Final = "unmeasured_needs_hours_share"


@dataclass(frozen=True)
class Limits:
    """What the rules allow in this quarter.

    Parameters
    ----------
    hours, cost : budgets of the quarter (rates per 1000 people on the register); infinite where there is no rule
    reserve_hours, reserve_cost : the part of both that is kept for courses whose need nobody has measured; a share
        of hours that have no limit is none
    agency_ids : sorted
    agency_people, agency_floor, agency_cap : (n_agencies,), people and seats. A floor is owed to people who can
        take at least one offered course, and never rounds down to nothing; a cap never rounds down to nothing
    region_codes, region_floor : regions with people who can take a seat, and their seats
    """

    hours: float
    cost: float
    reserve_hours: float
    reserve_cost: float
    agency_ids: tuple[str, ...]
    agency_people: Ints
    agency_floor: Ints
    agency_cap: Ints
    region_codes: tuple[str, ...]
    region_floor: Ints

    @staticmethod
    def of(problem: PlanningProblem) -> Limits:
        """Turn rates of the pack into whole seats, hours and money.

        Raises
        ------
        MissingRule
            If the pack does not state the rule of one course per quarter.
        ValueError
            If it states anything but one course per person and quarter: no other plan is built here; or if the
            share kept for unmeasured needs is not from 0 to 1.
        """
        rules = problem.rules
        if rule_number(rules, "one_course_per_quarter") != 1:
            raise ValueError("one_course_per_quarter must be 1: the planner gives a person one course a quarter")
        seatable = np.asarray(problem.can_take.any(axis=0))
        people = problem.groups.select("agency_id", "region_code", "n_people").with_columns(
            n_seatable=_sum_by(problem.pools["group"].to_numpy(), problem, seatable)
        )
        bodies = people.group_by("agency_id").agg(pl.col("n_people", "n_seatable").sum()).sort("agency_id")
        regions = (
            people.drop_nulls("region_code")
            .group_by("region_code")
            .agg(pl.col("n_people", "n_seatable").sum())
            .sort("region_code")
        )
        n_people = int(bodies["n_people"].sum())
        hours = _budget(rules, "quarter_budget_hours_per_1000", n_people)
        cost = _budget(rules, "quarter_budget_cost_per_1000", n_people)
        kept = optional_number(rules, UNMEASURED_SHARE, 0.0) if math.isfinite(hours) else 0.0
        if not 0 <= kept <= 1:
            raise ValueError(f"{UNMEASURED_SHARE} must be from 0 to 1, not {kept:g}")
        cap_share = optional_number(rules, "agency_cap_share", 1.0)
        return Limits(
            hours=hours,
            cost=cost,
            reserve_hours=kept * hours if kept else 0.0,
            reserve_cost=kept * cost if kept else 0.0,
            agency_ids=tuple(bodies["agency_id"]),
            agency_people=bodies["n_people"].to_numpy(),
            agency_floor=_floors(bodies, optional_number(rules, "agency_floor_seats_per_1000", 0.0)),
            agency_cap=np.array([_ceil(cap_share * n) for n in bodies["n_people"]], dtype=np.int64),
            region_codes=tuple(regions["region_code"]),
            region_floor=_floors(regions, optional_number(rules, "region_floor_seats_per_1000", 0.0)),
        )


def _budget(rules: RuleBook, rule_code: str, n_people: int) -> float:
    return optional_number(rules, rule_code, math.inf) * n_people / 1000 if n_people else 0.0


def _ceil(number: float) -> int:
    return math.ceil(round(number, 9))


def _floors(bodies: pl.DataFrame, per_1000: float) -> Ints:
    pairs = bodies.select("n_people", "n_seatable").iter_rows()
    return np.array([min(_ceil(per_1000 * n / 1000), able) for n, able in pairs], dtype=np.int64)


def _sum_by(group: Ints, problem: PlanningProblem, chosen: Flags) -> Ints:
    counts = np.zeros(problem.groups.height, dtype=np.int64)
    np.add.at(counts, group, np.where(chosen, problem.pools["n_people"].to_numpy(), 0))
    return counts
