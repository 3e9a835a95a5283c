"""Sections of the quota screen about the plan as a whole: rules, comparison, duties in law, uncovered needs."""

import streamlit as st

from dashboards.charts.bars import due_bars, plain_bars
from dashboards.shell import Context
from dashboards.views import quotas as views
from dashboards.views.format import inert
from dashboards.widgets import chart_with_table, downloads, long_table, short_table


def show_rules(context: Context) -> None:
    """Rules with limit, use and whether they bind."""
    texts = context.texts
    st.header(texts("quotas.rules"))
    columns = ("rule", "limit", "used", "binds", "source", "status")
    headers = {column: texts(f"quotas.rule_{column}") for column in columns}
    short_table(views.rules(context.table("mart_quota__rule"), texts, context.meta["currency_code"]), headers)


def show_plans(context: Context, names: dict[str, dict[str, str]]) -> None:
    """The same sessions allotted in other ways, and who gains against head count alone."""
    texts = context.texts
    st.header(texts("quotas.plans"))
    st.caption(texts("quotas.plans_note"))
    plans = views.plans(context.table("mart_quota__plan"), texts)
    titles = {"name": texts("quotas.plan"), "text": texts("quotas.closure")}
    spec = plain_bars(plans.to_dicts(), plans["name"].to_list(), texts("quotas.closure"), titles, context.chart_note)
    headers = {
        "name": texts("quotas.plan"),
        "text": texts("quotas.closure"),
        "n_seats": texts("quotas.seats"),
        "n_hours": texts("quotas.hours"),
        "total_cost": texts("quotas.cost", currency=inert(context.meta["currency_code"])),
        "n_served": texts("quotas.served"),
    }
    if plans.height:
        chart_with_table(context, spec, texts("quotas.plans_alt"), plans, headers)
    st.subheader(texts("quotas.gain"))
    gains = views.against_head_count(context.table("mart_quota__course_group"), names)
    headers = {
        "agency_name": texts("common.body"),
        "n_seats": texts("quotas.seats"),
        "n_seats_pro_rata": texts("quotas.pro_rata"),
        "difference": texts("quotas.difference"),
    }
    long_table(gains, headers, height=320)


def show_due(context: Context, names: dict[str, dict[str, str]]) -> None:
    """People whom the law wants trained, by quarter, and whom the plan serves."""
    texts, language = context.texts, context.language
    st.header(texts("quotas.due"))
    st.caption(texts("quotas.due_note"))
    due = context.table("mart_due__agency_quarter")
    parts = {"served": texts("quotas.due_served"), "open": texts("quotas.due_open")}
    for kind in sorted(due["due_kind_code"].unique()):
        st.subheader(texts(f"due_kind.{kind}"))
        quarters = views.due_by_quarter(due, kind, texts)
        titles = {"quarter": texts("quotas.quarter"), "part": texts("common.state"), "text": texts("common.people")}
        rows = views.due_rows(quarters, parts, language)
        order = quarters["quarter"].to_list()
        spec = due_bars(rows, order, texts("common.people"), parts, titles, context.chart_note)
        headers = {
            "quarter": texts("quotas.quarter"),
            "n_due": texts("quotas.n_due"),
            "n_served": parts["served"],
            "n_open": parts["open"],
        }
        chart_with_table(context, spec, texts("quotas.due_alt"), quarters, headers)
    rows = views.due_by_agency(due, names, texts)
    headers = {
        "agency_name": texts("common.body"),
        "due_kind": texts("quotas.duty"),
        "quarter": texts("quotas.quarter"),
        "n_due": texts("quotas.n_due"),
        "n_served": parts["served"],
    }
    with st.expander(texts("quotas.due_by_body")):
        long_table(rows, headers)
        downloads(context, "due_by_law", lambda: rows, headers)


def show_uncovered(context: Context, names: dict[str, dict[str, str]]) -> None:
    """Skills, and whether the catalogue has a course for them."""
    texts = context.texts
    st.header(texts("quotas.coverage"))
    headers = {
        "skill": texts("common.skill"),
        "people_below": texts("quotas.people_below"),
        "answer": texts("quotas.has_course"),
        "n_courses": texts("quotas.n_courses"),
        "n_seats_offered": texts("quotas.offered"),
        "n_seats": texts("quotas.seats"),
    }
    short_table(views.coverage(context.table("mart_needs__course_coverage"), names, texts), headers)
