"""Agreement scale, row side: how many answers of which weight each body gave to each item.

The warehouse counts, numpy adds up the weights. Sheets of one body and one weight are interchangeable, so
the counts by weight carry everything a weighted share needs, and no sum of floats depends on row order.
"""

from __future__ import annotations

from collections.abc import Sequence

_LATEST_WAVE = "SELECT max(wave_id) FROM core_survey__entity_respondent"


def respondents_sql() -> str:
    """Query: ``agency_id``, ``n_respondents`` of the latest wave; sheets that name no body are left out.

    Reads ``core_survey__entity_respondent``.
    """
    return (
        "SELECT agency_id, count(*) AS n_respondents FROM core_survey__entity_respondent "
        f"WHERE agency_id IS NOT NULL AND wave_id = ({_LATEST_WAVE}) GROUP BY agency_id ORDER BY agency_id"
    )


def answer_counts_sql(positive_levels: Sequence[int]) -> str:
    """Query: ``agency_id``, ``item_code``, ``design_weight`` (may be null), ``n_answers``, ``n_positive``.

    One row per body, item and distinct weight of the latest wave, sorted by the three. Reads
    ``core_survey__entity_respondent`` and ``core_survey__assn_answer``.

    Parameters
    ----------
    positive_levels : levels of the pack's scale that count as agreement

    Raises
    ------
    ValueError
        If the pack names no positive level.
    """
    if not positive_levels:
        raise ValueError("an agreement scale needs at least one positive level")
    levels = ", ".join(str(int(level)) for level in sorted(positive_levels))
    return (
        "SELECT r.agency_id, a.item_code, r.design_weight, count(*) AS n_answers, "
        f"count(*) FILTER (WHERE a.answer_level IN ({levels})) AS n_positive "
        "FROM core_survey__assn_answer AS a JOIN core_survey__entity_respondent AS r USING (respondent_id) "
        f"WHERE r.agency_id IS NOT NULL AND r.wave_id = ({_LATEST_WAVE}) "
        "GROUP BY ALL ORDER BY r.agency_id, a.item_code, r.design_weight NULLS FIRST"
    )


def headcounts_sql() -> str:
    """Query: ``agency_id``, ``n_people`` on the register's latest date in ``core_hr__wave_headcount``."""
    return (
        "SELECT agency_id, CAST(sum(n_people) AS BIGINT) AS n_people FROM core_hr__wave_headcount "
        "WHERE reference_date = (SELECT max(reference_date) FROM core_hr__wave_headcount) "
        "GROUP BY agency_id ORDER BY agency_id"
    )
