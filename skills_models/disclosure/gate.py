"""The disclosure gate: which gap figures may leave the house. Register head counts always may."""

from __future__ import annotations

import polars as pl

from skills_models.disclosure.hiding import hidden_reasons

NOT_CALIBRATED = "not_calibrated"
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
    replied, or were measured on the skill), ``complement`` (sums less what is shown would isolate fewer than ``k``) or
    ``not_calibrated`` (answers there are, but no scale to read them on). ``is_shown`` is false there and figures and
    survey counts are null: not shown is a state, never 0.

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


def shown_groups(group_skill: pl.DataFrame, scope_skill: pl.DataFrame, agencies: pl.DataFrame, k: int) -> pl.DataFrame:
    """``agency_id``, ``seniority_code`` of the groups whose modelled figures may all be shown, sorted.

    Arguments as in ``protect_gaps``. A skill that is modelled nowhere hides no group.
    """
    group_mart = protect_gaps(group_skill, scope_skill, agencies, k)["mart_gap__group_skill"]
    return modelled_groups(group_mart).filter("is_shown").select("agency_id", "seniority_code")


def modelled_groups(group_mart: pl.DataFrame) -> pl.DataFrame:
    """Every group with ``is_shown`` and ``hidden_reason_code`` over the skills modelled anywhere; sorted by key.

    Parameters
    ----------
    group_mart : mart_gap__group_skill
    """
    key = ["agency_id", "seniority_code"]
    modelled = group_mart.filter(pl.col("is_shown").any().over("skill_code"))
    judged = modelled.group_by(key).agg(pl.col("is_shown").all(), pl.col("hidden_reason_code").drop_nulls().min())
    people = group_mart.group_by(key).agg(pl.col("n_people").max(), pl.col("n_respondents").max())
    joined = people.join(judged, on=key, how="left").with_columns(pl.col("is_shown").fill_null(False))
    return joined.sort(key)


DECIMALS = {
    "below_weighted_share": 2,
    **dict.fromkeys(["at_level_1_share", "at_level_2_share", "at_level_3_share"], 2),
    **dict.fromkeys(["effective_n", "n_people_below", "n_people_below_lo", "n_people_below_hi"], 0),
    **dict.fromkeys(["design_effect", "heard_people_share"], 2),
    **dict.fromkeys(["segment_shortfall_levels", "segment_deviation_levels"], 2),
}
"""Digits that leave the house. In a sum of few weighted people the others tell one of them from the next."""
USUAL_DECIMALS = 3


def rounded(mart: pl.DataFrame) -> pl.DataFrame:
    """Every figure of a mart to the digits that leave the house: plain figures to fewer than modelled ones."""
    figures = [name for name, kind in mart.schema.items() if kind == pl.Float64]
    return mart.with_columns(pl.col(name).round(DECIMALS.get(name, USUAL_DECIMALS)) for name in figures)


def where_shown(figures: pl.DataFrame, gate: pl.DataFrame, keys: list[str], columns: list[str]) -> pl.DataFrame:
    """Figures of other tables about rows that a gap mart has judged: those of its hidden rows removed.

    Parameters
    ----------
    figures : rows with ``keys``
    gate : a gap mart, or several below each other: ``keys``, ``is_shown``, ``hidden_reason_code``
    keys : columns that join the two; where the gate has several rows per key (skills), one shown is enough: what
        counts replies alone is the same for all
    columns : figures that a hidden row loses

    Returns
    -------
    pl.DataFrame
        Every row of ``figures`` that the gate knows, with ``is_shown`` and ``hidden_reason_code``.
    """
    reason = pl.when(~pl.col("is_shown").any()).then(pl.col("hidden_reason_code").drop_nulls().min())
    judged = gate.group_by(keys).agg(pl.col("is_shown").any(), reason.alias("hidden_reason_code"))
    joined = figures.join(judged, on=keys)
    return joined.with_columns(pl.when("is_shown").then(pl.col(name)).alias(name) for name in columns)


def with_complement(count: str, is_enough: pl.Expr, k: int, over: str | None = None) -> pl.Expr:
    """Which bodies stay shown so that the others together count nobody, or at least ``k``.

    Where the bodies with too few add up to 1 .. ``k`` - 1, the smallest of the others is left out as well (the first by
    ``agency_id`` of several).

    Parameters
    ----------
    count : column that is counted
    is_enough : bodies that could be shown for themselves; their count is at least ``k``
    k : fewest people a difference may concern
    over : column within which bodies are added up, all of them if None
    """

    def within(expression: pl.Expr) -> pl.Expr:
        return expression.over(over) if over else expression

    few = within(pl.col(count).filter(~is_enough).sum()).is_between(1, k - 1)
    place = within(pl.struct(count, "agency_id").rank("ordinal"))
    smallest = within(pl.when(is_enough).then(place).min())
    return is_enough & ~(few & (place == smallest))


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
    unknown = pl.col("hidden_reason_code").is_null() & pl.col("below_share").is_null()
    reason = pl.when(unknown).then(pl.lit(NOT_CALIBRATED)).otherwise(pl.col("hidden_reason_code"))
    judged = rows.with_columns(position.alias("position_code"), reason.alias("hidden_reason_code"))
    full = judged.with_columns(is_shown=pl.col("hidden_reason_code").is_null())
    gated = full.with_columns(pl.when("is_shown").then(pl.col(name)).alias(name) for name in FIGURES)
    keys = [c for c in ("agency_id", "seniority_code", "scope_code", "scope_id") if c in rows.columns]
    return rounded(gated.select(*keys, "skill_code", "n_people", *FIGURES, "is_shown", "hidden_reason_code"))


def _without_own_position(scopes: pl.DataFrame) -> pl.DataFrame:
    """The nation has no position against itself."""
    own = pl.col("scope_code") == "nation"
    return scopes.with_columns(pl.when(~own).then(pl.col(name)).alias(name) for name in RELATIVE)
