"""Sentences about surveys of agreement: relative position only, never a level or a gap."""

from __future__ import annotations

import polars as pl

from skills_models.findings.marts import Marts
from skills_models.findings.phrases import count
from skills_models.findings.sentences import Finding

WHOLE = "all"


def furthest(marts: Marts, position: str) -> Finding | None:
    """The body with the most items certainly ``better`` (or ``worse``) than the whole; a tie names nobody."""
    shown = marts.rows("mart_climate__agency_item").filter(pl.col("is_shown") & (pl.col("agency_id") != WHOLE))
    tally = shown.group_by("agency_id").agg(
        certain=(pl.col("position_code") == position).sum().cast(pl.Int64), items=pl.len().cast(pl.Int64)
    )
    ranked = tally.sort(["certain", "agency_id"], descending=[True, False]).rows()
    if not ranked or ranked[0][1] == 0 or (len(ranked) > 1 and ranked[1][1] == ranked[0][1]):
        return None
    agency, certain, items = ranked[0]
    code = "climate_above" if position == "better" else "climate_below"
    values = {"agency": marts.name("agency", agency), "n": count(certain), "all": count(items)}
    return Finding(code, "climate", certain, (code,), values)
