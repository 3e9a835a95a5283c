"""Who can take a seat in the planned quarter, as counts: no row concerns a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from skills_models.planning.quarters import first_day, last_day
from skills_models.planning.rules import RuleBook, rule_number
from skills_models.sql.due import advanced_due_sql, listed
from skills_models.sql.register import register_sql

COUNTED_KINDS: Final = "('advanced', 'other')"


def eligible_sql(as_of: date, quarter_code: str, rules: RuleBook, course_hours: Sequence[int]) -> str:
    """Query for ``analysis_quota__assn_eligible``: everybody on the register on ``as_of``, each counted once.

    Parameters
    ----------
    as_of : day of the register
    quarter_code : the planned quarter; who is due by its last day counts as statutory
    rules : rules of the pack; ``hours_per_person_year`` limits the hours of a person
    course_hours : lengths of the catalogue's courses

    Notes
    -----
    ``language_code`` is the *set* of languages a person can be taught in, joined by '+' in the order kk, ru, en
    ('kk', 'kk+ru', 'ru+en' ...; 'none' where the register knows none), so that sets add up to the register.
    ``allowed_hours`` is what the yearly hours leave (hours of advanced and other courses completed in the
    calendar year of the quarter are taken off), lowered to the nearest course length: exact for every course.
    """
    per_year = int(rule_number(rules, "hours_per_person_year"))
    return f"""
WITH register AS ({register_sql(as_of)}),
due AS ({advanced_due_sql(last_day(quarter_code))}),
used AS ({_hours_sql(first_day(quarter_code).replace(month=1, day=1), as_of)}),
people AS (
    SELECT r.agency_id, r.seniority_code,
        coalesce(nullif(concat_ws('+', CASE WHEN r.speaks_kk THEN 'kk' END, CASE WHEN r.speaks_ru THEN 'ru' END,
            CASE WHEN r.speaks_en THEN 'en' END), ''), 'none') AS language_code,
        d.person_id IS NOT NULL AS is_statutory,
        CAST(greatest({per_year} - coalesce(u.n_hours, 0), 0) AS BIGINT) AS hours_left
    FROM register r LEFT JOIN due d USING (person_id) LEFT JOIN used u USING (person_id)
)
SELECT agency_id, seniority_code, language_code, is_statutory,
    CAST(coalesce(list_max(list_filter([0, {listed(course_hours) or "0"}], lambda h: h <= hours_left)), 0) AS BIGINT)
        AS allowed_hours,
    count(*) AS n_people
FROM people GROUP BY ALL ORDER BY ALL
"""


def agency_hours_sql(as_of: date, quarter_code: str) -> str:
    """Query: agency_id, n_people, used_hours, recent_hours, recent_innovation_hours of the people on the register.

    ``used_hours`` were completed in the calendar year of the planned quarter; the recent ones in the twelve
    months up to ``as_of``, as far as the history says whether the course built a skill of the framework.
    """
    year_start = first_day(quarter_code).replace(month=1, day=1)
    year_ago = as_of - timedelta(days=365)
    return f"""
WITH register AS ({register_sql(as_of)}),
used AS ({_hours_sql(year_start, as_of)}),
recent AS ({_hours_sql(year_ago, as_of, "AND is_innovation IS NOT NULL")}),
innovation AS ({_hours_sql(year_ago, as_of, "AND is_innovation")})
SELECT r.agency_id, count(*) AS n_people,
    CAST(coalesce(sum(u.n_hours), 0) AS BIGINT) AS used_hours,
    CAST(coalesce(sum(t.n_hours), 0) AS BIGINT) AS recent_hours,
    CAST(coalesce(sum(i.n_hours), 0) AS BIGINT) AS recent_innovation_hours
FROM register r LEFT JOIN used u USING (person_id) LEFT JOIN recent t USING (person_id)
    LEFT JOIN innovation i USING (person_id)
GROUP BY r.agency_id ORDER BY r.agency_id
"""


def _hours_sql(after: date, until: date, condition: str = "") -> str:
    return (
        "SELECT person_id, CAST(sum(course_hours) AS BIGINT) AS n_hours FROM core_training__entity_completion "
        f"WHERE completion_status_code = 'completed' AND training_kind_code IN {COUNTED_KINDS} "
        f"AND completed_date >= DATE '{after}' AND completed_date <= DATE '{until}' {condition} GROUP BY person_id"
    )
