"""What stands beside the self-reports: nothing, or supervisors' ratings of the same people. In words."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboards.i18n import Texts
from dashboards.views.format import number, signed, signed_interval
from dashboards.views.gaps import hidden_reason

DOUBLE_RATED = "double_rated"


def state(row: dict[str, Any], texts: Texts, k: int) -> str:
    """The evidence of one body (a row of mart_survey__coverage), or why it is not shown."""
    if not row["is_shown"]:
        return hidden_reason(False, row["hidden_reason_code"], texts, k)
    n = number(row["n_double_ratings"], texts.language)
    return texts(f"evidence.{row['evidence_state_code']}").replace("{n}", n)


def sentences(row: dict[str, Any], texts: Texts, k: int) -> str:
    """The evidence of one body, and how self-ratings compare with supervisors' where both exist."""
    said = texts("evidence.body", state=state(row, texts, k))
    if not row["is_shown"] or row["evidence_state_code"] != DOUBLE_RATED or row["leniency_levels"] is None:
        return said
    span = signed_interval(row["leniency_lo_levels"], row["leniency_hi_levels"], texts.language)
    return f"{said} {texts('evidence.leniency', levels=signed(row['leniency_levels'], texts.language), span=span)}"


def of_nation(coverage: pl.DataFrame, texts: Texts) -> str:
    """The evidence of the whole service: how many double ratings there are, from how many bodies."""
    rated = coverage.filter(pl.col("is_shown") & (pl.col("evidence_state_code") == DOUBLE_RATED))
    n = rated["n_double_ratings"].sum()
    if not n:
        return texts("method.self_reported")
    language = texts.language
    return texts("evidence.nation", n=number(n, language), bodies=number(rated.height, language))
