"""The overview in sentences, in the order they are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from skills_models.contracts import LANGUAGES, TABLES
from skills_models.findings.climate import furthest
from skills_models.findings.gaps import contrast, unknown, unknown_agency, where
from skills_models.findings.marts import Marts
from skills_models.findings.phrases import Phrase, count, day, percent
from skills_models.findings.plan import law, no_course, quotas, segments
from skills_models.findings.sentences import Finding


def overview_findings(frames: Mapping[str, pl.DataFrame], meta: Mapping[str, Any]) -> pl.DataFrame:
    """Sentences that the marts of a run support; one whose input is absent or says too little is left out.

    Parameters
    ----------
    frames : marts of the run by table name, as far as there are any
    meta : facts of the run under the names of mart_meta__run: ``scale_code``, ``is_synthetic``, ``data_date``,
        ``n_people``, ``n_respondents``, ``response_share``; and, where known, ``is_plan_infeasible`` and
        ``innovation_used_share`` (of all hours of the last twelve months)

    Returns
    -------
    pl.DataFrame
        mart_overview__finding. Nothing in it depends on when the run took place.
    """
    marts = Marts(frames)
    if meta["scale_code"] == "agreement":
        found = [_freshness(meta), furthest(marts, "better"), furthest(marts, "worse")]
    else:
        found = [
            _freshness({**meta, "n_double_rated": _double_rated(marts)}),
            where(marts),
            unknown_agency(marts),
            contrast(marts),
            quotas(marts, meta),
            law(marts),
            no_course(marts),
            segments(marts),
            unknown(marts),
        ]
    rows = [_row(i, finding) for i, finding in enumerate((f for f in found if f is not None), start=1)]
    table = TABLES["mart_overview__finding"]
    return table.enforce(pl.DataFrame(rows, schema=table.polars_schema()))


def _double_rated(marts: Marts) -> int:
    """People whom a supervisor rated as well, of the bodies for which that is shown."""
    return int(marts.rows("mart_survey__coverage")["n_double_ratings"].sum())


def _freshness(meta: Mapping[str, Any]) -> Finding | None:
    """How fresh the data are, how many replied, and what kind of answers these are."""
    if not meta.get("n_respondents"):
        return None
    is_agreement = meta["scale_code"] == "agreement"
    values: dict[str, Phrase] = {"replies": count(meta["n_respondents"])}
    templates = ["synthetic"] if meta["is_synthetic"] else []
    if meta.get("data_date") is not None:
        templates.append("freshness_date")
        values["day"] = day(meta["data_date"])
    if meta.get("response_share") is not None:
        templates.append("freshness_response")
        values |= {"people": count(meta["n_people"]), "share": percent(meta["response_share"])}
    elif is_agreement:
        templates.append("climate_respondents")
    templates.append("climate_scale" if is_agreement else "freshness_self")
    if meta.get("n_double_rated"):
        templates.append("freshness_double")
        values["double"] = count(meta["n_double_rated"])
    share = meta.get("response_share")
    return Finding("freshness_response", "data_and_method", share, tuple(templates), values)


def _row(order: int, finding: Finding) -> dict[str, Any]:
    texts = {f"finding_text_{language}": finding.text(language) for language in LANGUAGES}
    figure = None if finding.figure is None else float(finding.figure)
    return {
        "finding_order": order, "finding_code": finding.code, **texts, "screen_code": finding.screen, "figure": figure
    }  # fmt: skip
