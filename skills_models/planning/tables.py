"""A plan as tables of the warehouse, before the disclosure gate."""

from __future__ import annotations

import numpy as np
import polars as pl

from skills_models.contracts import TABLES
from skills_models.planning import reasons
from skills_models.planning.allotment import FLOOR, UNMEASURED_NEED, Allotment
from skills_models.planning.limits import Ints
from skills_models.planning.names import OWN_RULES
from skills_models.planning.rules import optional_number


def tabulate_course_groups(plan: Allotment, pro_rata: Allotment) -> pl.DataFrame:
    """``analysis_quota__assn_course_group``: course x group pairs with seats, their value and their reasons."""
    problem = plan.problem
    people = problem.pools["n_people"].to_numpy()
    n_eligible = reasons.eligible_counts(plan, people)
    binding = reasons.binding_rules(plan)
    course_facts = problem.courses.select("course_id", "course_hours", "seat_cost").rows()
    groups = problem.groups.select("agency_id", "seniority_code").rows()
    rows = []
    for course, group, reason in reasons.seat_reasons(plan):
        course_id, hours, cost = course_facts[course]
        seats, value, top = int(plan.seats[course, group]), float(problem.values[course, group]), problem.top_skill
        rows.append(
            {
                "quarter_code": problem.quarter_code,
                "course_id": course_id,
                "agency_id": groups[group][0],
                "seniority_code": groups[group][1],
                "n_eligible": int(n_eligible[course, group]),
                "n_seats": seats,
                "n_seats_statutory": int(plan.statutory_seats[course, group]),
                "n_seats_pro_rata": int(pro_rata.seats[course, group]),
                "n_hours": seats * hours,
                "total_cost": seats * cost,
                "seat_value_levels": value,
                "closure_levels": seats * value,
                "top_skill_code": problem.skills[top[course, group]] if top[course, group] >= 0 else None,
                "reason_code": reason,
                "binding_rule_code": binding[course][group],
            }
        )
    table = TABLES["analysis_quota__assn_course_group"]
    return table.enforce(pl.DataFrame(rows, schema=table.polars_schema()))


def tabulate_rules(plan: Allotment, agency_hours: pl.DataFrame) -> pl.DataFrame:
    """``analysis_quota__entity_rule``: what each rule of the plan allows, what is used, and whether it binds.

    A rule binds where it stops a further seat of some course for some group; the limits of the calendar and of the
    register stand beside those of the pack, so that every ``binding_rule_code`` has its row and its name.
    Floors: seats asked for, and seats of bodies or regions counted up to their floor; a floor binds where seats
    were given for its sake alone. One course per quarter: people who can take a seat and people with one.

    Parameters
    ----------
    plan : the plan
    agency_hours : rows of ``agency_hours_sql``; says how many hours of the year are used already
    """
    rules = plan.problem.rules
    rows = []
    said = {
        code for row, seats in zip(reasons.binding_rules(plan), plan.seats, strict=True) for code in _of(row, seats)
    }
    for code, (limit, used, unit, binds) in _usage(plan, agency_hours).items():
        if code in (reasons.NO_VALUE, reasons.NO_MORE_ELIGIBLE) and code not in said:
            continue
        if code in OWN_RULES:
            names, source, status = OWN_RULES[code], "catalogue and register", "project_draft"
        elif code in rules:
            names, source, status = rules[code].names, rules[code].source_reference, rules[code].status_code
        else:
            continue
        labels = {f"rule_name_{language}": text for language, text in names.items()}
        rows.append(
            {
                "rule_code": code,
                "rule_limit": float(limit),
                "rule_used": float(used),
                "rule_unit": unit,
                "is_binding": bool(binds),
                "source_reference": source,
                "status_code": status,
            }
            | labels
        )
    table = TABLES["analysis_quota__entity_rule"]
    return table.enforce(pl.DataFrame(rows).select(list(table.columns)))


def _usage(plan: Allotment, agency_hours: pl.DataFrame) -> dict[str, tuple[float, float, str, bool]]:
    """Limit, use, unit and whether it binds, by rule."""
    problem, limits = plan.problem, plan.problem.limits
    people = problem.pools["n_people"].to_numpy()
    binding = {code for row in reasons.binding_rules(plan) for code in row}
    n_seats = int(plan.seats.sum())
    able = int(people[problem.can_take.any(axis=0)].sum())
    due = problem.pools["is_statutory"].to_numpy() & _can_take_lawful(plan)
    n_due = int(people[due].sum())
    seated_due = int(plan.statutory_seats.sum())
    by_agency, by_region = _seats_by(plan, "agency_id"), _seats_by(plan, "region_code")
    for_floors = bool(plan.seats_for(FLOOR).any())
    per_year = optional_number(problem.rules, "hours_per_person_year", 0.0)
    used_hours = int(agency_hours["used_hours"].sum())
    at_agency = np.array([by_agency.get(a, 0) for a in limits.agency_ids], dtype=np.int64)
    at_region = np.array([by_region.get(r, 0) for r in limits.region_codes], dtype=np.int64)
    agency_met = np.minimum(at_agency, limits.agency_floor)
    region_met = np.minimum(at_region, limits.region_floor)
    return {
        reasons.SESSIONS: (problem.offered.sum(), n_seats, "seats", reasons.SESSIONS in binding),
        reasons.HOURS: (limits.hours, plan.n_hours, "hours", reasons.HOURS in binding),
        reasons.COST: (limits.cost, plan.total_cost, "cost", reasons.COST in binding),
        reasons.RESERVE: (
            limits.reserve_hours,
            plan.hours_for(UNMEASURED_NEED),
            "hours",
            reasons.RESERVE in binding,
        ),
        reasons.CAP: (limits.agency_cap.sum(), n_seats, "people", reasons.CAP in binding),
        "agency_floor_seats_per_1000": (
            limits.agency_floor.sum(),
            agency_met.sum(),
            "seats",
            for_floors and _is_tight(at_agency, limits.agency_floor),
        ),
        "region_floor_seats_per_1000": (
            limits.region_floor.sum(),
            region_met.sum(),
            "seats",
            for_floors and _is_tight(at_region, limits.region_floor),
        ),
        reasons.MIN_SEATS: (
            problem.sessions.height,
            len(plan.held_sessions),
            "sessions",
            reasons.MIN_SEATS in binding,
        ),
        reasons.NO_MORE_ELIGIBLE: (able, n_seats, "people", reasons.NO_MORE_ELIGIBLE in binding),
        reasons.NO_VALUE: (problem.offered.sum(), n_seats, "seats", reasons.NO_VALUE in binding),
        reasons.ONE_COURSE: (able, n_seats, "people", reasons.ONE_COURSE in binding),
        "statutory_first": (n_due, seated_due, "people", seated_due < n_due),
        "hours_per_person_year": (
            int(agency_hours["n_people"].sum()) * per_year,
            used_hours + plan.n_hours,
            "hours",
            _lacks_hours(plan),
        ),
    }


def _of(codes: list[str | None], seats: Ints) -> set[str]:
    """Codes of the pairs with seats."""
    return {code for code, n in zip(codes, seats.tolist(), strict=True) if n and code}


def _is_tight(seats: Ints, floors: Ints) -> bool:
    return bool(((seats == floors) & (floors > 0)).any())


def _can_take_lawful(plan: Allotment) -> Ints:
    lawful = plan.problem.courses["is_statutory"].to_numpy()
    return np.asarray(plan.problem.can_take[lawful].any(axis=0))


def _lacks_hours(plan: Allotment) -> bool:
    """Somebody without a seat has too few hours left for a course that is offered and admitted."""
    problem = plan.problem
    offered = problem.offered.sum(axis=1) > 0
    too_long = problem.courses["course_hours"].to_numpy()[:, None] > problem.pools["allowed_hours"].to_numpy()[None]
    waiting = problem.pools["n_people"].to_numpy() > plan.people_seated
    return bool((too_long & offered[:, None] & waiting[None]).any())


def _seats_by(plan: Allotment, column: str) -> dict[str, int]:
    seats = plan.problem.groups.select(column).with_columns(n_seats=plan.seats.sum(axis=0)).drop_nulls()
    return dict(seats.group_by(column).agg(pl.col("n_seats").sum()).iter_rows())
