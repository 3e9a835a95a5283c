"""Who gets which seats, and why? The plan, its reasons, hours, rules, comparisons, duties in law."""

import polars as pl
import streamlit as st

from dashboards.charts.bars import due_bars, hours_bars, plain_bars
from dashboards.shell import Context, current_context
from dashboards.views import quotas as views
from dashboards.views.format import inert, number, share
from dashboards.views.labels import chosen
from dashboards.widgets import chart_with_table, downloads, draw, long_table, pick, pick_some, short_table

HOURS_SHOWN = 25


def names_of(context: Context) -> dict[str, dict[str, str]]:
    """Names of everything a plan row refers to."""
    names = {what: context.names(what) for what in ("course", "agency", "skill", "rule")}
    return names | {"band": context.bands() | {"all": context.texts("common.all_bands")}}


def show_totals(context: Context, seats: pl.DataFrame) -> None:
    """Seats, seats by law, hours and the share of innovation, planned and used."""
    texts, language = context.texts, context.language
    planned, used = views.innovation(context.table("mart_quota__agency_hours"))
    facts = [
        (texts("quotas.seats"), number(seats["n_seats"].sum(), language)),
        (texts("quotas.seats_statutory"), number(seats["n_seats_statutory"].sum(), language)),
        (texts("quotas.hours"), number(seats["n_hours"].sum(), language)),
        (texts("quotas.innovation_planned"), share(planned, language)),
        (texts("quotas.innovation_share_used"), share(used, language)),
    ]
    for column, (label, value) in zip(st.columns(len(facts)), facts, strict=True):
        column.metric(label, value)


def choose(context: Context, seats: pl.DataFrame, names: dict[str, dict[str, str]]) -> pl.DataFrame:
    """The plan rows the reader filtered."""
    texts = context.texts
    everything = texts("common.all")
    agency, course, band, reason = st.columns(4)
    with agency:
        agencies = pick_some(texts("common.body"), names["agency"], "quota_agencies", everything)
    with course:
        courses = pick_some(texts("quotas.course"), names["course"], "quota_courses", everything)
    with band:
        bands = pick_some(texts("common.seniority"), names["band"], "quota_bands", everything)
    with reason:
        codes = {code: texts.code("reason", code) for code in sorted(seats["reason_code"].unique())}
        reasons = pick_some(texts("quotas.reason"), codes, "quota_reasons", everything)
    return chosen(seats, agency_id=agencies, course_id=courses, seniority_code=bands, reason_code=reasons)


def show_seats(context: Context, seats: pl.DataFrame, names: dict[str, dict[str, str]]) -> None:
    """The table of the plan with its filters and files."""
    texts = context.texts
    st.header(texts("quotas.table"))
    rows = choose(context, seats, names)
    headers = seat_headers(context)
    if rows.height:
        long_table(rows.sort("n_seats", descending=True, maintain_order=True), headers, percent=PERCENT)
    else:
        st.info(texts("common.nothing_matches"))
    downloads(context, "quotas", lambda: rows, headers)


PERCENT = ("below_share",)


def seat_headers(context: Context) -> dict[str, str]:
    """Columns of the plan in words."""
    texts = context.texts
    return {
        "quarter_code": texts("quotas.quarter"),
        "agency_name": texts("common.body"),
        "course_name": texts("quotas.course"),
        "seniority_name": texts("common.seniority"),
        "n_seats": texts("quotas.seats"),
        "n_seats_pro_rata": texts("quotas.pro_rata"),
        "n_seats_statutory": texts("quotas.statutory"),
        "n_hours": texts("quotas.hours"),
        "n_eligible": texts("quotas.eligible"),
        "reason": texts("quotas.reason"),
        "top_skill": texts("quotas.top_skill"),
        "below_share": texts("gaps.share_below"),
        "binding_rule": texts("quotas.binding_rule"),
    }


@st.fragment
def show_reasons(context: Context, seats: pl.DataFrame, names: dict[str, dict[str, str]]) -> None:
    """Why a chosen body got its seats in a chosen course."""
    texts = context.texts
    st.header(texts("quotas.why"))
    if not seats.height:
        return
    body, course = st.columns(2)
    most = (
        seats.group_by("agency_id").agg(pl.col("n_seats").sum()).sort("n_seats", "agency_id", descending=[True, False])
    )
    served = set(most["agency_id"])
    with body:
        bodies = {code: name for code, name in names["agency"].items() if code in served}
        agency = pick(texts("common.body"), bodies, "why_agency", most["agency_id"][0])
    own = seats.filter(pl.col("agency_id") == agency).sort("n_seats", "course_id", descending=[True, False])
    offered = dict(own.select("course_id", "course_name").iter_rows())
    with course:
        picked = pick(texts("quotas.course"), offered, f"why_course_{agency}")
    for row in own.filter(pl.col("course_id") == picked).iter_rows(named=True):
        with st.container(border=True):
            st.markdown(f"**{inert(row['seniority_name'])}**")
            st.markdown("\n".join(f"- {inert(sentence)}" for sentence in views.reason_sentences(row, texts)))


def show_hours(context: Context, names: dict[str, dict[str, str]]) -> None:
    """Hours allowed, used and planned per body."""
    texts = context.texts
    st.header(texts("quotas.hours_title"))
    st.caption(texts("quotas.hours_note"))
    hours = views.agency_hours(context.table("mart_quota__agency_hours"), names)
    if not hours.height:
        return
    kinds = {"used": texts("quotas.used"), "planned": texts("quotas.planned")}
    titles = {
        "name": texts("common.body"),
        "used_text": kinds["used"],
        "planned_text": kinds["planned"],
        "allowed_text": texts("quotas.allowed"),
    }
    top = hours.head(HOURS_SHOWN)
    rows = views.hours_rows(top, kinds, context.language)
    spec = hours_bars(rows, top["agency_name"].to_list(), texts("quotas.hours_axis"), kinds, titles, context.chart_note)
    draw(context, spec, texts("quotas.hours_alt"))
    if hours.height > HOURS_SHOWN:
        st.caption(texts("quotas.hours_top", n=HOURS_SHOWN, all=hours.height))
    headers = {
        "agency_name": texts("common.body"),
        "n_people": texts("common.people"),
        "allowed_hours": texts("quotas.allowed"),
        "used_hours": texts("quotas.used"),
        "planned_hours": texts("quotas.planned"),
        "left_hours": texts("quotas.left"),
        "n_seats": texts("quotas.seats"),
        "innovation_planned_share": texts("quotas.innovation_planned"),
        "innovation_used_share": texts("quotas.innovation_used"),
    }
    with st.expander(texts("common.as_table")):
        long_table(hours, headers, percent=("innovation_planned_share", "innovation_used_share"))
        downloads(context, "hours", lambda: hours, headers)


def show_rules(context: Context) -> None:
    """Rules with limit, use and whether they bind."""
    texts = context.texts
    st.header(texts("quotas.rules"))
    columns = ("rule", "limit", "used", "binds", "source", "status")
    headers = {column: texts(f"quotas.rule_{column}") for column in columns}
    short_table(views.rules(context.table("mart_quota__rule"), texts), headers)


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


def render(context: Context) -> None:
    """The page from top to bottom."""
    texts = context.texts
    st.title(texts("quotas.title"))
    st.markdown(texts("quotas.lead"))
    names = names_of(context)
    seats = views.seats(context.table("mart_quota__course_group"), names, texts)
    show_totals(context, seats)
    show_seats(context, seats, names)
    show_reasons(context, seats, names)
    show_hours(context, names)
    show_rules(context)
    show_plans(context, names)
    show_due(context, names)
    show_uncovered(context, names)


render(current_context())
