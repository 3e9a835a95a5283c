"""Which groups need the same things? Profiles, sizes, members, and groups that carry no label."""

import polars as pl
import streamlit as st

from dashboards.charts.bars import segment_profile
from dashboards.shell import Context, current_context
from dashboards.views import segments as views
from dashboards.widgets import chart_with_table, downloads, long_table, pick, short_table


def show_profiles(context: Context, segments: pl.DataFrame) -> None:
    """Name, size and distinguishing skills of each segment, then its profile."""
    texts, skills = context.texts, context.names("skill")
    profile = context.table("mart_needs__segment_skill")
    rows = views.segment_rows(segments, profile, skills, texts)
    headers = {
        "segment": texts("segments.segment"),
        "more": texts("segments.more"),
        "less": texts("segments.less"),
        "n_groups": texts("segments.groups"),
        "n_people": texts("common.people"),
        "headcount_share": texts("segments.headcount"),
    }
    short_table(rows, headers)
    st.header(texts("segments.profiles"))
    st.caption(texts("segments.profiles_note"))
    shape = views.profile_rows(segments, profile, skills, context.language)
    titles = {
        "segment": texts("segments.segment"),
        "skill": texts("common.skill"),
        "deviation_text": texts("segments.deviation"),
        "shortfall_text": texts("gaps.shortfall"),
    }
    spec = segment_profile(
        shape.to_dicts(), rows["segment"].to_list(), list(skills.values()), texts("segments.deviation"), titles,
        context.chart_note,
    )  # fmt: skip
    chart_with_table(context, spec, texts("segments.profiles_alt"), shape, titles)


@st.fragment
def show_members(context: Context, members: pl.DataFrame, segments: pl.DataFrame) -> None:
    """The groups of a chosen segment."""
    texts = context.texts
    st.header(texts("segments.members"))
    names = {str(row["segment_id"]): views.title(row, context.language) for row in segments.iter_rows(named=True)}
    chosen = pick(texts("segments.segment"), names, "segment")
    own = members.filter(pl.col("segment_id") == int(chosen)).sort("n_people", "agency_id", descending=[True, False])
    long_table(own, member_headers(context))


def show_unlabelled(context: Context, members: pl.DataFrame) -> None:
    """Groups without a label, and why."""
    texts = context.texts
    st.header(texts("segments.unlabelled"))
    st.caption(texts("segments.unlabelled_note"))
    none = members.filter(pl.col("segment_id").is_null())
    if not none.height:
        st.markdown(texts("segments.all_labelled"))
        return
    long_table(none, member_headers(context), height=300)


def member_headers(context: Context) -> dict[str, str]:
    """Columns of the member tables in words."""
    texts = context.texts
    return {
        "agency_name": texts("common.body"),
        "seniority_name": texts("common.seniority"),
        "n_people": texts("common.people"),
        "state": texts("segments.membership"),
    }


def render(context: Context) -> None:
    """The page from top to bottom."""
    texts = context.texts
    st.title(texts("segments.title"))
    st.markdown(texts("segments.lead"))
    segments = context.table("mart_needs__segment").sort("segment_id")
    names = {what: context.names(what) for what in ("agency", "seniority")}
    groups = context.table("mart_needs__group_segment")
    members = views.members(groups, segments, names, texts, context.meta["min_respondents"])
    if segments.height:
        show_profiles(context, segments)
        show_members(context, members, segments)
    else:
        st.info(texts("segments.none"))
    show_unlabelled(context, members)
    headers = {**member_headers(context), "segment": texts("segments.segment")}
    downloads(context, "segments", lambda: members, headers)


render(current_context())
