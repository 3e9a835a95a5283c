"""SQL text: which answer sheets look careless, in exact integers. A flag drops nobody."""

from __future__ import annotations

MIN_RATED = 12  # rated items from which equal answers say something about the sheet
SECONDS_PER_ITEM = 2
MEDIAN_PARTS = 3
FLAGS = ("straight_line", "fast", "repeat")
ANY = "any"
FLAGGED = f"({' OR '.join(f'is_{flag}' for flag in FLAGS)})"
"""An answer sheet that carries a quality flag."""
UNFLAGGED = f"SELECT person_id FROM analysis_survey__entity_flag WHERE NOT {FLAGGED}"
"""People whose answer sheet carries none."""


def flag_sql() -> str:
    """``analysis_survey__entity_flag``: every respondent of the current wave and what is odd about the sheet.

    - ``is_straight_line``: ``MIN_RATED`` rated items or more, one answer to all of them
    - ``is_fast``: less than two seconds a rated item (Huang et al. 2012, Journal of Business and Psychology 27; Bowling
      et al. 2021, Organizational Research Methods), or less than a third of the median duration of the wave
      (a fraction of the median is common practice: Greszki, Meyer and Schoen 2015, Public Opinion Quarterly 79). The
      first alone lets through most who do not read long options; the second alone finds nobody where most are fast. A
      sheet without a duration cannot be called fast.
    - ``is_repeat``: ``MIN_RATED`` rated items or more, not one answer to all, and item for item the same answers, gaps
      included, as another sheet of the same agency and wave. The original is flagged with its copy: nothing says
      which is which.

    Reads analysis_survey__entity_respondent, core_survey__entity_respondent and core_survey__assn_answer.
    """
    return f"""
    WITH sheet AS (
        SELECT person.person_id, person.respondent_id, person.agency_id, sheet.wave_id, sheet.duration_seconds
        FROM analysis_survey__entity_respondent AS person
        JOIN core_survey__entity_respondent AS sheet USING (respondent_id)
    ),
    rated AS (
        SELECT respondent_id, count(*) AS n_rated, min(answer_level) = max(answer_level) AS is_constant,
            string_agg(item_code || '=' || answer_level, ' ' ORDER BY item_code) AS answers
        FROM core_survey__assn_answer SEMI JOIN sheet USING (respondent_id)
        GROUP BY respondent_id
    ),
    repeated AS (
        SELECT agency_id, wave_id, answers
        FROM sheet JOIN rated USING (respondent_id)
        WHERE n_rated >= {MIN_RATED} AND NOT is_constant
        GROUP BY agency_id, wave_id, answers
        HAVING count(*) > 1
    ),
    usual AS (SELECT wave_id, quantile_disc(duration_seconds, 0.5) AS median_seconds FROM sheet GROUP BY wave_id)
    SELECT sheet.person_id,
        coalesce(rated.n_rated >= {MIN_RATED} AND rated.is_constant, FALSE) AS is_straight_line,
        coalesce(sheet.duration_seconds < {SECONDS_PER_ITEM} * rated.n_rated, FALSE)
            OR coalesce({MEDIAN_PARTS} * sheet.duration_seconds < usual.median_seconds, FALSE) AS is_fast,
        repeated.answers IS NOT NULL AS is_repeat
    FROM sheet
    JOIN usual USING (wave_id)
    LEFT JOIN rated USING (respondent_id)
    LEFT JOIN repeated USING (agency_id, wave_id, answers)
    ORDER BY person_id
    """


def cell_flag_sql() -> str:
    """Cell of the register x skill x flag, ``any`` included: those measured, and those of them with the flag.

    One row per agency_id, seniority_code, job_family_code, skill_code and flag_code: ``n_measured``, ``n_below``,
    ``n_flagged``, ``n_flagged_below``. Reads analysis_skill__assn_person_skill and analysis_survey__entity_flag.
    """
    odd = {flag: f"is_{flag}" for flag in FLAGS} | {ANY: FLAGGED}
    queries = (
        f"""
    SELECT agency_id, seniority_code, job_family_code, skill_code, '{flag}' AS flag_code,
        count(*) AS n_measured, count(*) FILTER (WHERE is_below) AS n_below,
        count(*) FILTER (WHERE {is_odd}) AS n_flagged,
        count(*) FILTER (WHERE is_below AND ({is_odd})) AS n_flagged_below
    FROM analysis_skill__assn_person_skill JOIN analysis_survey__entity_flag USING (person_id)
    GROUP BY agency_id, seniority_code, job_family_code, skill_code"""
        for flag, is_odd in odd.items()
    )
    return f"SELECT * FROM ({' UNION ALL '.join(queries)}) ORDER BY ALL"
