"""Small Streamlit parts that every page uses: tables, charts with their table, downloads, filters."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl
import streamlit as st

from dashboards.charts.theme import Spec
from dashboards.shell import Context
from dashboards.views.format import NARROW_SPACE, NOTHING, inert
from skills_models.exports import to_csv, to_xlsx

SHORT_TABLE, NARROW_TABLE = 40, 10
WIDE = 6
LONG_NAMES = ("agency_name", "course_name", "item_text", "subject", "check_name", "name", "evidence", "state")
COMMAS = {"decimal": ",", "thousands": NARROW_SPACE, "grouping": [3], "currency": ["", ""]}
POINTS = {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", ""]}
NUMBERS = {"kk": {"number": COMMAS}, "ru": {"number": COMMAS}, "en": {"number": POINTS}}
Headers = Mapping[str, str]


def long_table(
    frame: pl.DataFrame,
    headers: Headers,
    percent: tuple[str, ...] = (),
    points: tuple[str, ...] = (),
    height: int = 420,
) -> None:
    """A table that scrolls and sorts; only the columns of ``headers``, in their order.

    Parameters
    ----------
    frame : the rows
    headers : column -> heading
    percent : columns holding shares (0-1), shown in whole per cent
    points : columns holding differences of shares, shown in whole percentage points with their sign
    height : pixels, less where the rows need less
    """
    formats = dict.fromkeys(percent, "%d %%") | dict.fromkeys(points, "%+d")
    shown = frame.select(list(headers)).with_columns((pl.col(name) * 100).round(0) + 0.0 for name in formats)
    narrow = LONG_NAMES if len(headers) > WIDE else ()
    config = {
        name: _column(heading, shown.schema[name], formats.get(name), name in narrow)
        for name, heading in headers.items()
    }
    fits = min(height, 38 + 35 * max(frame.height, 1))
    st.dataframe(shown, hide_index=True, column_config=config, placeholder=NOTHING, height=fits)


def _column(heading: str, dtype: pl.DataType, shape: str | None, is_narrow: bool) -> object:
    if shape:
        return st.column_config.NumberColumn(heading, format=shape)
    if dtype.is_float():
        return st.column_config.NumberColumn(heading, format="%.2f")
    if dtype.is_integer():
        return st.column_config.NumberColumn(heading, format="localized")
    return st.column_config.TextColumn(heading, width="medium" if is_narrow else None)


def short_table(frame: pl.DataFrame, headers: Headers) -> None:
    """A table of words that prints whole; every cell is shown letter by letter."""
    words = frame.select(pl.col(name).cast(pl.String).map_elements(inert, return_dtype=pl.String) for name in headers)
    st.table(
        words.rename({name: inert(heading) for name, heading in headers.items()}), hide_index=True, border="horizontal"
    )


def draw(context: Context, spec: Spec, alt: str) -> None:
    """A chart with the decimal and thousands marks of the language."""
    spec = spec | {"config": spec["config"] | {"locale": NUMBERS[context.language]}}
    st.vega_lite_chart(None, spec, theme=None, alt=alt)


def chart_with_table(context: Context, spec: Spec, alt: str, frame: pl.DataFrame, headers: Headers) -> None:
    """A chart, and under it the same figures as a table of words."""
    draw(context, spec, alt)
    with st.expander(context.texts("common.as_table")):
        if frame.height <= SHORT_TABLE and len(headers) <= NARROW_TABLE:
            short_table(frame, headers)
        else:
            long_table(frame, headers)


def downloads(
    context: Context, name: str, build: Callable[[], pl.DataFrame], headers: Headers, label: str = "common.download"
) -> None:
    """Buttons for CSV and XLSX; the file is made when the button is pressed.

    Parameters
    ----------
    context : the page's context
    name : what the file holds, part of its name
    build : makes the frame to export
    headers : column -> words for it, for the workbook's second sheet
    label : key of the words on the buttons
    """
    origin = context.origin
    stem = f"skillsgap_{name}_{origin.as_of_date}_{origin.data_kind}_{context.language}"
    kinds = {
        "csv": ("text/csv", lambda: to_csv(build(), origin)),
        "xlsx": (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            lambda: to_xlsx(build(), origin, headers),
        ),
    }
    with st.container(horizontal=True):
        for kind, (mime, content) in kinds.items():
            words = context.texts(label, kind=kind.upper())
            st.download_button(
                words,
                content,
                f"{stem}.{kind}",
                mime,
                key=f"{name}_{kind}",
                on_click="ignore",
                icon=":material/download:",
            )


def pick(label: str, names: Mapping[str, str], key: str, default: str | None = None) -> str:
    """One code out of named ones; the widget shows names, its state holds the code."""
    codes = list(names)
    index = codes.index(default) if default in names else 0
    return st.selectbox(label, codes, index=index, key=key, format_func=lambda code: names.get(code, code))


def pick_some(label: str, names: Mapping[str, str], key: str, everything: str) -> list[str]:
    """Any number of codes; none chosen means all."""
    return st.multiselect(
        label, list(names), key=key, placeholder=everything, format_func=lambda code: names.get(code, code)
    )
