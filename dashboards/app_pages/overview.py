"""What was found, in sentences; then the map and the key figures. One question: where do we stand?"""

import polars as pl
import streamlit as st

from dashboards.charts.interval import interval_plot
from dashboards.charts.region_map import region_map
from dashboards.sections.gap_words import gap_headers, gap_titles, national_evidence, series_words
from dashboards.shell import Context, current_context
from dashboards.views import gaps as gap_views
from dashboards.views.format import inert, number, share
from dashboards.views.labels import with_name
from dashboards.views.regions import map_features
from dashboards.widgets import chart_with_table, pick

SCREENS = ("gaps", "priorities", "segments", "quotas", "climate", "measurement", "data_and_method")


def show_findings(context: Context) -> None:
    """The sentences of the run, each with the way to its screen."""
    texts = context.texts
    findings = context.table("mart_overview__finding").sort("finding_order")
    for row in findings.iter_rows(named=True):
        words, way = st.columns([6, 1.4], vertical_alignment="center")
        heading = texts.code("finding", row["finding_code"])
        lead = f"**{heading}** " if heading != row["finding_code"] else ""
        words.markdown(lead + inert(row[f"finding_text_{context.language}"]))
        if row["screen_code"] in SCREENS:
            label = texts("overview.see", screen=texts(f"{row['screen_code']}.title"))
            way.page_link(f"app_pages/{row['screen_code']}.py", label=label)


def show_response(context: Context) -> None:
    """People, respondents and response of the whole survey, and what kind of answers these are."""
    texts, meta, language = context.texts, context.meta, context.language
    facts = [
        (texts("common.people"), number(meta["n_people"], language)),
        (texts("common.respondents"), number(meta["n_respondents"], language)),
        (texts("common.response"), share(meta["response_share"], language)),
    ]
    if meta["n_groups"] is not None:
        hidden = texts(
            "overview.of", part=number(meta["n_groups_hidden"], language), whole=number(meta["n_groups"], language)
        )
        facts.append((texts("overview.groups_hidden"), hidden))
    for column, (label, value) in zip(st.columns(len(facts)), facts, strict=True):
        column.metric(label, value)


def scope(context: Context, code: str) -> pl.DataFrame:
    """Gap rows of the nation, kinds or regions, with skill names and words."""
    rows = context.table("mart_gap__scope_skill").filter(pl.col("scope_code") == code)
    rows = with_name(rows, "skill_code", "skill_name", context.names("skill"))
    return gap_views.in_words(rows, context.texts, context.meta["min_respondents"])


def show_nation(context: Context) -> None:
    """The national share per skill with its interval, beside the plain weighted share."""
    texts = context.texts
    st.header(texts("overview.nation"))
    st.caption(f"{national_evidence(context)} {texts('gaps.plain_note')}")
    rows = scope(context, "nation")
    titles = gap_titles(context)
    spec = interval_plot(
        gap_views.interval_rows(rows, "skill_name"),
        gap_views.by_need(rows, "skill_name"),
        texts("gaps.share_below"),
        titles,
        series_words(context),
        context.chart_note,
    )
    headers = {"skill_name": texts("common.skill"), **gap_headers(context)}
    chart_with_table(context, spec, texts("overview.nation_alt"), rows.sort("below_share", descending=True), headers)


@st.fragment
def show_map(context: Context) -> None:
    """Share below by region for a chosen skill."""
    texts = context.texts
    st.header(texts("overview.map"))
    skill = pick(texts("common.skill"), context.skills_by_need(), "map_skill")
    rows = scope(context, "region").filter(pl.col("skill_code") == skill).rename({"scope_id": "region_code"})
    rows = with_name(rows, "region_code", "region_name", context.names("region"))
    shown = rows.select(
        "region_code", "region_name", "percent", "text", "interval_text", "plain_text", "respondents_text", "state"
    )
    titles = {"region_name": texts("common.region"), **gap_titles(context)}
    features = map_features(context.table("mart_ref__region"), shown)
    spec = region_map(features, texts("gaps.share_below"), titles, context.chart_note)
    headers = {"region_name": texts("common.region"), **gap_headers(context)}
    chart_with_table(
        context, spec, texts("overview.map_alt"), rows.sort("below_share", descending=True, nulls_last=True), headers
    )
    if hidden := rows.filter(~pl.col("is_shown"))["region_name"].to_list():
        st.caption(texts("overview.map_hidden", regions=inert(", ".join(hidden))))


def render(context: Context) -> None:
    """The page from top to bottom."""
    st.title(context.texts("overview.title"))
    show_findings(context)
    show_response(context)
    if context.meta["scale_code"] == "anchored":
        show_nation(context)
        show_map(context)
    else:
        st.info(context.texts("climate.what_it_is"))


render(current_context())
