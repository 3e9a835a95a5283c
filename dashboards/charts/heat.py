"""Heat maps: bodies or bands against skills."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from dashboards.charts.theme import (
    DIVERGING,
    GRID,
    HALF_A_LINE,
    HIDDEN,
    INK,
    NO_SIGN_AT_NOUGHT,
    POSITIONS,
    SEQUENTIAL,
    SPLIT_LABEL,
    TWO_LINES,
    Rows,
    Spec,
    chart,
    nominal,
    tooltip,
)

ROW_HEIGHT = 24
LINE_WIDTH, LINE_HEIGHT = 12, 13


def _cells(
    rows: Rows,
    across: list[str],
    down: list[str],
    colour: Spec,
    titles: dict[str, str],
    note: str,
    words: str = "text",
) -> Spec:
    """Cells with words in them: white ones under coloured ones, so that what has no figure stays white.

    Rows carry ``across``, ``down``, ``is_dark``, the field of ``colour`` and that of ``words``.
    """
    has_two_lines = any("\n" in name for name in down)
    names = {"domain": False, "ticks": False, "labelExpr": SPLIT_LABEL}
    names |= {"labelOffset": HALF_A_LINE} if has_two_lines else {}
    lines = {name: textwrap.fill(name, LINE_WIDTH, break_long_words=False) for name in across}
    rows = [row | {"column": lines.get(row["across"], row["across"])} for row in rows]
    axes = {
        "x": {**nominal("column", list(lines.values())), "axis": _heading(lines.values())},
        "y": nominal("down", down, axis=names),
    }
    box = {"type": "rect", "stroke": GRID, "strokeWidth": 1}
    empty = {"mark": {**box, "color": HIDDEN}}
    known = {"transform": [{"filter": f"isValid(datum.{colour['field']})"}]}
    full = {"mark": box, "encoding": {"color": colour}, **known}
    ink = {"condition": {"test": "datum.is_dark", "value": "#ffffff"}, "value": INK}
    written = {
        "mark": {"type": "text", "fontSize": 11},
        "encoding": {"text": {"field": words, "type": "nominal"}, "color": ink},
    }
    return chart(
        rows,
        note,
        width="container",
        height={"step": TWO_LINES if has_two_lines else ROW_HEIGHT},
        encoding={**axes, "tooltip": tooltip(titles)},
        layer=[empty, full, written],
    )


def _heading(names: Iterable[str]) -> Spec:
    """An axis on top whose labels run over several lines and end above the cells."""
    most = max((name.count("\n") for name in names), default=0)
    return {
        "orient": "top",
        "labelAngle": 0,
        "labelFontSize": 11,
        "labelLineHeight": LINE_HEIGHT,
        "labelPadding": 4 + LINE_HEIGHT * most,
        "labelExpr": SPLIT_LABEL,
        "domain": False,
        "ticks": False,
    }


def position_heat_map(
    rows: Rows, across: list[str], down: list[str], names: dict[str, str], titles: dict[str, str], note: str
) -> Spec:
    """Cells coloured by ``position`` (worse, better, not_distinguishable, hidden), words from ``names``.

    What stands in a cell is ``relative_text``, the difference from the nation.
    """
    order = [code for code in POSITIONS if code in names]
    colour = {
        "field": "position_name",
        "type": "nominal",
        "title": None,
        "scale": {"domain": [names[code] for code in order], "range": [POSITIONS[code] for code in order]},
        "legend": {"orient": "top", "columns": 2, "labelLimit": 400, "symbolStrokeColor": GRID},
    }
    return _cells(_inked(rows, 101), across, down, colour, titles, note, "relative_text")


def share_heat_map(
    rows: Rows, across: list[str], down: list[str], legend: str, titles: dict[str, str], note: str
) -> Spec:
    """Cells coloured by ``percent`` on one hue; white where there is none."""
    scale = {"range": SEQUENTIAL, "zero": False}
    look = {"orient": "top", "labelExpr": "datum.label + ' %'", "gradientLength": 240}
    colour = {"field": "percent", "type": "quantitative", "title": legend, "scale": scale, "legend": look}
    top = max((row["percent"] for row in rows if row["percent"] is not None), default=0)
    return _cells(_inked(rows, 0.7 * top), across, down, colour, titles, note)


def difference_heat_map(
    rows: Rows, across: list[str], down: list[str], legend: str, titles: dict[str, str], note: str, more_is_worse: bool
) -> Spec:
    """Cells coloured by ``difference`` around nought; orange is the worse side."""
    reach = max((abs(row["difference"]) for row in rows if row["difference"] is not None), default=1) or 1
    hues = DIVERGING if more_is_worse else DIVERGING[::-1]
    scale = {"range": hues, "domain": [-reach, reach]}
    look = {"orient": "top", "gradientLength": 240, "format": "+d", "labelExpr": NO_SIGN_AT_NOUGHT}
    colour = {"field": "difference", "type": "quantitative", "title": legend, "scale": scale, "legend": look}
    dark = [row | {"is_dark": abs(row["difference"] or 0) > 0.8 * reach} for row in rows]
    return _cells(dark, across, down, colour, titles, note)


def _inked(rows: Rows, dark_above: float) -> Rows:
    """Rows that say whether their cell is so dark that its text is written in white."""
    return [row | {"is_dark": (row.get("percent") or 0) > dark_above} for row in rows]
