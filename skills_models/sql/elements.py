"""SQL text: answers at or above each level, item by item, in exact integers."""

from __future__ import annotations


def cell_item_sql() -> str:
    """Cell of the register x item: how many answered, and how many of them at or above levels 1, 2 and 3.

    One row per agency_id, seniority_code, job_family_code and item_code that speaks to a skill: ``n_answers``,
    ``n_at_1``, ``n_at_2``, ``n_at_3``. Cells and items without an answer are there with counts of 0. A missing answer
    has no row in the records, so it enters no count: it is never a 0. The warehouse counts and numpy weighs: all
    respondents of a cell weigh the same, so no sum of floats depends on the order of rows.

    Reads analysis_survey__assn_cell, analysis_survey__entity_respondent, core_survey__assn_answer and
    core_ref__entity_item.
    """
    return """
    WITH given AS (
        SELECT agency_id, seniority_code, job_family_code, item_code, count(*) AS n_answers,
            count(*) FILTER (WHERE answer_level >= 1) AS n_at_1,
            count(*) FILTER (WHERE answer_level >= 2) AS n_at_2,
            count(*) FILTER (WHERE answer_level >= 3) AS n_at_3
        FROM core_survey__assn_answer
        JOIN analysis_survey__entity_respondent USING (respondent_id)
        GROUP BY agency_id, seniority_code, job_family_code, item_code
    )
    SELECT agency_id, seniority_code, job_family_code, item_code, coalesce(n_answers, 0) AS n_answers,
        coalesce(n_at_1, 0) AS n_at_1, coalesce(n_at_2, 0) AS n_at_2, coalesce(n_at_3, 0) AS n_at_3
    FROM analysis_survey__assn_cell
    CROSS JOIN (SELECT item_code FROM core_ref__entity_item WHERE skill_code IS NOT NULL)
    LEFT JOIN given USING (agency_id, seniority_code, job_family_code, item_code)
    ORDER BY agency_id, seniority_code, job_family_code, item_code
    """
