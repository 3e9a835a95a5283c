"""Who is due by law, quarter by quarter, and whom the plan serves."""

from __future__ import annotations

from datetime import date

import polars as pl

from skills_models.contracts import TABLES
from skills_models.planning.quarters import due_quarters, planning_quarter


def tabulate_due(due_counts: pl.DataFrame, course_group: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """``mart_due__agency_quarter``: due people with those the plan serves, the longest overdue first.

    Parameters
    ----------
    due_counts : rows of ``due_summary_sql``
    course_group : ``analysis_quota__assn_course_group`` of the next quarter's plan
    as_of : day the figures look at

    Notes
    -----
    The plan counts statutory seats per body; they are set against the overdue first, then quarter by quarter up
    to the planned one. Retraining has no seats in the plan: nobody is served.
    """
    order = due_quarters(as_of)
    served = course_group.group_by("agency_id").agg(n_seats_statutory=pl.col("n_seats_statutory").sum())
    planned = order.index(planning_quarter(as_of))
    rows = (
        due_counts.join(served, on="agency_id", how="left")
        .with_columns(position=pl.col("quarter_code").replace_strict(order, list(range(len(order)))))
        .sort("agency_id", "due_kind_code", "position")
        .with_columns(before=pl.col("n_due").cum_sum().over("agency_id", "due_kind_code") - pl.col("n_due"))
    )
    left = (pl.col("n_seats_statutory").fill_null(0) - pl.col("before")).clip(lower_bound=0)
    may_serve = (pl.col("due_kind_code") == "advanced") & (pl.col("position") <= planned)
    rows = rows.with_columns(n_served=pl.when(may_serve).then(pl.min_horizontal(left, "n_due")).otherwise(0))
    table = TABLES["mart_due__agency_quarter"]
    return table.enforce(rows.select(list(table.columns)))
