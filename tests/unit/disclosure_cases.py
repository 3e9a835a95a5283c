"""Civil services small enough to see through, and an attacker who adds and subtracts what is shown of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl

from skills_models.contracts import TABLES
from skills_models.disclosure.gate import protect_gaps, shown_groups
from skills_models.estimation.draws import SkillDraws
from skills_models.estimation.gaps import group_gaps, scope_gaps
from skills_models.survey.weights import cell_weights

K = 10
UNITS = 12
SKILLS = ("DAT", "ITR")
CELL = ["agency_id", "seniority_code", "job_family_code"]
BODIES = pl.DataFrame(
    {"agency_id": ["A", "B", "C"], "agency_kind_code": ["central"] * 3, "region_code": ["R1", "R1", "R2"]}
)
PLACES = pl.DataFrame({"agency_id": list("ABCD"), "agency_kind_code": ["central"] * 4, "region_code": ["R"] * 4})
Group = tuple[str, str]  # agency, band
Measured = Mapping[tuple[str, str, str], int]  # (agency, band, skill) -> people


@dataclass(frozen=True)
class Service:
    """Cells of the register, counts and draws of two skills; one job family, half of those measured below."""

    bodies: pl.DataFrame
    cells: pl.DataFrame
    cell_skill: pl.DataFrame
    weights: pl.DataFrame
    draws: list[SkillDraws]


def service(
    replies: Mapping[Group, int],
    bodies: pl.DataFrame = BODIES,
    measured: Measured | None = None,
    skill_of: Mapping[str, float] | None = None,
    shock: float = 0.0,
    flagged: Mapping[str, int] | None = None,
) -> Service:
    """A civil service with these respondents; all of them are measured except where ``measured`` says fewer.

    ``skill_of`` gives the mean skill of a body's people (0 is that of the requirement, the spread between people 1);
    ``shock`` is how unsure the draws are of the skill of all bodies together; ``flagged`` says how many of each group
    of a body carry a quality flag.
    """
    rows = [(agency, band, "policy", 3 * n + 5, n) for (agency, band), n in sorted(replies.items())]
    cells = pl.DataFrame(rows, schema=[*CELL, "n_people", "n_respondents"], orient="row")
    counts = cells.join(pl.DataFrame({"skill_code": SKILLS}), how="cross")
    rated = [
        (measured or {}).get((agency, band, skill), n)
        for agency, band, n, skill in counts.select(*CELL[:2], "n_respondents", "skill_code").iter_rows()
    ]
    half = pl.col("n_measured") // 2
    cell_skill = counts.drop("n_respondents").with_columns(n_measured=pl.Series(rated, dtype=pl.Int64))
    odd = counts["agency_id"].replace_strict(dict(flagged or {}), default=0, return_dtype=pl.Int64)
    cell_skill = cell_skill.with_columns(
        n_unflagged=pl.col("n_measured") - odd, n_below=half, sum_shortfall_units=half * 6
    )
    draws = [_draws(skill, cells, skill_of or {}, shock, seed) for seed, skill in enumerate(SKILLS)]
    return Service(bodies, cells, cell_skill, cell_weights(cells), draws)


def _draws(skill: str, cells: pl.DataFrame, skill_of: Mapping[str, float], shock: float, seed: int) -> SkillDraws:
    centre = np.array([skill_of.get(agency, 0.0) for agency in cells["agency_id"]])
    rng = np.random.default_rng(seed)
    noise = rng.normal(0, 0.1, (cells.height, 60)) + shock * rng.normal(0, 1, 60)
    placed = cells.with_columns(required_level=pl.lit(2))
    return SkillDraws(skill, placed, centre[:, None] + noise, np.ones(60), np.array([-np.inf, -1.0, 0.0, 1.0]), 1.0)


def leniency(**n_double_ratings: int) -> pl.DataFrame:
    """analysis_skill__fit_leniency: half a level in every body, on so many double ratings."""
    spread = {"leniency_levels": 0.5, "leniency_lo_levels": 0.2, "leniency_hi_levels": 0.8}
    spread |= {"leniency_own_sd_levels": 0.15, "leniency_shared_sd_levels": 0.1}
    rows = [{"agency_id": body, "n_double_ratings": n} | spread for body, n in n_double_ratings.items()]
    return TABLES["analysis_skill__fit_leniency"].enforce(pl.DataFrame(rows))


def estimated(found: Service) -> pl.DataFrame:
    """analysis_gap__assn_group_skill of a service."""
    return group_gaps(found.draws, found.cell_skill, found.cells, found.weights, UNITS)


def ranked(found: Service, k: int = K) -> pl.DataFrame:
    """The groups of a service that take a place."""
    counted = (found.cell_skill, found.cells, found.weights)
    scopes = scope_gaps(found.draws, *counted, found.bodies, UNITS)
    return shown_groups(estimated(found), scopes, found.bodies, k)


def gap_marts(found: Service, k: int = K) -> dict[str, pl.DataFrame]:
    """The three gap marts of a service."""
    counted = (found.cell_skill, found.cells, found.weights)
    marts = protect_gaps(
        group_gaps(found.draws, *counted, UNITS),
        scope_gaps(found.draws, *counted, found.bodies, UNITS),
        found.bodies,
        k,
    )
    return {name: TABLES[name].enforce(frame) for name, frame in marts.items()}


def random_service(seed: int, mean_replies: float = 16) -> tuple[dict[Group, int], pl.DataFrame]:
    """Respondents of three bands in 4 to 13 bodies, of which many are few, and the bodies."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(4, 14))
    names = [f"a{i:02d}" for i in range(n)]
    bodies = pl.DataFrame(
        {
            "agency_id": names,
            "agency_kind_code": rng.choice(["central", "oblast", "district"], n),
            "region_code": [str(r) if r < 4 else None for r in rng.integers(0, 5, n)],
        }
    )
    return {(a, b): int(rng.geometric(1 / (1 + mean_replies)) - 1) for a in names for b in "smx"}, bodies


def some_of(replies: Mapping[Group, int], seed: int) -> dict[tuple[str, str, str], int]:
    """Of each group's respondents, how many were measured on each skill: most, seldom hardly any."""
    rng = np.random.default_rng(seed)
    return {
        (*group, skill): int(rng.binomial(n, rng.choice([0.3, 0.9, 1.0])))
        for group, n in sorted(replies.items())
        for skill in SKILLS
    }


def groups_of(scope: str, scope_id: str, replies: Iterable[Group], bodies: pl.DataFrame) -> set[Group]:
    """The groups that a nation, kind of body, region or agency is made of."""
    column = {"agency_kind": "agency_kind_code", "region": "region_code", "agency": "agency_id"}.get(scope)
    if column is None:
        return set(replies)
    inside = set(bodies.filter(pl.col(column) == scope_id)["agency_id"])
    return {group for group in replies if group[0] in inside}


def shown_gaps(
    marts: Mapping[str, pl.DataFrame], replies: Iterable[Group], bodies: pl.DataFrame, skill: str
) -> list[set[Group]]:
    """The groups behind every shown row of the gap marts on one skill."""
    of_skill = (pl.col("skill_code") == skill) & pl.col("is_shown")
    group, agency, scope = (marts[f"mart_gap__{what}_skill"].filter(of_skill) for what in ("group", "agency", "scope"))
    return [
        *({(a, b)} for a, b in group.select("agency_id", "seniority_code").iter_rows()),
        *(groups_of("agency", a, replies, bodies) for a in agency["agency_id"]),
        *(groups_of(*row, replies, bodies) for row in scope.select("scope_code", "scope_id").iter_rows()),
    ]


def isolated(shown: list[set[Group]], people: Mapping[Group, int], k: int = K) -> list[list[Group]]:
    """Groups, bodies and pairs of bodies of 1 .. k-1 people that shown rows add up to.

    The attacker knows which groups each row is made of and solves the linear equations of everything shown.
    """
    atoms = sorted(people)
    whole = {agency: {group for group in atoms if group[0] == agency} for agency, _ in atoms}
    pairs = [whole[one] | whole[other] for one, other in combinations(sorted(whole), 2)]
    targets = [{atom} for atom in atoms] + list(whole.values()) + pairs
    small = [target for target in targets if 0 < sum(people[group] for group in target) < k]
    if not shown or not small:
        return []
    equations, wanted = (np.array([[float(a in row) for a in atoms] for row in rows]) for rows in (shown, small))
    solution = np.linalg.lstsq(equations.T, wanted.T, rcond=None)[0]
    error = np.abs(equations.T @ solution - wanted.T).max(axis=0)
    return [sorted(target) for target, miss in zip(small, error, strict=True) if miss < 1e-8]
