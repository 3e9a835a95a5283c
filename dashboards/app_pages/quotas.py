"""Who gets which seats, and why? The plan, its reasons, hours, rules, comparisons, duties in law."""

import polars as pl
import streamlit as st

from dashboards.charts.bars import hours_bars
from dashboards.sections.plan import show_due, show_plans, show_rules, show_uncovered
from dashboards.shell import Context, current_context
from dashboards.views import quotas as views
from dashboards.views.format import inert, number, share
from dashboards.views.labels import chosen
from dashboards.widgets import downloads, draw, long_table, pick, pick_some

HOURS_SHOWN = 25


def names_of(context: Context) -> dict[str, dict[str, str]]:
    """Names of everything a plan row refers to."""
    names = {what: context.names(what) for what in ("course", "agency", "skill", "rule")}
    return names | {"band": context.bands() | {"all": context.texts("common.all_bands")}}


def show_totals(context: Context, seats: pl.DataFrame) -> None:
    """Seats, seats by law, hours and the planned share of innovation."""
    texts, language = context.texts, context.language
    planned = views.innovation(context.table("mart_quota__agency_hours"))
    facts = [
        (texts("quotas.seats"), number(seats["n_seats"].sum(), language)),
        (texts("quotas.seats_statutory"), number(seats["n_seats_statutory"].sum(), language)),
        (texts("quotas.hours"), number(seats["n_hours"].sum(), language)),
        (texts("quotas.innovation_planned"), share(planned, language)),
    ]
    for column, (label, value) in zip(st.columns(len(facts)), facts, strict=True):
        column.metric(label, value)


def show_no_plan(context: Context) -> None:
    """That there is no plan, and why: no plan is not a plan of no seats."""
    st.warning(context.texts("quotas.no_plan"))
    checks = context.table("mart_quality__check")
    for reason in checks.filter((pl.col("check_name") == "plan_is_feasible") & ~pl.col("passed"))["reason_text"]:
        st.markdown(inert(reason))


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


def render(context: Context) -> None:
    """The page from top to bottom."""
    texts = context.texts
    st.title(texts("quotas.title"))
    st.markdown(texts("quotas.lead"))
    names = names_of(context)
    seats = views.seats(context.table("mart_quota__course_group"), names, texts)
    if seats.height:
        show_totals(context, seats)
        show_seats(context, seats, names)
        show_reasons(context, seats, names)
        show_hours(context, names)
        show_rules(context)
        show_plans(context, names)
    else:
        show_no_plan(context)
    show_due(context, names)
    show_uncovered(context, names)


render(current_context())
