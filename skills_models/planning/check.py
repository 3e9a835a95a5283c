"""Every rule checked again on a finished plan, by code that shares nothing with the planner."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from skills_models.planning.allotment import UNMEASURED_NEED, Allotment


def check_plan(plan: Allotment, *, with_bounds: bool = True) -> list[str]:
    """Violated rules in words with amounts; empty for a plan that obeys all of them.

    Parameters
    ----------
    plan : the plan
    with_bounds : also floors, caps and budgets; without, only what no seat may break: places, people, language,
        track, hours left
    """
    checks = [_people(plan), _eligibility(plan), _sessions(plan)]
    if with_bounds:
        checks += [_budgets(plan), _reserve(plan), _bodies(plan)]
    return [problem for check in checks for problem in check]


def _people(plan: Allotment) -> Iterator[str]:
    surplus = np.maximum(plan.people_seated - plan.problem.pools["n_people"].to_numpy(), 0).sum()
    if surplus:
        yield f"one_course_per_quarter: {surplus} seats more than people"
    if plan.table.filter(pl.col("n_seats") <= 0).height:
        yield "grants of no or negative seats"


def _eligibility(plan: Allotment) -> Iterator[str]:
    problem = plan.problem
    pools = problem.pools.with_row_index("pool").select(
        pl.col("pool").cast(pl.Int64), "language_code", "allowed_hours", may_lead=pl.col("group")
    )
    may_lead = problem.groups["may_lead"].to_list()
    taught = dict(enumerate(problem.languages))
    tracks = problem.courses["track_code"].to_list()
    grants = plan.table.join(pools, on="pool")
    for row in grants.iter_rows(named=True):
        if taught[row["language"]] not in row["language_code"].split("+"):
            yield f"language: {row['n_seats']} seats in a language the people do not speak"
        if row["course_hours"] > row["allowed_hours"]:
            yield f"hours_per_person_year: {row['n_seats']} seats beyond the hours left"
        track = tracks[row["course"]]
        if track != "all" and (track == "manager") != may_lead[row["may_lead"]]:
            yield f"track: {row['n_seats']} seats on the wrong track"


def _sessions(plan: Allotment) -> Iterator[str]:
    problem = plan.problem
    held = problem.sessions.filter(pl.col("session_id").is_in(list(plan.held_sessions)))
    if held.height != len(plan.held_sessions):
        yield "sessions: a session that is not in the quarter's calendar"
    places = problem.capacity(held)
    fewest = problem.capacity(held.with_columns(seats_per_session=pl.min_horizontal("min_seats", "seats_per_session")))
    if too_many := np.maximum(plan.seats_by_language - places, 0).sum():
        yield f"sessions: {too_many} seats more than places"
    if too_few := np.maximum(fewest - plan.seats_by_language, 0).sum():
        yield f"min_seats: {too_few} participants are missing in sessions that are held"


def _budgets(plan: Allotment) -> Iterator[str]:
    limits = plan.problem.limits
    if plan.n_hours > limits.hours + 1e-6:
        yield f"quarter_budget_hours_per_1000: {plan.n_hours - limits.hours:g} hours over"
    if plan.total_cost > limits.cost + 1e-3:
        yield f"quarter_budget_cost_per_1000: {plan.total_cost - limits.cost:g} over"


def _reserve(plan: Allotment) -> Iterator[str]:
    limits = plan.problem.limits
    given = plan.table.filter(pl.col("purpose") == UNMEASURED_NEED)
    hours, cost = given.select(
        (pl.col("n_seats") * pl.col("course_hours")).sum(), seat_cost=(pl.col("n_seats") * pl.col("seat_cost")).sum()
    ).row(0)
    if hours > limits.reserve_hours + 1e-6:
        yield f"unmeasured_needs_hours_share: {hours - limits.reserve_hours:g} hours over"
    if cost > limits.reserve_cost + 1e-3:
        yield f"unmeasured_needs_hours_share: {cost - limits.reserve_cost:g} of cost over"
    measured = plan.problem.courses.filter(pl.col("is_innovation") | ~pl.col("is_statutory"))
    if wrong := given.join(measured, on="course_id", how="semi")["n_seats"].sum():
        yield f"unmeasured_needs_hours_share: {wrong} seats in courses whose need is measured, or that are not advanced"


def _bodies(plan: Allotment) -> Iterator[str]:
    limits, groups = plan.problem.limits, plan.problem.groups
    seats = groups.select("agency_id", "region_code").with_columns(n_seats=plan.seats.sum(axis=0))
    by_agency = dict(seats.group_by("agency_id").agg(pl.col("n_seats").sum()).iter_rows())
    by_region = dict(seats.drop_nulls().group_by("region_code").agg(pl.col("n_seats").sum()).iter_rows())
    for agency, floor, cap in zip(limits.agency_ids, limits.agency_floor, limits.agency_cap, strict=True):
        if by_agency[agency] > cap:
            yield f"agency_cap_share: {by_agency[agency] - cap} seats over the cap of {agency}"
        if by_agency[agency] < floor:
            yield f"agency_floor_seats_per_1000: {floor - by_agency[agency]} seats missing in {agency}"
    for region, floor in zip(limits.region_codes, limits.region_floor, strict=True):
        if by_region.get(region, 0) < floor:
            yield f"region_floor_seats_per_1000: {floor - by_region.get(region, 0)} seats missing in {region}"
