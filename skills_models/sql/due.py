"""Who must be trained by when, in law: advanced training every few years, retraining after a first appointment.

Reads ``core_hr__scd_employee`` and ``core_training__entity_completion``; a course that was taken moves a due
date, never a gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from skills_models.contracts import TABLES
from skills_models.planning.quarters import next_quarter, planning_quarter, quarter_of
from skills_models.planning.rules import RuleBook, rule_number

HORIZON_QUARTERS: Final = 8
RECENT_MONTHS: Final = 12


def register_sql(as_of: date) -> str:
    """Query: the people on the register on a day, columns of ``core_hr__scd_employee``."""
    return (
        f"SELECT * FROM core_hr__scd_employee WHERE valid_from <= DATE '{as_of}' "
        f"AND (valid_to IS NULL OR valid_to >= DATE '{as_of}')"
    )


def due_sql(as_of: date, rules: RuleBook) -> str:
    """Query for ``analysis_due__entity_person``: one row per person and duty that exists on ``as_of``.

    Advanced training: the last completed course of lawful length (``advanced_min_hours`` to
    ``advanced_max_hours``) plus ``advanced_interval_years``; without one, entry into service (or, where the
    register lacks it, the present appointment) plus the same. Where neither is known no date is made up.

    Retraining: entry into service, or first appointment to a leading post, within the last twelve months, plus
    ``retraining_within_months``, unless a retraining of ``retraining_min_hours`` was completed since. With two
    such duties the earlier date counts.
    """
    years = int(rule_number(rules, "advanced_interval_years"))
    months = int(rule_number(rules, "retraining_within_months"))
    shortest, longest = (int(rule_number(rules, f"advanced_{end}_hours")) for end in ("min", "max"))
    retraining = int(rule_number(rules, "retraining_min_hours"))
    recent = f"> DATE '{as_of}' - INTERVAL {RECENT_MONTHS} MONTH"
    return f"""
WITH register AS ({register_sql(as_of)}),
completed AS (
    SELECT person_id,
        max(completed_date) FILTER (training_kind_code = 'advanced'
            AND course_hours BETWEEN {shortest} AND {longest}) AS last_advanced_date,
        max(completed_date) FILTER (training_kind_code = 'retraining'
            AND course_hours >= {retraining}) AS last_retraining_date
    FROM core_training__entity_completion
    WHERE completion_status_code = 'completed' AND completed_date <= DATE '{as_of}'
    GROUP BY person_id
),
duties AS (
    SELECT r.person_id, r.agency_id, r.seniority_code,
        coalesce(c.last_advanced_date, r.service_start_date, r.appointed_date) AS advanced_from_date,
        CASE WHEN r.service_start_date {recent} AND r.service_start_date <= DATE '{as_of}'
            AND coalesce(c.last_retraining_date < r.service_start_date, true)
            THEN r.service_start_date END AS entry_date,
        CASE WHEN coalesce(r.is_first_leading_post, false)
            AND r.appointed_date {recent} AND r.appointed_date <= DATE '{as_of}'
            AND coalesce(c.last_retraining_date < r.appointed_date, true)
            THEN r.appointed_date END AS leading_date
    FROM register r LEFT JOIN completed c USING (person_id)
)
SELECT person_id, 'advanced' AS due_kind_code, agency_id, seniority_code,
    CAST(advanced_from_date + INTERVAL {years} YEAR AS DATE) AS due_date
FROM duties WHERE advanced_from_date IS NOT NULL
UNION ALL
SELECT person_id, 'retraining' AS due_kind_code, agency_id, seniority_code,
    CAST(least(entry_date, leading_date) + INTERVAL {months} MONTH AS DATE) AS due_date
FROM duties WHERE entry_date IS NOT NULL OR leading_date IS NOT NULL
"""


def due_quarters(as_of: date) -> list[str]:
    """'overdue', then the running quarter and the ones after it: ``HORIZON_QUARTERS`` in all."""
    quarters = [quarter_of(as_of)]
    while len(quarters) < HORIZON_QUARTERS:
        quarters.append(next_quarter(quarters[-1]))
    return ["overdue", *quarters]


def due_summary_sql(as_of: date) -> str:
    """Query over ``analysis_due__entity_person``: agency_id, due_kind_code, quarter_code, n_due.

    Dates before ``as_of`` fall under 'overdue'; dates beyond the horizon are left out.
    """
    listed = ", ".join(f"'{q}'" for q in due_quarters(as_of))
    return f"""
WITH dated AS (
    SELECT agency_id, due_kind_code,
        CASE WHEN due_date < DATE '{as_of}' THEN 'overdue'
            ELSE year(due_date) || '-Q' || quarter(due_date) END AS quarter_code
    FROM analysis_due__entity_person
)
SELECT agency_id, due_kind_code, quarter_code, count(*) AS n_due
FROM dated WHERE quarter_code IN ({listed})
GROUP BY ALL ORDER BY ALL
"""


def tabulate_due(due_counts: pl.DataFrame, course_group: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """``mart_due__agency_quarter``: due people with those the plan serves, the longest overdue first.

    Parameters
    ----------
    due_counts : rows of ``due_summary_sql``
    course_group : ``analysis_quota__assn_course_group`` of the next quarter's plan
    as_of : day the figures look at

    Notes
    -----
    The plan counts statutory seats per body; they are set against the overdue first, then quarter by quarter up
    to the planned one. Retraining has no seats in the plan: nobody is served.
    """
    order = due_quarters(as_of)
    served = course_group.group_by("agency_id").agg(n_seats_statutory=pl.col("n_seats_statutory").sum())
    planned = order.index(planning_quarter(as_of))
    rows = (
        due_counts.join(served, on="agency_id", how="left")
        .with_columns(position=pl.col("quarter_code").replace_strict(order, list(range(len(order)))))
        .sort("agency_id", "due_kind_code", "position")
        .with_columns(before=pl.col("n_due").cum_sum().over("agency_id", "due_kind_code") - pl.col("n_due"))
    )
    left = (pl.col("n_seats_statutory").fill_null(0) - pl.col("before")).clip(lower_bound=0)
    may_serve = (pl.col("due_kind_code") == "advanced") & (pl.col("position") <= planned)
    rows = rows.with_columns(n_served=pl.when(may_serve).then(pl.min_horizontal(left, "n_due")).otherwise(0))
    table = TABLES["mart_due__agency_quarter"]
    return table.enforce(rows.select(list(table.columns)))


def advanced_due_sql(until: date) -> str:
    """Query: person_id of everybody whose advanced training is due on or before a day."""
    return (
        "SELECT person_id FROM analysis_due__entity_person "
        f"WHERE due_kind_code = 'advanced' AND due_date <= DATE '{until}'"
    )


def listed(values: Sequence[int]) -> str:
    """Distinct whole numbers, ascending, as a SQL list."""
    return ", ".join(str(int(v)) for v in sorted(set(values)))
