"""SQL text: answers against the requirement of the role, in exact integers."""

from __future__ import annotations

from collections.abc import Iterable

from skills_models.measurement.scale import most_items
from skills_models.sql.flags import FLAGGED, UNFLAGGED
from skills_models.sql.literals import quote


def placed_item_sql(n_levels: int) -> str:
    """Items that speak to a skill with the value of their digit in a pattern: ``item_code, skill_code, digit``.

    Digits are literals: a power would go through floating point, which loses them from 2^53 on.
    """
    values = ", ".join(str((n_levels + 1) ** place) for place in range(most_items(n_levels)))
    return f"""
        SELECT item_code, skill_code,
            [{values}][row_number() OVER (PARTITION BY skill_code ORDER BY item_code)] AS digit
        FROM core_ref__entity_item WHERE skill_code IS NOT NULL
    """


def person_skill_sql(units: int, n_levels: int, min_rated_items: int = 2) -> str:
    """``analysis_skill__assn_person_skill``: respondents who rated at least ``min_rated_items`` items of a skill.

    ``gap_units = units * (required_level - 1/2 - mean answer)``, a whole number because ``units`` is a multiple of
    2 and of every possible number of items (``units_per_level``). A missing answer has no row in the records, so it
    enters neither the sum nor the count: it is never a 0. ``pattern_id`` holds the answers themselves, one digit to the
    base ``n_levels + 1`` per item of the skill in the order of the item codes; the digit of a missing answer is 0.

    Reads analysis_survey__entity_respondent, core_survey__assn_answer, core_ref__entity_item and
    core_ref__assn_role_profile. A role without a requirement on a skill has no row for it.
    """
    return f"""
    WITH placed AS ({placed_item_sql(n_levels)}),
    rated AS (
        SELECT answer.respondent_id, item.skill_code, count(*) AS n_rated,
            CAST(sum(answer.answer_level) AS BIGINT) AS sum_levels,
            CAST(sum((answer.answer_level + 1) * item.digit) AS BIGINT) AS pattern_id
        FROM core_survey__assn_answer AS answer
        JOIN placed AS item USING (item_code)
        GROUP BY answer.respondent_id, item.skill_code
        HAVING count(*) >= {int(min_rated_items)}
    ),
    measured AS (
        SELECT person.person_id, rated.skill_code, person.agency_id, person.seniority_code, person.job_family_code,
            coalesce(person.language_code, 'all') AS language_code, profile.required_level, rated.n_rated,
            rated.sum_levels, rated.pattern_id,
            {units} * profile.required_level - {units // 2} - ({units} // rated.n_rated) * rated.sum_levels
                AS gap_units,
            person.response_weight
        FROM rated
        JOIN analysis_survey__entity_respondent AS person USING (respondent_id)
        JOIN core_ref__assn_role_profile AS profile USING (job_family_code, seniority_code, skill_code)
    )
    SELECT person_id, skill_code, agency_id, seniority_code, job_family_code, language_code, required_level, n_rated,
        sum_levels, pattern_id, gap_units, gap_units > 0 AS is_below, response_weight
    FROM measured
    """


def pattern_sql() -> str:
    """Every pattern of answers that occurs: ``skill_code``, ``language_code``, ``pattern_id``, ``n_people``."""
    return """
    SELECT skill_code, language_code, pattern_id, count(*) AS n_people
    FROM analysis_skill__assn_person_skill GROUP BY ALL ORDER BY ALL
    """


def calibration_pattern_sql() -> str:
    """Patterns as in ``pattern_sql`` with ``n_flagged``, those of them whose sheet carries a quality flag."""
    return f"""
    SELECT skill_code, language_code, pattern_id, count(*) AS n_people,
        count(*) FILTER (WHERE {FLAGGED}) AS n_flagged
    FROM analysis_skill__assn_person_skill JOIN analysis_survey__entity_flag USING (person_id)
    GROUP BY ALL ORDER BY ALL
    """


def cell_skill_sql() -> str:
    """``analysis_skill__assn_cell_skill``: every cell of the register whose role asks for the skill.

    Cells in which nobody was measured are there with counts of 0: they are people nobody asked, not people without
    a gap. Reads analysis_survey__assn_cell, core_ref__assn_role_profile, analysis_skill__assn_person_skill and
    analysis_survey__entity_flag.
    """
    return f"""
    WITH measured AS (
        SELECT agency_id, seniority_code, job_family_code, skill_code,
            count(*) AS n_measured, count(*) FILTER (WHERE NOT {FLAGGED}) AS n_unflagged,
            count(*) FILTER (WHERE is_below) AS n_below,
            CAST(sum(greatest(gap_units, 0)) AS BIGINT) AS sum_shortfall_units
        FROM analysis_skill__assn_person_skill JOIN analysis_survey__entity_flag USING (person_id)
        GROUP BY agency_id, seniority_code, job_family_code, skill_code
    )
    SELECT agency_id, seniority_code, job_family_code, profile.skill_code, cell.n_people,
        coalesce(n_measured, 0) AS n_measured, coalesce(n_unflagged, 0) AS n_unflagged, coalesce(n_below, 0) AS n_below,
        coalesce(sum_shortfall_units, 0) AS sum_shortfall_units
    FROM analysis_survey__assn_cell AS cell
    JOIN core_ref__assn_role_profile AS profile USING (job_family_code, seniority_code)
    LEFT JOIN measured USING (agency_id, seniority_code, job_family_code, skill_code)
    """


def cell_pattern_sql(*, with_flagged: bool = False) -> str:
    """What the model takes: people per cell of the register, skill and measure, counted and not summed.

    ``agency_id``, ``seniority_code``, ``job_family_code``, ``skill_code``, ``measure``, ``measure_variance``,
    ``n_people``. Reads analysis_skill__assn_person_skill, analysis_skill__fit_pattern and analysis_survey__entity_flag.

    Parameters
    ----------
    with_flagged : count people whose sheet carries a quality flag, too
    """
    return f"""
    SELECT agency_id, seniority_code, job_family_code, skill_code, measure, measure_variance, count(*) AS n_people
    FROM analysis_skill__assn_person_skill
    JOIN analysis_skill__fit_pattern USING (skill_code, language_code, pattern_id)
    {"" if with_flagged else f"SEMI JOIN ({UNFLAGGED}) USING (person_id)"}
    GROUP BY ALL
    """


def joint_measure_sql(skills: Iterable[str]) -> str:
    """Measures of one person on all skills side by side, without the person: how skills go together.

    ``agency_id``, ``seniority_code``, ``job_family_code`` and one column per skill, null where not measured; people
    without a quality flag. Reads what ``cell_pattern_sql`` reads.
    """
    columns = ", ".join(f'max(measure) FILTER (WHERE skill_code = {quote(s)}) AS "{s}"' for s in skills)
    return f"""
    SELECT agency_id, seniority_code, job_family_code, {columns}
    FROM analysis_skill__assn_person_skill
    JOIN analysis_skill__fit_pattern USING (skill_code, language_code, pattern_id)
    SEMI JOIN ({UNFLAGGED}) USING (person_id)
    GROUP BY person_id, agency_id, seniority_code, job_family_code
    """
