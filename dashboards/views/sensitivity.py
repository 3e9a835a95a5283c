"""What a share below requirement would be if something else were true: published figure and assumptions."""

from __future__ import annotations

import polars as pl

from dashboards.i18n import Texts
from dashboards.views.format import interval, points, share
from skills_models.contracts.fields import SENSITIVITIES

KEY = ("agency_id", "seniority_code", "skill_code")
FIGURES = ("below_share", "below_share_lo", "below_share_hi")


def what_if(published: pl.DataFrame, assumed: pl.DataFrame, texts: Texts) -> pl.DataFrame:
    """The published figure first, then every assumption the mart holds for it, in the order of the contract.

    Parameters
    ----------
    published : one row with ``KEY`` and ``FIGURES``
    assumed : mart_gap__sensitivity

    Returns
    -------
    pl.DataFrame
        ``name`` of the assumption; ``percent``, ``low``, ``high`` (per cent); ``text``, ``interval_text`` and
        ``change_text`` (percentage points against the published figure).
    """
    own = published.select(*KEY, *FIGURES)
    rows = own.select(*FIGURES, pl.lit("").alias("sensitivity_code"))
    found = assumed.join(own.select(KEY), on=KEY, how="semi").select(*FIGURES, "sensitivity_code")
    order = {code: place for place, code in enumerate(SENSITIVITIES)}
    found = found.sort(pl.col("sensitivity_code").replace_strict(order, return_dtype=pl.Int64))
    base, language = own["below_share"][0], texts.language
    words = [
        {
            "name": texts.code("sensitivity", code) if code else texts("what_if.published"),
            "percent": round(100 * value, 1),
            "low": round(100 * low, 1),
            "high": round(100 * high, 1),
            "text": share(value, language),
            "interval_text": interval(low, high, language),
            "change_text": points(value - base, language, digits=0) if code else "",
        }
        for value, low, high, code in pl.concat([rows, found]).iter_rows()
    ]
    return pl.DataFrame(words)
