"""Charts of the gaps screen: heat maps, and one skill with every body's interval."""

import polars as pl
import streamlit as st

from dashboards.charts.heat import position_heat_map, share_heat_map
from dashboards.charts.interval import interval_plot, relative_plot
from dashboards.charts.theme import Spec
from dashboards.sections.gap_words import gap_headers, gap_titles, relative_titles, series_words
from dashboards.shell import Context
from dashboards.views import gaps as views
from dashboards.views.format import inert
from dashboards.views.labels import ALL
from dashboards.widgets import chart_with_table, pick

POSITIONS = ("worse", "not_distinguishable", "better", "hidden")


def choose_look(context: Context, key: str) -> str:
    """'position' or 'share': what a chart shows, relative position first."""
    texts = context.texts
    looks = {"position": texts("gaps.by_position"), "share": texts("gaps.by_share")}
    chosen = st.segmented_control(
        texts("gaps.look"), list(looks), default="position", key=key, format_func=looks.__getitem__
    )
    return chosen or "position"


def draw_heat(context: Context, rows: pl.DataFrame, down: str, order: list[str], key: str, alt: str) -> None:
    """Heat map of skills against bodies or bands, by position or by share, with its table."""
    texts = context.texts
    look = choose_look(context, key)
    skills = [name for name in context.names("skill").values() if name in set(rows["skill_name"])]
    subject = texts("common.body" if down == "agency_name" else "common.seniority")
    titles = {"down": subject, "across": texts("common.skill"), **relative_titles(context), **gap_titles(context)}
    titles |= {"state": texts("common.state")}
    cells = views.heat_rows(rows, "skill_name", down)
    if look == "share":
        spec = share_heat_map(cells, skills, order, texts("gaps.share_below"), titles, context.chart_note)
    else:
        names = {position: texts(f"position.{position}") for position in POSITIONS}
        spec = position_heat_map(cells, skills, order, names, titles, context.chart_note)
    headers = {down: subject, "skill_name": texts("common.skill"), **relative_titles(context), **gap_headers(context)}
    chart_with_table(context, spec, alt, rows, headers)


@st.fragment
def show_intervals(context: Context, rows: pl.DataFrame, band: str) -> None:
    """For one skill every body with its interval: against the nation first, then the shares."""
    texts = context.texts
    st.header(texts("gaps.intervals"))
    names = {code: name for code, name in context.skills_by_need().items() if code in set(rows["skill_code"])}
    if not names:
        return
    choice, how = st.columns(2, vertical_alignment="bottom")
    with choice:
        skill = pick(texts("common.skill"), names, "interval_skill")
    with how:
        look = choose_look(context, "interval_look")
    notes = ["gaps.relative_note"] if look == "position" else ["gaps.intervals_note", "gaps.plain_note"]
    st.caption(" ".join(texts(note) for note in notes))
    own = rows.filter(pl.col("skill_code") == skill)
    order = "relative_share" if look == "position" else "below_share"
    shown = own.filter("is_shown").sort(order, "agency_id", descending=[True, False], nulls_last=True)
    if shown.height:
        spec = _relative(context, shown) if look == "position" else _levels(context, shown, skill, band)
        headers = {"agency_name": texts("common.body"), **relative_titles(context), **gap_headers(context)}
        alt = texts("gaps.relative_alt" if look == "position" else "gaps.intervals_alt")
        chart_with_table(context, spec, alt, shown, headers)
    say_hidden(own, "agency_name")


def say_hidden(rows: pl.DataFrame, name: str) -> None:
    """Which bodies or bands are not shown, by reason."""
    hidden = rows.filter(~pl.col("is_shown")).unique(["state", name], maintain_order=True)
    for state, names in hidden.group_by("state", maintain_order=True).agg(name).iter_rows():
        st.caption(f"{inert(state[:1].upper() + state[1:])}: {inert(', '.join(names))}")


def _relative(context: Context, shown: pl.DataFrame) -> Spec:
    """Every body's difference from the nation."""
    texts = context.texts
    return relative_plot(
        views.interval_rows(shown, "agency_name"),
        shown["agency_name"].to_list(),
        texts("gaps.relative"),
        {"name": texts("common.body"), **relative_titles(context), **gap_titles(context)},
        {position: texts(f"position.{position}") for position in ("worse", "not_distinguishable", "better")},
        texts("gaps.nation_line"),
        context.chart_note,
    )


def _levels(context: Context, shown: pl.DataFrame, skill: str, band: str) -> Spec:
    """Every body's share; the nation's as a line where whole bodies are shown."""
    nation = views.nation(context.table("mart_gap__scope_skill"))
    nation = nation.filter((pl.col("skill_code") == skill) & pl.col("is_shown"))
    return interval_plot(
        views.interval_rows(shown, "agency_name"),
        shown["agency_name"].to_list(),
        context.texts("gaps.share_below"),
        {"name": context.texts("common.body"), **gap_titles(context)},
        series_words(context),
        context.chart_note,
        round(100 * nation["below_share"][0], 1) if nation.height and band == ALL else None,
    )
