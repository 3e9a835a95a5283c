"""How many people each respondent stands for."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

CELL = ["agency_id", "seniority_code", "job_family_code"]
TRIM_AT_MEDIANS = 5.0


def cell_weights(cells: pl.DataFrame, trim_at: float = TRIM_AT_MEDIANS) -> pl.DataFrame:
    """Weight of one respondent in each cell of the register that has respondents.

    People of the cell over its respondents. Cells without a respondent are collapsed: their people are carried by the
    respondents of the same agency and band, and where the whole band is silent by those of the agency (weighting-class
    adjustment, Kalton and Flores-Cervantes 2003). A silent agency is carried by nobody. Weights above ``trim_at`` times
    the median over respondents are cut there.

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
    people = ordered["n_people"].to_numpy().astype(float)
    replies = ordered["n_respondents"].to_numpy()
    carried = people * (replies > 0)
    for level in (CELL[:2], CELL[:1]):
        carried *= _people_over_carried(ordered.select(level), people, carried)
    heard = replies > 0
    weight = carried[heard] / replies[heard]
    cap = trim_at * float(np.median(np.repeat(weight, replies[heard]))) if heard.any() else np.inf
    return ordered.filter(heard).with_columns(
        response_weight=pl.Series(np.minimum(weight, cap), dtype=pl.Float64),
        is_trimmed=pl.Series(weight > cap, dtype=pl.Boolean),
    )


def design_effect(weights: NDArray[np.float64]) -> float:
    """Kish's 1 + CV^2 of the respondents' weights: the factor by which unequal weights raise a variance.

    Raises
    ------
    ValueError
        If there are no weights or one of them is not positive.
    """
    if weights.size == 0 or bool((weights <= 0).any()):
        raise ValueError("want at least one weight, and positive ones")
    return float(weights.size * np.square(weights).sum() / weights.sum() ** 2)


def response_rates(cells: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """``by`` + ``n_people``, ``n_respondents``, ``response_share`` (of the summed counts, no mean of rates)."""
    summed = cells.group_by(by).agg(pl.col("n_people").sum(), pl.col("n_respondents").sum()).sort(by)
    return summed.with_columns(response_share=pl.col("n_respondents") / pl.col("n_people"))


def _people_over_carried(
    keys: pl.DataFrame, people: NDArray[np.float64], carried: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Per cell: all people of its class over those carried so far; 1 where the class carries nobody."""
    label = keys.select(pl.struct(pl.all()).rank("dense"))[:, 0].to_numpy().astype(np.intp)
    total, held = np.bincount(label, people)[label], np.bincount(label, carried)[label]
    return np.divide(total, held, out=np.ones(total.shape), where=held > 0)
