"""SQL text: people whom a supervisor rated as well, with both sides' answers as patterns."""

from __future__ import annotations

from skills_models.sql.flags import UNFLAGGED
from skills_models.sql.skill import placed_item_sql


def double_rating_sql(n_levels: int, min_rated_items: int) -> str:
    """Respondents of the current wave, without a quality flag, whom a supervisor rated in the same wave, by skill.

    One row per person, rater and skill on which both rated at least ``min_rated_items`` items: ``person_id``,
    ``rater_id``, ``agency_id``, ``skill_code``, ``language_code`` of the sheet, ``self_pattern_id`` and
    ``rater_pattern_id`` (as in analysis_skill__assn_person_skill); sorted, so that sums over rows are the same in every
    run. Reads core_rating__assn_answer, core_survey__entity_respondent, core_ref__entity_item,
    analysis_skill__assn_person_skill and analysis_survey__entity_flag.
    """
    return f"""
    WITH placed AS ({placed_item_sql(n_levels)}),
    rated AS (
        SELECT rating.person_id, rating.rater_id, rating.wave_id, item.skill_code,
            CAST(sum((rating.answer_level + 1) * item.digit) AS BIGINT) AS rater_pattern_id
        FROM core_rating__assn_answer AS rating
        JOIN placed AS item USING (item_code)
        GROUP BY rating.person_id, rating.rater_id, rating.wave_id, item.skill_code
        HAVING count(*) >= {int(min_rated_items)}
    )
    SELECT own.person_id, rated.rater_id, own.agency_id, own.skill_code, own.language_code,
        own.pattern_id AS self_pattern_id, rated.rater_pattern_id
    FROM analysis_skill__assn_person_skill AS own
    JOIN analysis_survey__entity_respondent AS person USING (person_id)
    JOIN core_survey__entity_respondent AS sheet USING (respondent_id)
    JOIN rated ON rated.person_id = own.person_id AND rated.skill_code = own.skill_code
        AND rated.wave_id = sheet.wave_id
    SEMI JOIN ({UNFLAGGED}) AS unflagged ON unflagged.person_id = own.person_id
    ORDER BY own.person_id, rated.rater_id, own.skill_code
    """
