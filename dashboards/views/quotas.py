"""Shapes for the quota screen: seats with their reasons, hours, rules, plans, duties, uncovered needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboards.i18n import Texts
from dashboards.views.format import interval, number, share
from dashboards.views.labels import with_name

Names = Mapping[str, Mapping[str, str]]
OVERDUE = "overdue"


def seats(course_group: pl.DataFrame, names: Names, texts: Texts) -> pl.DataFrame:
    """Plan rows with names, the reason in words and the rule that stopped a further seat."""
    frame = course_group
    for key, stem, what in (
        ("course_id", "course_name", "course"),
        ("agency_id", "agency_name", "agency"),
        ("seniority_code", "seniority_name", "band"),
    ):
        frame = with_name(frame, key, stem, names[what])
    return frame.with_columns(
        reason=_worded("reason_code", texts, "reason"),
        top_skill=pl.col("top_skill_code").replace_strict(dict(names["skill"]), default=pl.col("top_skill_code")),
        binding_rule=pl.col("binding_rule_code").replace_strict(
            dict(names["rule"]), default=pl.col("binding_rule_code"), return_dtype=pl.String
        ),
    )


def _worded(column: str, texts: Texts, family: str) -> pl.Expr:
    return pl.col(column).map_elements(lambda code: texts.code(family, code), return_dtype=pl.String)


def reason_sentences(row: Mapping[str, Any], texts: Texts) -> list[str]:
    """Why a group got its seats in a course, in sentences; unknown codes appear as they are.

    Parameters
    ----------
    row : one row of ``seats``
    """
    language = texts.language
    said = [
        texts("why.seats", n=number(row["n_seats"], language), eligible=number(row["n_eligible"], language)),
        texts("why.reason", reason=texts.code("reason_long", row["reason_code"])),
    ]
    if row["n_seats_statutory"]:
        said.append(texts("why.statutory", n=number(row["n_seats_statutory"], language)))
    if row["top_skill_code"]:
        said.append(texts("why.skill", skill=row["top_skill"]))
    if row["top_skill_code"] and row["below_share"] is not None:
        said.append(
            texts(
                "why.gap",
                share=share(row["below_share"], language),
                interval=interval(row["below_share_lo"], row["below_share_hi"], language),
            )
        )
    elif row["top_skill_code"] or row["reason_code"] == "gap_value":
        said.append(texts("why.gap_hidden"))
    rule = row["binding_rule"]
    said.append(texts("why.rule", rule=rule) if rule else texts("why.no_rule"))
    said.append(texts("why.pro_rata", n=number(row["n_seats_pro_rata"], language)))
    return said


def agency_hours(hours: pl.DataFrame, names: Names) -> pl.DataFrame:
    """Hours per body with its name and what is left, most planned hours first."""
    left = pl.col("allowed_hours") - pl.col("used_hours") - pl.col("planned_hours")
    frame = with_name(hours, "agency_id", "agency_name", names["agency"]).with_columns(left_hours=left)
    return frame.sort("planned_hours", "agency_id", descending=[True, False])


def hours_rows(hours: pl.DataFrame, kinds: Mapping[str, str], language: str) -> list[dict[str, Any]]:
    """Two rows per body (used, planned) for the bar chart."""
    return [
        {
            "name": row["agency_name"],
            "kind": kinds[kind],
            "hours": row[f"{kind}_hours"],
            "allowed": row["allowed_hours"],
            "used_text": number(row["used_hours"], language),
            "planned_text": number(row["planned_hours"], language),
            "allowed_text": number(row["allowed_hours"], language),
        }
        for row in hours.iter_rows(named=True)
        for kind in ("used", "planned")
    ]


def innovation(hours: pl.DataFrame) -> float | None:
    """Share of the planned hours of all bodies that goes to innovation courses; None without planned hours."""
    known = hours.filter(pl.col("innovation_planned_share").is_not_null() & (pl.col("planned_hours") > 0))
    total = known["planned_hours"].sum()
    return float((known["innovation_planned_share"] * known["planned_hours"]).sum() / total) if total else None


def rules(rule: pl.DataFrame, texts: Texts, currency: str) -> pl.DataFrame:
    """Rules in words: limit, use and whether they bind, binding ones first; costs in the pack's currency."""
    language = texts.language
    rows = [
        {
            "rule": row[f"rule_name_{language}"],
            "limit": f"{_quantity(row['rule_limit'], language)} {_unit(row['rule_unit'], texts, currency)}",
            "used": _quantity(row["rule_used"], language),
            "binds": texts("common.yes") if row["is_binding"] else texts("common.no"),
            "source": row["source_reference"],
            "status": texts.code("status", row["status_code"]),
        }
        for row in rule.sort("is_binding", "rule_code", descending=[True, False]).iter_rows(named=True)
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(("rule", "limit", "used", "binds", "source", "status"), pl.String))


def _unit(code: str, texts: Texts, currency: str) -> str:
    return currency if code == "cost" else texts.code("unit", code)


def _quantity(value: float, language: str) -> str:
    return number(value, language, next(digits for digits in (0, 1, 2) if digits == 2 or round(value, digits) == value))


def plans(plan: pl.DataFrame, texts: Texts) -> pl.DataFrame:
    """Ways of allotting side by side, most expected closure first; ``value`` and ``text`` for the chart."""
    language = texts.language
    rows = [
        {
            "name": texts.code("plan", row["plan_code"]),
            "n_seats": number(row["n_seats"], language),
            "n_hours": number(row["n_hours"], language),
            "total_cost": number(row["total_cost"], language),
            "n_served": number(row["n_served"], language),
            "value": row["closure_levels"],
            "text": number(row["closure_levels"], language),
        }
        for row in plan.sort("closure_levels", "plan_code", descending=[True, False]).iter_rows(named=True)
    ]
    schema = dict.fromkeys(("name", "n_seats", "n_hours", "total_cost", "n_served"), pl.String)
    return pl.DataFrame(rows, schema=schema | {"value": pl.Float64, "text": pl.String})


def against_head_count(course_group: pl.DataFrame, names: Names) -> pl.DataFrame:
    """Per body the planned seats, those by head count alone and the difference, largest gain first."""
    frame = course_group.group_by("agency_id").agg(pl.col("n_seats", "n_seats_pro_rata").sum())
    frame = with_name(frame, "agency_id", "agency_name", names["agency"])
    return frame.with_columns(difference=pl.col("n_seats") - pl.col("n_seats_pro_rata")).sort(
        "difference", "agency_id", descending=[True, False]
    )


def due_by_quarter(due: pl.DataFrame, kind: str, texts: Texts) -> pl.DataFrame:
    """People due and served per quarter for one duty, overdue first."""
    frame = due.filter(pl.col("due_kind_code") == kind).group_by("quarter_code").agg(pl.col("n_due", "n_served").sum())
    frame = frame.sort(pl.col("quarter_code") != OVERDUE, "quarter_code")
    return frame.with_columns(
        quarter=_worded("quarter_code", texts, "quarter"), n_open=pl.col("n_due") - pl.col("n_served")
    )


def due_rows(by_quarter: pl.DataFrame, parts: Mapping[str, str], language: str) -> list[dict[str, Any]]:
    """Two rows per quarter (served, open) for the bar chart."""
    return [
        {"quarter": row["quarter"], "part": parts[part], "people": row[column], "text": number(row[column], language)}
        for row in by_quarter.iter_rows(named=True)
        for part, column in (("served", "n_served"), ("open", "n_open"))
    ]


def due_by_agency(due: pl.DataFrame, names: Names, texts: Texts) -> pl.DataFrame:
    """Duties per body, kind and quarter with names, overdue first."""
    frame = with_name(due, "agency_id", "agency_name", names["agency"])
    frame = frame.with_columns(
        due_kind=_worded("due_kind_code", texts, "due_kind"), quarter=_worded("quarter_code", texts, "quarter")
    )
    return frame.sort(
        pl.col("quarter_code") != OVERDUE, "quarter_code", -pl.col("n_due").cast(pl.Int64), "agency_id", "due_kind_code"
    )


def coverage(course_coverage: pl.DataFrame, names: Names, texts: Texts) -> pl.DataFrame:
    """Skills, people below and what the catalogue offers, skills without a course first."""
    language = texts.language
    rows = [
        {
            "skill": names["skill"].get(row["skill_code"], row["skill_code"]),
            "people_below": number(row["n_people_below"], language),
            "n_courses": number(row["n_courses"], language),
            "n_seats_offered": number(row["n_seats_offered"], language),
            "n_seats": number(row["n_seats"], language),
            "answer": texts("common.yes") if row["has_course"] else texts("quotas.no_course"),
        }
        for row in course_coverage.sort("has_course", "skill_code").iter_rows(named=True)
    ]
    columns = ("skill", "people_below", "n_courses", "n_seats_offered", "n_seats", "answer")
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String))
