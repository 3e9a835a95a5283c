"""Where are the gaps, and how sure is that? Relative position first; what is not shown is said, never nought."""

import polars as pl
import streamlit as st

from dashboards.charts.heat import position_heat_map, share_heat_map
from dashboards.charts.interval import interval_plot
from dashboards.sections.gap_words import gap_headers, gap_titles, series_words
from dashboards.shell import Context, current_context
from dashboards.views import gaps as views
from dashboards.views.format import inert, number
from dashboards.views.labels import ALL, chosen, with_name
from dashboards.widgets import chart_with_table, downloads, long_table, pick, pick_some

POSITIONS = ("worse", "not_distinguishable", "better", "hidden")


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


def draw_heat(context: Context, rows: pl.DataFrame, down: str, order: list[str], key: str, alt: str) -> None:
    """Heat map of skills against bodies or bands, by position or by share, with its table."""
    texts = context.texts
    looks = {"position": texts("gaps.by_position"), "share": texts("gaps.by_share")}
    look = st.segmented_control(
        texts("gaps.colour"), list(looks), default="position", key=key, format_func=looks.__getitem__
    )
    skills = [name for name in context.names("skill").values() if name in set(rows["skill_name"])]
    titles = {"down": texts("common.body"), "across": texts("common.skill"), **gap_titles(context)}
    titles |= {"position_name": texts("gaps.position"), "state": texts("common.state")}
    cells = views.heat_rows(rows, "skill_name", down)
    if look == "share":
        spec = share_heat_map(cells, skills, order, texts("gaps.share_below"), titles, context.chart_note)
    else:
        names = {position: texts(f"position.{position}") for position in POSITIONS}
        spec = position_heat_map(cells, skills, order, names, titles, context.chart_note)
    headers = {down: texts("common.body" if down == "agency_name" else "common.seniority")}
    headers |= {"skill_name": texts("common.skill"), "position_name": texts("gaps.position"), **gap_headers(context)}
    chart_with_table(context, spec, alt, rows, headers)


def show_intervals(context: Context, rows: pl.DataFrame, band: str) -> None:
    """For one skill every body with its interval, beside the nation."""
    texts = context.texts
    st.header(texts("gaps.intervals"))
    st.caption(texts("gaps.intervals_note"))
    names = {code: name for code, name in context.skills_by_need().items() if code in set(rows["skill_code"])}
    if not names:
        return
    skill = pick(texts("common.skill"), names, "interval_skill")
    own = rows.filter(pl.col("skill_code") == skill)
    nation = context.table("mart_gap__scope_skill").filter(
        (pl.col("scope_code") == "nation") & (pl.col("skill_code") == skill) & pl.col("is_shown")
    )
    reference = round(100 * nation["below_share"][0], 1) if nation.height and band == ALL else None
    shown = own.filter("is_shown").sort("below_share", "agency_id", descending=[True, False])
    if shown.height:
        titles = {"name": texts("common.body"), **gap_titles(context)}
        spec = interval_plot(
            views.interval_rows(shown, "agency_name"),
            shown["agency_name"].to_list(),
            texts("gaps.share_below"),
            titles,
            series_words(context),
            context.chart_note,
            reference,
        )
        headers = {"agency_name": texts("common.body"), **gap_headers(context)}
        chart_with_table(context, spec, texts("gaps.intervals_alt"), own, headers)
    hidden = own.filter(~pl.col("is_shown"))
    for state, names_hidden in hidden.group_by("state", maintain_order=True).agg("agency_name").iter_rows():
        st.caption(f"{inert(state[:1].upper() + state[1:])}: {inert(', '.join(names_hidden))}")


def show_table(context: Context, rows: pl.DataFrame, everything: pl.DataFrame) -> None:
    """All figures of the filtered rows, and files of them and of everything."""
    texts = context.texts
    st.header(texts("gaps.table"))
    headers = table_headers(context)
    long_table(rows, headers, percent=views.FIGURES)
    names = {what: context.names(what) for what in ("agency", "agency_kind", "region", "skill")}
    names["seniority"] = context.bands()
    words = {**headers, "is_shown": texts("common.state"), "hidden_reason_code": texts("common.state")}
    st.caption(texts("gaps.export_note"))
    downloads(context, "gaps_selection", lambda: views.export_frame(rows, names), words, "common.download_selection")
    downloads(context, "gaps_all", lambda: views.export_frame(everything, names), words, "common.download_everything")


def table_headers(context: Context) -> dict[str, str]:
    """Columns of the long table in words."""
    texts = context.texts
    return {
        "agency_name": texts("common.body"),
        "seniority_name": texts("common.seniority"),
        "skill_name": texts("common.skill"),
        "position_name": texts("gaps.position"),
        "below_share": texts("gaps.share_below"),
        "below_share_lo": texts("gaps.low"),
        "below_share_hi": texts("gaps.high"),
        "below_weighted_share": texts("gaps.plain"),
        "shortfall_levels": texts("gaps.shortfall"),
        "n_respondents": texts("common.respondents"),
        "n_people": texts("common.people"),
        "response_share": texts("common.response"),
        "state": texts("common.state"),
    }


@st.fragment
def show_one_body(context: Context, everything: pl.DataFrame) -> None:
    """One body: its bands against the skills."""
    texts = context.texts
    st.header(texts("gaps.one_body"))
    agency = pick(texts("common.body"), context.names("agency"), "gap_agency")
    rows = everything.filter(pl.col("agency_id") == agency)
    order = [name for name in context.bands().values() if name in set(rows["seniority_name"])]
    draw_heat(context, rows, "seniority_name", order, "body_look", texts("gaps.one_body_alt"))


def render(context: Context) -> None:
    """The page from top to bottom."""
    texts = context.texts
    st.title(texts("gaps.title"))
    st.markdown(texts("gaps.lead"))
    st.caption(texts("method.self_reported"))
    everything = load(context)
    rows, band = choose(context, everything)
    if not rows.height:
        st.info(texts("common.nothing_matches"))
        return
    show_counts(context, rows)
    st.header(texts("gaps.heat"))
    draw_heat(context, rows, "agency_name", views.by_need(rows, "agency_name"), "heat_look", texts("gaps.heat_alt"))
    show_intervals(context, rows, band)
    show_one_body(context, everything)
    show_table(context, rows, everything)


render(current_context())
