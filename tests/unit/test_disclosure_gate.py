"""What the gate lets through, and an attacker who adds and subtracts what it let through."""

import numpy as np
import polars as pl
import pytest

from skills_models.contracts import TABLES
from skills_models.disclosure.gate import protect_gaps
from skills_models.disclosure.hiding import Release, body_scopes
from skills_models.estimation.gaps import group_gaps, scope_gaps
from skills_models.survey.weights import cell_weights

K = 10
SKILLS = ("DAT", "ITR")
CELL = ["agency_id", "seniority_code", "job_family_code"]
BODIES = pl.DataFrame(
    {"agency_id": ["A", "B", "C"], "agency_kind_code": ["central"] * 3, "region_code": ["R1", "R1", "R2"]}
)


def release(replies, bodies=BODIES, measured=None, k=K):
    """Marts of a civil service with these respondents per (agency, band), one family, two skills, half below."""
    rows = [(agency, band, "policy", 3 * n + 5, n) for (agency, band), n in replies.items()]
    cells = pl.DataFrame(rows, schema=[*CELL, "n_people", "n_respondents"], orient="row")
    counts = cells.join(pl.DataFrame({"skill_code": SKILLS}), how="cross")
    rated = [
        (measured or {}).get((a, b, s), n)
        for a, b, n, s in counts.select(*CELL[:2], "n_respondents", "skill_code").iter_rows()
    ]
    skill = counts.drop("n_respondents").with_columns(n_measured=pl.Series(rated, dtype=pl.Int64))
    half = pl.col("n_measured") // 2
    sums = {"sum_gap_units": half * 6, "sum_sq_gap_units": half * 36, "sum_shortfall_units": half * 6}
    skill = skill.with_columns(n_below=half, **sums)
    weights = cell_weights(cells)
    marts = protect_gaps(
        group_gaps(skill, cells, weights, 12), scope_gaps(skill, cells, weights, bodies, 12), bodies, k
    )
    return {name: TABLES[name].enforce(frame) for name, frame in marts.items()}


def reasons(mart, *keys, skill="ITR"):
    part = mart.filter(pl.col("skill_code") == skill)
    return {
        row[:-1] if len(keys) > 1 else row[0]: row[-1] for row in part.select(*keys, "hidden_reason_code").iter_rows()
    }


def group_reasons(marts, skill="ITR"):
    return reasons(marts["mart_gap__group_skill"], "agency_id", "seniority_code", skill=skill)


def isolated_by_differences(marts, replies, bodies, k=K):
    """Hidden groups, or sums of them inside a body, of 1 .. k-1 respondents that shown rows add up to.

    The attacker knows which groups each row is made of and solves the linear equations of everything shown.
    """
    atoms = sorted(replies)
    place = {row["agency_id"]: row for row in bodies.iter_rows(named=True)}

    def holds(part):
        return np.array([part(agency, band) for agency, band in atoms], dtype=float)

    known = [np.zeros(len(atoms))]
    for row in marts["mart_gap__group_skill"].filter("is_shown").iter_rows(named=True):
        known.append(holds(lambda a, b, r=row: (a, b) == (r["agency_id"], r["seniority_code"])))
    for row in marts["mart_gap__agency_skill"].filter("is_shown").iter_rows(named=True):
        known.append(holds(lambda a, b, r=row: a == r["agency_id"]))
    column = {"agency_kind": "agency_kind_code", "region": "region_code"}
    for row in marts["mart_gap__scope_skill"].filter("is_shown").iter_rows(named=True):
        known.append(
            holds(lambda a, b, r=row: r["scope_code"] == "nation" or place[a][column[r["scope_code"]]] == r["scope_id"])
        )
    equations = np.array(known)
    hidden = {row[:2] for row in marts["mart_gap__group_skill"].filter(~pl.col("is_shown")).iter_rows()}
    targets = [{atom} for atom in hidden] + [{h for h in hidden if h[0] == agency} for agency, _ in hidden]
    found = []
    for target in targets:
        n = sum(replies[atom] for atom in target)
        wanted = holds(lambda a, b, t=target: (a, b) in t)
        solution = np.linalg.lstsq(equations.T, wanted, rcond=None)[0]
        if 0 < n < k and np.abs(equations.T @ solution - wanted).max() < 1e-8:
            found.append(sorted(target))
    return found


def test_a_group_under_ten_is_hidden_for_every_skill_and_keeps_its_head_count():
    replies = {("A", "s"): 30, ("A", "m"): 20, ("A", "x"): 9, ("A", "y"): 0, ("B", "s"): 40, ("C", "s"): 40}
    marts = release(replies)
    hidden = marts["mart_gap__group_skill"].filter(pl.col("seniority_code") == "x")

    assert hidden.height == len(SKILLS)
    assert hidden["hidden_reason_code"].unique().to_list() == ["too_few_respondents"]
    assert hidden["n_people"].to_list() == [32, 32]
    figures = hidden.select(
        "n_respondents", "response_share", "^below.*$", "shortfall_levels", "n_people_below", "position_code"
    )
    assert figures.null_count().row(0) == (len(SKILLS),) * figures.width
    assert group_reasons(marts)["A", "y"] == "no_respondents"


def test_the_smallest_shown_group_is_hidden_with_a_lone_hidden_one():
    marts = release({("A", "s"): 30, ("A", "m"): 12, ("A", "x"): 9, ("B", "s"): 40, ("C", "s"): 40})

    assert group_reasons(marts)["A", "m"] == "complement"
    assert group_reasons(marts)["A", "s"] is None
    assert reasons(marts["mart_gap__agency_skill"], "agency_id")["A"] is None


def test_hidden_groups_that_are_ten_together_need_no_complement():
    marts = release({("A", "s"): 30, ("A", "m"): 5, ("A", "x"): 5, ("B", "s"): 40, ("C", "s"): 40})

    assert "complement" not in group_reasons(marts).values()


def test_a_skill_few_were_measured_on_is_hidden_with_its_complement_and_others_are_not():
    replies = {("A", "s"): 30, ("A", "m"): 12, ("B", "s"): 40, ("C", "s"): 40}
    marts = release(replies, measured={("A", "m", "DAT"): 4})

    assert group_reasons(marts, "DAT") == {
        ("A", "m"): "too_few_respondents", ("A", "s"): "complement", ("B", "s"): None, ("C", "s"): None,
    }  # fmt: skip
    assert set(group_reasons(marts, "ITR").values()) == {None}


def test_a_small_body_is_hidden_with_a_second_one_of_its_kind_and_region():
    marts = release({("A", "s"): 7, ("B", "s"): 40, ("B", "m"): 15, ("C", "s"): 20})

    assert reasons(marts["mart_gap__agency_skill"], "agency_id") == {
        "A": "too_few_respondents", "B": "complement", "C": None,
    }  # fmt: skip
    assert group_reasons(marts)["B", "s"] == "complement"
    assert set(reasons(marts["mart_gap__scope_skill"], "scope_code", "scope_id").values()) == {None}


def test_the_only_body_of_a_region_takes_the_region_with_it():
    marts = release({("A", "s"): 30, ("B", "s"): 40, ("C", "s"): 4})
    scopes = reasons(marts["mart_gap__scope_skill"], "scope_code", "scope_id")

    assert scopes["region", "R2"] == "too_few_respondents"
    assert scopes["nation", "all"] is None
    assert list(reasons(marts["mart_gap__agency_skill"], "agency_id").values()).count(None) == 1


def random_service(seed):
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
    return {(a, b): int(rng.geometric(0.06) - 1) for a in names for b in "smx"}, bodies


@pytest.mark.parametrize("seed", range(12))
def test_adding_and_subtracting_shown_rows_isolates_nobody(seed):
    replies, bodies = random_service(seed)

    assert isolated_by_differences(release(replies, bodies), replies, bodies) == []


def test_the_attacker_does_succeed_without_complements():
    caught = []
    for seed in range(12):
        replies, bodies = random_service(seed)
        marts = release(replies, bodies)
        naive = {
            name: frame.with_columns(is_shown=pl.col("is_shown") | (pl.col("hidden_reason_code") == "complement"))
            for name, frame in marts.items()
        }
        caught += isolated_by_differences(naive, replies, bodies)
    assert len(caught) > 10


def test_every_class_of_groups_is_empty_or_large_enough():
    for seed in range(200):
        replies, bodies = random_service(seed)
        closed = Release(replies, body_scopes(bodies), K)
        closed.close()
        seen = {around: n for around, n in closed.classes().items() if around}
        assert all(n == 0 or n >= K for n in seen.values())


def test_position_is_said_only_where_the_interval_leaves_the_national_share():
    marts = release({("A", "s"): 30, ("B", "s"): 40, ("C", "s"): 40})

    assert set(marts["mart_gap__group_skill"]["position_code"]) == {"not_distinguishable"}
    nation = marts["mart_gap__scope_skill"].filter(pl.col("scope_code") == "nation")
    assert nation["position_code"].null_count() == nation.height
    assert nation["n_people_below"].to_list() == pytest.approx((nation["below_share"] * nation["n_people"]).to_list())
