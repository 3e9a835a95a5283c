"""A dot with its 90 % interval, and the plain weighted share beside it."""

from __future__ import annotations

from dashboards.charts.theme import ACCENT, INK, QUIET, WORSE, Rows, Spec, chart, nominal, percent_axis, tooltip

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
    series : words for 'model' (the dot), 'plain' (the diamond), 'reference' (the line)
    note : origin, printed below
    reference : value of the nation, drawn as a line
    """
    legend = {"scale": {"domain": [series["model"], series["plain"]], "range": [ACCENT, WORSE]}, "title": None}
    look = {**legend, "legend": {"orient": "top", "labelLimit": 400}}
    place = {"y": nominal("name", order, axis={"domain": False, "ticks": False, "grid": True})}
    bar = {
        "mark": {"type": "rule", "strokeWidth": 4, "opacity": 0.35, "color": ACCENT},
        "encoding": {"x": {"field": "low", **percent_axis(axis, scale={"zero": False})}, "x2": {"field": "high"}},
    }
    plain = {
        "mark": {"type": "point", "shape": "diamond", "size": 55, "strokeWidth": 1.6},
        "encoding": {"x": {"field": "plain", "type": "quantitative"}, "color": {"datum": series["plain"], **look}},
    }
    dot = {
        "mark": {"type": "point", "shape": "circle", "size": 65, "filled": True, "opacity": 1},
        "encoding": {"x": {"field": "percent", "type": "quantitative"}, "color": {"datum": series["model"], **look}},
    }
    layers = [bar, plain, dot]
    body = {"encoding": {**place, "tooltip": tooltip(titles)}, "layer": layers}
    if reference is not None:
        body = {"layer": [_line(reference, series["reference"]), {"encoding": body["encoding"], "layer": layers}]}
    return chart(rows, note, width="container", height={"step": ROW_HEIGHT}, **body)


def _line(value: float, words: str) -> Spec:
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
