"""Closer looks on the gaps screen: one body, other assumptions, elements of a skill. One fragment each."""

import polars as pl
import streamlit as st

from dashboards.charts.interval import interval_plot
from dashboards.charts.items import element_bars
from dashboards.sections.gap_charts import draw_heat, say_hidden
from dashboards.shell import Context
from dashboards.views import elements, evidence, sensitivity
from dashboards.views import gaps as views
from dashboards.views.format import inert
from dashboards.views.labels import ALL
from dashboards.widgets import chart_with_table, pick

SCOPES = ("nation", "agency_kind", "region", "agency")


@st.fragment
def show_one_body(context: Context, everything: pl.DataFrame) -> None:
    """One body: the evidence behind its figures, and its bands against the skills."""
    texts = context.texts
    st.header(texts("gaps.one_body"))
    agency = pick(texts("common.body"), context.names("agency"), "gap_agency")
    own = context.table("mart_survey__coverage").filter(pl.col("agency_id") == agency)
    for row in own.iter_rows(named=True):
        st.markdown(inert(evidence.sentences(row, texts, context.meta["min_respondents"])))
    rows = everything.filter(pl.col("agency_id") == agency)
    order = [name for name in context.bands().values() if name in set(rows["seniority_name"])]
    draw_heat(context, rows, "seniority_name", order, "body_look", texts("gaps.one_body_alt"))
    say_hidden(rows, "seniority_name")


@st.fragment
def show_what_if(context: Context, everything: pl.DataFrame) -> None:
    """A chosen figure as published and under other assumptions."""
    texts = context.texts
    st.header(texts("what_if.title"))
    st.caption(texts("what_if.note"))
    row = _choose_figure(context, everything)
    if not row["is_shown"][0]:
        reason = row["hidden_reason_code"][0]
        st.info(views.hidden_reason(False, reason, texts, context.meta["min_respondents"]))
        return
    rows = sensitivity.what_if(row, context.table("mart_gap__sensitivity"), texts)
    titles = {
        "name": texts("what_if.assumption"),
        "text": texts("gaps.share_below"),
        "interval_text": texts("gaps.interval"),
        "change_text": texts("what_if.change"),
    }
    words = {"model": texts("gaps.dot"), "reference": texts("what_if.line")}
    published = rows["percent"][0]
    order = rows["name"].to_list()
    axis = texts("gaps.share_below")
    spec = interval_plot(rows.to_dicts(), order, axis, titles, words, context.chart_note, published)
    chart_with_table(context, spec, texts("what_if.alt"), rows, titles)


def _choose_figure(context: Context, everything: pl.DataFrame) -> pl.DataFrame:
    """The row of the chosen place, band and skill: one row with the columns of the group mart."""
    texts = context.texts
    columns = ["agency_id", "seniority_code", "skill_code", *sensitivity.FIGURES, "is_shown", "hidden_reason_code"]
    nation = views.nation(context.table("mart_gap__scope_skill"))
    rows = pl.concat([nation.select(columns), everything.select(columns)])
    place, band, skill = st.columns(3)
    with place:
        places = {ALL: texts("common.nation"), **context.names("agency")}
        agency = pick(texts("what_if.place"), places, "what_if_place")
    with band:
        has = set(rows.filter(pl.col("agency_id") == agency)["seniority_code"])
        bands = {code: name for code, name in context.bands().items() if code in has}
        bands |= {ALL: texts("common.all_bands")} if agency == ALL else {}
        chosen_band = pick(texts("common.seniority"), bands, f"what_if_band_{agency}")
    with skill:
        chosen_skill = pick(texts("common.skill"), context.skills_by_need(), "what_if_skill")
    wanted = {"agency_id": agency, "seniority_code": chosen_band, "skill_code": chosen_skill}
    return rows.filter(pl.all_horizontal(pl.col(column) == code for column, code in wanted.items()))


@st.fragment
def show_elements(context: Context) -> None:
    """The items of a skill at a chosen place: shares of staff at or above each level."""
    texts = context.texts
    st.header(texts("elements.title"))
    st.caption(texts("elements.note"))
    rows = _choose_elements(context)
    if not rows["is_shown"].any():
        reason = rows["hidden_reason_code"][0] if rows.height else None
        st.info(views.hidden_reason(False, reason, texts, context.meta["min_respondents"]))
        return
    worded = elements.in_words(rows, context.table("mart_framework__item"), texts)
    levels = {level: texts("elements.at_level", n=level) for level in elements.LEVELS}
    titles = {
        "name": texts("quality.item"),
        "level": texts("elements.answered"),
        "text": texts("elements.share"),
        "answers_text": texts("quality.n_answers"),
    }
    spec = element_bars(
        elements.bar_rows(worded, levels), worded["name"].to_list(), texts("elements.share"), titles,
        list(levels.values()), context.chart_note,
    )  # fmt: skip
    headers = {"name": texts("quality.item"), **{f"at_{level}_text": words for level, words in levels.items()}}
    headers |= {"answers_text": texts("quality.n_answers"), "respondents_text": texts("common.respondents")}
    chart_with_table(context, spec, texts("elements.alt"), worded, headers)


def _choose_elements(context: Context) -> pl.DataFrame:
    """Rows of mart_gap__element of the chosen place and skill."""
    texts = context.texts
    table = context.table("mart_gap__element")
    scope, place, skill = st.columns(3)
    with scope:
        scopes = {code: texts(f"scope.{code}") for code in SCOPES}
        chosen_scope = pick(texts("elements.whose"), scopes, "element_scope")
    with place:
        names = {ALL: texts("common.nation")} if chosen_scope == "nation" else context.names(chosen_scope)
        chosen_place = pick(texts("elements.which"), names, f"element_place_{chosen_scope}")
    with skill:
        chosen_skill = pick(texts("common.skill"), context.skills_by_need(), "element_skill")
    wanted = {"scope_code": chosen_scope, "scope_id": chosen_place, "skill_code": chosen_skill}
    return table.filter(pl.all_horizontal(pl.col(column) == code for column, code in wanted.items()))
