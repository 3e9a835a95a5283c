"""Which groups need most, and can that be said for certain? Ranked needs, brackets, other weights."""

import polars as pl
import streamlit as st

from dashboards.charts.heat import share_heat_map
from dashboards.charts.levels import need_plot
from dashboards.shell import Context, current_context
from dashboards.views import priorities as views
from dashboards.views.format import inert, number
from dashboards.widgets import chart_with_table, downloads, long_table, pick

PLAN_WEIGHTS = "equal"
MOST_DRAWN, MOST_NAMED = 24, 6


def load(context: Context) -> pl.DataFrame:
    """Every group under every set of weights with names and words."""
    names = {what: context.names(what) for what in ("agency", "seniority")}
    priority = context.table("mart_gap__priority")
    return views.in_words(priority, names, context.texts, context.meta["min_respondents"])


def show_ranking(context: Context, shown: pl.DataFrame) -> None:
    """The groups of one set of weights: plot of the first, table of all."""
    texts, language = context.texts, context.language
    st.header(texts("priorities.ranking"))
    st.caption(texts("priorities.ranking_note"))
    drawn = shown.head(MOST_DRAWN)
    names = {"certain": texts("priorities.certain"), "uncertain": texts("priorities.uncertain")}
    titles = {"name": texts("priorities.group"), **figure_titles(context)}
    rows = views.need_rows(drawn, texts, names)
    axis = texts("priorities.need_axis")
    spec = need_plot(rows, drawn["label"].to_list(), axis, titles, names, context.chart_note)
    chart_with_table(context, spec, texts("priorities.ranking_alt"), drawn, titles)
    if shown.height > MOST_DRAWN:
        words = {"n": number(MOST_DRAWN, language), "all": number(shown.height, language)}
        st.caption(texts("priorities.first_drawn", **words))


def figure_titles(context: Context) -> dict[str, str]:
    """Figures of a group in words: tooltip fields and columns."""
    texts = context.texts
    return {
        "bracket": texts("priorities.bracket"),
        "need_text": texts("priorities.need"),
        "interval_text": texts("gaps.interval"),
        "probability_text": texts("priorities.probability"),
        "place_text": texts("priorities.place"),
    }


def show_table(context: Context, shown: pl.DataFrame, everything: pl.DataFrame) -> None:
    """All shown groups of one set of weights, and files of all sets."""
    texts = context.texts
    headers = {
        "tied_bracket": texts("priorities.bracket"),
        "agency_name": texts("common.body"),
        "seniority_name": texts("common.seniority"),
        "need_levels": texts("priorities.need"),
        "interval_text": texts("gaps.interval"),
        "top_probability": texts("priorities.probability"),
        "place_text": texts("priorities.place"),
        "n_respondents": texts("common.respondents"),
        "n_people": texts("common.people"),
    }
    st.subheader(texts("priorities.table"))
    long_table(shown, headers, percent=("top_probability",))
    words = {
        **headers,
        f"weight_scenario_name_{context.language}": texts("priorities.weights"),
        "need_lo_levels": texts("gaps.low"),
        "need_hi_levels": texts("gaps.high"),
        "rank_lo": texts("priorities.place_from"),
        "rank_hi": texts("priorities.place_to"),
        "is_named_top": texts("priorities.certain"),
        "state": texts("common.state"),
    }
    downloads(context, "priorities", lambda: everything.drop(views.SHAPED), words)


def show_hidden(context: Context, hidden: pl.DataFrame) -> None:
    """Groups about which nothing is said, and why."""
    texts = context.texts
    st.header(texts("priorities.hidden"))
    st.caption(texts("priorities.hidden_note", n=number(hidden.height, context.language)))
    headers = {
        "agency_name": texts("common.body"),
        "seniority_name": texts("common.seniority"),
        "n_people": texts("common.people"),
        "state": texts("common.state"),
    }
    if hidden.height:
        long_table(hidden.sort("n_people", *views.KEY, descending=[True, False, False]), headers, height=300)


def show_weights(context: Context, everything: pl.DataFrame, shown: pl.DataFrame, scenarios: dict[str, str]) -> None:
    """The first groups of the chosen weights under every set of weights."""
    texts = context.texts
    st.header(texts("priorities.across"))
    first = number(views.always_first(everything), context.language)
    st.markdown(texts("priorities.always_first", n=first))
    st.caption(texts("priorities.across_note"))
    drawn = shown.head(MOST_DRAWN)
    own = everything.join(drawn.select(views.KEY), on=views.KEY, how="semi")
    titles = {"down": texts("priorities.group"), "across": texts("priorities.weights"), **figure_titles(context)}
    cells = views.across_rows(own, scenarios)
    columns = list(scenarios.values())
    order, legend = drawn["label"].to_list(), texts("priorities.probability")
    spec = share_heat_map(cells, columns, order, legend, titles, context.chart_note)
    ordered = drawn.select("name").join(views.across_table(own, texts), on="name", how="left", maintain_order="left")
    headers = {"name": texts("priorities.group"), **scenarios}
    chart_with_table(context, spec, texts("priorities.across_alt"), ordered, headers)


def show_sensitivity_note(context: Context) -> None:
    """That needs rest on requirements and self-ratings, and where to see what changes with them."""
    st.info(context.texts("priorities.sensitivity"))
    label = context.texts("overview.see", screen=context.texts("gaps.title"))
    st.page_link("app_pages/gaps.py", label=label)


def render(context: Context) -> None:
    """The page from top to bottom."""
    texts = context.texts
    st.title(texts("priorities.title"))
    st.markdown(texts("priorities.lead"))
    everything = load(context)
    scenarios = views.scenarios(context.table("mart_gap__priority"), context.language)
    if not scenarios:
        st.info(texts("priorities.nothing"))
        return
    scenario = pick(texts("priorities.weights"), scenarios, "priority_weights", PLAN_WEIGHTS)
    rows = everything.filter(pl.col("weight_scenario_code") == scenario)
    shown, hidden = rows.filter("is_shown"), rows.filter(~pl.col("is_shown"))
    if shown.height:
        st.markdown(f"**{inert(views.lead(shown, texts, MOST_NAMED))}**")
        show_ranking(context, shown)
        show_table(context, shown, everything)
        show_weights(context, everything, shown, scenarios)
    show_hidden(context, hidden)
    show_sensitivity_note(context)


render(current_context())
