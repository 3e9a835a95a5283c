"""SQL text: who answered the current wave, and how many people each cell of the register has."""

from __future__ import annotations

from datetime import date

from skills_models.sql.register import register_sql


def current_sheet_sql(as_of: date) -> str:
    """Answer sheets of the current wave: ``respondent_id``, ``person_id``, ``language_code``, consent.

    The current wave is the one whose last sheet came in latest, counting sheets handed in up to the end of ``as_of``; a
    tie goes to the greater ``wave_id``. Sheets without a time of submission count as handed in.
    """
    return f"""
    WITH in_time AS (
        SELECT * FROM core_survey__entity_respondent
        WHERE submitted_at IS NULL OR CAST(submitted_at AS DATE) <= DATE '{as_of.isoformat()}'
    ),
    current_wave AS (
        SELECT wave_id FROM in_time GROUP BY wave_id
        ORDER BY max(submitted_at) DESC NULLS LAST, wave_id DESC LIMIT 1
    )
    SELECT respondent_id, person_id, language_code, may_use_for_nomination
    FROM in_time SEMI JOIN current_wave USING (wave_id)
    """


def respondent_sql(as_of: date) -> str:
    """``analysis_survey__entity_respondent`` without its weights; people off the register are left out.

    Reads core_survey__entity_respondent and core_hr__scd_employee. The group is the register's, not the one on the
    answer sheet.
    """
    return f"""
    SELECT sheet.person_id, sheet.respondent_id, register.agency_id, register.seniority_code,
        register.job_family_code, sheet.language_code, sheet.may_use_for_nomination
    FROM ({current_sheet_sql(as_of)}) AS sheet
    JOIN ({register_sql(as_of)}) AS register USING (person_id)
    """


def off_register_sql(as_of: date) -> str:
    """One row: ``n_sheets`` of the current wave, and ``n_off_register``, those of people the register lacks."""
    return f"""
    SELECT count(*) AS n_sheets, count(*) FILTER (WHERE register.person_id IS NULL) AS n_off_register
    FROM ({current_sheet_sql(as_of)}) AS sheet
    LEFT JOIN ({register_sql(as_of)}) AS register USING (person_id)
    """


def cell_sql(as_of: date) -> str:
    """``analysis_survey__assn_cell``: every cell of the register, those in which nobody answered included."""
    return f"""
    SELECT agency_id, seniority_code, job_family_code,
        count(*) AS n_people, count(sheet.person_id) AS n_respondents
    FROM ({register_sql(as_of)}) AS register
    LEFT JOIN ({current_sheet_sql(as_of)}) AS sheet USING (person_id)
    GROUP BY agency_id, seniority_code, job_family_code
    """


def weighted_respondent_sql(as_of: date, weights: str) -> str:
    """``analysis_survey__entity_respondent``; ``weights`` names the table that holds ``cell_weights(...)``."""
    return f"""
    SELECT respondent.*, weight.response_weight, weight.is_trimmed
    FROM ({respondent_sql(as_of)}) AS respondent
    JOIN {weights} AS weight USING (agency_id, seniority_code, job_family_code)
    """
