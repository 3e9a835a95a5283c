"""SQL text: the profile of each delivery, column by column, so that a change from one to the next is seen."""

from __future__ import annotations

from skills_models.contracts import INTAKE_TABLES, Table

PLACE = ("delivery_id", "source_file", "source_row")


def profile_sql(tables: dict[str, Table]) -> str:
    """``core_ingest__wave_profile`` of every source.

    ``out_of_list_share`` is the share of rows whose value was delivered and could not be understood: outside its code
    list, or no date or number where one is wanted.

    Parameters
    ----------
    tables : source code -> raw table
    """
    return " UNION ALL ".join(f"({_source_sql(source, table)})" for source, table in sorted(tables.items()))


def _source_sql(source: str, raw: Table) -> str:
    """One scan of a raw table beside its judged twin; a row per delivery and column."""
    columns = [name for name in raw.columns if name not in PLACE]
    counts = ", ".join(
        f'count(DISTINCT raw."{c}") AS "distinct_{c}", '
        f"count(*) FILTER (coalesce(raw.\"{c}\", '') = '') AS \"blank_{c}\", "
        f'count(*) FILTER (coalesce(raw."{c}", \'\') <> \'\' AND judged."{c}" IS NULL) AS "lost_{c}"'
        for c in columns
    )
    rows = " UNION ALL ".join(
        f"SELECT delivery_id, '{source}' AS source_code, '{c}' AS column_name, n_rows, \"distinct_{c}\" AS n_distinct, "
        f'"blank_{c}" / n_rows AS null_share, "lost_{c}" / n_rows AS out_of_list_share FROM counted'
        for c in columns
    )
    return f"""
    WITH counted AS (
        SELECT raw.delivery_id, count(*) AS n_rows, {counts}
        FROM "{raw.name}" AS raw
        JOIN "{INTAKE_TABLES[raw.name].name}" AS judged USING ({", ".join(PLACE)})
        GROUP BY raw.delivery_id
    )
    {rows}
    """
