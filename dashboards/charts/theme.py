"""Colours and lettering shared by all charts: safe for colour-blind readers, readable in print."""

from __future__ import annotations

from typing import Any

WORSE, BETTER, UNCLEAR, HIDDEN = "#d9822b", "#4a90c2", "#e4e7ea", "#ffffff"
INK, QUIET, GRID, ACCENT = "#1c2733", "#5b6975", "#dfe4e8", "#1f5c99"
SEQUENTIAL = ["#dcdaeb", "#bcbddc", "#9e9ac8", "#756bb1", "#4a1486"]
DIVERGING = ["#2166ac", "#92c5de", "#f7f7f7", "#f4a261", "#b35806"]
POSITIONS = {"worse": WORSE, "not_distinguishable": UNCLEAR, "better": BETTER, "hidden": HIDDEN}
MARKS = {"worse": WORSE, "not_distinguishable": "#9aa7b2", "better": BETTER}
NO_SIGN_AT_NOUGHT = "datum.value == 0 ? '0' : datum.label"
STRIPE = "#eef1f4"
TWO_LINES, HALF_A_LINE, SPLIT_LABEL = 36, -7, "split(datum.label, '\\n')"

CONFIG: dict[str, Any] = {
    "font": "Source Sans, Source Sans Pro, sans-serif",
    "background": "#ffffff",
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "labelFontSize": 12,
        "labelLimit": 390,
        "titleColor": QUIET,
        "titleFontWeight": "normal",
        "gridColor": GRID,
        "domainColor": GRID,
        "tickColor": GRID,
    },
    "legend": {
        "labelColor": INK,
        "titleColor": QUIET,
        "titleFontWeight": "normal",
        "titleLimit": 500,
        "labelFontSize": 12,
    },
    "title": {"color": QUIET, "fontSize": 11, "fontWeight": "normal", "anchor": "end", "orient": "bottom"},
    "header": {"labelColor": INK, "labelFontSize": 13, "labelFontWeight": 600, "labelLimit": 320},
}

Rows = list[dict[str, Any]]
Spec = dict[str, Any]


def chart(rows: Rows, mark_note: str, **body: Any) -> Spec:
    """A complete Vega-Lite specification on inline rows; ``mark_note`` is printed under it (origin, 'synthetic')."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "config": CONFIG,
        "title": {"text": mark_note},
        "data": {"values": rows},
        "autosize": {"type": "fit-x", "contains": "padding"},
        **body,
    }


def nominal(field: str, order: list[str] | None = None, **more: Any) -> Spec:
    """A category channel without a title, in the given order."""
    return {"field": field, "type": "nominal", "sort": order, "title": None, **more}


def percent_axis(title: str, **more: Any) -> Spec:
    """An axis of values already in per cent."""
    return {"type": "quantitative", "title": title, "axis": {"labelExpr": "datum.label + ' %'", "tickCount": 5}, **more}


def tooltip(fields: dict[str, str]) -> list[Spec]:
    """Field -> title, all shown as the text they are."""
    return [{"field": field, "title": title, "type": "nominal"} for field, title in fields.items()]
