"""Agreement scale, row side: how many answers of which weight each body gave to each item.

The warehouse counts, numpy adds up the weights. Sheets of one body and one weight are interchangeable, so
the counts by weight carry everything a weighted share needs, and no sum of floats depends on row order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from skills_models.sql.survey import current_sheet_sql


def respondents_sql(as_of: date) -> str:
    """Query: ``agency_id``, ``n_respondents`` of the current wave; sheets that name no body are left out.

    Reads ``core_survey__entity_respondent``.
    """
    return f"""
    SELECT agency_id, count(*) AS n_respondents FROM ({_current_respondent_sql(as_of)})
    GROUP BY agency_id ORDER BY agency_id
    """


def answer_counts_sql(as_of: date, positive_levels: Sequence[int]) -> str:
    """Query: ``agency_id``, ``item_code``, ``design_weight`` (may be null), ``n_answers``, ``n_positive``.

    One row per body, item and distinct weight of the current wave, sorted by the three. Reads
    ``core_survey__entity_respondent`` and ``core_survey__assn_answer``.

    Parameters
    ----------
    as_of : day the run looks at; sheets handed in later do not count
    positive_levels : levels of the pack's scale that count as agreement

    Raises
    ------
    ValueError
        If the pack names no positive level.
    """
    if not positive_levels:
        raise ValueError("an agreement scale needs at least one positive level")
    levels = ", ".join(str(int(level)) for level in sorted(positive_levels))
    return f"""
    SELECT agency_id, item_code, design_weight, count(*) AS n_answers,
        count(*) FILTER (WHERE answer_level IN ({levels})) AS n_positive
    FROM core_survey__assn_answer JOIN ({_current_respondent_sql(as_of)}) USING (respondent_id)
    GROUP BY agency_id, item_code, design_weight
    ORDER BY agency_id, item_code, design_weight NULLS FIRST
    """


def headcounts_sql(as_of: date) -> str:
    """Query: ``agency_id``, ``n_people`` on each body's latest register date up to ``as_of``.

    Reads ``core_hr__wave_headcount``.
    """
    return f"""
    SELECT agency_id, CAST(sum(n_people) AS BIGINT) AS n_people FROM core_hr__wave_headcount
    JOIN (
        SELECT agency_id, max(reference_date) AS reference_date FROM core_hr__wave_headcount
        WHERE reference_date <= DATE '{as_of.isoformat()}' GROUP BY agency_id
    ) USING (agency_id, reference_date)
    GROUP BY agency_id ORDER BY agency_id
    """


def _current_respondent_sql(as_of: date) -> str:
    """Sheets of the current wave that name a body: ``respondent_id``, ``agency_id``, ``design_weight``."""
    return f"""
        SELECT respondent_id, agency_id, design_weight
        FROM core_survey__entity_respondent SEMI JOIN ({current_sheet_sql(as_of)}) USING (respondent_id)
        WHERE agency_id IS NOT NULL
    """
