"""Sections of the measurement screen about the scales: all of them, and one with its items and differences."""

import polars as pl
import streamlit as st

from dashboards.charts.items import threshold_plot
from dashboards.charts.levels import level_plot
from dashboards.shell import Context
from dashboards.views import measurement as views
from dashboards.widgets import chart_with_table, downloads, long_table, pick, short_table


def show_scales(context: Context) -> None:
    """One line per skill: what its scale rests on, and whether it stood its tests."""
    texts = context.texts
    st.header(texts("measurement.scales"))
    scales = views.scales(context.table("mart_method__scale"), context.names("skill"), texts)
    rests_on = ("version", "calibrated_on", "n_calibration", "n_items", "reliability", "status")
    short_table(scales, _headers(context, rests_on))
    st.subheader(texts("measurement.tests"))
    st.caption(texts("measurement.tests_note"))
    short_table(scales, _headers(context, ("link", "functioning", "quadrature", "cuts", "per_level")))


def _headers(context: Context, columns: tuple[str, ...]) -> dict[str, str]:
    words = {column: context.texts(f"measurement.{column}") for column in columns}
    return {"skill": context.texts("common.skill"), **words}


@st.fragment
def show_one_scale(context: Context) -> None:
    """Items and differences between people of a chosen skill."""
    texts = context.texts
    st.header(texts("measurement.one_scale"))
    skill = pick(texts("common.skill"), context.skills_by_need(), "scale_skill")
    show_items(context, skill)
    show_differences(context, skill)


def show_items(context: Context, skill: str) -> None:
    """Where the answers to each item become more likely, and how well it measures."""
    texts = context.texts
    st.subheader(texts("measurement.items"))
    st.caption(texts("measurement.items_note"))
    own = context.table("mart_method__item").filter(pl.col("skill_code") == skill)
    scales = context.table("mart_method__scale").filter(pl.col("skill_code") == skill)
    cuts = views.cut_lines(scales.row(0, named=True), texts) if scales.height else {}
    wording = _wording(context)
    rows = views.threshold_rows(own, wording, texts)
    titles = {
        "name": texts("quality.item"),
        "level": texts("measurement.threshold"),
        "text": texts("measurement.theta"),
        "slope_text": texts("measurement.slope"),
    }
    order = list(dict.fromkeys(row["name"] for row in rows))
    spec = threshold_plot(
        rows, order, texts("measurement.theta"), titles, texts("measurement.threshold"), cuts, context.chart_note
    )
    chart_with_table(context, spec, texts("measurement.items_alt"), views.items(own, wording, texts), _items(context))


def _items(context: Context) -> dict[str, str]:
    """Columns of the item tables in words."""
    texts = context.texts
    columns = ("language", "slope", "thresholds", "threshold_error", "n_calibration", "misfit", "shift")
    return {"name": texts("quality.item"), **{column: texts(f"measurement.{column}") for column in columns}}


def _wording(context: Context) -> dict[str, str]:
    items = context.table("mart_framework__item")
    return dict(items.select("item_code", f"item_text_{context.language}").iter_rows())


def show_differences(context: Context, skill: str) -> None:
    """From what people differ on the skill: standard deviations with intervals."""
    texts = context.texts
    st.subheader(texts("measurement.differences"))
    st.caption(texts("measurement.differences_note"))
    rows = views.variances(context.table("mart_method__variance").filter(pl.col("skill_code") == skill), texts)
    titles = {
        "name": texts("measurement.component"),
        "text": texts("measurement.component_sd"),
        "interval_text": texts("gaps.interval"),
    }
    axis = texts("measurement.component_sd")
    spec = level_plot(rows.to_dicts(), rows["name"].to_list(), axis, titles, context.chart_note)
    chart_with_table(context, spec, texts("measurement.differences_alt"), rows, titles)


def show_all_items(context: Context) -> None:
    """Every item of the bank in force, and a file of it."""
    texts = context.texts
    st.header(texts("measurement.all_items"))
    items = context.table("mart_method__item")
    long_table(views.items(items, _wording(context), texts), _items(context))
    downloads(context, "items", lambda: items, {})
