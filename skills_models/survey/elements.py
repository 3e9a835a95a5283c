"""Share of staff at or above each level, element by element. Descriptive: no model, no interval."""

from __future__ import annotations

import numpy as np
import polars as pl

from skills_models.survey.weights import CELL

LEVELS = (1, 2, 3)


def element_shares(
    cell_item: pl.DataFrame, cells: pl.DataFrame, weights: pl.DataFrame, agencies: pl.DataFrame
) -> pl.DataFrame:
    """Weighted share of the answers at or above each level: the nation, kinds of bodies, regions and bodies.

    The share is of those who answered the item; who did not is in ``n_respondents`` and not in ``n_answers``, and
    counts at no level. Regions go by the seat of the body; bodies without a region stand in none.

    Parameters
    ----------
    cell_item : result of ``sql.elements.cell_item_sql``
    cells : analysis_survey__assn_cell
    weights : ``cell_weights(cells)``
    agencies : core_ref__codes_agency

    Returns
    -------
    pl.DataFrame
        analysis_gap__assn_element, sorted by key; the shares are null where nobody answered the item.
    """
    weight = weights.select(*CELL, "response_weight")
    weighed = cell_item.join(weight, on=CELL, how="left").with_columns(pl.col("response_weight").fill_null(0.0))
    places = agencies.select("agency_id", agency_kind="agency_kind_code", region="region_code", agency="agency_id")
    parts = []
    for scope in ("nation", "agency_kind", "region", "agency"):
        label = pl.lit("all") if scope == "nation" else pl.col(scope)
        place = places.select("agency_id", scope_id=label).drop_nulls()
        counts = cells.join(place, on="agency_id").group_by("scope_id").agg(pl.col("n_people", "n_respondents").sum())
        shares = _shares(weighed.join(place, on="agency_id")).join(counts, on="scope_id")
        parts.append(shares.select(pl.lit(scope).alias("scope_code"), pl.all()))
    return pl.concat(parts).sort("scope_code", "scope_id", "item_code")


def _shares(weighed: pl.DataFrame) -> pl.DataFrame:
    """``scope_id``, ``item_code``, ``n_answers`` and the share at or above each level."""
    key = ["scope_id", "item_code"]
    ordered = weighed.sort(*key, *CELL)  # a sum of floats depends on its order
    groups = ordered.group_by(key, maintain_order=True).agg(pl.col("n_answers").sum())
    code = (ordered.select(pl.struct(key).rle_id())[:, 0]).to_numpy()
    weight = ordered["response_weight"].to_numpy()

    def carried(name: str) -> np.ndarray:
        return np.bincount(code, weight * ordered[name].to_numpy(), groups.height)

    answered = carried("n_answers")
    shares = [
        np.divide(carried(f"n_at_{level}"), answered, out=np.full(groups.height, np.nan), where=answered > 0)
        for level in LEVELS
    ]
    return groups.with_columns(
        pl.Series(f"at_level_{level}_share", np.minimum(share, 1.0), nan_to_null=True)
        for level, share in zip(LEVELS, shares, strict=True)
    )
