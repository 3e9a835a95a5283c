"""The disclosure gate: which gap figures may leave the house. Register head counts always may."""

from __future__ import annotations

import polars as pl

from skills_models.disclosure.hiding import hidden_reasons

RELATIVE = ["relative_share", "relative_share_lo", "relative_share_hi", "position_code"]
FIGURES = [
    "n_respondents", "response_share", "effective_n", "below_share", "below_share_lo", "below_share_hi",
    "below_weighted_share", *RELATIVE, "shortfall_levels", "n_people_below", "n_people_below_lo", "n_people_below_hi",
]  # fmt: skip


def protect_gaps(
    group_skill: pl.DataFrame, scope_skill: pl.DataFrame, agencies: pl.DataFrame, k: int = 10
) -> dict[str, pl.DataFrame]:
    """Gap marts with every figure removed that rests on fewer than ``k`` people or would give such a group away.

    A hidden row keeps its head count and says why: ``no_respondents``, ``too_few_respondents`` (fewer than ``k``
    replied, or were measured on the skill) or ``complement`` (sums less what is shown would isolate fewer
    than ``k``). ``is_shown`` is false there and figures and survey counts are null: not shown is a state, never 0.

    Parameters
    ----------
    group_skill : analysis_gap__assn_group_skill, 'all' rows included
    scope_skill : analysis_gap__assn_scope_skill
    agencies : core_ref__codes_agency
    k : fewest respondents a shown figure rests on

    Returns
    -------
    dict
        mart_gap__group_skill (without the 'all' rows), mart_gap__agency_skill and mart_gap__scope_skill.
    """
    bodies, groups, scopes = hidden_reasons(group_skill, scope_skill, agencies, k)
    return {
        "mart_gap__group_skill": _mart(groups).sort(["agency_id", "seniority_code", "skill_code"]),
        "mart_gap__agency_skill": _mart(bodies).drop("seniority_code").sort(["agency_id", "skill_code"]),
        "mart_gap__scope_skill": _without_own_position(_mart(scopes)).sort(["scope_code", "scope_id", "skill_code"]),
    }


def where_shown(figures: pl.DataFrame, gate: pl.DataFrame, keys: list[str], columns: list[str]) -> pl.DataFrame:
    """Figures of other tables about rows that a gap mart has judged: those of its hidden rows removed.

    Parameters
    ----------
    figures : rows with ``keys``
    gate : a gap mart, or several below each other: ``keys``, ``is_shown``, ``hidden_reason_code``
    keys : columns that join the two; where the gate has several rows per key, all must be shown
    columns : figures that a hidden row loses

    Returns
    -------
    pl.DataFrame
        Every row of ``figures`` that the gate knows, with ``is_shown`` and ``hidden_reason_code``.
    """
    judged = gate.group_by(keys).agg(pl.col("is_shown").all(), pl.col("hidden_reason_code").drop_nulls().min())
    joined = figures.join(judged, on=keys)
    return joined.with_columns(pl.when("is_shown").then(pl.col(name)).alias(name) for name in columns)


def _mart(rows: pl.DataFrame) -> pl.DataFrame:
    """Figures of the shown rows, with the position against the nation."""
    position = (
        pl.when(pl.col("relative_share_lo") > 0)
        .then(pl.lit("worse"))
        .when(pl.col("relative_share_hi") < 0)
        .then(pl.lit("better"))
        .when(pl.col("relative_share").is_not_null())
        .then(pl.lit("not_distinguishable"))
    )
    shown = pl.col("hidden_reason_code").is_null()
    full = rows.with_columns(position.alias("position_code"), shown.alias("is_shown"))
    gated = full.with_columns(pl.when("is_shown").then(pl.col(name)).alias(name) for name in FIGURES)
    keys = [c for c in ("agency_id", "seniority_code", "scope_code", "scope_id") if c in rows.columns]
    return gated.select(*keys, "skill_code", "n_people", *FIGURES, "is_shown", "hidden_reason_code")


def _without_own_position(scopes: pl.DataFrame) -> pl.DataFrame:
    """The nation has no position against itself."""
    own = pl.col("scope_code") == "nation"
    return scopes.with_columns(pl.when(~own).then(pl.col(name)).alias(name) for name in RELATIVE)
