"""How well the people of the register are heard: counts beside every figure, before the disclosure gate."""

from __future__ import annotations

import numpy as np
import polars as pl

from skills_models.survey.weights import CELL, effective_n_by


def response_rates(cells: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """``by`` + ``n_people``, ``n_respondents``, ``response_share`` (of the summed counts, no mean of rates)."""
    summed = cells.group_by(by).agg(pl.col("n_people").sum(), pl.col("n_respondents").sum()).sort(by)
    return summed.with_columns(response_share=pl.col("n_respondents") / pl.col("n_people"))


def coverage_by_agency(cells: pl.DataFrame, weights: pl.DataFrame) -> pl.DataFrame:
    """One row per agency of the register, silent ones included.

    Parameters
    ----------
    cells : analysis_survey__assn_cell
    weights : ``cell_weights(cells)``

    Returns
    -------
    pl.DataFrame
        agency_id, n_people, n_respondents, response_share, heard_people_share (share of its people in cells from which
        somebody replied), design_effect (1 + CV^2 of its respondents' weights), effective_n (n over design_effect);
        sorted by agency. The last two are null, and the shares 0, where nobody replied.
    """
    rates = response_rates(cells, ["agency_id"])
    heard = cells.filter(pl.col("n_respondents") > 0).group_by("agency_id").agg(n_heard=pl.col("n_people").sum())
    size = pl.Series("effective_n", _effective_n(rates["agency_id"], weights), nan_to_null=True)
    return (
        rates.with_columns(size)
        .join(heard, on="agency_id", how="left")
        .select(
            "agency_id",
            "n_people",
            "n_respondents",
            "response_share",
            heard_people_share=pl.col("n_heard").fill_null(0) / pl.col("n_people"),
            design_effect=(pl.col("n_respondents") / pl.col("effective_n")).clip(lower_bound=1.0),  # rounding passes 1
            effective_n="effective_n",
        )
        .sort("agency_id")
    )


def _effective_n(agencies: pl.Series, weights: pl.DataFrame) -> np.ndarray:
    """Effective respondents in the order of ``agencies`` (sorted)."""
    placed = weights.sort(CELL)
    code = agencies.search_sorted(placed["agency_id"]).to_numpy()
    weight, count = placed["response_weight"].to_numpy(), placed["n_respondents"].to_numpy()
    return effective_n_by(weight, code, len(agencies), count)
