"""The sheets and the map in the folder of a pack, read with every problem noted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from skills_models.contracts import TABLES
from skills_models.packs.sheets import CATALOGUE, SHEETS, Sheet, cell_problems, empty_sheet, read_sheet


def read_sheets(path: Path, scale: str, problems: list[str]) -> dict[str, pl.DataFrame]:
    """Text frames by file; a file that cannot be used is noted and left out."""
    sheets = {}
    for sheet in (*SHEETS, *CATALOGUE):
        if not (path / sheet.file).is_file():
            problems += _absence(path, sheet, scale)
            if sheet in SHEETS and scale in TABLES[sheet.table].scales:
                sheets[sheet.file] = empty_sheet(sheet)
            continue
        try:
            frame = read_sheet(path / sheet.file)
        except (pl.exceptions.PolarsError, UnicodeDecodeError):
            problems.append(f"{sheet.file}: cannot be read as CSV in UTF-8; save it again as such")
            continue
        problems += cell_problems(sheet, frame)
        sheets[sheet.file] = frame
    return sheets


def _absence(path: Path, sheet: Sheet, scale: str) -> list[str]:
    """The problem that a file is not there, where it must be; a catalogue is whole or absent."""
    half = sheet in CATALOGUE and (path / "catalogue").is_dir()
    return [f"{sheet.file}: the file is missing; add it"] if half or scale not in sheet.optional else []


def read_geometry(path: Path, sheets: Mapping[str, pl.DataFrame], problems: list[str]) -> dict[str, str]:
    """Region code -> GeoJSON geometry."""
    file = path / "regions.geojson"
    if not file.is_file() or "regions.csv" not in sheets:
        return {}
    try:
        features = json.loads(file.read_text(encoding="utf-8"))["features"]
        shapes = {feature["id"]: json.dumps(feature["geometry"], separators=(",", ":")) for feature in features}
    except (ValueError, KeyError, TypeError):
        problems.append("regions.geojson: is no GeoJSON collection whose features have id and geometry; correct it")
        return {}
    listed = set(sheets["regions.csv"]["region_code"].drop_nulls())
    problems += [f"regions.geojson: region {code} has no boundary; add it" for code in sorted(listed - shapes.keys())]
    problems += [
        f"regions.geojson: feature {code} is not in regions.csv; correct its id"
        for code in sorted(shapes.keys() - listed)
    ]
    return shapes
