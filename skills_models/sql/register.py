"""SQL text: who is on the register on a day. The one place that says when a row of the register holds."""

from __future__ import annotations

from datetime import date


def register_sql(as_of: date) -> str:
    """Query: the people on the register on a day, columns of ``core_hr__scd_employee``."""
    day = f"DATE '{as_of.isoformat()}'"
    return f"SELECT * FROM core_hr__scd_employee WHERE valid_from <= {day} AND (valid_to IS NULL OR valid_to >= {day})"
