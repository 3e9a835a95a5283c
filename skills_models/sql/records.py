"""Records: the rows that count, as one query per table of ``RECORD_TABLES``.

"As of" a day means: register dates after it are ignored, so are answer sheets submitted and courses completed after
it. The intake judges every delivered row whatever the day, so that its counts always add up; the records leave out
what lies after it. Sessions of courses are plans and are kept whatever their date.
"""

from __future__ import annotations

from datetime import date

from skills_models.contracts.core import INTAKE_TABLES
from skills_models.contracts.raw import RAW_TABLES
from skills_models.packs.model import Pack
from skills_models.sql.answers import item_codes, level_sql
from skills_models.sql.conversion import ELEMENT_SKILLS
from skills_models.sql.ledgers import delivery_sql, duplicate_sql, quarantine_sql
from skills_models.sql.literals import raw_column

_INTAKE = {raw: table.name for raw, table in INTAKE_TABLES.items()}
_RESPONDENT = "md5(person_id || '|' || wave_id)"


def records_sql(table_name: str, pack: Pack, as_of: date) -> str:
    """Query that fills one table of ``RECORD_TABLES`` (all but the delivery profile).

    Raises
    ------
    KeyError
        If the table is none of them.
    """
    scale_tables = tuple(raw for raw in RAW_TABLES if pack.scale in raw.scales)
    queries = {
        "core_hr__scd_employee": lambda: employee_sql(as_of),
        "core_hr__entity_staff_ref": lambda: staff_ref_sql(as_of),
        "core_hr__wave_headcount": lambda: headcount_sql(pack, as_of),
        "core_survey__entity_respondent": lambda: respondent_sql(as_of),
        "core_survey__assn_answer": lambda: answer_sql(pack, as_of),
        "core_rating__assn_answer": lambda: rating_answer_sql(pack, as_of),
        "core_training__entity_completion": lambda: completion_sql(as_of),
        "core_training__entity_course": course_sql,
        "core_training__entity_session": session_sql,
        "core_training__assn_course_effect": course_effect_sql,
        "core_ingest__entity_quarantine": lambda: quarantine_sql(scale_tables),
        "core_ingest__entity_duplicate": lambda: duplicate_sql(scale_tables),
        "core_ingest__entity_delivery": lambda: delivery_sql(scale_tables),
    }
    return queries[table_name]()


def employee_sql(as_of: date) -> str:
    """``core_hr__scd_employee``: a row holds until the next register of its body, or the next row of its person.

    Bodies may deliver apart: a register of one body says nothing about the others. A body that has closed keeps
    nobody beyond its last day.
    """
    return f"""
WITH register AS ({_kept("raw_hr__employee", f"reference_date <= {_day(as_of)}")}),
body AS (
    SELECT agency_id, reference_date,
        lead(reference_date) OVER (PARTITION BY agency_id ORDER BY reference_date) AS next_date
    FROM (SELECT DISTINCT agency_id, reference_date FROM register)
),
placed AS (
    SELECT r.*, least(
        b.next_date, lead(r.reference_date) OVER (PARTITION BY r.person_id ORDER BY r.reference_date), a.valid_to + 1
    ) AS next_date
    FROM register AS r
    JOIN body AS b USING (agency_id, reference_date)
    LEFT JOIN core_ref__codes_agency AS a USING (agency_id)
)
SELECT p.person_id, p.reference_date, p.reference_date AS valid_from, p.next_date - 1 AS valid_to, p.agency_id,
    p.region_code, p.grade_code, g.seniority_code, p.job_family_code, p.service_start_date, p.appointed_date,
    p.is_first_leading_post, p.speaks_kk, p.speaks_ru, p.speaks_en
FROM placed AS p
LEFT JOIN core_ref__codes_grade AS g USING (grade_code)"""


def staff_ref_sql(as_of: date) -> str:
    """``core_hr__entity_staff_ref``: the staff number of each person's latest register row that has one."""
    return f"""
SELECT person_id, agency_id, staff_ref
FROM ({_kept("raw_hr__employee", f"reference_date <= {_day(as_of)} AND staff_ref IS NOT NULL")})
QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY reference_date DESC) = 1"""


def headcount_sql(pack: Pack, as_of: date) -> str:
    """``core_hr__wave_headcount``: counted from persons, or summed from delivered head counts.

    Persons where the survey measures levels; such packs have no head-count deliveries. Lines without a grade stand
    under grade ``not_stated`` and seniority ``all``, so that sums over a body equal what was delivered.
    """
    if pack.scale == "anchored":
        return """
SELECT reference_date, agency_id, grade_code, seniority_code, count(*) AS n_people
FROM core_hr__scd_employee GROUP BY ALL"""
    return f"""
SELECT h.reference_date, h.agency_id, coalesce(h.grade_code, 'not_stated') AS grade_code,
    CASE WHEN h.grade_code IS NULL THEN 'all' ELSE g.seniority_code END AS seniority_code,
    CAST(sum(h.n_people) AS BIGINT) AS n_people
FROM ({_kept("raw_hr__headcount", f"reference_date <= {_day(as_of)}")}) AS h
LEFT JOIN core_ref__codes_grade AS g USING (grade_code)
GROUP BY ALL"""


def respondent_sql(as_of: date) -> str:
    """``core_survey__entity_respondent``: sheets that count; consent that was not given is no consent."""
    return f"""
SELECT {_RESPONDENT} AS respondent_id, person_id, wave_id, agency_id, seniority_code, language_code, submitted_at,
    duration_seconds, coalesce(may_use_for_nomination, false) AS may_use_for_nomination, design_weight
FROM ({_kept("raw_survey__answer_sheet", _submitted(as_of))})"""


def answer_sql(pack: Pack, as_of: date) -> str:
    """``core_survey__assn_answer``: one row per answer that is a level; missing answers have none."""
    return _answers(pack, "raw_survey__answer_sheet", f"{_RESPONDENT} AS respondent_id", as_of)


def rating_answer_sql(pack: Pack, as_of: date) -> str:
    """``core_rating__assn_answer``: one row per rating that is a level."""
    return _answers(pack, "raw_rating__answer_sheet", "person_id, rater_id, wave_id", as_of)


def completion_sql(as_of: date) -> str:
    """``core_training__entity_completion``: courses that ended by the day."""
    return f"""
SELECT person_id, training_kind_code, course_hours, completed_date, completion_status_code, is_innovation
FROM ({_kept("raw_training__completion", f"completed_date <= {_day(as_of)}")})"""


def course_sql() -> str:
    """``core_training__entity_course``."""
    return f"SELECT * EXCLUDE (delivery_id, source_file, source_row) FROM ({_kept('raw_training__course')})"


def session_sql() -> str:
    """``core_training__entity_session`` with the calendar quarter of the first day."""
    return f"""
SELECT session_id, course_id, start_date, year(start_date) || '-Q' || quarter(start_date) AS quarter_code,
    language_code, region_code, seats_per_session, min_seats
FROM ({_kept("raw_training__session")})"""


def course_effect_sql() -> str:
    """``core_training__assn_course_effect`` with the skill of each element."""
    return f"""
SELECT e.course_id, e.element_code, s.skill_code, e.effect_levels, e.effect_sd_levels, e.status_code,
    e.source_reference
FROM ({_kept("raw_training__course_effect")}) AS e
JOIN ({ELEMENT_SKILLS}) AS s USING (element_code)"""


def _answers(pack: Pack, raw_name: str, keys: str, as_of: date) -> str:
    """Item columns of the sheets that count, turned into rows."""
    items = item_codes(pack)
    levels = ", ".join(f'{level_sql(pack, code, raw_column(code))} AS "{code}"' for code in items)
    names = ", ".join(f'"{code}"' for code in items)
    return f"""
UNPIVOT (
    SELECT {keys}, {levels}
    FROM ({_kept(raw_name, _submitted(as_of))}) AS k
    JOIN (SELECT delivery_id, source_file, source_row, {names} FROM "{raw_name}") AS r
        USING (delivery_id, source_file, source_row)
) ON {names} INTO NAME item_code VALUE answer_level"""


def _kept(raw_name: str, condition: str = "true") -> str:
    """Rows of an intake table that count, without the columns that say so."""
    judgement = "fate_code, reason_code, column_name, value_shape, n_repaired, n_unmapped"
    return f"SELECT * EXCLUDE ({judgement}) FROM \"{_INTAKE[raw_name]}\" WHERE fate_code = 'core' AND {condition}"


def _submitted(as_of: date) -> str:
    return f"(submitted_at IS NULL OR CAST(submitted_at AS DATE) <= {_day(as_of)})"


def _day(day: date) -> str:
    return f"DATE '{day.isoformat()}'"
