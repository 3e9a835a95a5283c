"""Heat maps: bodies or bands against skills."""

from __future__ import annotations

from dashboards.charts.theme import DIVERGING, GRID, INK, POSITIONS, SEQUENTIAL, Rows, Spec, chart, nominal, tooltip

ROW_HEIGHT = 24


def _cells(rows: Rows, across: list[str], down: list[str], colour: Spec, titles: dict[str, str], note: str) -> Spec:
    """Cells with ``text`` in them; rows carry ``across``, ``down``, ``text`` and what the colour needs."""
    axes = {
        "x": nominal("across", across, axis={"orient": "top", "labelAngle": 0, "labelLimit": 150, "domain": False}),
        "y": nominal("down", down, axis={"domain": False, "ticks": False}),
    }
    box = {"mark": {"type": "rect", "stroke": GRID, "strokeWidth": 1}, "encoding": {"color": colour}}
    words = {
        "mark": {"type": "text", "fontSize": 11},
        "encoding": {"text": {"field": "text", "type": "nominal"}, "color": {"field": "ink", "scale": None}},
    }
    height = {"step": ROW_HEIGHT}
    return chart(
        rows,
        note,
        width="container",
        height=height,
        encoding={**axes, "tooltip": tooltip(titles)},
        layer=[box, words],
    )


def position_heat_map(
    rows: Rows, across: list[str], down: list[str], names: dict[str, str], titles: dict[str, str], note: str
) -> Spec:
    """Cells coloured by ``position`` (worse, better, not_distinguishable, hidden), words from ``names``."""
    order = [code for code in POSITIONS if code in names]
    colour = {
        "field": "position_name",
        "type": "nominal",
        "title": None,
        "scale": {"domain": [names[code] for code in order], "range": [POSITIONS[code] for code in order]},
        "legend": {"orient": "top", "columns": 4, "labelLimit": 400, "symbolStrokeColor": GRID},
    }
    return _cells(_inked(rows, 101), across, down, colour, titles, note)


def share_heat_map(
    rows: Rows, across: list[str], down: list[str], legend: str, titles: dict[str, str], note: str
) -> Spec:
    """Cells coloured by ``percent`` on one hue; white where there is none."""
    scale = {"range": SEQUENTIAL, "zero": False}
    look = {"orient": "top", "labelExpr": "datum.label + ' %'", "gradientLength": 240}
    value = {"field": "percent", "type": "quantitative", "title": legend, "scale": scale, "legend": look}
    colour = {"condition": {"test": "isValid(datum.percent)", **value}, "value": "#ffffff"}
    top = max((row["percent"] for row in rows if row["percent"] is not None), default=0)
    return _cells(_inked(rows, 0.7 * top), across, down, colour, titles, note)


def difference_heat_map(
    rows: Rows, across: list[str], down: list[str], legend: str, titles: dict[str, str], note: str, more_is_worse: bool
) -> Spec:
    """Cells coloured by ``difference`` around nought; orange is the worse side."""
    reach = max((abs(row["difference"]) for row in rows if row["difference"] is not None), default=1) or 1
    hues = DIVERGING if more_is_worse else DIVERGING[::-1]
    scale = {"range": hues, "domain": [-reach, -reach / 2, 0, reach / 2, reach], "type": "linear"}
    look = {"orient": "top", "gradientLength": 240, "format": "+.2~f"}
    value = {"field": "difference", "type": "quantitative", "title": legend, "scale": scale, "legend": look}
    colour = {"condition": {"test": "isValid(datum.difference)", **value}, "value": "#ffffff"}
    dark = [row | {"ink": _ink(abs(row["difference"] or 0) > 0.8 * reach)} for row in rows]
    return _cells(dark, across, down, colour, titles, note)


def _inked(rows: Rows, dark_above: float) -> Rows:
    """Rows with the colour their text is written in: white on dark cells."""
    return [row | {"ink": _ink((row.get("percent") or 0) > dark_above)} for row in rows]


def _ink(on_dark: bool) -> str:
    return "#ffffff" if on_dark else INK
