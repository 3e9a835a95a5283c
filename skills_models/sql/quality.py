"""SQL text: how deliveries were read, what was set aside, and what a refresh amounts to."""

from __future__ import annotations


def file_sql() -> str:
    """``mart_quality__file``."""
    return """
    SELECT delivery_id, source_file, source_code, reference_date, n_rows, reason_code, hint
    FROM raw_ingest__entity_file
    """


def quarantine_sql() -> str:
    """``mart_quality__quarantine``: reasons with the rows they concern, never a row."""
    return """
    SELECT delivery_id, source_code, reason_code, coalesce(column_name, '-') AS column_name,
        coalesce(value_shape, '-') AS value_shape, min(hint) AS hint, count(*) AS n_rows
    FROM core_ingest__entity_quarantine GROUP BY ALL
    """


def national_facts_sql() -> str:
    """One row: innovation_used_share of the last twelve months."""
    return """
    SELECT sum(recent_innovation_hours) / nullif(sum(recent_hours), 0) AS innovation_used_share
    FROM analysis_quota__entity_agency_hours
    """
