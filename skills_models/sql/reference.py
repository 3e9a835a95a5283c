"""SQL text: what the screens need to know about bodies, items, requirements and registers."""

from __future__ import annotations

from datetime import date

from skills_models.contracts.fields import names


def agency_sql(people: str, respondents: str, min_respondents: int, is_same_people: bool) -> str:
    """``mart_ref__agency``; from queries with agency_id and n_people, and with agency_id and n_respondents.

    Response is hidden where fewer than ``min_respondents`` replied: a head count may always be shown. There is no
    response share unless ``is_same_people``: the respondents are people of that register and not of another year.
    """
    shown = f"reply.n_respondents >= {int(min_respondents)}"
    return f"""
    SELECT agency.agency_id, agency_kind_code, region_code, {names("agency_name").replace(" ", ", ")}, is_synthetic,
        coalesce(register.n_people, 0) AS n_people,
        CASE WHEN {shown} THEN reply.n_respondents END AS n_respondents,
        CASE WHEN {shown} AND {str(is_same_people).lower()} AND register.n_people >= reply.n_respondents
            THEN reply.n_respondents / register.n_people END AS response_share
    FROM core_ref__codes_agency AS agency
    LEFT JOIN ({people}) AS register USING (agency_id)
    LEFT JOIN ({respondents}) AS reply USING (agency_id)
    """


def people_in_cells_sql() -> str:
    """Query: agency_id, n_people on the register of persons, each counted once."""
    return """
    SELECT agency_id, CAST(sum(n_people) AS BIGINT) AS n_people FROM analysis_survey__assn_cell GROUP BY agency_id
    """


def shown_respondents_sql(mart: str) -> str:
    """Query: agency_id, n_respondents of the bodies of which the disclosure gate shows something in ``mart``."""
    return f"""
    SELECT agency_id, max(n_respondents) AS n_respondents FROM "{mart}" WHERE is_shown
    GROUP BY agency_id
    """


def headcount_sql(as_of: date) -> str:
    """``mart_hr__headcount``: every body on every register date up to ``as_of``."""
    return f"""
    SELECT agency_id, reference_date, CAST(sum(n_people) AS BIGINT) AS n_people FROM core_hr__wave_headcount
    WHERE reference_date <= DATE '{as_of.isoformat()}' GROUP BY agency_id, reference_date
    """


def item_sql(sheets: str, min_respondents: int) -> str:
    """``mart_framework__item``; ``sheets`` names a query with the respondent_id of the sheets that count.

    Missing answers are the sheets that count less the valid answers; nothing is said below ``min_respondents``.
    """
    return f"""
    WITH sheet AS ({sheets}),
    asked AS (SELECT count(*) AS n_sheets FROM sheet),
    answered AS (
        SELECT item_code, count(*) AS n_answers FROM core_survey__assn_answer SEMI JOIN sheet USING (respondent_id)
        GROUP BY item_code
    ),
    counted AS (
        SELECT item.*, n_sheets, coalesce(n_answers, 0) AS n, n_sheets >= {int(min_respondents)} AS is_enough
        FROM core_ref__entity_item AS item LEFT JOIN answered USING (item_code), asked
    )
    SELECT item_code, element_code, skill_code, {names("item_text").replace(" ", ", ")},
        CASE WHEN is_enough THEN n END AS n_answers,
        CASE WHEN is_enough THEN n_sheets - n END AS n_missing,
        CASE WHEN is_enough THEN (n_sheets - n) / n_sheets END AS missing_share,
        status_code, note
    FROM counted
    """


def role_profile_sql() -> str:
    """``mart_framework__role_profile``: requirements, with the people on the register they are asked of."""
    return """
    SELECT job_family_code, seniority_code, skill_code, required_level, coalesce(n_people, 0) AS n_people,
        status_code, source_name
    FROM core_ref__assn_role_profile
    LEFT JOIN (
        SELECT job_family_code, seniority_code, CAST(sum(n_people) AS BIGINT) AS n_people
        FROM analysis_survey__assn_cell GROUP BY ALL
    ) USING (job_family_code, seniority_code)
    """


def draft_sql(tables: list[str]) -> str:
    """``mart_quality__coverage``: share of drafts among the rows of reference tables that carry a status."""
    return " UNION ALL ".join(
        f"SELECT '{name}' AS table_name, count(*) AS n_rows, "
        f"coalesce(count(*) FILTER (WHERE status_code = 'project_draft') / nullif(count(*), 0), 0) AS draft_share "
        f'FROM "{name}"'
        for name in tables
    )
