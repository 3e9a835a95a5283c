"""Gap figures as files: codes and labels side by side."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dashboards.views.gaps import FIGURES
from dashboards.views.labels import with_name

EXPORTED = ["n_people", "n_respondents", *FIGURES, "position_code", "is_shown", "hidden_reason_code", "state"]
LABELS = {
    "agency_id": ("agency_name", "agency"),
    "agency_kind_code": ("agency_kind_name", "agency_kind"),
    "region_code": ("region_name", "region"),
    "seniority_code": ("seniority_name", "seniority"),
    "skill_code": ("skill_name", "skill"),
}


def export_frame(gaps: pl.DataFrame, names: Mapping[str, Mapping[str, str]]) -> pl.DataFrame:
    """Gap rows with codes and labels; hidden rows have empty figures and their reason."""
    frame = gaps.select(*LABELS, *EXPORTED)
    for key, (stem, what) in LABELS.items():
        frame = with_name(frame, key, stem, names[what])
    return frame
