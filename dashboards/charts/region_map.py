"""Regions coloured by one figure, drawn from our own boundaries: no tiles, no network."""

from __future__ import annotations

from dashboards.charts.theme import QUIET, SEQUENTIAL, Rows, Spec, chart, tooltip


def region_map(features: Rows, legend: str, titles: dict[str, str], mark_note: str) -> Spec:
    """Choropleth.

    Parameters
    ----------
    features : GeoJSON features (already projected to the plane) whose top level carries ``percent`` (per cent or
        None where hidden) and the text fields named in ``titles``
    legend : title of the colour scale
    titles : tooltip field -> its title
    mark_note : origin, printed below
    """
    colour = {
        "field": "percent",
        "type": "quantitative",
        "title": legend,
        "scale": {"range": SEQUENTIAL, "zero": False},
        "legend": {"labelExpr": "datum.label + ' %'", "gradientLength": 160, "orient": "right"},
    }
    outline = {"type": "geoshape", "stroke": QUIET, "strokeWidth": 0.7, "strokeJoin": "round"}
    hidden = {"mark": {**outline, "fill": "#ffffff", "strokeDash": [3, 3]}}
    shown = {"mark": outline, "encoding": {"color": colour}, "transform": [{"filter": "isValid(datum.percent)"}]}
    return chart(
        features,
        mark_note,
        height=380,
        width="container",
        projection={"type": "identity", "reflectY": True},
        encoding={"tooltip": tooltip(titles)},
        layer=[hidden, shown],
    )
