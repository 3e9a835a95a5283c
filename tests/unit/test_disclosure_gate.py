"""What the gate lets through, and an attacker who adds and subtracts what it let through."""

import polars as pl
import pytest
from disclosure_cases import BODIES, SKILLS, K, gap_marts, isolated, random_service, service, shown_gaps, some_of

from skills_models.disclosure.hiding import Release, body_scopes


def release(replies, bodies=BODIES, measured=None):
    """Gap marts of a civil service with these respondents per (agency, band)."""
    return gap_marts(service(replies, bodies, measured))


def reasons(mart, *keys, skill="ITR"):
    part = mart.filter(pl.col("skill_code") == skill)
    return {
        row[:-1] if len(keys) > 1 else row[0]: row[-1] for row in part.select(*keys, "hidden_reason_code").iter_rows()
    }


def group_reasons(marts, skill="ITR"):
    return reasons(marts["mart_gap__group_skill"], "agency_id", "seniority_code", skill=skill)


def test_a_group_under_ten_is_hidden_for_every_skill_and_keeps_its_head_count():
    replies = {("A", "s"): 30, ("A", "m"): 20, ("A", "x"): 9, ("A", "y"): 0, ("B", "s"): 40, ("C", "s"): 40}
    marts = release(replies)
    hidden = marts["mart_gap__group_skill"].filter(pl.col("seniority_code") == "x")

    assert hidden.height == len(SKILLS)
    assert hidden["hidden_reason_code"].unique().to_list() == ["too_few_respondents"]
    assert hidden["n_people"].to_list() == [32, 32]
    figures = hidden.select(
        "^n_respondents|response_share|effective_n|position_code$", "^(below|relative|shortfall|n_people_below).*$"
    )
    assert figures.width == 15
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


def counts(replies, measured, skill):
    """People measured on one skill by group."""
    return {group: measured[(*group, skill)] for group in replies}


@pytest.mark.parametrize("seed", range(12))
def test_adding_and_subtracting_shown_rows_isolates_nobody(seed):
    replies, bodies = random_service(seed)
    measured = some_of(replies, seed)
    marts = release(replies, bodies, measured)

    for skill in SKILLS:
        shown = shown_gaps(marts, replies, bodies, skill)
        assert isolated(shown, replies) == []
        assert isolated(shown, counts(replies, measured, skill)) == []


def test_the_attacker_does_succeed_without_complements():
    caught = []
    for seed in range(12):
        replies, bodies = random_service(seed)
        naive = {
            name: frame.with_columns(is_shown=pl.col("is_shown") | (pl.col("hidden_reason_code") == "complement"))
            for name, frame in release(replies, bodies).items()
        }
        caught += isolated(shown_gaps(naive, replies, bodies, "ITR"), replies)
    assert len(caught) > 10


def test_every_class_of_groups_is_empty_or_large_enough():
    for seed in range(200):
        replies, bodies = random_service(seed)
        closed = Release(replies, body_scopes(bodies), K)
        closed.close()
        seen = {around: n for around, n in closed.classes().items() if around}
        assert all(n == 0 or n >= K for n in seen.values())


def test_position_is_said_only_where_the_interval_of_the_difference_leaves_nought():
    replies = {(body, band): 30 for body in "ABC" for band in "sm"}
    marts = gap_marts(service(replies, skill_of={"A": -1.0, "B": 0.02, "C": 1.0}))
    groups = marts["mart_gap__group_skill"]

    positions = groups.group_by("agency_id").agg(pl.col("position_code").unique()).sort("agency_id")
    assert positions.rows() == [("A", ["worse"]), ("B", ["not_distinguishable"]), ("C", ["better"])]
    apart = (pl.col("relative_share_lo") > 0) | (pl.col("relative_share_hi") < 0)
    assert groups.filter(apart)["agency_id"].unique().sort().to_list() == ["A", "C"]
    body = dict(marts["mart_gap__agency_skill"].filter(skill_code="ITR").select("agency_id", "position_code").rows())
    assert body == {"A": "worse", "B": "not_distinguishable", "C": "better"}


def test_what_is_uncertain_of_all_bodies_alike_blurs_no_position():
    replies = {(body, band): 30 for body in "ABC" for band in "sm"}
    marts = gap_marts(service(replies, skill_of={"A": -0.5}, shock=0.5))
    body = marts["mart_gap__agency_skill"].row(
        by_predicate=(pl.col.agency_id == "A") & (pl.col.skill_code == "ITR"), named=True
    )
    nation = marts["mart_gap__scope_skill"].filter(scope_code="nation", skill_code="ITR")["below_share"].item()

    assert body["below_share_lo"] < nation < body["below_share_hi"]  # by its own interval it could be anywhere
    assert body["position_code"] == "worse"


def test_the_nation_has_no_position_against_itself():
    scopes = release({("A", "s"): 30, ("B", "s"): 40, ("C", "s"): 40})["mart_gap__scope_skill"]
    relative = ["relative_share", "relative_share_lo", "relative_share_hi", "position_code"]

    nation = scopes.filter(pl.col("scope_code") == "nation")
    assert nation.select(relative).null_count().row(0) == (nation.height,) * len(relative)
    assert scopes.filter(pl.col("scope_code") != "nation").select(relative).null_count().row(0) == (0,) * len(relative)


def test_people_below_are_an_estimate_around_the_share_of_the_register():
    marts = release({("A", "s"): 30, ("B", "s"): 40, ("C", "s"): 40})

    for mart in marts.values():
        assert (mart["n_people_below_lo"] <= mart["below_share"] * mart["n_people"]).all()
        assert (mart["n_people_below_hi"] >= mart["below_share"] * mart["n_people"]).all()
    nation = marts["mart_gap__scope_skill"].filter(pl.col("scope_code") == "nation")
    expected = (nation["below_share"] * nation["n_people"]).to_list()
    assert nation["n_people_below"].to_list() == pytest.approx(expected, rel=0.03)
    assert nation["n_people"].to_list() == [345, 345]
