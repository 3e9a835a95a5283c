"""Ranks, assumptions and elements behind the gate: none of them gives away what it hides."""

from __future__ import annotations

import polars as pl

from skills_models.contracts import TABLES
from skills_models.disclosure.gate import NOT_CALIBRATED, modelled_groups, rounded, where_shown, with_complement
from skills_models.disclosure.hiding import hidden_reasons

GROUP = ["agency_id", "seniority_code"]
ALL = "all"
SHARES = ["at_level_1_share", "at_level_2_share", "at_level_3_share"]


def protect_sensitivity(
    sensitivity: pl.DataFrame,
    gap_marts: dict[str, pl.DataFrame],
    coverage_mart: pl.DataFrame,
    leniency: pl.DataFrame,
    group_skill: pl.DataFrame,
    k: int,
) -> pl.DataFrame:
    """mart_gap__sensitivity: the rows whose gap is shown; the others have none.

    Two assumptions rest on fewer people than the figure itself, and are shown of fewer rows. ``double_ratings`` would
    give away a body's leniency: it is there where that is shown. ``with_flagged`` differs from the published share by
    what the flagged answered: it is there for whole bodies with at least ``k`` of them. The nation less its shown
    bodies is what the others are together: where those have few people concerned, the smallest other body is left out
    as well, and where that does not help, the nation's row.

    Parameters
    ----------
    sensitivity : analysis_gap__assn_sensitivity
    gap_marts : result of ``protect_gaps``
    coverage_mart : mart_survey__coverage
    leniency : analysis_skill__fit_leniency, for how many were rated twice
    group_skill : analysis_gap__assn_group_skill, for how many sheets carry a flag
    k : fewest people a difference may concern
    """
    key = [*GROUP, "skill_code"]
    figures = ["below_share", "below_share_lo", "below_share_hi"]
    shown = where_shown(sensitivity, _judged(gap_marts), key, figures).filter("is_shown")
    table = TABLES["mart_gap__sensitivity"]
    concerned = {
        "double_ratings": _double_rated(coverage_mart, leniency, gap_marts, k),
        "with_flagged": _flagged(group_skill, k),
    }
    parts = [shown.filter(~pl.col("sensitivity_code").is_in(list(concerned)))]
    parts += [
        _shown_of_few(shown.filter(pl.col("sensitivity_code") == code), people, code == "double_ratings", k)
        for code, people in concerned.items()
    ]
    return table.enforce(rounded(pl.concat(parts).select(list(table.columns))))


def _double_rated(
    coverage_mart: pl.DataFrame, leniency: pl.DataFrame, gap_marts: dict[str, pl.DataFrame], k: int
) -> pl.DataFrame:
    """``agency_id``, ``skill_code``, ``n``: people rated twice, and ``is_enough``."""
    rated = coverage_mart.filter(pl.col("evidence_state_code") == "double_rated")["agency_id"].to_list()
    skills = gap_marts["mart_gap__agency_skill"].select("skill_code").unique()
    people = leniency.select("agency_id", n="n_double_ratings", is_enough=pl.col("agency_id").is_in(rated))
    return people.join(skills, how="cross").select("agency_id", "skill_code", "n", "is_enough")


def _flagged(group_skill: pl.DataFrame, k: int) -> pl.DataFrame:
    """``agency_id``, ``skill_code``, ``n``: measured people whose sheet carries a flag, and ``is_enough``."""
    bodies = group_skill.filter(pl.col("seniority_code") == ALL)
    flagged = bodies.select("agency_id", "skill_code", n=pl.col("n_measured") - pl.col("n_unflagged"))
    return flagged.with_columns(is_enough=with_complement("n", pl.col("n") >= k, k, over="skill_code"))


def _shown_of_few(rows: pl.DataFrame, people: pl.DataFrame, of_bands: bool, k: int) -> pl.DataFrame:
    """Rows of bodies with enough people concerned, and of the nation where the other bodies isolate nobody.

    A body counts as shown where its own row as a whole is; ``of_bands`` keeps its bands as well.
    """
    body_key = ["agency_id", "skill_code"]
    enough = people.filter("is_enough").select(body_key)
    bodies = rows.filter(pl.col("agency_id") != ALL).join(enough, on=body_key, how="semi")
    if not of_bands:
        bodies = bodies.filter(pl.col("seniority_code") == ALL)
    whole = bodies.filter(pl.col("seniority_code") == ALL).select(body_key)
    rest = people.join(whole, on=body_key, how="anti").group_by("skill_code").agg(pl.col("n").sum())
    few = rest.filter(pl.col("n").is_between(1, k - 1))
    nation = rows.filter(pl.col("agency_id") == ALL).join(few, on="skill_code", how="anti")
    return pl.concat([bodies, nation])


def protect_priorities(priority: pl.DataFrame, group_mart: pl.DataFrame, skill_weights: pl.DataFrame) -> pl.DataFrame:
    """mart_gap__priority: every group under every set of weights; figures only where it was ranked.

    A group is ranked where the gate shows it on every skill that is modelled (``gate.shown_groups``).

    Parameters
    ----------
    priority : analysis_gap__assn_priority
    group_mart : mart_gap__group_skill
    skill_weights : core_ref__assn_skill_weight, for the names of the scenarios
    """
    scenarios = skill_weights.select("weight_scenario_code", pl.col("^weight_scenario_name_.*$")).unique()
    figures = [c for c in priority.columns if c not in ("weight_scenario_code", *GROUP)]
    joined = modelled_groups(group_mart).join(scenarios, how="cross")
    joined = joined.join(priority, on=["weight_scenario_code", *GROUP], how="left")
    ranked = pl.col("is_shown") & pl.col("need_levels").is_not_null()
    gated = joined.with_columns(is_shown=ranked).with_columns(
        *(pl.when("is_shown").then(pl.col(name)).alias(name) for name in (*figures, "n_respondents")),
        hidden_reason_code=pl.when(~pl.col("is_shown")).then(pl.col("hidden_reason_code").fill_null(NOT_CALIBRATED)),
    )
    table = TABLES["mart_gap__priority"]
    return table.enforce(rounded(gated.select(list(table.columns))))


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
    return table.enforce(rounded(named.select(list(table.columns))))


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
