"""Figures in levels: a dot with its interval per line; ranked needs in their brackets."""

from __future__ import annotations

from dashboards.charts.interval import ROW_HEIGHT, reference_line
from dashboards.charts.theme import (
    ACCENT,
    HALF_A_LINE,
    MARKS,
    NO_SIGN_AT_NOUGHT,
    QUIET,
    SPLIT_LABEL,
    STRIPE,
    TWO_LINES,
    Rows,
    Spec,
    chart,
    nominal,
    tooltip,
)

LEVELS_AXIS = {"tickCount": 6, "format": ".2~f"}
ROOM_FOR_WORDS = 0.16


def level_plot(
    rows: Rows, order: list[str], axis: str, titles: dict[str, str], note: str, is_signed: bool = False
) -> Spec:
    """One line per row: ``name``, ``value``, ``low``, ``high`` (levels) and the tooltip's text fields.

    The axis begins at nought; with ``is_signed`` it shows signs, and a line marks nought.
    """
    ticks = {"tickCount": 6, "format": "+.2f", "labelExpr": NO_SIGN_AT_NOUGHT} if is_signed else LEVELS_AXIS
    body = {
        "encoding": {"y": _name(order), "tooltip": tooltip(titles)},
        "layer": _interval(axis, ticks, {"zero": True}),
    }
    if is_signed:
        body = {"layer": [reference_line(0, ""), body]}
    return chart(rows, note, width="container", height={"step": ROW_HEIGHT}, **body)


def need_plot(
    rows: Rows, order: list[str], axis: str, titles: dict[str, str], names: dict[str, str], note: str
) -> Spec:
    """Ranked needs; groups of one bracket stand on one stripe.

    Parameters
    ----------
    rows : ``label`` (of two lines), ``value``, ``low``, ``high`` (levels), ``certainty`` (words of ``names``),
        ``is_odd`` (whether the bracket's number is), ``bracket_text`` (on the bracket's first line, else empty) and
        the tooltip's text fields
    order : labels from top to bottom
    axis : title of the axis
    titles : tooltip field -> its title
    names : words for 'certain' and 'uncertain'
    note : origin, printed below
    """
    scale = {"domain": list(names.values()), "range": [ACCENT, MARKS["not_distinguishable"]]}
    colour = {"field": "certainty", "type": "nominal", "title": None, "scale": scale}
    colour |= {"legend": {"orient": "top", "labelLimit": 500, "symbolOpacity": 1}}
    stripe = {"mark": {"type": "rect", "color": STRIPE}, "transform": [{"filter": "datum.is_odd"}]}
    words = {
        "mark": {"type": "text", "align": "right", "dx": -4, "color": QUIET, "fontSize": 11},
        "encoding": {"x": {"value": "width"}, "text": {"field": "bracket_text", "type": "nominal"}},
    }
    low, high = min(row["low"] for row in rows), max(row["high"] for row in rows)
    room = {"domain": [low - 0.02 * (high - low), high + ROOM_FOR_WORDS * (high - low)], "nice": False}
    marks = [
        layer | {"encoding": layer["encoding"] | {"color": colour}} for layer in _interval(axis, LEVELS_AXIS, room)
    ]
    two_lines = {"domain": False, "ticks": False, "labelExpr": SPLIT_LABEL, "labelOffset": HALF_A_LINE}
    place = {"y": nominal("label", order, axis=two_lines, scale={"type": "band"}), "tooltip": tooltip(titles)}
    layers = [stripe, *marks, words]
    return chart(rows, note, width="container", height={"step": TWO_LINES}, encoding=place, layer=layers)


def _name(order: list[str]) -> Spec:
    return nominal("name", order, axis={"domain": False, "ticks": False, "grid": False}, scale={"type": "band"})


def _interval(axis: str, ticks: Spec, scale: Spec) -> list[Spec]:
    """A bar from ``low`` to ``high`` and a dot at ``value``."""
    place = {"type": "quantitative", "title": axis, "axis": ticks, "scale": scale}
    return [
        {
            "mark": {"type": "rule", "strokeWidth": 4, "opacity": 0.4, "color": ACCENT},
            "encoding": {"x": {"field": "low", **place}, "x2": {"field": "high"}},
        },
        {
            "mark": {"type": "point", "shape": "circle", "size": 65, "filled": True, "opacity": 1, "color": ACCENT},
            "encoding": {"x": {"field": "value", **place}},
        },
    ]
