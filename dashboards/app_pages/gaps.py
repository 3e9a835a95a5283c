"""Where are the gaps, and how sure is that? Relative position first; what is not shown is said, never nought."""

import polars as pl
import streamlit as st

from dashboards.sections.closer_look import show_elements, show_one_body, show_what_if
from dashboards.sections.gap_charts import POSITIONS, draw_heat, show_intervals
from dashboards.sections.gap_words import national_evidence
from dashboards.shell import Context, current_context
from dashboards.views import gaps as views
from dashboards.views.format import number
from dashboards.views.gap_export import export_frame
from dashboards.views.labels import chosen, with_name
from dashboards.widgets import downloads, long_table, pick, pick_some


def load(context: Context) -> pl.DataFrame:
    """Every body and band with names and words."""
    rows = views.every_band(context.table("mart_gap__agency_skill"), context.table("mart_gap__group_skill"))
    rows = views.with_agency(rows, context.table("mart_ref__agency"))
    for key, stem, names in (
        ("agency_id", "agency_name", context.names("agency")),
        ("skill_code", "skill_name", context.names("skill")),
        ("seniority_code", "seniority_name", context.bands()),
    ):
        rows = with_name(rows, key, stem, names)
    return views.in_words(rows, context.texts, context.meta["min_respondents"])


def choose(context: Context, rows: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    """The rows the reader filtered, and the chosen band."""
    texts = context.texts
    everything = texts("common.all")
    kind, region, skill, band = st.columns(4)
    with kind:
        kinds = pick_some(texts("common.kind"), context.names("agency_kind"), "gap_kinds", everything)
    with region:
        regions = pick_some(texts("common.region"), context.names("region"), "gap_regions", everything)
    with skill:
        skills = pick_some(texts("common.skill"), context.names("skill"), "gap_skills", everything)
    with band:
        chosen_band = pick(texts("common.seniority"), context.bands(), "gap_band")
    kept = chosen(rows, agency_kind_code=kinds, region_code=regions, skill_code=skills, seniority_code=[chosen_band])
    return kept, chosen_band


def show_counts(context: Context, rows: pl.DataFrame) -> None:
    """How many figures are certainly worse, certainly better, undecided or not shown."""
    counts = views.position_counts(rows)
    for column, position in zip(st.columns(len(POSITIONS)), POSITIONS, strict=True):
        column.metric(context.texts(f"position.{position}"), number(counts[position], context.language))


def show_table(context: Context, rows: pl.DataFrame, everything: pl.DataFrame) -> None:
    """All figures of the filtered rows, and files of them and of everything."""
    texts = context.texts
    st.header(texts("gaps.table"))
    headers = table_headers(context)
    whole = rows.with_columns(pl.col("effective_n").round().cast(pl.Int64))
    long_table(whole, headers, percent=views.SHARES, points=views.POINTS)
    names = {what: context.names(what) for what in ("agency", "agency_kind", "region", "skill")}
    names["seniority"] = context.bands()
    words = {**headers, "is_shown": texts("common.state"), "hidden_reason_code": texts("common.state")}
    st.caption(texts("gaps.export_note"))
    downloads(context, "gaps_selection", lambda: export_frame(rows, names), words, "common.download_selection")
    downloads(context, "gaps_all", lambda: export_frame(everything, names), words, "common.download_everything")


def table_headers(context: Context) -> dict[str, str]:
    """Columns of the long table in words."""
    texts = context.texts
    return {
        "agency_name": texts("common.body"),
        "seniority_name": texts("common.seniority"),
        "skill_name": texts("common.skill"),
        "position_name": texts("gaps.position"),
        "relative_share": texts("gaps.relative"),
        "relative_share_lo": texts("gaps.relative_low"),
        "relative_share_hi": texts("gaps.relative_high"),
        "below_share": texts("gaps.share_below"),
        "below_share_lo": texts("gaps.low"),
        "below_share_hi": texts("gaps.high"),
        "below_weighted_share": texts("gaps.plain"),
        "shortfall_levels": texts("gaps.shortfall"),
        "people_below_text": texts("gaps.people_below"),
        "n_respondents": texts("common.respondents"),
        "effective_n": texts("common.effective"),
        "response_share": texts("common.response"),
        "n_people": texts("common.people"),
        "state": texts("common.state"),
    }


def render(context: Context) -> None:
    """The page from top to bottom."""
    texts = context.texts
    st.title(texts("gaps.title"))
    st.markdown(texts("gaps.lead"))
    st.caption(national_evidence(context))
    everything = load(context)
    rows, band = choose(context, everything)
    if not rows.height:
        st.info(texts("common.nothing_matches"))
        return
    show_counts(context, rows)
    st.header(texts("gaps.heat"))
    st.caption(texts("gaps.heat_note"))
    draw_heat(context, rows, "agency_name", views.by_need(rows, "agency_name"), "heat_look", texts("gaps.heat_alt"))
    show_intervals(context, rows, band)
    show_one_body(context, everything)
    show_what_if(context, everything)
    show_elements(context)
    show_table(context, rows, everything)


render(current_context())
