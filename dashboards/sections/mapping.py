"""Sections of the data and method screen: frameworks, items, role profiles, drafts."""

import polars as pl
import streamlit as st

from dashboards.shell import Context
from dashboards.views import quality as views
from dashboards.views.format import inert, number, share
from dashboards.views.labels import with_name
from dashboards.widgets import long_table


def show_mapping(context: Context) -> None:
    """Frameworks mapped to the skills, survey items, role profiles, drafts."""
    texts = context.texts
    st.subheader(texts("quality.crosswalk"))
    rows = context.table("mart_framework__crosswalk")
    for framework, n, mapped in views.mapped_share(rows).iter_rows():
        words = {"framework": framework, "n": number(n, context.language), "share": share(mapped, context.language)}
        st.markdown(inert(texts("quality.mapped", **words)))
    columns = ("subject", "object", "weight", "predicate", "confidence", "status", "comment")
    long_table(views.crosswalk(rows, texts), {column: texts(f"quality.map_{column}") for column in columns})
    st.subheader(texts("quality.items"))
    items = views.items(context.table("mart_framework__item"), context.names("skill"), texts)
    headers = {
        "item_code": texts("quality.item"),
        "wording": texts("quality.wording"),
        "skill": texts("common.skill"),
        "n_answers": texts("quality.n_answers"),
        "missing_share": texts("quality.missing"),
        "status": texts("quality.map_status"),
        "note": texts("quality.note"),
    }
    long_table(items, headers, percent=("missing_share",))
    if context.meta["scale_code"] == "anchored":
        show_role_profiles(context)
    show_drafts(context)


def show_role_profiles(context: Context) -> None:
    """Required levels per job family and band."""
    texts = context.texts
    st.subheader(texts("quality.roles"))
    rows = context.table("mart_framework__role_profile")
    for key, stem, what in (
        ("job_family_code", "job_family_name", "job_family"),
        ("seniority_code", "seniority_name", "seniority"),
        ("skill_code", "skill_name", "skill"),
    ):
        rows = with_name(rows, key, stem, context.names(what))
    rows = rows.with_columns(
        status=pl.col("status_code").map_elements(lambda code: texts.code("status", code), return_dtype=pl.String)
    )
    headers = {
        "job_family_name": texts("quality.job_family"),
        "seniority_name": texts("common.seniority"),
        "skill_name": texts("common.skill"),
        "required_level": texts("quality.required"),
        "n_people": texts("common.people"),
        "status": texts("quality.map_status"),
        "source_name": texts("quality.origin"),
    }
    long_table(rows, headers)


def show_drafts(context: Context) -> None:
    """Share of drafts among the reference rows of each table."""
    texts = context.texts
    st.subheader(texts("quality.drafts"))
    st.caption(texts("quality.drafts_note"))
    headers = {
        "table_name": texts("quality.table"),
        "n_rows": texts("quality.rows"),
        "draft_share": texts("quality.draft_share"),
    }
    long_table(context.table("mart_quality__coverage"), headers, percent=("draft_share",))
