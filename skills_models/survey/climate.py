"""Agreement scale: percent positive by body and item, and where a body stands against all bodies.

Answers about the climate for innovation are not measurements of skill. What is published is the share that
agrees, its interval and its distance to the service as a whole: never a level, a gap or a quota.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skills_models.contracts import TABLES
from skills_models.survey.shares import hybrid_difference, wilson_interval

ALL = "all"
Array = NDArray[np.float64]


@dataclass(frozen=True)
class WeightSums:
    """Sums over the answers of each body (rows) to each item (columns); bodies and items in code order.

    ``answers`` and ``positive`` count sheets with or without a weight; the other three only weighted ones.
    """

    answers: Array
    positive: Array
    weight: Array
    weight_positive: Array
    weight_squared: Array

    @classmethod
    def of_bodies(cls, answer_counts: pl.DataFrame, agencies: Sequence[str], items: Sequence[str]) -> WeightSums:
        """Add up the rows of ``sql.climate.answer_counts_sql``, in the order of their key."""
        rows = answer_counts.sort("agency_id", "item_code", "design_weight", nulls_last=False)
        cell = (
            np.searchsorted(np.array(agencies), rows["agency_id"].to_numpy().astype(str)) * len(items)
            + np.searchsorted(np.array(items), rows["item_code"].to_numpy().astype(str))
        ).astype(np.int64)
        weight = rows["design_weight"].fill_null(0.0).to_numpy()
        n, positive = (rows[name].to_numpy().astype(np.float64) for name in ("n_answers", "n_positive"))
        shape = (len(agencies), len(items))

        def added(term: Array) -> Array:
            return np.asarray(np.bincount(cell, weights=term, minlength=shape[0] * shape[1]).reshape(shape), np.float64)

        return cls(added(n), added(positive), added(weight * n), added(weight * positive), added(weight**2 * n))

    def total(self) -> WeightSums:
        """The same for all bodies together: one row."""
        return WeightSums(*(_sum_rows(part) for part in self._parts()))

    def rest(self) -> WeightSums:
        """The same for all bodies but the one of the row."""
        return WeightSums(*(_sum_rows(part) - part for part in self._parts()))

    def share(self) -> Array:
        """Positive answers among valid ones, unweighted; NaN without answers."""
        return _ratio(self.positive, self.answers)

    def weighted_share(self) -> Array:
        """Weight of positive answers in the weight of valid ones; NaN without weight."""
        return np.clip(_ratio(self.weight_positive, self.weight), 0.0, 1.0)

    def effective_n(self) -> Array:
        """Kish's effective sample size, (sum w)^2 / sum w^2; NaN without weight."""
        return _ratio(self.weight**2, self.weight_squared)

    def _parts(self) -> tuple[Array, ...]:
        return self.answers, self.positive, self.weight, self.weight_positive, self.weight_squared


def agency_items(
    answer_counts: pl.DataFrame,
    respondents: pl.DataFrame,
    headcounts: pl.DataFrame,
    agency_ids: Sequence[str],
    item_codes: Sequence[str],
) -> pl.DataFrame:
    """Figures of every body and of ``all`` on every item, before the disclosure gate.

    Intervals are 90 %: Wilson's with Kish's effective n for a share. ``relative_position_share`` is the
    weighted share less that of all bodies; as the body is part of the whole, that is ``1 - f`` times its
    distance to the *other* bodies (``f`` = its part of the weight), two independent samples, and
    ``position_code`` follows from Newcombe's hybrid interval of that distance. No finite-population
    correction: where most of a body answered, the intervals are wider than need be.
    ``positive_poststratified_share`` exists for ``all`` alone: register and survey share the body and nothing
    finer, so bodies are weighted by head count and nothing can be adjusted inside one.

    Parameters
    ----------
    answer_counts : result of ``sql.climate.answer_counts_sql``
    respondents : ``agency_id``, ``n_respondents``
    headcounts : ``agency_id``, ``n_people``; may be empty
    agency_ids, item_codes : all bodies and items of the pack; those without answers get rows of nulls

    Returns
    -------
    pl.DataFrame of analysis_climate__assn_agency_item

    Raises
    ------
    ValueError
        If an answer belongs to a body or an item that the pack does not list.

    References
    ----------
    Kish (1965), Survey Sampling, 11.7; Wilson (1927), JASA 22; Newcombe (1998), Statistics in Medicine 17,
    method 10.
    """
    agencies, items = sorted(agency_ids), sorted(item_codes)
    _refuse_unlisted(answer_counts, agencies, items)
    bodies = WeightSums.of_bodies(answer_counts, agencies, items)
    whole = bodies.total()
    people = _aligned(headcounts, "n_people", agencies)
    asked = _aligned(respondents, "n_respondents", agencies)
    frame = pl.concat(
        [
            _rows(agencies, items, bodies, asked).with_columns(
                positive_poststratified_share=pl.lit(None, pl.Float64),
                relative_position_share=pl.Series((bodies.weighted_share() - whole.weighted_share()).ravel()),
                position_code=pl.Series(_positions(bodies).ravel(), dtype=pl.String),
            ),
            _rows([ALL], items, whole, asked.sum(keepdims=True)).with_columns(
                positive_poststratified_share=pl.Series(_poststratified(bodies, people)),
                relative_position_share=pl.lit(None, pl.Float64),
                position_code=pl.lit(None, pl.String),
            ),
        ]
    )
    return TABLES["analysis_climate__assn_agency_item"].enforce(frame.with_columns(pl.col(pl.Float64).fill_nan(None)))


def _rows(agencies: Sequence[str], items: Sequence[str], sums: WeightSums, asked: Array) -> pl.DataFrame:
    """Counts, shares and intervals, body by body; NaN where there is nothing to say."""
    low, high = wilson_interval(sums.weighted_share(), sums.effective_n())
    answers = sums.answers.astype(np.int64)
    respondents = np.repeat(asked.astype(np.int64), len(items))
    return pl.DataFrame(
        {
            "agency_id": np.repeat(np.array(agencies), len(items)).tolist(),
            "item_code": list(items) * len(agencies),
            "n_respondents": respondents,
            "n_answers": answers.ravel(),
            "n_positive": sums.positive.astype(np.int64).ravel(),
            "n_missing": respondents - answers.ravel(),
            "positive_share": sums.share().ravel(),
            "positive_weighted_share": sums.weighted_share().ravel(),
            "positive_share_lo": low.ravel(),
            "positive_share_hi": high.ravel(),
            "effective_n": sums.effective_n().ravel(),
        }
    )


def _positions(bodies: WeightSums) -> NDArray[np.object_]:
    """``better``, ``worse`` or ``not_distinguishable`` from the other bodies; None where it cannot be said."""
    rest = bodies.rest()
    low, high = hybrid_difference(
        bodies.weighted_share(), bodies.effective_n(), rest.weighted_share(), rest.effective_n()
    )
    codes = np.full(low.shape, None, dtype=object)
    codes[(low <= 0) & (high >= 0)] = "not_distinguishable"
    codes[low > 0] = "better"
    codes[high < 0] = "worse"
    return codes


def _poststratified(bodies: WeightSums, people: Array) -> Array:
    """Mean of the bodies' weighted shares by head count, over bodies with answers; one figure per item."""
    share = bodies.weighted_share()
    weight = np.where(np.isnan(share), 0.0, people[:, None])
    return _ratio(_sum_rows(weight * np.nan_to_num(share)), _sum_rows(weight)).ravel()


def _aligned(frame: pl.DataFrame, column: str, agencies: Sequence[str]) -> Array:
    """A column of counts in the order of ``agencies``; 0 for a body without a row."""
    known = dict(zip(frame["agency_id"].to_list(), frame[column].to_list(), strict=True))
    return np.array([known.get(agency, 0) for agency in agencies], dtype=np.float64)


def _refuse_unlisted(answer_counts: pl.DataFrame, agencies: Sequence[str], items: Sequence[str]) -> None:
    for column, listed in (("agency_id", agencies), ("item_code", items)):
        if n := answer_counts[column].n_unique() - answer_counts[column].unique().is_in(list(listed)).sum():
            raise ValueError(f"answers name {n} value(s) of {column} that the pack does not list")


def _sum_rows(values: Array) -> Array:
    """Sum over bodies, one after the other in code order, kept as one row."""
    return np.add.accumulate(values, axis=0)[-1:]


def _ratio(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.full(np.broadcast(part, whole).shape, np.nan), where=whole > 0)
