"""Bars: segment profiles, hours of bodies, plans beside each other, duties by quarter."""

from __future__ import annotations

import textwrap

from dashboards.charts.theme import ACCENT, BETTER, GRID, INK, QUIET, WORSE, Rows, Spec, chart, nominal, tooltip

ROW_HEIGHT, TITLE_WIDTH = 24, 32


def segment_profile(
    rows: Rows, segments: list[str], skills: list[str], axis: str, titles: dict[str, str], note: str
) -> Spec:
    """Small multiples: per segment the deviation (levels) on each skill; orange needs more than others.

    Rows carry ``segment``, ``skill``, ``deviation`` and the tooltip's text fields.
    """
    bars = {
        "mark": {"type": "bar", "height": {"band": 0.62}},
        "encoding": {
            "x": {
                "field": "deviation",
                "type": "quantitative",
                "title": axis,
                "axis": {"tickCount": 4, "format": "+.1f"},
            },
            "y": nominal("skill", skills, axis={"domain": False, "ticks": False}),
            "color": {"condition": {"test": "datum.deviation > 0", "value": WORSE}, "value": BETTER},
            "tooltip": tooltip(titles),
        },
        "height": {"step": ROW_HEIGHT},
        "width": 215,
    }
    lines = {name: textwrap.fill(name, TITLE_WIDTH) for name in segments}
    rows = [row | {"title": lines[row["segment"]]} for row in rows]
    header = {"title": None, "labelAnchor": "start", "labelExpr": "split(datum.label, '\\n')"}
    facet = nominal("title", list(lines.values()), header=header)
    spec = chart(rows, note, facet=facet, columns=3, spec=bars)
    spec.pop("autosize")
    return spec


def hours_bars(
    rows: Rows, order: list[str], axis: str, names: dict[str, str], titles: dict[str, str], note: str
) -> Spec:
    """Used and planned hours stacked, the allowance as a tick.

    Rows (one per body and kind) carry ``name``, ``kind`` (words of ``names``: used, planned), ``hours`` and
    ``allowed``.
    """
    colour = {
        "field": "kind",
        "type": "nominal",
        "title": None,
        "scale": {"domain": [names["used"], names["planned"]], "range": ["#9aa7b2", ACCENT]},
        "legend": {"orient": "top", "labelLimit": 400},
    }
    length = {"field": "hours", "type": "quantitative", "title": axis, "axis": {"tickCount": 5, "format": ",d"}}
    bars = {"mark": {"type": "bar", "height": {"band": 0.62}}, "encoding": {"x": length, "color": colour}}
    ticks = {
        "mark": {"type": "tick", "thickness": 2, "color": INK, "height": {"band": 0.9}},
        "encoding": {"x": {"field": "allowed", "type": "quantitative"}},
    }
    place = {"y": nominal("name", order, axis={"domain": False, "ticks": False}), "tooltip": tooltip(titles)}
    return chart(rows, note, width="container", height={"step": ROW_HEIGHT}, encoding=place, layer=[bars, ticks])


def plain_bars(rows: Rows, order: list[str], axis: str, titles: dict[str, str], note: str) -> Spec:
    """One bar per row with its value in words; rows carry ``name``, ``value``, ``text``."""
    place = {
        "y": nominal("name", order, axis={"domain": False, "ticks": False}),
        "x": {"field": "value", "type": "quantitative", "title": axis, "axis": {"tickCount": 4, "format": ",d"}},
        "tooltip": tooltip(titles),
    }
    bars = {"mark": {"type": "bar", "color": ACCENT, "height": {"band": 0.6}}}
    words = {
        "mark": {"type": "text", "align": "left", "dx": 4, "color": QUIET},
        "encoding": {"text": {"field": "text", "type": "nominal"}},
    }
    return chart(rows, note, width="container", height={"step": 30}, encoding=place, layer=[bars, words])


def due_bars(rows: Rows, order: list[str], axis: str, names: dict[str, str], titles: dict[str, str], note: str) -> Spec:
    """Per quarter the people due, split into served and not served by the plan.

    Rows (one per quarter and part) carry ``quarter``, ``part`` (words of ``names``), ``people``.
    """
    colour = {
        "field": "part",
        "type": "nominal",
        "title": None,
        "scale": {"domain": [names["served"], names["open"]], "range": [ACCENT, WORSE]},
        "legend": {"orient": "top", "labelLimit": 400},
    }
    return chart(
        rows,
        note,
        width="container",
        height={"step": 30},
        mark={"type": "bar", "stroke": GRID, "height": {"band": 0.62}},
        encoding={
            "y": nominal("quarter", order, axis={"domain": False, "ticks": False}),
            "x": {"field": "people", "type": "quantitative", "title": axis, "axis": {"tickCount": 5, "format": ",d"}},
            "color": colour,
            "tooltip": tooltip(titles),
        },
    )
