"""Sentences about the plan, the law and the segments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from skills_models.contracts import LANGUAGES
from skills_models.findings.marts import Marts, each
from skills_models.findings.phrases import Phrase, count, label, listing, percent
from skills_models.findings.sentences import Finding

OVERDUE = "overdue"


def quotas(marts: Marts, meta: Mapping[str, Any]) -> Finding | None:
    """Seats of the plan and what part of its hours builds a skill, beside the last twelve months."""
    plan = marts.rows("mart_quota__course_group")
    if plan.is_empty():
        return Finding("quotas", "data_and_method", 0, ("no_plan",), {}) if meta.get("is_plan_infeasible") else None
    seats = int(plan["n_seats"].sum())
    templates, values = ["quotas"], {"seats": count(seats)}
    if (planned := innovation_planned_share(marts.rows("mart_quota__agency_hours"))) is not None:
        templates.append("quotas_share")
        values["planned"] = percent(planned)
        if (used := meta.get("innovation_used_share")) is not None:
            templates.append("quotas_last")
            values["used"] = percent(used)
    return Finding("quotas", "quotas", seats, tuple(templates), values)


def innovation_planned_share(agency_hours: pl.DataFrame) -> float | None:
    """Share of all planned hours in courses that build a skill: bodies count by their hours; None without hours."""
    rows = agency_hours.filter(pl.col("innovation_planned_share").is_not_null()).sort("agency_id")
    hours = rows["planned_hours"].to_numpy()
    if hours.sum() == 0:
        return None
    return float((hours * rows["innovation_planned_share"].to_numpy()).sum() / hours.sum())


def law(marts: Marts) -> Finding | None:
    """People past their date, those the plan serves, and the rules that most often stop a further seat."""
    late = marts.rows("mart_due__agency_quarter").filter(pl.col("quarter_code") == OVERDUE)
    if late.is_empty():
        return None
    overdue, served = int(late["n_due"].sum()), int(late["n_served"].sum())
    values = {"overdue": count(overdue), "served": count(served), "left": count(overdue - served)}
    rules = _stopping_rules(marts)
    if overdue == served or not rules:
        return Finding("law", "quotas", overdue, ("law",), values)
    return Finding("law", "quotas", overdue, ("law", "law_rules"), values | {"rules": listing(rules)})


def _stopping_rules(marts: Marts, most: int = 3) -> list[Phrase]:
    """Names of the rules that most often stopped a further seat, the most frequent first."""
    stops = marts.rows("mart_quota__course_group").drop_nulls("binding_rule_code")
    tally = stops.group_by(rule_code="binding_rule_code").agg(n=pl.len())
    named = tally.join(marts.rows("mart_quota__rule"), on="rule_code").sort(
        ["n", "rule_code"], descending=[True, False]
    )
    return [label({lang: row[f"rule_name_{lang}"] for lang in LANGUAGES}) for row in each(named.head(most))]


def no_course(marts: Marts) -> Finding | None:
    """Skills that people lack and no course of the catalogue builds."""
    coverage = marts.rows("mart_needs__course_coverage")
    needed = coverage.filter(~pl.col("has_course") & (pl.col("n_people_below") > 0)).sort("skill_code")
    if needed.is_empty():
        return None
    skills = listing(marts.skill(code) for code in needed["skill_code"])
    return Finding("no_course", "quotas", needed.height, ("no_course",), {"skills": skills})


def segments(marts: Marts) -> Finding | None:
    """How many segments of need there are and their names; that there is none where all groups are one."""
    found = marts.rows("mart_needs__segment").sort("segment_id")
    if found.is_empty():
        return None
    if found.height == 1:
        return Finding("segments", "segments", 1, ("no_segments",), {})
    names = [label({lang: row[f"segment_name_{lang}"] for lang in LANGUAGES}, quoted=True) for row in each(found)]
    values = {"n": count(found.height), "names": listing(names)}
    return Finding("segments", "segments", found.height, ("segments",), values)
