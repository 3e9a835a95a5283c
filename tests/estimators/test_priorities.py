"""Who needs most under a set of weights, on draws small enough to check by hand."""

import numpy as np
import polars as pl
import pytest

from skills_models.contracts import TABLES
from skills_models.estimation.priorities import priorities
from tests.estimators.drawn_by_hand import CELLS, N_DRAWS, PEOPLE, drawn, means

STAFF = pl.DataFrame({"agency_id": ["A", "B"], "seniority_code": "staff"})
ITR, DAT = drawn(skill="ITR"), drawn(means([0.3, 0.9, 0.1, 0.6]), skill="DAT")


def weights(**scenarios):
    """core_ref__assn_skill_weight: scenario -> {skill: weight}."""
    rows = [(name, skill, float(w)) for name, given in scenarios.items() for skill, w in given.items()]
    return pl.DataFrame(rows, orient="row", schema=["weight_scenario_code", "skill_code", "skill_weight"])


def needs(found):
    return dict(zip(zip(found["agency_id"], found["seniority_code"], strict=True), found["need_levels"], strict=True))


def staff_shortfall(skill):
    """Mean shortfall of A's and B's staff."""
    of_cells = skill.shortfall()[:, 0]
    return np.array([PEOPLE[1:3] @ of_cells[1:3] / 120, of_cells[3]])


def test_need_is_the_mean_of_shortfalls_by_weights_scaled_to_one():
    once = priorities([ITR, DAT], weights(mixed={"ITR": 1, "DAT": 3}), STAFF)
    times_four = priorities([ITR, DAT], weights(mixed={"ITR": 4, "DAT": 12}), STAFF)

    assert list(needs(once)) == [("A", "staff"), ("B", "staff")]
    assert list(needs(once).values()) == pytest.approx(0.25 * staff_shortfall(ITR) + 0.75 * staff_shortfall(DAT))
    assert once.equals(times_four)


def test_each_set_of_weights_ranks_for_itself():
    found = priorities([ITR, DAT], weights(first={"ITR": 1, "DAT": 0}, second={"ITR": 0, "DAT": 1}), STAFF)
    first = found.filter(pl.col("rank_lo") == 1).select("weight_scenario_code", "agency_id")

    assert first.rows() == [("first", "A"), ("second", "B")]
    assert not found["is_named_top"].any()  # of two groups none is a tenth
    assert found["top_probability"].to_list() == [1.0, 0.0, 0.0, 1.0]
    assert found["rank_lo"].to_list() == found["rank_hi"].to_list() == [1, 2, 2, 1]


def test_a_weight_on_a_skill_nobody_measures_counts_for_nothing():
    alone = priorities([ITR], weights(s={"ITR": 1}), STAFF)

    assert priorities([ITR], weights(s={"ITR": 1, "STO": 9}), STAFF).equals(alone)


def test_groups_that_may_not_be_shown_take_no_place_and_leave_no_hole():
    without = priorities([ITR], weights(s={"ITR": 1}), STAFF)
    everybody = priorities([ITR], weights(s={"ITR": 1}), CELLS.select("agency_id", "seniority_code").unique())

    assert list(needs(everybody)) == [("A", "head"), ("A", "staff"), ("B", "staff")]
    assert everybody["rank_lo"].to_list() == [2, 1, 3]
    assert without["rank_lo"].to_list() == [1, 2]
    assert list(needs(without).values()) == list(needs(everybody).values())[1:]


def test_without_groups_draws_or_weights_nobody_is_ranked():
    nobody = TABLES["analysis_gap__assn_priority"].empty()

    assert priorities([ITR], weights(s={"ITR": 1}), STAFF.clear()).equals(nobody)
    assert priorities([], weights(s={"ITR": 1}), STAFF).equals(nobody)
    assert priorities([ITR], weights(s={"ITR": 0, "STO": 2}), STAFF).equals(nobody)
    assert set(priorities([ITR], weights(s={"STO": 2}, t={"ITR": 1}), STAFF)["weight_scenario_code"]) == {"t"}


def test_errors_of_two_skills_that_cancel_out_leave_the_sum_certain():
    sway = np.random.default_rng(1).normal(0, 0.02, N_DRAWS)  # so small that shortfalls are straight lines in it
    even = means([0.5] * 4)
    against = priorities([drawn(even + sway), drawn(even - sway, skill="DAT")], weights(s={"ITR": 1, "DAT": 1}), STAFF)
    along = priorities([drawn(even + sway), drawn(even + sway, skill="DAT")], weights(s={"ITR": 1, "DAT": 1}), STAFF)

    widths = [(found["need_hi_levels"] - found["need_lo_levels"]).to_numpy() for found in (against, along)]
    assert (widths[0] < 0.05 * widths[1]).all()


def test_groups_that_cannot_be_told_apart_are_tied_and_none_is_named():
    noise = np.random.default_rng(2).normal(0, 0.3, (CELLS.height, N_DRAWS))
    found = priorities([drawn(means([0.5] * 4) + noise)], weights(s={"ITR": 1}), STAFF)

    assert found["tied_bracket"].to_list() == [1, 1]
    assert not found["is_named_top"].any()
    assert (found["rank_lo"].to_list(), found["rank_hi"].to_list()) == ([1, 1], [2, 2])


def test_the_order_of_rows_changes_no_bit():
    given = weights(b={"ITR": 1, "DAT": 0.3}, a={"ITR": 0.7, "DAT": 0.1})

    assert priorities([ITR, DAT], given, STAFF).equals(priorities([DAT, ITR], given.reverse(), STAFF.reverse()))
