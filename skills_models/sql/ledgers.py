"""Ledgers: where the delivered rows ended that did not become records, and how the counts add up."""

from __future__ import annotations

from skills_models.contracts.core import INTAKE_TABLES
from skills_models.contracts.model import Table
from skills_models.sql.hints import hint_sql
from skills_models.sql.literals import quote


def quarantine_sql(raw_tables: tuple[Table, ...]) -> str:
    """``core_ingest__entity_quarantine``: rows set aside, with what to do about them."""
    rows = _of_fate(raw_tables, "quarantine", "reason_code, column_name, value_shape")
    return f"""
SELECT q.delivery_id, q.source_file, q.source_row, f.source_code, q.reason_code, q.column_name, q.value_shape,
    {hint_sql("q.reason_code")} AS hint
FROM ({rows}) AS q
JOIN raw_ingest__entity_file AS f USING (delivery_id, source_file)"""


def duplicate_sql(raw_tables: tuple[Table, ...]) -> str:
    """``core_ingest__entity_duplicate``: rows that repeat or are replaced by another."""
    return f"""
SELECT d.delivery_id, d.source_file, d.source_row, f.source_code, d.reason_code
FROM ({_of_fate(raw_tables, "duplicate", "reason_code")}) AS d
JOIN raw_ingest__entity_file AS f USING (delivery_id, source_file)"""


def delivery_sql(raw_tables: tuple[Table, ...]) -> str:
    """``core_ingest__entity_delivery``: what became of the rows of each delivery and source.

    ``n_delivered`` counts rows as they were read, the others rows as they were judged: nothing makes them add up but
    that every row ends in one place. ``reference_date`` is the manifest's, else the latest one in the rows.
    """
    judged = " UNION ALL ".join(_judged_counts(raw) for raw in raw_tables)
    return f"""
WITH file AS (
    SELECT delivery_id, source_code, max(reference_date) AS reference_date,
        coalesce(sum(n_rows) FILTER (WHERE reason_code IS NULL), 0) AS n_delivered
    FROM raw_ingest__entity_file GROUP BY ALL
),
judged AS (
    SELECT j.delivery_id, f.source_code, max(j.reference_date) AS reference_date, sum(j.n_core) AS n_core,
        sum(j.n_quarantined) AS n_quarantined, sum(j.n_duplicate) AS n_duplicate, sum(j.n_repaired) AS n_repaired,
        sum(j.n_unmapped) AS n_unmapped
    FROM ({judged}) AS j JOIN raw_ingest__entity_file AS f USING (delivery_id, source_file) GROUP BY ALL
)
SELECT f.delivery_id, f.source_code, coalesce(f.reference_date, j.reference_date) AS reference_date, f.n_delivered,
    coalesce(j.n_core, 0) AS n_core, coalesce(j.n_quarantined, 0) AS n_quarantined,
    coalesce(j.n_duplicate, 0) AS n_duplicate, coalesce(j.n_repaired, 0) AS n_repaired,
    coalesce(j.n_unmapped, 0) AS n_unmapped
FROM file AS f LEFT JOIN judged AS j USING (delivery_id, source_code)"""


def reconciliation_sql() -> str:
    """Query that counts deliveries whose rows do not add up; the blocking check behind the delivery table.

    A delivery whose files were all rejected has no rows, and none were read from it.
    """
    return """
SELECT count(*) FROM core_ingest__entity_delivery AS delivery
FULL JOIN (
    SELECT delivery_id, source_code, CAST(sum(n_rows) AS BIGINT) AS n_read FROM raw_ingest__entity_file
    WHERE reason_code IS NULL GROUP BY ALL
) AS read USING (delivery_id, source_code)
WHERE n_delivered IS DISTINCT FROM n_core + n_quarantined + n_duplicate
    OR n_delivered IS DISTINCT FROM coalesce(n_read, 0)"""


def _of_fate(raw_tables: tuple[Table, ...], fate: str, columns: str) -> str:
    parts = (
        f'SELECT delivery_id, source_file, source_row, {columns} FROM "{INTAKE_TABLES[raw.name].name}" '
        f"WHERE fate_code = {quote(fate)}"
        for raw in raw_tables
    )
    return " UNION ALL ".join(parts)


def _judged_counts(raw: Table) -> str:
    day = "max(reference_date)" if "reference_date" in raw.columns else "NULL::DATE"
    counts = ", ".join(
        f"count(*) FILTER (WHERE fate_code = '{fate}') AS {name}"
        for fate, name in (("core", "n_core"), ("quarantine", "n_quarantined"), ("duplicate", "n_duplicate"))
    )
    return (
        f"SELECT delivery_id, source_file, {day} AS reference_date, {counts}, sum(n_repaired) AS n_repaired, "
        f'sum(n_unmapped) AS n_unmapped FROM "{INTAKE_TABLES[raw.name].name}" GROUP BY delivery_id, source_file'
    )
