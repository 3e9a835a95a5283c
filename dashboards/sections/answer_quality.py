"""Sections of the measurement screen about the answers: odd sheets, supervisors' ratings, who is heard."""

import polars as pl
import streamlit as st

from dashboards.charts.heat import difference_heat_map
from dashboards.charts.levels import level_plot
from dashboards.sections.gap_words import national_evidence
from dashboards.shell import Context
from dashboards.views import answer_quality as views
from dashboards.widgets import chart_with_table, downloads, long_table


def show_flags(context: Context) -> None:
    """What leaving out odd answer sheets would change in the national shares."""
    texts = context.texts
    st.header(texts("measurement.flags"))
    st.caption(texts("measurement.flags_note"))
    rows = views.flags(context.table("mart_survey__flag"), context.names("skill"), texts)
    titles = {
        "down": texts("measurement.flag"),
        "across": texts("common.skill"),
        "flagged_text": texts("measurement.flagged"),
        "measured_text": texts("measurement.measured"),
        "all_text": texts("measurement.with_flagged"),
        "without_text": texts("measurement.without_flagged"),
        "text": texts("what_if.change"),
    }
    down = list(dict.fromkeys(rows["down"]))
    across = list(dict.fromkeys(rows["across"]))
    spec = difference_heat_map(
        rows.to_dicts(), across, down, texts("what_if.change"), titles, context.chart_note, more_is_worse=True
    )
    chart_with_table(context, spec, texts("measurement.flags_alt"), rows, titles)


def show_coverage(context: Context) -> None:
    """How well each body is heard, and how its people rate themselves against their supervisors."""
    texts = context.texts
    st.header(texts("measurement.coverage"))
    st.caption(texts("measurement.coverage_note"))
    names, k = context.names("agency"), context.meta["min_respondents"]
    rows = views.coverage(context.table("mart_survey__coverage"), names, texts, k)
    rows = rows.with_columns(pl.col("effective_n").round().cast(pl.Int64))
    headers = {
        "agency_name": texts("common.body"),
        "n_people": texts("common.people"),
        "n_respondents": texts("common.respondents"),
        "response_share": texts("common.response"),
        "evidence": texts("evidence.title"),
        "leniency_text": texts("measurement.leniency"),
        "heard_people_share": texts("measurement.heard"),
        "design_effect": texts("measurement.design_effect"),
        "effective_n": texts("common.effective"),
    }
    long_table(rows, headers, percent=("response_share", "heard_people_share"))
    downloads(context, "coverage", lambda: rows, headers)
    show_leniency(context, rows)


def show_leniency(context: Context, rows: pl.DataFrame) -> None:
    """Bodies with double ratings: self-rating less supervisor's rating."""
    texts = context.texts
    st.subheader(texts("measurement.leniency_title"))
    st.caption(national_evidence(context))
    drawn = views.leniency_rows(rows)
    if not drawn:
        return
    titles = {
        "name": texts("common.body"),
        "leniency_text": texts("measurement.leniency"),
        "evidence": texts("evidence.title"),
    }
    order = [row["name"] for row in drawn]
    spec = level_plot(drawn, order, texts("measurement.leniency"), titles, context.chart_note, is_signed=True)
    chart_with_table(context, spec, texts("measurement.leniency_alt"), pl.DataFrame(drawn), titles)
