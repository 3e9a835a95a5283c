"""How do people see the climate for innovation? Percent positive and relative position; agreement is not skill."""

import polars as pl
import streamlit as st

from dashboards.charts.heat import difference_heat_map
from dashboards.charts.interval import interval_plot
from dashboards.shell import Context, current_context
from dashboards.views import climate as views
from dashboards.views.format import inert
from dashboards.views.labels import ALL, name_of
from dashboards.widgets import chart_with_table, downloads, long_table, pick


def names_of(context: Context) -> dict[str, dict[str, str]]:
    """Names of bodies, skills and items."""
    items = context.table("mart_framework__item")
    names = {"agency": context.names("agency") | {ALL: context.texts("climate.all_bodies")}}
    return names | {
        "skill": context.names("skill"),
        "item": name_of(items, "item_code", "item_text", context.language),
    }


def show_skills(context: Context, names: dict[str, dict[str, str]]) -> None:
    """Bodies against the skills the items speak to: points above or below all bodies."""
    texts = context.texts
    st.header(texts("climate.skills"))
    st.caption(texts("climate.skills_note"))
    k = context.meta["min_respondents"]
    heat = views.skill_heat_rows(context.table("mart_climate__agency_skill"), names, texts, k)
    titles = {
        "down": texts("common.body"),
        "across": texts("common.skill"),
        "text": texts("climate.relative"),
        "positive_text": texts("climate.positive"),
        "items_text": texts("climate.n_items"),
        "respondents_text": texts("common.respondents"),
        "state": texts("common.state"),
    }
    across = [name for name in names["skill"].values() if name in set(heat["across"])]
    spec = difference_heat_map(
        heat.to_dicts(), across, views.by_standing(heat), texts("climate.relative"), titles, context.chart_note, False
    )
    chart_with_table(context, spec, texts("climate.skills_alt"), heat, titles)


def show_item(context: Context, items: pl.DataFrame, names: dict[str, dict[str, str]]) -> None:
    """One item: every body with its interval."""
    texts = context.texts
    st.header(texts("climate.item"))
    asked = {code: f"{code} · {names['item'].get(code, code)}" for code in sorted(items["item_code"].unique())}
    code = pick(texts("climate.item_label"), asked, "climate_item")
    own = items.filter(pl.col("item_code") == code)
    nation = own.filter((pl.col("agency_id") == ALL) & pl.col("is_shown"))
    bodies = own.filter(pl.col("agency_id") != ALL).sort(
        "percent", "agency_id", descending=[True, False], nulls_last=True
    )
    shown = bodies.filter("is_shown")
    headers = item_headers(context)
    titles = {"name": texts("common.body"), **{k: v for k, v in headers.items() if k not in ("agency_name", "state")}}
    words = {
        "model": texts("climate.positive"),
        "plain": texts("climate.unweighted"),
        "reference": texts("climate.all_bodies"),
    }
    rows = shown.with_columns(name=pl.col("agency_name")).select(
        "name", "percent", "low", "high", "plain", *[column for column in titles if column != "name"]
    )
    spec = interval_plot(
        rows.to_dicts(), shown["agency_name"].to_list(), texts("climate.positive"), titles, words, context.chart_note,
        nation["percent"][0] if nation.height else None,
    )  # fmt: skip
    chart_with_table(context, spec, texts("climate.item_alt"), pl.concat([nation, bodies]), headers)


def item_headers(context: Context) -> dict[str, str]:
    """Columns of the item tables in words."""
    texts = context.texts
    return {
        "agency_name": texts("common.body"),
        "text": texts("climate.positive"),
        "interval_text": texts("gaps.interval"),
        "relative_text": texts("climate.relative"),
        "position_name": texts("gaps.position"),
        "plain_text": texts("climate.unweighted"),
        "poststratified_text": texts("climate.poststratified"),
        "respondents_text": texts("common.respondents"),
        "state": texts("common.state"),
    }


def show_everything(context: Context, items: pl.DataFrame) -> None:
    """All items of all bodies, with files."""
    texts = context.texts
    st.header(texts("climate.table"))
    headers = {
        "item_code": texts("climate.item_code"),
        "item_text": texts("climate.item_label"),
        **item_headers(context),
    }
    long_table(items, headers)
    downloads(context, "climate", lambda: items, headers)


def render(context: Context) -> None:
    """The page from top to bottom."""
    texts = context.texts
    st.title(texts("climate.title"))
    st.markdown(texts("climate.lead"))
    st.info(f"{texts('climate.what_it_is')}\n\n{texts('climate.weighting')}")
    names = names_of(context)
    k = context.meta["min_respondents"]
    items = views.items_in_words(context.table("mart_climate__agency_item"), names, texts, k)
    show_skills(context, names)
    show_item(context, items, names)
    show_everything(context, items)
    st.caption(inert(texts("climate.closing")))


render(current_context())
