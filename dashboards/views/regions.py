"""Boundaries for the map: stored GeoJSON geometries laid flat."""

from __future__ import annotations

import json
import math
from typing import Any

import polars as pl


def map_features(regions: pl.DataFrame, figures: pl.DataFrame) -> list[dict[str, Any]]:
    """GeoJSON features with the columns of ``figures`` at their top level.

    Parameters
    ----------
    regions : mart_ref__region; a region without a readable boundary is left out (its table row stays)
    figures : one row per ``region_code`` with what the map shows
    """
    shapes = {
        code: shape
        for code, text in regions.select("region_code", "geometry_geojson").iter_rows()
        if (shape := _shape(text))
    }
    latitudes = [point[1] for shape in shapes.values() for point in _points(shape["coordinates"])]
    squeeze = math.cos(math.radians((min(latitudes) + max(latitudes)) / 2)) if latitudes else 1.0
    rows = {row["region_code"]: row for row in figures.iter_rows(named=True)}
    return [
        {**rows.get(code, {"region_code": code, "percent": None}), "type": "Feature", "geometry": _flat(shape, squeeze)}
        for code, shape in shapes.items()
    ]


def _shape(text: str | None) -> dict[str, Any] | None:
    try:
        shape = json.loads(text or "")
    except ValueError:
        return None
    usable = isinstance(shape, dict) and shape.get("type") in ("Polygon", "MultiPolygon") and shape.get("coordinates")
    return shape if usable else None


def _points(node: list[Any]) -> list[list[float]]:
    return [node] if isinstance(node[0], int | float) else [point for part in node for point in _points(part)]


def _flat(shape: dict[str, Any], squeeze: float) -> dict[str, Any]:
    """The geometry with longitudes shortened to the middle latitude: plane coordinates, any ring direction."""

    def lay(node: list[Any]) -> list[Any]:
        if isinstance(node[0], int | float):
            return [round(node[0] * squeeze, 3), round(node[1], 3)]
        return [lay(part) for part in node]

    return {"type": shape["type"], "coordinates": lay(shape["coordinates"])}
