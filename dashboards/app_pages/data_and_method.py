"""Can the figures be trusted, and how are they made? Deliveries, checks, mappings, methods, words."""

import polars as pl
import streamlit as st

from dashboards.sections.mapping import show_mapping
from dashboards.shell import Context, current_context
from dashboards.views import quality as views
from dashboards.views.format import number
from dashboards.views.labels import with_name
from dashboards.widgets import downloads, long_table, short_table

METHODS = {
    "anchored": (
        "answers",
        "calibration",
        "below",
        "modelled",
        "interval",
        "plain",
        "position",
        "what_if",
        "priorities",
        "segments",
        "quotas",
        "disclosure",
    ),
    "agreement": ("climate", "climate_interval", "climate_strata", "climate_items", "disclosure"),
}


def show_deliveries(context: Context) -> None:
    """Rows delivered and where they ended; reasons of what was set aside."""
    texts = context.texts
    st.subheader(texts("quality.deliveries"))
    st.caption(texts("quality.deliveries_note"))
    headers = {"source": texts("quality.source"), "reference": texts("quality.reference")}
    headers |= {column: texts(f"quality.{column}") for column in (*views.COUNTS, "adds_up")}
    headers |= {"delivery_id": texts("quality.delivery")}
    deliveries = views.deliveries(context.table("mart_quality__delivery"), texts)
    long_table(deliveries, headers)
    downloads(context, "deliveries", lambda: deliveries, headers)
    show_files(context)
    st.subheader(texts("quality.quarantine"))
    headers = {
        "source": texts("quality.source"),
        "reason": texts("quality.reason"),
        "column_name": texts("quality.column"),
        "value_shape": texts("quality.value"),
        "n_rows": texts("quality.rows"),
        "hint": texts("quality.hint"),
    }
    set_aside = views.quarantine(context.table("mart_quality__quarantine"), texts)
    if set_aside.height:
        long_table(set_aside, headers)
    else:
        st.markdown(texts("quality.nothing_set_aside"))


def show_files(context: Context) -> None:
    """Delivered files, and which were rejected as a whole."""
    texts = context.texts
    st.subheader(texts("quality.files"))
    columns = ("source", "reference", "source_file", "n_rows", "outcome", "hint", "delivery_id")
    words = ("source", "reference", "file", "rows", "outcome", "hint", "delivery")
    headers = {column: texts(f"quality.{word}") for column, word in zip(columns, words, strict=True)}
    long_table(views.files(context.table("mart_quality__file"), texts), headers, height=300)


def show_response(context: Context) -> None:
    """People, respondents and response per body; head counts by date."""
    texts = context.texts
    st.subheader(texts("quality.response"))
    st.caption(texts("quality.response_note"))
    headers = {
        "agency_name": texts("common.body"),
        "n_people": texts("common.people"),
        "n_respondents": texts("common.respondents"),
        "response_share": texts("common.response"),
    }
    agencies = views.response(context.table("mart_ref__agency"), context.names("agency"), texts)
    long_table(agencies, headers, percent=("response_share",))
    st.subheader(texts("quality.headcount"))
    counts = with_name(context.table("mart_hr__headcount"), "agency_id", "agency_name", context.names("agency"))
    counts = counts.with_columns(pl.col("reference_date").cast(pl.String))
    headers = {
        "agency_name": texts("common.body"),
        "reference_date": texts("quality.reference"),
        "n_people": texts("common.people"),
    }
    long_table(counts, headers)


def show_checks(context: Context) -> None:
    """Rules of the run and how they came out."""
    texts = context.texts
    checks = views.checks(context.table("mart_quality__check"), texts)
    failed = checks.filter(~pl.col("passed")).height
    st.subheader(texts("quality.checks"))
    passed = number(checks.height - failed, context.language)
    st.markdown(texts("quality.checks_sum", passed=passed, failed=number(failed, context.language)))
    headers = {
        "outcome": texts("quality.outcome"),
        "severity": texts("quality.severity"),
        "table_name": texts("quality.table"),
        "check_name": texts("quality.check"),
        "reason_text": texts("quality.check_reason"),
        "n_failed": texts("quality.n_failed"),
    }
    long_table(checks, headers)


def show_methods(context: Context) -> None:
    """How the figures are made, in words; the run they belong to."""
    texts, meta = context.texts, context.meta
    st.info(texts("method.drafts"))
    for method in METHODS[meta["scale_code"]]:
        st.subheader(texts(f"method.{method}.title"))
        words = texts(f"method.{method}.text")
        st.markdown(words.replace("{k}", str(meta["min_respondents"])))
    st.subheader(texts("quality.run"))
    facts = ("run_id", "pack_id", "pack_version", "as_of_date", "code_version", "content_hash")
    rows = pl.DataFrame({"fact": list(facts), "value": [str(meta[fact])[:16] for fact in facts]})
    short_table(rows, {"fact": texts("quality.fact"), "value": texts("quality.value")})


def show_words(context: Context) -> None:
    """Glossary and data dictionary."""
    texts, scale = context.texts, context.meta["scale_code"]
    st.subheader(texts("quality.glossary"))
    headers = {part: texts(f"quality.glossary_{part}") for part in ("name", "formula", "denominator")}
    short_table(views.glossary(texts, scale), headers)
    st.subheader(texts("quality.dictionary"))
    st.caption(texts("quality.dictionary_note"))
    columns = ("table", "row_is_a", "column", "description", "unit")
    headers = {column: texts(f"quality.dictionary_{column}") for column in columns}
    dictionary = views.dictionary(scale)
    long_table(dictionary, headers)
    downloads(context, "data_dictionary", lambda: dictionary, headers)


def render(context: Context) -> None:
    """The page, one tab per question."""
    texts = context.texts
    st.title(texts("data_and_method.title"))
    st.markdown(texts("data_and_method.lead"))
    shown = {
        "methods": show_methods,
        "deliveries": show_deliveries,
        "response": show_response,
        "checks": show_checks,
        "mapping": show_mapping,
        "words": show_words,
    }
    for tab, show in zip(st.tabs([texts(f"quality.tab_{name}") for name in shown]), shown.values(), strict=True):
        with tab:
            show(context)


render(current_context())
