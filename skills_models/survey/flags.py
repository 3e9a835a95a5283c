"""What odd answer sheets do to the figures: every figure with and without them, nobody dropped."""

from __future__ import annotations

import numpy as np
import polars as pl

from skills_models.survey.weights import CELL

COUNTS = ("n_measured", "n_below", "n_flagged", "n_flagged_below")


def flag_report(cell_flag: pl.DataFrame, weights: pl.DataFrame) -> pl.DataFrame:
    """Share below of the nation with all who were measured, and without those whose sheet carries the flag.

    Parameters
    ----------
    cell_flag : result of ``sql.flags.cell_flag_sql``
    weights : ``cell_weights(cells)``; not raked anew without the flagged, so that the two shares differ by their
        answers alone

    Returns
    -------
    pl.DataFrame
        mart_survey__flag: flag_code, skill_code, n_measured, n_flagged (people), below_weighted_share (all),
        below_unflagged_share (null where everybody is flagged); sorted by key. What the flag changes is the second
        share less the first.
    """
    key = ["flag_code", "skill_code"]
    weight = weights.select(*CELL, "response_weight")
    ordered = cell_flag.join(weight, on=CELL).sort(*key, *CELL)  # a sum of floats depends on its order
    groups = ordered.group_by(key, maintain_order=True).agg(pl.col("n_measured", "n_flagged").sum())
    code = ordered.select(pl.struct(key).rle_id())[:, 0].to_numpy()
    each = ordered["response_weight"].to_numpy()
    n = {name: ordered[name].to_numpy() for name in COUNTS}

    def share(below: np.ndarray, measured: np.ndarray) -> np.ndarray:
        whole = np.bincount(code, each * measured, groups.height)
        part = np.bincount(code, each * below, groups.height)
        return np.minimum(np.divide(part, whole, out=np.full(groups.height, np.nan), where=whole > 0), 1.0)

    unflagged = share(n["n_below"] - n["n_flagged_below"], n["n_measured"] - n["n_flagged"])
    return groups.with_columns(
        pl.Series("below_weighted_share", share(n["n_below"], n["n_measured"])),
        pl.Series("below_unflagged_share", unflagged, nan_to_null=True),
    )
