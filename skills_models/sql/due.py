"""Who must be trained by when, in law: advanced training every few years, retraining after a first appointment.

Reads ``core_hr__scd_employee`` and ``core_training__entity_completion``; a course that was taken moves a due
date, never a gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from skills_models.planning.quarters import due_quarters
from skills_models.planning.rules import RuleBook, rule_number
from skills_models.sql.register import register_sql

RECENT_MONTHS: Final = 12


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


def advanced_due_sql(until: date) -> str:
    """Query: person_id of everybody whose advanced training is due on or before a day."""
    return (
        "SELECT person_id FROM analysis_due__entity_person "
        f"WHERE due_kind_code = 'advanced' AND due_date <= DATE '{until}'"
    )


def listed(values: Sequence[int]) -> str:
    """Distinct whole numbers, ascending, as a SQL list."""
    return ", ".join(str(int(v)) for v in sorted(set(values)))
