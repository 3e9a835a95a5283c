"""The disclosure gate: which gap figures may leave the house. Register head counts always may."""

from __future__ import annotations

import polars as pl

from skills_models.disclosure.hiding import hidden_reasons

FIGURES = ["below_share", "below_share_lo", "below_share_hi", "below_weighted_share", "shortfall_levels"]


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
    nation = scope_skill.filter(pl.col("scope_code") == "nation").select("skill_code", national="below_share")
    bodies, groups, scopes = hidden_reasons(group_skill, scope_skill, agencies, k)
    agency = _mart(bodies, nation).drop("seniority_code")
    return {
        "mart_gap__group_skill": _mart(groups, nation).sort(["agency_id", "seniority_code", "skill_code"]),
        "mart_gap__agency_skill": agency.sort(["agency_id", "skill_code"]),
        "mart_gap__scope_skill": _without_own_position(_mart(scopes, nation)).sort(
            ["scope_code", "scope_id", "skill_code"]
        ),
    }


def _mart(rows: pl.DataFrame, nation: pl.DataFrame) -> pl.DataFrame:
    """Figures of the shown rows, with people below and the position against the nation."""
    position = (
        pl.when(pl.col("below_share_lo") > pl.col("national"))
        .then(pl.lit("worse"))
        .when(pl.col("below_share_hi") < pl.col("national"))
        .then(pl.lit("better"))
        .when(pl.col("below_share").is_not_null())
        .then(pl.lit("not_distinguishable"))
    )
    full = rows.join(nation, on="skill_code", how="left").with_columns(
        n_people_below=pl.col("below_share") * pl.col("n_people"), position_code=position
    )
    shown = pl.col("hidden_reason_code").is_null()
    removed = ["n_respondents", "response_share", *FIGURES, "n_people_below", "position_code"]
    gated = full.with_columns(shown.alias("is_shown"), *(pl.when(shown).then(pl.col(c)).alias(c) for c in removed))
    keys = [c for c in ("agency_id", "seniority_code", "scope_code", "scope_id") if c in rows.columns]
    return gated.select(*keys, "skill_code", "n_people", *removed, "is_shown", "hidden_reason_code")


def _without_own_position(scopes: pl.DataFrame) -> pl.DataFrame:
    """The nation has no position against itself."""
    own = pl.col("scope_code") == "nation"
    return scopes.with_columns(position_code=pl.when(~own).then(pl.col("position_code")))
