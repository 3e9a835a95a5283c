"""Identity numbers that pass the check digit and that nobody can have been issued.

Twelve digits: date of birth YYMMDD, the digit 9 where issued numbers hold 1 to 6, four serial digits and a
check digit (weights 1..11 modulo 11, and the second row of weights where the remainder is 10).
"""

from __future__ import annotations

import numpy as np
import polars as pl

WEIGHTS = (
    np.arange(1, 12, dtype=np.int32),
    np.array([3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2], dtype=np.int32),
)
NOT_ISSUABLE = 9
SERIALS = 10_000


def check_digits(digits: np.ndarray) -> np.ndarray:
    """Check digit of each row of eleven digits, shape (n,); 10 where no number can be formed."""
    first, second = (digits.astype(np.int32) @ weights % 11 for weights in WEIGHTS)
    return np.where(first < 10, first, second)


def draw_identity_numbers(birth_dates: np.ndarray, rng: np.random.Generator) -> pl.Series:
    """A unique number for each birth date (datetime64[D], shape (n,)), as text of twelve digits.

    Raises
    ------
    ValueError
        If a date of birth is shared by more people than there are serial numbers to tell them apart.
    """
    prefix = _birth_number(birth_dates)
    if len(prefix) and np.bincount(np.unique(prefix, return_inverse=True)[1]).max() > SERIALS // 2:
        raise ValueError("more people share a date of birth than serial numbers can tell apart")
    serial = rng.integers(0, SERIALS, len(prefix))
    while (redraw := _unusable(prefix, serial)).any():
        serial[redraw] = rng.integers(0, SERIALS, int(redraw.sum()))
    stem = (prefix * 10 + NOT_ISSUABLE) * SERIALS + serial
    return _as_text(stem * 10 + check_digits(_digits(stem, 11)))


def with_wrong_check_digit(numbers: pl.Series) -> pl.Series:
    """The same numbers with a last digit that does not check."""
    value = numbers.cast(pl.Int64).to_numpy()
    return _as_text(value - value % 10 + (value % 10 + 1) % 10)


def _birth_number(birth_dates: np.ndarray) -> np.ndarray:
    days = pl.Series(birth_dates.astype("datetime64[D]"))
    return days.dt.strftime("%y%m%d").cast(pl.Int64).to_numpy()


def _digits(values: np.ndarray, n: int) -> np.ndarray:
    powers = 10 ** np.arange(n - 1, -1, -1, dtype=np.int64)
    return (values[:, None] // powers % 10).astype(np.int8)


def _unusable(prefix: np.ndarray, serial: np.ndarray) -> np.ndarray:
    """Numbers without a check digit, and all but the first of equal ones."""
    stem = (prefix * 10 + NOT_ISSUABLE) * SERIALS + serial
    repeated = np.ones(len(stem), dtype=bool)
    repeated[np.unique(stem, return_index=True)[1]] = False
    return repeated | (check_digits(_digits(stem, 11)) == 10)


def _as_text(numbers: np.ndarray) -> pl.Series:
    return pl.Series(numbers).cast(pl.String).str.zfill(12)
