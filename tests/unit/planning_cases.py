"""Small and large quarters to plan, built from the same tables the warehouse has."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from skills_models.contracts import TABLES
from skills_models.planning import PlanningProblem, build_problem

QUARTER = "2027-Q1"
BANDS = ("specialist", "unit_head")
SKILLS = ("DAT", "USR")


@dataclass(frozen=True)
class FakeRule:
    value: float
    names: dict[str, str] = field(default_factory=lambda: {"kk": "ереже", "ru": "правило", "en": "rule"})
    source_reference: str = "test"
    status_code: str = "project_draft"


LAW = {
    "advanced_interval_years": 3,
    "advanced_min_hours": 8,
    "advanced_max_hours": 80,
    "retraining_min_hours": 120,
    "retraining_within_months": 6,
    "hours_per_person_year": 40,
    "one_course_per_quarter": 1,
    "statutory_first": 1,
}


def rules(**changes: float) -> dict[str, FakeRule]:
    return {code: FakeRule(float(value)) for code, value in (LAW | changes).items()}


def fill(table: str, rows: list[dict]) -> pl.DataFrame:
    """Rows of a table with every column that is not given filled with a harmless value."""
    columns = TABLES[table].columns
    defaults = {pl.String: "x", pl.Int64: 1, pl.Float64: 1.0, pl.Boolean: False, pl.Date: date(2027, 1, 11)}
    full = [
        {
            n: row.get(n, None if c.nullable else (c.allowed[0] if c.allowed else defaults.get(c.dtype)))
            for n, c in columns.items()
        }
        for row in rows
    ]
    return pl.DataFrame(full, schema=TABLES[table].polars_schema(), orient="row")


def course(course_id: str, hours: int = 16, cost: float = 10.0, track: str = "all", kind: str = "advanced") -> dict:
    return {
        "course_id": course_id,
        "course_hours": hours,
        "seat_cost": cost,
        "track_code": track,
        "training_kind_code": kind,
    }


def session(session_id: str, course_id: str, seats: int, language: str = "ru", minimum: int = 0) -> dict:
    return {
        "session_id": session_id,
        "course_id": course_id,
        "quarter_code": QUARTER,
        "language_code": language,
        "seats_per_session": seats,
        "min_seats": minimum,
    }


def effect(course_id: str, skill: str, levels: float, element: int = 1) -> dict:
    return {
        "course_id": course_id,
        "element_code": f"{skill}.{element}",
        "skill_code": skill,
        "effect_levels": levels,
        "effect_sd_levels": 0.1,
    }


def gap(agency: str, band: str, skill: str, mean: float, sd: float = 0.5) -> dict:
    return {
        "agency_id": agency,
        "seniority_code": band,
        "skill_code": skill,
        "gap_mean_levels": mean,
        "gap_sd_levels": sd,
        "evidence_code": "group",
    }


def pool(agency: str, band: str, n: int, language: str = "ru", due: bool = False, hours: int = 40) -> dict:
    return {
        "agency_id": agency,
        "seniority_code": band,
        "language_code": language,
        "is_statutory": due,
        "allowed_hours": hours,
        "n_people": n,
    }


def make_problem(
    courses: list[dict],
    sessions: list[dict],
    effects: list[dict],
    gaps: list[dict],
    pools: list[dict],
    regions: dict[str, str] | None = None,
    **changes: float,
) -> PlanningProblem:
    agencies = sorted({p["agency_id"] for p in pools})
    return build_problem(
        QUARTER,
        courses=fill("core_training__entity_course", courses),
        sessions=fill("core_training__entity_session", sessions),
        course_effects=fill("core_training__assn_course_effect", effects),
        items=reference_items(),
        predictive=fill("analysis_gap__assn_predictive", gaps),
        eligible=fill("analysis_quota__assn_eligible", pools),
        agencies=fill(
            "core_ref__codes_agency", [{"agency_id": a, "region_code": (regions or {}).get(a)} for a in agencies]
        ),
        seniorities=fill(
            "core_ref__codes_seniority", [{"seniority_code": b, "seniority_order": i + 1} for i, b in enumerate(BANDS)]
        ),
        skill_weights=fill(
            "core_ref__assn_skill_weight",
            [{"weight_scenario_code": "equal", "skill_code": s, "skill_weight": 1.0} for s in SKILLS],
        ),
        rules=rules(**changes),
    )


def reference_items() -> pl.DataFrame:
    """Two elements per skill."""
    return fill(
        "core_ref__entity_item",
        [{"item_code": f"{s}_{i}", "element_code": f"{s}.{i}", "skill_code": s} for s in SKILLS for i in (1, 2)],
    )


def random_problem(
    seed: int, n_agencies: int = 6, n_courses: int = 8, people: int = 40, reverse: bool = False, **changes: float
):
    """A random quarter; every rule may bind."""
    rng = np.random.default_rng(seed)
    ids = [f"c{i:02d}" for i in range(n_courses)]
    courses = [
        course(
            c,
            int(rng.choice([8, 16, 24, 40, 72])),
            float(rng.integers(0, 50)),
            str(rng.choice(["all", "manager", "practitioner"])),
            str(rng.choice(["advanced", "advanced", "other"])),
        )
        for c in ids
    ]
    sessions = [
        session(f"{c}-{k}", c, int(rng.integers(1, 25)), str(rng.choice(["kk", "ru", "en"])), int(rng.integers(0, 12)))
        for c in ids
        for k in range(rng.integers(0, 4))
    ]
    effects = [effect(c, s, float(rng.uniform(0.1, 1))) for c in ids for s in SKILLS if rng.random() < 0.6]
    agencies = [f"a{i:02d}" for i in range(n_agencies)]
    gaps = [
        gap(a, b, s, float(rng.normal(0, 0.6)), float(rng.uniform(0, 0.8)))
        for a in agencies
        for b in BANDS
        for s in SKILLS
    ]
    pools = [
        pool(a, b, int(rng.integers(1, people)), language, due, hours)
        for a in agencies
        for b in BANDS
        for language in ("kk", "ru", "kk+ru", "kk+ru+en", "none")
        for due in (False, True)
        for hours in (0, 16, 40)
        if rng.random() < 0.4
    ] or [pool(agencies[0], BANDS[0], 5)]
    regions = {a: f"r{i % 3}" for i, a in enumerate(agencies)}
    tables = [rows[::-1] if reverse else rows for rows in (courses, sessions, effects, gaps, pools)]
    return make_problem(*tables, regions, **changes)
