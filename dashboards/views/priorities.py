"""Shapes for the priorities screen: ranked needs with what is certain, brackets, and other weights.

A group that is not shown has no need, place or probability here: it is listed with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboards.i18n import Texts
from dashboards.views.format import number, number_interval, share
from dashboards.views.gaps import hidden_reason
from dashboards.views.labels import name_of, with_name

FIGURES = (
    "need_levels",
    "need_lo_levels",
    "need_hi_levels",
    "top_probability",
    "rank_lo",
    "rank_hi",
    "tied_bracket",
    "is_named_top",
)
SHAPED = ("name", "label", "need_text", "interval_text", "probability_text", "place_text", "bracket")
KEY = ("agency_id", "seniority_code")
_WORDS = dict.fromkeys(("state", "need_text", "interval_text", "probability_text", "place_text", "bracket"), pl.String)


def scenarios(priority: pl.DataFrame, language: str) -> dict[str, str]:
    """Code -> name of the weight scenarios."""
    columns = ["weight_scenario_code", f"weight_scenario_name_{language}"]
    told = priority.select(columns).unique().sort("weight_scenario_code")
    return name_of(told, "weight_scenario_code", "weight_scenario_name", language)


def in_words(priority: pl.DataFrame, names: Mapping[str, Mapping[str, str]], texts: Texts, k: int) -> pl.DataFrame:
    """Rows with names and figures in words, greatest need first, hidden ones last.

    ``name`` is body and band on one line, ``label`` the same on two.
    """
    rows = with_name(priority, "agency_id", "agency_name", names["agency"])
    rows = with_name(rows, "seniority_code", "seniority_name", names["seniority"])
    rows = rows.with_columns(pl.when("is_shown").then(pl.col(name)).alias(name) for name in FIGURES)
    words = pl.DataFrame([_words(row, texts, k) for row in rows.iter_rows(named=True)], schema=_WORDS)
    rows = pl.concat([rows, words], how="horizontal")
    rows = rows.with_columns(
        name=pl.format("{} · {}", "agency_name", "seniority_name"),
        label=pl.format("{}\n{}", "agency_name", "seniority_name"),
    )
    return rows.sort("tied_bracket", "need_levels", *KEY, descending=[False, True, False, False], nulls_last=True)


def _words(row: Mapping[str, Any], texts: Texts, k: int) -> dict[str, str]:
    language = texts.language
    return {
        "state": hidden_reason(row["is_shown"], row["hidden_reason_code"], texts, k),
        "need_text": number(row["need_levels"], language, 2),
        "interval_text": number_interval(row["need_lo_levels"], row["need_hi_levels"], language, 2),
        "probability_text": share(row["top_probability"], language),
        "place_text": number_interval(row["rank_lo"], row["rank_hi"], language),
        "bracket": number(row["tied_bracket"], language),
    }


def lead(rows: pl.DataFrame, texts: Texts, most: int) -> str:
    """How many groups are certainly among the greatest needs and which, or that none is. Names are data: not inert."""
    named = rows.filter(pl.col("is_named_top"))["name"].to_list()
    if not named:
        return texts("priorities.none_named")
    words = {"n": number(len(named), texts.language), "groups": "; ".join(named[:most])}
    return texts("priorities.named_some" if len(named) > most else "priorities.named", **words)


def need_rows(rows: pl.DataFrame, texts: Texts, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Rows of the ranked plot, in the order of ``rows``; the first of a bracket carries its words.

    Parameters
    ----------
    rows : shown rows of one scenario
    names : words for 'certain' and 'uncertain'
    """
    told = ("name", "label", "need_text", "interval_text", "probability_text", "place_text", "bracket")
    before, drawn = None, []
    for row in rows.iter_rows(named=True):
        bracket = row["tied_bracket"]
        words = texts("priorities.bracket_n", n=row["bracket"]) if bracket != before else ""
        drawn.append(
            {column: row[column] for column in told}
            | {"value": row["need_levels"], "low": row["need_lo_levels"], "high": row["need_hi_levels"]}
            | {"certainty": names["certain" if row["is_named_top"] else "uncertain"]}
            | {"is_odd": bracket % 2 == 1, "bracket_text": words}
        )
        before = bracket
    return drawn


def always_first(priority: pl.DataFrame) -> int:
    """Groups that are in the first bracket under every set of weights."""
    n_scenarios = priority["weight_scenario_code"].n_unique()
    first = priority.filter(pl.col("is_shown") & (pl.col("tied_bracket") == 1)).group_by(KEY).len()
    return first.filter(pl.col("len") == n_scenarios).height


def across_rows(rows: pl.DataFrame, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Cells of groups (``down``) by weights (``across``), coloured by the probability in per cent."""
    told = ["probability_text", "bracket", "place_text", "need_text"]
    shown = rows.filter("is_shown").with_columns(
        across=pl.col("weight_scenario_code").replace_strict(dict(names), return_dtype=pl.String),
        percent=(100 * pl.col("top_probability")).round(1),
    )
    return shown.select("across", "percent", pl.col("label").alias("down"), *told, text="probability_text").to_dicts()


def across_table(rows: pl.DataFrame, texts: Texts) -> pl.DataFrame:
    """One row per group, one column per set of weights: probability and bracket, in the order of ``rows``."""
    cell = pl.format("{} · {}", "probability_text", pl.col("bracket").map_elements(_bracket(texts), pl.String))
    shown = rows.filter("is_shown").with_columns(cell=cell)
    return shown.pivot(on="weight_scenario_code", index="name", values="cell", maintain_order=True)


def _bracket(texts: Texts) -> Any:
    return lambda n: texts("priorities.bracket_n", n=n)
