"""How many people each respondent stands for, and what unequal weights cost."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from skills_models.survey.raking import TRIM_AT_MEDIANS, NotConverged, rake, trim

CELL = ["agency_id", "seniority_code", "job_family_code"]

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


def cell_weights(cells: pl.DataFrame, trim_at: float = TRIM_AT_MEDIANS) -> pl.DataFrame:
    """Weight of one respondent in each cell of the register that has respondents.

    Respondents are raked to the people of each agency, band and job family. A silent agency is carried by nobody and
    enters no margin. A band or family from which nobody replied in the whole nation has no margin of its own: its
    people are carried by their agency's other bands and families (``_carry``). Where the replies are so thin that no
    weights meet the margins, the people of every silent cell are carried so first, and the margins are those of the
    people so placed: agencies still add up exactly, bands and families as nearly as the replies allow. Last, weights
    above ``trim_at`` times the median over respondents are cut, and what is cut is carried by nobody.

    Parameters
    ----------
    cells : analysis_survey__assn_cell

    Returns
    -------
    pl.DataFrame
        agency_id, seniority_code, job_family_code, n_people, n_respondents, response_weight (people), is_trimmed;
        sorted by cell.
    """
    ordered = cells.sort(CELL)
    replies = ordered["n_respondents"].to_numpy()
    heard = replies > 0
    weight = _raked(ordered, replies)[heard] / replies[heard]
    trimmed = trim(np.repeat(weight, replies[heard]), trim_at)
    first = (
        np.cumsum(replies[heard]) - replies[heard]
    )  # the first respondent of each cell; all of a cell weigh the same
    return ordered.filter(heard).with_columns(
        response_weight=pl.Series(trimmed.weights[first], dtype=pl.Float64),
        is_trimmed=pl.Series(trimmed.is_trimmed[first], dtype=pl.Boolean),
    )


def design_effect(weights: ArrayLike) -> float:
    """Kish's 1 + CV^2 of the respondents' weights: the factor by which unequal weights raise a variance.

    Raises
    ------
    ValueError
        If there are no weights or one of them is not positive.
    """
    given = np.sort(np.asarray(weights, np.float64))  # a sum of floats depends on its order
    if given.size == 0 or given[0] <= 0:
        raise ValueError("want at least one weight, and positive ones")
    return float(given.size * np.square(given).sum() / given.sum() ** 2)


def effective_n(weights: ArrayLike) -> float:
    """Respondents of a simple random sample of the same precision: n over the design effect (Kish 1965, 11.7).

    Raises ``ValueError`` as ``design_effect`` does.
    """
    given = np.asarray(weights, np.float64)
    return given.size / design_effect(given)


def effective_n_by(weights: ArrayLike, codes: ArrayLike, n_groups: int, count: ArrayLike = 1) -> Floats:
    """``effective_n`` of each group, shape (n_groups,); NaN for a group without respondents.

    Parameters
    ----------
    weights : of each row, positive where it has respondents, shape (rows,)
    codes : group of each row, 0 .. n_groups - 1, shape (rows,)
    count : respondents of each row, all of the same weight, shape (rows,)
    """
    given, group, times = np.broadcast_arrays(
        np.asarray(weights, np.float64), np.asarray(codes, np.intp), np.asarray(count, np.float64)
    )
    order = np.lexsort((times, given, group))
    given, group, times = given[order], group[order], times[order]
    squares = np.bincount(group, times * given**2, n_groups)
    total = np.bincount(group, times * given, n_groups)
    return np.divide(total**2, squares, out=np.full(n_groups, np.nan), where=squares > 0)


def _raked(ordered: pl.DataFrame, replies: NDArray[np.int64]) -> Floats:
    """People whom the respondents of each cell stand for, before trimming; 0 in a cell without respondents."""
    people = ordered["n_people"].to_numpy().astype(np.float64)
    codes = [_codes(ordered, [name]) for name in CELL]
    heard = replies > 0
    carried = np.zeros(people.shape)
    if not heard.any():
        return carried
    spoken_for = np.logical_and.reduce([np.bincount(code, replies)[code] > 0 for code in codes])
    for keep in (spoken_for, heard):
        placed = _carry(ordered, people, keep)
        margins = [np.bincount(code, placed) for code in codes]
        try:
            carried[heard] = rake(np.column_stack(codes)[heard], margins, start=replies[heard], names=CELL)
        except NotConverged:
            if keep is heard:
                raise
        else:
            break
    return carried


def _carry(ordered: pl.DataFrame, people: Floats, keep: NDArray[np.bool_]) -> Floats:
    """People per cell once those outside ``keep`` are shared out to the kept cells; 0 elsewhere.

    To those of the same agency and band, and where there is none to those of the agency, in proportion to their people
    (weighting-class adjustment, Kalton and Flores-Cervantes 2003). An agency without a kept cell is left out.
    """
    placed = people * keep
    for level in (CELL[:2], CELL[:1]):
        group = _codes(ordered, level)
        total, held = np.bincount(group, people)[group], np.bincount(group, placed)[group]
        placed = placed * np.divide(total, held, out=np.ones(total.shape), where=held > 0)
    return placed


def _codes(ordered: pl.DataFrame, key: list[str]) -> Codes:
    """Number of each row's key among all keys, in their order."""
    return ordered.select(pl.struct(key).rank("dense") - 1)[:, 0].to_numpy().astype(np.intp)
