"""A dot with its 90 % interval: shares beside the plain weighted one, and differences from the nation."""

from __future__ import annotations

from typing import Any

from dashboards.charts.theme import (
    ACCENT,
    INK,
    MARKS,
    NO_SIGN_AT_NOUGHT,
    QUIET,
    WORSE,
    Rows,
    Spec,
    chart,
    nominal,
    percent_axis,
    tooltip,
)

ROW_HEIGHT = 24


def interval_plot(
    rows: Rows,
    order: list[str],
    axis: str,
    titles: dict[str, str],
    series: dict[str, str],
    note: str,
    reference: float | None = None,
) -> Spec:
    """One line per row.

    Parameters
    ----------
    rows : ``name``, ``percent``, ``low``, ``high``, ``plain`` (all per cent) and the tooltip's text fields
    order : names from top to bottom
    axis : title of the axis
    titles : tooltip field -> its title
    series : words for 'model' (the dot), 'reference' (the line) and, where it is drawn, 'plain' (the diamond)
    note : origin, printed below
    reference : where the line stands, if there is one
    """
    drawn = {series[part]: colour for part, colour in (("model", ACCENT), ("plain", WORSE)) if part in series}
    legend = {"scale": {"domain": list(drawn), "range": list(drawn.values())}, "title": None}
    look = {**legend, "legend": {"orient": "top", "labelLimit": 400}}
    bar = {
        "mark": {"type": "rule", "strokeWidth": 4, "opacity": 0.35, "color": ACCENT},
        "encoding": {"x": {"field": "low", **percent_axis(axis, scale={"zero": False})}, "x2": {"field": "high"}},
    }
    plain = {
        "mark": {"type": "point", "shape": "diamond", "size": 55, "strokeWidth": 1.6},
        "encoding": {"x": {"field": "plain", "type": "quantitative"}, "color": {"datum": series.get("plain"), **look}},
    }
    dot = {
        "mark": {"type": "point", "shape": "circle", "size": 65, "filled": True, "opacity": 1},
        "encoding": {"x": {"field": "percent", "type": "quantitative"}, "color": {"datum": series["model"], **look}},
    }
    layers = [bar, plain, dot] if "plain" in series else [bar, dot]
    return _lines(rows, order, titles, note, layers, reference, series["reference"])


def relative_plot(
    rows: Rows, order: list[str], axis: str, titles: dict[str, str], names: dict[str, str], nation: str, note: str
) -> Spec:
    """Differences from the nation with their intervals, coloured by what can be said.

    Parameters
    ----------
    rows : ``name``, ``position_name`` (words of ``names``), ``relative``, ``relative_low``, ``relative_high``
        (percentage points) and the tooltip's text fields
    order : names from top to bottom
    axis : title of the axis
    titles : tooltip field -> its title
    names : words for 'worse', 'not_distinguishable', 'better'
    nation : words at the line of the nation
    note : origin, printed below
    """
    scale = {"domain": list(names.values()), "range": [MARKS[code] for code in names]}
    colour = {"field": "position_name", "type": "nominal", "title": None, "scale": scale}
    colour |= {"legend": {"orient": "top", "labelLimit": 400, "symbolOpacity": 1}}
    place = {
        "type": "quantitative",
        "title": axis,
        "axis": {"format": "+d", "tickCount": 7, "labelExpr": NO_SIGN_AT_NOUGHT},
    }
    bar = {
        "mark": {"type": "rule", "strokeWidth": 4, "opacity": 0.4},
        "encoding": {"x": {"field": "relative_low", **place}, "x2": {"field": "relative_high"}, "color": colour},
    }
    dot = {
        "mark": {"type": "point", "shape": "circle", "size": 65, "filled": True, "opacity": 1},
        "encoding": {"x": {"field": "relative", "type": "quantitative"}, "color": colour},
    }
    return _lines(rows, order, titles, note, [bar, dot], 0, nation)


def _lines(
    rows: Rows,
    order: list[str],
    titles: dict[str, str],
    note: str,
    layers: list[Spec],
    reference: float | None,
    words: str,
) -> Spec:
    """One line per name with the given marks and, behind them, the reference."""
    place = {"y": nominal("name", order, axis={"domain": False, "ticks": False, "grid": True})}
    body: dict[str, Any] = {"encoding": {**place, "tooltip": tooltip(titles)}, "layer": layers}
    if reference is not None:
        body = {"layer": [reference_line(reference, words), body]}
    return chart(rows, note, width="container", height={"step": ROW_HEIGHT}, **body)


def reference_line(value: float, words: str) -> Spec:
    """A dashed vertical line with its words at the top."""
    return {
        "data": {"values": [{"reference": value, "words": words}]},
        "encoding": {"x": {"field": "reference", "type": "quantitative"}},
        "layer": [
            {"mark": {"type": "rule", "strokeDash": [4, 3], "color": INK}},
            {
                "mark": {"type": "text", "align": "left", "dx": 4, "dy": -6, "baseline": "bottom", "color": QUIET},
                "encoding": {"y": {"value": 0}, "text": {"field": "words", "type": "nominal"}},
            },
        ],
    }
