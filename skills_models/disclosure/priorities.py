"""Ranks, assumptions and elements behind the gate: what it hides of a group stays hidden here."""

from __future__ import annotations

import polars as pl

from skills_models.contracts import TABLES
from skills_models.disclosure.gate import where_shown
from skills_models.disclosure.hiding import hidden_reasons

GROUP = ["agency_id", "seniority_code"]
ALL = "all"
SHARES = ["at_level_1_share", "at_level_2_share", "at_level_3_share"]


def protect_sensitivity(
    sensitivity: pl.DataFrame,
    gap_marts: dict[str, pl.DataFrame],
    coverage_mart: pl.DataFrame,
    group_skill: pl.DataFrame,
    k: int,
) -> pl.DataFrame:
    """mart_gap__sensitivity: the rows whose gap is shown; the others have none.

    A body's row on double ratings would give away its leniency, so it is there only where that is shown. The row with
    flagged sheets differs from the published share by what the flagged answered: it is there for the nation and for
    whole bodies with at least ``k`` of them.

    Parameters
    ----------
    sensitivity : analysis_gap__assn_sensitivity
    gap_marts : result of ``protect_gaps``
    coverage_mart : mart_survey__coverage
    group_skill : analysis_gap__assn_group_skill, for how many sheets carry a flag
    k : fewest people a difference may concern
    """
    key = [*GROUP, "skill_code"]
    figures = ["below_share", "below_share_lo", "below_share_hi"]
    judged = where_shown(sensitivity, _judged(gap_marts), key, figures)
    rated = coverage_mart.filter(pl.col("evidence_state_code") == "double_rated")["agency_id"].to_list()
    flagged = group_skill.filter(
        (pl.col("seniority_code") == ALL) & (pl.col("n_measured") - pl.col("n_unflagged") >= k)
    ).select(*key, enough_flagged=True)
    code, nation = pl.col("sensitivity_code"), pl.col("agency_id") == ALL
    hidden = ((code == "double_ratings") & ~nation & ~pl.col("agency_id").is_in(rated)) | (
        (code == "with_flagged") & ~nation & pl.col("enough_flagged").is_null()
    )
    judged = judged.join(flagged, on=key, how="left").filter(~hidden)
    table = TABLES["mart_gap__sensitivity"]
    return table.enforce(judged.filter("is_shown").select(list(table.columns)))


def protect_priorities(priority: pl.DataFrame, group_mart: pl.DataFrame, skill_weights: pl.DataFrame) -> pl.DataFrame:
    """mart_gap__priority: every group under every set of weights; figures only where all its skills are shown.

    Parameters
    ----------
    priority : analysis_gap__assn_priority
    group_mart : mart_gap__group_skill
    skill_weights : core_ref__assn_skill_weight, for the names of the scenarios
    """
    scenarios = skill_weights.select("weight_scenario_code", pl.col("^weight_scenario_name_.*$")).unique()
    groups = group_mart.group_by(GROUP).agg(
        pl.col("n_people").max(),
        pl.col("n_respondents").min(),
        pl.col("is_shown").all(),
        pl.col("hidden_reason_code").drop_nulls().min(),
    )
    figures = [c for c in priority.columns if c not in ("weight_scenario_code", *GROUP)]
    joined = groups.join(scenarios, how="cross").join(priority, on=["weight_scenario_code", *GROUP], how="left")
    shown = pl.col("is_shown") & pl.col("need_levels").is_not_null()
    gated = joined.with_columns(is_shown=shown).with_columns(
        *(pl.when("is_shown").then(pl.col(name)).alias(name) for name in (*figures, "n_respondents")),
        hidden_reason_code=pl.when(~pl.col("is_shown")).then(
            pl.col("hidden_reason_code").fill_null("too_few_respondents")
        ),
    )
    table = TABLES["mart_gap__priority"]
    return table.enforce(gated.select(list(table.columns)))


def protect_elements(
    element: pl.DataFrame,
    cell_item: pl.DataFrame,
    cells: pl.DataFrame,
    items: pl.DataFrame,
    agencies: pl.DataFrame,
    k: int,
) -> pl.DataFrame:
    """mart_gap__element: hidden where fewer than ``k`` answered, or where differences would give such a group away.

    Judged like the gaps, item by item, by those who answered the item, as if the bands were published as well: stricter
    than needed, and the same argument.

    Parameters
    ----------
    element : analysis_gap__assn_element
    cell_item : result of ``sql.elements.cell_item_sql``
    cells : analysis_survey__assn_cell
    items : core_ref__entity_item
    agencies : core_ref__codes_agency
    k : fewest answers a shown figure rests on
    """
    replies = cells.group_by(GROUP).agg(pl.col("n_respondents").sum())
    answers = cell_item.group_by([*GROUP, "item_code"]).agg(n_measured=pl.col("n_answers").sum())
    answers = answers.with_columns(n_unflagged="n_measured")  # elements count every sheet
    bands = answers.join(replies, on=GROUP).rename({"item_code": "skill_code"}).sort([*GROUP, "skill_code"])
    whole = bands.group_by("agency_id", "skill_code").agg(pl.col("n_measured", "n_unflagged", "n_respondents").sum())
    groups = pl.concat([bands, whole.with_columns(seniority_code=pl.lit(ALL)).select(bands.columns)])
    scopes = element.filter(pl.col("scope_code") != "agency").rename({"item_code": "skill_code"})
    bodies, _, wide = hidden_reasons(groups, scopes.select("scope_code", "scope_id", "skill_code"), agencies, k)
    body = bodies.select(pl.lit("agency").alias("scope_code"), pl.col("agency_id").alias("scope_id"), *_JUDGED)
    reasons = pl.concat([body, wide.select("scope_code", "scope_id", *_JUDGED)]).rename({"skill_code": "item_code"})
    joined = element.join(reasons, on=["scope_code", "scope_id", "item_code"], how="left")
    gated = joined.with_columns(is_shown=pl.col("hidden_reason_code").is_null()).with_columns(
        pl.when("is_shown").then(pl.col(name)).alias(name) for name in ("n_respondents", "n_answers", *SHARES)
    )
    table = TABLES["mart_gap__element"]
    named = gated.join(items.select("item_code", "skill_code"), on="item_code")
    return table.enforce(named.select(list(table.columns)))


_JUDGED = ["skill_code", "hidden_reason_code"]


def _judged(gap_marts: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Every band, whole body and the nation ('all', 'all') with whether its gap is shown, skill by skill."""
    columns = [*GROUP, "skill_code", "is_shown", "hidden_reason_code"]
    nation = gap_marts["mart_gap__scope_skill"].filter(pl.col("scope_code") == "nation")
    named = (
        gap_marts["mart_gap__group_skill"],
        gap_marts["mart_gap__agency_skill"].with_columns(seniority_code=pl.lit(ALL)),
        nation.with_columns(agency_id=pl.lit(ALL), seniority_code=pl.lit(ALL)),
    )
    return pl.concat([rows.select(columns) for rows in named])
