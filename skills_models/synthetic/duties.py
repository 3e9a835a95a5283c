"""What the training law asks of each person, worked out from the truth: for tests of what the product finds."""

from __future__ import annotations

from datetime import date

import polars as pl


def duties(people: pl.DataFrame, events: pl.DataFrame, as_of: date, law: dict[str, float]) -> pl.DataFrame:
    """When the law wants the next training of each person: advanced for all, retraining where it is still open.

    Retraining follows entry or a first leading appointment of the last twelve months; the earlier one counts.
    """
    years, months = int(law["advanced_interval_years"]), int(law["retraining_within_months"])
    kind, hours = pl.col("training_kind_code"), pl.col("course_hours")
    last = (
        events.filter(pl.col("completion_status_code") == "completed")
        .group_by("row")
        .agg(
            advanced=pl.col("completed_date")
            .filter((kind == "advanced") & hours.is_between(law["advanced_min_hours"], law["advanced_max_hours"]))
            .max(),
            retrained=pl.col("completed_date")
            .filter((kind == "retraining") & (hours >= law["retraining_min_hours"]))
            .max(),
        )
    )
    base = people.with_row_index("row").cast({"row": pl.Int64}).join(last, on="row", how="left", maintain_order="left")
    year_ago = pl.lit(as_of).dt.offset_by("-12mo")

    def open_since(column: str) -> pl.Expr:
        return (pl.col(column) > year_ago) & (pl.col("retrained") < pl.col(column)).fill_null(True)

    entry = pl.when(open_since("service_start_date")).then("service_start_date")
    leading = pl.when(pl.col("is_first_leading_post") & open_since("appointed_date")).then("appointed_date")
    advanced = base.select(
        "identity_number",
        due_kind_code=pl.lit("advanced"),
        due_date=pl.coalesce("advanced", "service_start_date").dt.offset_by(f"{years}y"),
    )
    retraining = base.select(
        "identity_number",
        due_kind_code=pl.lit("retraining"),
        due_date=pl.min_horizontal(entry, leading).dt.offset_by(f"{months}mo"),
    ).drop_nulls("due_date")
    return pl.concat([advanced, retraining]).with_columns(is_overdue=pl.col("due_date") < as_of)


def next_quarter_end(as_of: date) -> date:
    """Last day of the calendar quarter after the one of ``as_of``."""
    quarter = (as_of.month - 1) // 3 + 1
    month, year = (quarter + 1) * 3, as_of.year
    year, month = (year, month) if month <= 12 else (year + 1, month - 12)
    return date(year, month, 31 if month in (3, 12) else 30)
