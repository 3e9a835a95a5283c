"""Ranks, assumptions, elements and coverage show nothing of a group that the gap marts hide."""

import polars as pl
import pytest
from disclosure_cases import (
    PLACES,
    SKILLS,
    K,
    estimated,
    gap_marts,
    groups_of,
    isolated,
    leniency,
    random_service,
    ranked,
    service,
    shown_gaps,
    some_of,
)

from skills_models.contracts import LANGUAGES
from skills_models.disclosure.coverage import protect_coverage
from skills_models.disclosure.priorities import protect_elements, protect_priorities, protect_sensitivity
from skills_models.estimation.priorities import priorities
from skills_models.estimation.sensitivity import sensitivities
from skills_models.survey.coverage import coverage_by_agency
from skills_models.survey.elements import element_shares

GROUP = ["agency_id", "seniority_code"]
WEIGHTS = pl.DataFrame(
    {"weight_scenario_code": ["equal"] * 2, "skill_code": SKILLS, "skill_weight": [1.0, 1.0]}
    | {f"weight_scenario_name_{language}": ["Equal"] * 2 for language in LANGUAGES}
)
ITEMS = pl.DataFrame({"item_code": [f"{skill}_1" for skill in SKILLS], "skill_code": SKILLS})


def elements_of(found):
    """``mart_gap__element`` with one item per skill, answered by those measured on the skill."""
    counts = found.cell_skill.join(ITEMS, on="skill_code").with_columns(n_answers="n_measured")
    cell_item = counts.with_columns(pl.col("n_answers").alias(f"n_at_{level}") // level for level in (1, 2, 3))
    element = element_shares(cell_item, found.cells, found.weights, found.bodies)
    return protect_elements(element, cell_item, found.cells, ITEMS, found.bodies, K)


def released(found):
    """Everything that leaves the house of a service, by table."""
    gaps = gap_marts(found)
    ratings = leniency(**dict.fromkeys(found.bodies["agency_id"].sort(), 50))
    coverage = coverage_by_agency(found.cells, found.weights)
    coverage_mart = protect_coverage(coverage, ratings, gaps["mart_gap__agency_skill"], K)
    assumed = sensitivities(found.draws, ratings, found.draws)
    beside = {
        "mart_gap__sensitivity": protect_sensitivity(assumed, gaps, coverage_mart, ratings, estimated(found), K),
        "mart_gap__priority": protect_priorities(
            priorities(found.draws, WEIGHTS, ranked(found)), gaps["mart_gap__group_skill"], WEIGHTS
        ),
        "mart_gap__element": elements_of(found),
        "mart_survey__coverage": coverage_mart,
    }
    return gaps | beside


def hidden_gaps(marts, *keys):
    """Keys of the rows whose gap is not shown, of bands where a band is asked for, else of bodies."""
    name = "group" if "seniority_code" in keys else "agency"
    return set(marts[f"mart_gap__{name}_skill"].filter(~pl.col("is_shown")).select(keys).rows())


def shown(frame, *keys):
    return set(frame.filter("is_shown").select(keys).rows())


# -- a service in which B is small, a band of A was hardly measured on DAT, and complements go with both
REPLIES = {
    ("A", "s"): 30, ("A", "m"): 14, ("A", "x"): 40, ("B", "s"): 7, ("C", "s"): 25, ("C", "m"): 20, ("D", "s"): 60,
}  # fmt: skip


@pytest.fixture(scope="module")
def planted():
    return released(service(REPLIES, PLACES, measured={("A", "m", "DAT"): 4}))


def test_a_hidden_body_and_a_hidden_band_have_no_sensitivity(planted):
    places = set(planted["mart_gap__sensitivity"].select(*GROUP, "skill_code").rows())

    assert hidden_gaps(planted, "agency_id") == {("B",), ("C",)}  # C hides B
    assert not places & {(body, band, skill) for body in "BC" for band in ("all", "s", "m") for skill in SKILLS}
    assert {("A", band, "DAT") for band in "smx"} & places == {("A", "x", "DAT")}  # m is few, s its complement
    assert {("A", band, "ITR") for band in "smx"} <= places
    assert {("all", "all", skill) for skill in SKILLS} <= places
    assert planted["mart_gap__sensitivity"]["sensitivity_code"].n_unique() == 8


def test_a_group_that_is_hidden_on_one_skill_is_ranked_under_no_weights(planted):
    groups = planted["mart_gap__priority"]
    reasons = {row[:2]: row[2] for row in groups.select(*GROUP, "hidden_reason_code").rows()}

    assert shown(groups, *GROUP) == {("A", "x"), ("D", "s")}
    assert reasons["A", "m"] == "too_few_respondents"
    assert reasons["A", "s"] == reasons["C", "s"] == "complement"
    figures = groups.filter(~pl.col("is_shown")).select(
        "n_respondents", "^need.*$", "top_probability", "^rank.*$", "tied_bracket", "is_named_top"
    )
    assert figures.null_count().row(0) == (5,) * 9
    assert groups["n_people"].null_count() == 0


def test_elements_of_a_hidden_body_are_hidden_and_those_of_one_item_on_their_own(planted):
    bodies = planted["mart_gap__element"].filter(pl.col("scope_code") == "agency")

    assert shown(bodies, "scope_id", "item_code") == {(body, f"{skill}_1") for body in "AD" for skill in SKILLS}
    hidden = planted["mart_gap__element"].filter(~pl.col("is_shown"))
    figures = hidden.select("n_respondents", "n_answers", "^at_level.*$")
    assert figures.null_count().row(0) == (hidden.height,) * 5
    few = elements_of(service(REPLIES, PLACES, measured={("D", "s", "DAT"): 9}))
    reasons = dict(few.filter(scope_id="D").select("item_code", "hidden_reason_code").rows())
    assert reasons == {"DAT_1": "too_few_respondents", "ITR_1": None}


def test_a_hidden_body_is_covered_by_its_head_count_alone(planted):
    coverage = planted["mart_survey__coverage"]
    hidden = coverage.filter(~pl.col("is_shown"))

    assert hidden["agency_id"].to_list() == ["B", "C"]
    assert hidden["evidence_state_code"].unique().to_list() == ["self_reported"]
    known = ["agency_id", "n_people", "evidence_state_code", "is_shown", "hidden_reason_code"]
    figures = hidden.drop(known)
    assert figures.null_count().row(0) == (2,) * 9
    assert coverage.filter("is_shown").drop("hidden_reason_code").null_count().sum_horizontal().item() == 0


@pytest.mark.parametrize("seed", range(6))
def test_no_table_shows_what_the_gap_marts_hide_and_every_hidden_row_says_why(seed):
    replies, bodies = random_service(seed)
    marts = released(service(replies, bodies, some_of(replies, seed)))

    sensitivity = set(marts["mart_gap__sensitivity"].select(*GROUP, "skill_code").rows())
    hidden = hidden_gaps(marts, *GROUP, "skill_code")
    hidden_bodies = {(body, "all", skill) for body, skill in hidden_gaps(marts, "agency_id", "skill_code")}
    assert not sensitivity & (hidden | hidden_bodies)
    assert not shown(marts["mart_gap__priority"], *GROUP) & hidden_gaps(marts, *GROUP)
    silent = hidden_gaps(marts, "agency_id") - shown(marts["mart_gap__agency_skill"], "agency_id")
    assert not shown(marts["mart_survey__coverage"], "agency_id") & silent  # counts of replies are no skill's own
    elements = marts["mart_gap__element"].filter(scope_code="agency").rename({"scope_id": "agency_id"})
    assert not shown(elements, "agency_id", "skill_code") & hidden_gaps(marts, "agency_id", "skill_code")
    judged = [frame for frame in marts.values() if "is_shown" in frame.columns]
    assert len(judged) == 6
    for frame in judged:
        assert frame.filter(pl.col("hidden_reason_code").is_null() != pl.col("is_shown")).is_empty()
    assert hidden
    assert sensitivity


FEW = 4.0  # replies of a band, so that whole bodies are hidden


def shown_elements(elements, item, replies, bodies):
    """The groups behind every shown row of one item."""
    rows = elements.filter((pl.col("item_code") == item) & pl.col("is_shown"))
    return [groups_of(*row, replies, bodies) for row in rows.select("scope_code", "scope_id").iter_rows()]


@pytest.mark.parametrize("seed", range(6))
def test_adding_and_subtracting_shown_elements_isolates_nobody(seed):
    replies, bodies = random_service(seed, FEW)
    measured = some_of(replies, seed)
    found = service(replies, bodies, measured)
    elements, gaps = elements_of(found), gap_marts(found)

    for skill in SKILLS:
        answered = {group: measured[(*group, skill)] for group in replies}
        rows = shown_elements(elements, f"{skill}_1", replies, bodies)
        assert isolated(rows, answered) == []
        together = rows + shown_gaps(gaps, replies, bodies, skill)
        assert isolated(together, replies) == []


def test_the_attacker_does_succeed_on_elements_without_complements():
    caught = []
    for seed in range(6):
        replies, bodies = random_service(seed, FEW)
        elements = elements_of(service(replies, bodies))
        naive = elements.with_columns(is_shown=pl.col("is_shown") | (pl.col("hidden_reason_code") == "complement"))
        caught += isolated(shown_elements(naive, "ITR_1", replies, bodies), replies)
    assert len(caught) > 10
