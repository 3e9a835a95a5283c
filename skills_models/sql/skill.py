"""SQL text: answers against the requirement of the role, in exact integers."""

from __future__ import annotations


def person_skill_sql(units: int, min_rated_items: int = 2) -> str:
    """``analysis_skill__assn_person_skill``: respondents who rated at least ``min_rated_items`` items of a skill.

    ``gap_units = units * (required_level - 1/2 - mean answer)``, a whole number because ``units`` is a multiple of
    2 and of every possible number of items (``units_per_level``). A missing answer has no row in the records, so it
    enters neither the sum nor the count: it is never a 0.

    Reads analysis_survey__entity_respondent, core_survey__assn_answer, core_ref__entity_item and
    core_ref__assn_role_profile. A role without a requirement on a skill has no row for it.
    """
    return f"""
    WITH rated AS (
        SELECT answer.respondent_id, item.skill_code, count(*) AS n_rated,
            CAST(sum(answer.answer_level) AS BIGINT) AS sum_levels
        FROM core_survey__assn_answer AS answer
        JOIN core_ref__entity_item AS item USING (item_code)
        WHERE item.skill_code IS NOT NULL
        GROUP BY answer.respondent_id, item.skill_code
        HAVING count(*) >= {int(min_rated_items)}
    ),
    measured AS (
        SELECT person.person_id, rated.skill_code, person.agency_id, person.seniority_code, person.job_family_code,
            profile.required_level, rated.n_rated, rated.sum_levels,
            {units} * profile.required_level - {units // 2} - ({units} // rated.n_rated) * rated.sum_levels
                AS gap_units,
            person.response_weight
        FROM rated
        JOIN analysis_survey__entity_respondent AS person USING (respondent_id)
        JOIN core_ref__assn_role_profile AS profile USING (job_family_code, seniority_code, skill_code)
    )
    SELECT person_id, skill_code, agency_id, seniority_code, job_family_code, required_level, n_rated, sum_levels,
        gap_units, gap_units > 0 AS is_below, response_weight
    FROM measured
    """


def cell_skill_sql() -> str:
    """``analysis_skill__assn_cell_skill``: every cell of the register whose role asks for the skill.

    Cells in which nobody was measured are there with counts of 0: they are people nobody asked, not people without
    a gap. Reads analysis_survey__assn_cell, core_ref__assn_role_profile and analysis_skill__assn_person_skill.
    """
    return """
    WITH measured AS (
        SELECT agency_id, seniority_code, job_family_code, skill_code,
            count(*) AS n_measured, count(*) FILTER (WHERE is_below) AS n_below,
            CAST(sum(gap_units) AS BIGINT) AS sum_gap_units,
            CAST(sum(gap_units * gap_units) AS BIGINT) AS sum_sq_gap_units,
            CAST(sum(greatest(gap_units, 0)) AS BIGINT) AS sum_shortfall_units
        FROM analysis_skill__assn_person_skill
        GROUP BY agency_id, seniority_code, job_family_code, skill_code
    )
    SELECT agency_id, seniority_code, job_family_code, profile.skill_code, cell.n_people,
        coalesce(n_measured, 0) AS n_measured, coalesce(n_below, 0) AS n_below,
        coalesce(sum_gap_units, 0) AS sum_gap_units, coalesce(sum_sq_gap_units, 0) AS sum_sq_gap_units,
        coalesce(sum_shortfall_units, 0) AS sum_shortfall_units
    FROM analysis_survey__assn_cell AS cell
    JOIN core_ref__assn_role_profile AS profile USING (job_family_code, seniority_code)
    LEFT JOIN measured USING (agency_id, seniority_code, job_family_code, skill_code)
    """
