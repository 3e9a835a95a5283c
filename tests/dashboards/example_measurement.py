"""Invented marts of measurement, sensitivity and priorities, made to fit the invented gaps."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from skills_models.contracts import LANGUAGES
from skills_models.contracts.fields import SENSITIVITIES

SHIFTS = {code: 0.02 * place for place, code in enumerate(SENSITIVITIES)} | {"requirement_minus_1": -0.25}
COMPONENTS = {"agency": 0.3, "seniority": 0.25, "agency:seniority": 0.2, "cell": 0.12, "a_code_from_tomorrow": 0.1}
NAMED, TIED = 0.8, 5
State = dict[str, object]
Marts = dict[str, pl.DataFrame]


def marts(rng: np.random.Generator, others: Marts, scenarios: dict[str, tuple[str, str, str]]) -> Marts:
    """The marts of one example, from its gaps, bodies and items."""
    items = others["mart_framework__item"].select("item_code", "skill_code")
    return {
        "mart_gap__sensitivity": _sensitivity(others),
        "mart_gap__priority": _priority(rng, others["mart_gap__group_skill"], scenarios),
        "mart_gap__element": _elements(rng, others, items),
        "mart_method__scale": _scales(items),
        "mart_method__item": _items(rng, items),
        "mart_method__variance": _variance(items),
        "mart_survey__flag": _flags(items),
        "mart_survey__coverage": _coverage(rng, others["mart_ref__agency"]),
    }


def _sensitivity(others: Marts) -> pl.DataFrame:
    """Every shown figure under every assumption, as far as shares can go."""
    whole = others["mart_gap__agency_skill"].with_columns(seniority_code=pl.lit("all"))
    nation = others["mart_gap__scope_skill"].filter(pl.col("scope_code") == "nation")
    nation = nation.with_columns(agency_id=pl.lit("all"), seniority_code=pl.lit("all"))
    figures = ["below_share", "below_share_lo", "below_share_hi"]
    key = ["agency_id", "seniority_code", "skill_code"]
    shown = pl.concat(
        [frame.filter("is_shown").select(*key, *figures) for frame in (whole, others["mart_gap__group_skill"], nation)]
    )
    parts = [
        shown.with_columns((pl.col(figures) + shift).clip(0, 1), sensitivity_code=pl.lit(code))
        for code, shift in SHIFTS.items()
    ]
    return pl.concat(parts)


def _priority(
    rng: np.random.Generator, groups: pl.DataFrame, scenarios: dict[str, tuple[str, str, str]]
) -> pl.DataFrame:
    """Groups ranked by a need that differs a little between the weights; the first two are named in one of them."""
    keys = ["agency_id", "seniority_code"]
    figures = groups.group_by(keys, maintain_order=True).agg(
        pl.col("n_people", "n_respondents", "is_shown", "hidden_reason_code").first(),
        need=pl.col("shortfall_levels").mean(),
    )
    rows = []
    for code, words in scenarios.items():
        names = {f"weight_scenario_name_{language}": word for language, word in zip(LANGUAGES, words, strict=True)}
        noisy = figures.with_columns(need=pl.col("need") + rng.normal(0, 0.01, figures.height))
        shown = noisy.filter("is_shown").sort("need", descending=True).drop("need").to_dicts()
        needs = noisy.filter("is_shown").sort("need", descending=True)["need"].to_list()
        for place, (row, need) in enumerate(zip(shown, needs, strict=True), 1):
            rows.append({"weight_scenario_code": code, **names, **row, **_rank(place, need, len(shown), code)})
        for row in noisy.filter(~pl.col("is_shown")).drop("need").iter_rows(named=True):
            rows.append({"weight_scenario_code": code, **names, **row, **dict.fromkeys(_rank(1, 1.0, 9, code))})
    return pl.DataFrame(rows, infer_schema_length=None)


def _rank(place: int, need: float, n: int, scenario: str) -> State:
    probability = float(np.clip(1.02 - (0.12 if scenario == "equal" else 0.3) * place, 0, 1))
    return {
        "need_levels": need,
        "need_lo_levels": need - 0.03,
        "need_hi_levels": need + 0.04,
        "top_probability": probability,
        "rank_lo": max(place - 3, 1),
        "rank_hi": min(place + 4, n),
        "tied_bracket": 1 + (place - 1) // TIED,
        "is_named_top": probability >= NAMED,
    }


def _elements(rng: np.random.Generator, others: Marts, items: pl.DataFrame) -> pl.DataFrame:
    """Nation, kinds, regions and bodies by item; bodies and regions without shown gaps are hidden here as well."""
    scopes = others["mart_gap__scope_skill"].select("scope_code", "scope_id", "n_people", "is_shown")
    bodies = others["mart_gap__agency_skill"].select(
        pl.lit("agency").alias("scope_code"), pl.col("agency_id").alias("scope_id"), "n_people", "is_shown"
    )
    rows = []
    for scope, code, n, is_shown in pl.concat([scopes, bodies]).unique(maintain_order=True).iter_rows():
        for item, skill in items.iter_rows():
            first, second, third = -np.sort(-rng.uniform(0.05, 0.95, 3))
            shares = {"at_level_1_share": first, "at_level_2_share": second, "at_level_3_share": third}
            figures = {"n_respondents": n // 2, "n_answers": n // 3, **shares}
            state = {"is_shown": is_shown, "hidden_reason_code": None if is_shown else "too_few_respondents"}
            key = {"scope_code": scope, "scope_id": code, "item_code": item, "skill_code": skill, "n_people": n}
            rows.append(key | (figures if is_shown else dict.fromkeys(figures)) | state)
    return pl.DataFrame(rows, infer_schema_length=None)


def _skills(items: pl.DataFrame) -> list[str]:
    return items["skill_code"].unique(maintain_order=True).to_list()


def _scales(items: pl.DataFrame) -> pl.DataFrame:
    states = ("alike", "partly", "not_comparable", "not_testable", "alike", "alike")
    rows = [
        {"skill_code": skill, "bank_version": 2, "calibrated_on": date(2026, 6, 1), "n_calibration": 18400}
        | {"n_items": 4, "reliability": 0.66 + 0.01 * place, "functioning_code": states[place]}
        | {"link_code": "not_linkable" if place == 5 else "linked", "quadrature_change": 0.0004 * place}
        | {"cut_1": -1.4, "cut_2": 0.1 * place, "cut_3": 1.7, "theta_per_level": 1.55, "status_code": "project_draft"}
        for place, skill in enumerate(_skills(items))
    ]
    return pl.DataFrame(rows)


def _items(rng: np.random.Generator, items: pl.DataFrame) -> pl.DataFrame:
    """One row per item, but DAT_1 has parameters per language; an item that was held fixed has no error."""
    rows = []
    for place, (item, skill) in enumerate(items.iter_rows()):
        fixed = place % 5 == 0
        for language in ("kk", "ru") if item == "DAT_1" else ("all",):
            low = float(rng.normal(-1.3, 0.25))
            shift = 0.3 if language == "kk" else -0.3 if language == "ru" else None
            rows.append(
                {"item_code": item, "language_code": language, "skill_code": skill, "slope": float(rng.uniform(1, 2))}
                | {"slope_error": None if fixed else 0.04, "threshold_error": None if fixed else 0.05}
                | {"threshold_1": low, "threshold_2": low + 1.3, "threshold_3": low + 2.9, "n_calibration": 18400}
                | {"misfit_rmsea": None if fixed else float(rng.uniform(0.005, 0.06)), "language_shift": shift}
            )
    return pl.DataFrame(rows, infer_schema_length=None)


def _variance(items: pl.DataFrame) -> pl.DataFrame:
    rows = [
        {"skill_code": skill, "component_code": code, "component_sd_levels": sd + 0.01 * place}
        | {"component_sd_lo_levels": 0.85 * (sd + 0.01 * place), "component_sd_hi_levels": 1.2 * (sd + 0.01 * place)}
        for place, skill in enumerate(_skills(items))
        for code, sd in (COMPONENTS | {"within": 0.6}).items()
    ]
    return pl.DataFrame(rows)


def _flags(items: pl.DataFrame) -> pl.DataFrame:
    """So few sheets repeat another that nothing is said of them."""
    rows = [
        {"flag_code": flag, "skill_code": skill, "n_measured": 5400, "n_flagged": n, "below_weighted_share": 0.36}
        | {"below_unflagged_share": None if n is None else 0.36 - n / 10000 + 0.002 * place}
        for flag, n in (("straight_line", 210), ("fast", 90), ("repeat", None), ("any", 290))
        for place, skill in enumerate(_skills(items))
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def _coverage(rng: np.random.Generator, agencies: pl.DataFrame) -> pl.DataFrame:
    """Every third body was double rated; a body with few respondents shows nothing but its people."""
    rows = []
    for place, row in enumerate(agencies.iter_rows(named=True)):
        hidden, rated = row["n_respondents"] is None, place % 3 == 0
        leniency = float(rng.normal(0.3, 0.1)) if rated and not hidden else None
        rows.append(
            {"agency_id": row["agency_id"], "n_people": row["n_people"], "n_respondents": row["n_respondents"]}
            | {"response_share": row["response_share"], "heard_people_share": None if hidden else 0.94}
            | {"design_effect": None if hidden else 1.1, "effective_n": None if hidden else row["n_respondents"] / 1.1}
            | {"evidence_state_code": "self_reported" if leniency is None else "double_rated"}
            | {"n_double_ratings": None if leniency is None else 30 + 5 * place, "leniency_levels": leniency}
            | {"leniency_lo_levels": None if leniency is None else leniency - 0.12}
            | {"leniency_hi_levels": None if leniency is None else leniency + 0.12}
            | {"is_shown": not hidden, "hidden_reason_code": "too_few_respondents" if hidden else None}
        )
    return pl.DataFrame(rows, infer_schema_length=None)
