"""Disclosure gate of the agreement scale: what may be shown of a body's answers, and why the rest may not."""

from __future__ import annotations

import polars as pl

from skills_models.contracts import TABLES
from skills_models.survey.climate import ALL

_KEYS = ("agency_id", "item_code", "is_shown", "hidden_reason_code")


def agency_item_mart(agency_item: pl.DataFrame, min_respondents: int) -> pl.DataFrame:
    """Rows of analysis_climate__assn_agency_item with the figures of too small groups taken out.

    A body is hidden on an item that fewer than ``min_respondents`` of its people answered. The service as a
    whole is published beside its bodies, so what is hidden could be had by subtraction: where the hidden
    bodies of an item have fewer than ``min_respondents`` answers together, its smallest shown body is hidden
    too, as ``complement``.

    Returns
    -------
    pl.DataFrame of mart_climate__agency_item

    Raises
    ------
    ValueError
        If ``min_respondents`` is below 1.
    """
    if min_respondents < 1:
        raise ValueError("min_respondents must be at least 1")
    judged = agency_item.with_columns(hidden_reason_code=_too_small(min_respondents)).with_columns(
        hidden_reason_code=_complement(min_respondents)
    )
    judged = judged.with_columns(is_shown=pl.col("hidden_reason_code").is_null())
    table = TABLES["mart_climate__agency_item"]
    figures = [
        pl.when("is_shown").then(pl.col(name)).alias(name) if name not in _KEYS else pl.col(name)
        for name in table.columns
    ]
    return table.enforce(judged.select(figures))


def agency_skill_mart(agency_item_mart: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """Plain mean of a body's figures over the items that speak to a skill; skills without items have no row.

    Hidden as soon as one of the items is: the mean and the shown items would give the hidden one away.
    ``n_respondents`` is that of the body. The mean carries no interval: its items are answers of the same
    people.

    Parameters
    ----------
    agency_item_mart : result of ``agency_item_mart``
    items : core_ref__entity_item

    Returns
    -------
    pl.DataFrame of mart_climate__agency_skill
    """
    speaking = items.filter(pl.col("skill_code").is_not_null()).select("item_code", "skill_code")
    rows = agency_item_mart.join(speaking, on="item_code").sort("agency_id", "skill_code", "item_code")
    skills = rows.group_by("agency_id", "skill_code", maintain_order=True).agg(
        n_items=pl.len(),
        n_respondents=pl.col("n_respondents").max(),
        positive_weighted_share=pl.col("positive_weighted_share").mean(),
        relative_position_share=pl.col("relative_position_share").mean(),
        is_shown=pl.col("is_shown").all(),
        hidden_reason_code=pl.col("hidden_reason_code").drop_nulls().min(),
    )
    figures = ("n_respondents", "positive_weighted_share", "relative_position_share")
    return TABLES["mart_climate__agency_skill"].enforce(
        skills.with_columns(pl.when("is_shown").then(pl.col(name)).alias(name) for name in figures)
    )


def _too_small(min_respondents: int) -> pl.Expr:
    """The reason a row is hidden for its own size, or null."""
    return (
        pl.when(pl.col("n_answers") == 0)
        .then(pl.lit("no_respondents"))
        .when(pl.col("n_answers") < min_respondents)
        .then(pl.lit("too_few_respondents"))
    )


def _complement(min_respondents: int) -> pl.Expr:
    """The reason so far, or ``complement`` for the smallest shown body where the hidden ones are too few."""
    is_body, is_hidden = pl.col("agency_id") != ALL, pl.col("hidden_reason_code").is_not_null()
    hidden_answers = pl.col("n_answers").filter(is_body & is_hidden).sum().over("item_code")
    candidate = is_body & ~is_hidden
    is_fewest = candidate & (pl.col("n_answers") == pl.col("n_answers").filter(candidate).min().over("item_code"))
    is_first = pl.col("agency_id") == pl.col("agency_id").filter(is_fewest).min().over("item_code")
    chosen = is_fewest & is_first & hidden_answers.is_between(1, min_respondents - 1)
    return pl.when(chosen).then(pl.lit("complement")).otherwise(pl.col("hidden_reason_code"))
