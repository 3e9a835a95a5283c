"""Calendar quarters, written YYYY-Qn."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

OVERDUE: Final = "overdue"
HORIZON_QUARTERS: Final = 8


def quarter_of(day: date) -> str:
    """The quarter a day lies in."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def first_day(quarter_code: str) -> date:
    """First day of a quarter.

    Raises
    ------
    ValueError
        If the code is not of the form YYYY-Qn with n from 1 to 4.
    """
    year, _, number = quarter_code.partition("-Q")
    if number not in {"1", "2", "3", "4"} or not year.isdigit():
        raise ValueError(f"a quarter is written YYYY-Qn, not {quarter_code[:12]!r}")
    return date(int(year), 3 * int(number) - 2, 1)


def next_quarter(quarter_code: str) -> str:
    """The quarter after."""
    return quarter_of(first_day(quarter_code) + timedelta(days=95))


def last_day(quarter_code: str) -> date:
    """Last day of a quarter."""
    return first_day(next_quarter(quarter_code)) - timedelta(days=1)


def planning_quarter(as_of: date) -> str:
    """The quarter that is planned on a day: the next one."""
    return next_quarter(quarter_of(as_of))


def due_quarters(as_of: date) -> list[str]:
    """'overdue', then the running quarter and the ones after it: ``HORIZON_QUARTERS`` in all."""
    quarters = [quarter_of(as_of)]
    while len(quarters) < HORIZON_QUARTERS:
        quarters.append(next_quarter(quarters[-1]))
    return [OVERDUE, *quarters]
