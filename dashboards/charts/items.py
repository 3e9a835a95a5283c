"""Survey items: where their answers become more likely, and how many people answer at or above each level."""

from __future__ import annotations

from dashboards.charts.interval import ROW_HEIGHT, reference_line
from dashboards.charts.theme import INK, Rows, Spec, chart, nominal, tooltip

STEPS = ["#9ecae1", "#4292c6", "#084594"]
PLAIN = {"domain": False, "ticks": False}


def threshold_plot(
    rows: Rows, order: list[str], axis: str, titles: dict[str, str], legend: str, cuts: dict[str, float], note: str
) -> Spec:
    """Items of a scale: where half of the people answer each level or above.

    Parameters
    ----------
    rows : ``name``, ``level`` ("1", "2", "3"), ``threshold`` (theta) and the tooltip's text fields
    order : names from top to bottom
    axis : title of the axis
    titles : tooltip field -> its title
    legend : words before the levels
    cuts : words -> theta from which a level is met on the whole scale, drawn as lines
    note : origin, printed below
    """
    scale = {"domain": ["1", "2", "3"], "range": STEPS}
    colour = {"field": "level", "type": "nominal", "title": legend, "scale": scale, "legend": {"orient": "top"}}
    place = {
        "field": "threshold",
        "type": "quantitative",
        "title": axis,
        "axis": {"tickCount": 8},
        "scale": {"zero": False},
    }
    dots = {
        "mark": {"type": "point", "shape": "circle", "size": 90, "filled": True, "opacity": 1},
        "encoding": {"x": place, "color": colour},
    }
    joined = {
        "mark": {"type": "line", "color": INK, "opacity": 0.25, "strokeWidth": 1},
        "encoding": {"x": place, "detail": {"field": "name", "type": "nominal"}},
    }
    items = {"encoding": {"y": nominal("name", order, axis=PLAIN), "tooltip": tooltip(titles)}, "layer": [joined, dots]}
    lines = [reference_line(value, words) for words, value in cuts.items()]
    return chart(rows, note, width="container", height={"step": ROW_HEIGHT}, layer=[*lines, items])


def element_bars(rows: Rows, order: list[str], axis: str, titles: dict[str, str], levels: list[str], note: str) -> Spec:
    """Share at or above each level as bars inside each other, the highest level darkest.

    Rows carry ``name``, ``level`` (words of ``levels``), ``percent`` and the tooltip's text fields, lowest level first.
    """
    colour = {
        "field": "level",
        "type": "nominal",
        "title": None,
        "scale": {"domain": levels, "range": STEPS},
        "legend": {"orient": "top", "labelLimit": 300},
    }
    ticks = {"labelExpr": "datum.label + ' %'", "tickCount": 5}
    length = {"field": "percent", "type": "quantitative", "title": axis, "axis": ticks, "stack": None}
    return chart(
        rows,
        note,
        width="container",
        height={"step": ROW_HEIGHT},
        mark={"type": "bar", "height": {"band": 0.62}},
        encoding={
            "y": nominal("name", order, axis=PLAIN),
            "x": {**length, "scale": {"domain": [0, 100]}},
            "color": colour,
            "tooltip": tooltip(titles),
        },
    )
