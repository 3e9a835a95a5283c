"""Gaps of groups and scopes, on draws and counts small enough to check by hand."""

import numpy as np
import polars as pl
import pytest
from scipy.stats import binom, norm

from skills_models.contracts import TABLES
from skills_models.estimation.gaps import group_gaps, scope_gaps
from skills_models.survey.coverage import response_rates
from tests.estimators.drawn_by_hand import (
    AGENCIES,
    BELOW,
    CELLS,
    COUNTED,
    CUTS,
    N_DRAWS,
    PEOPLE,
    THETA_PER_LEVEL,
    UNITS,
    WEIGHTS,
    WITHIN,
    drawn,
    means,
    row,
)


def gaps(*draws):
    return TABLES["analysis_gap__assn_group_skill"].enforce(
        group_gaps(draws or [drawn()], COUNTED, CELLS, WEIGHTS, UNITS)
    )


def scopes(*draws):
    return TABLES["analysis_gap__assn_scope_skill"].enforce(
        scope_gaps(draws or [drawn()], COUNTED, CELLS, WEIGHTS, AGENCIES, UNITS)
    )


def shortfall(mean, cut):
    """Mean lack to the cut in levels, by numerical integration."""
    theta = np.linspace(-9, 9, 20_001)
    return np.trapezoid(np.maximum(cut - theta, 0) * norm.pdf(theta, mean, WITHIN), theta) / THETA_PER_LEVEL


def test_cells_count_by_their_people_and_not_by_their_replies_or_their_number():
    group = row(gaps(), agency_id="A", seniority_code="staff")

    assert group["below_share"] == pytest.approx((30 * 0.2 + 90 * 0.8) / 120)  # 15 of 30 reply in the mean: 0.5
    by_hand = [shortfall(m, CUTS[2]) for m in means()[1:3, 0]]
    assert group["shortfall_levels"] == pytest.approx((30 * by_hand[0] + 90 * by_hand[1]) / 120, rel=1e-5)
    assert [group[name] for name in ("n_people", "n_respondents", "n_measured", "n_unflagged")] == [120, 30, 30, 22]


def test_a_whole_body_is_the_mean_over_its_people_and_not_over_its_bands():
    found = gaps()
    body = row(found, agency_id="A", seniority_code="all")
    bands = found.filter((pl.col("agency_id") == "A") & (pl.col("seniority_code") != "all"))

    assert (body["n_people"], body["n_respondents"]) == (130, 30)
    assert body["below_share"] == pytest.approx((bands["below_share"] * bands["n_people"]).sum() / 130)
    assert body["below_share"] != pytest.approx(bands["below_share"].mean(), abs=0.05)


def test_a_silent_group_has_a_modelled_figure_and_no_plain_one():
    group = row(gaps(), agency_id="A", seniority_code="head")

    assert (group["n_people"], group["n_respondents"], group["response_share"]) == (10, 0, 0.0)
    assert group["below_share"] == pytest.approx(0.5)
    assert group["below_weighted_share"] is group["shortfall_direct_levels"] is group["effective_n"] is None


def test_a_skill_without_draws_has_plain_figures_alone():
    one = gaps(drawn(skill="DAT"))
    both = gaps(drawn(skill="DAT"), drawn())

    modelled = ("below_share", "relative_share_lo", "n_people_below", "shortfall_levels")
    assert set(one["skill_code"]) == {"ITR"}, "of DAT the register asks nothing"
    assert all(one[name].null_count() == one.height == 5 for name in modelled)
    assert one["below_weighted_share"].equals(both["below_weighted_share"])
    assert both["below_share"].null_count() == 0


def test_plain_figures_are_those_of_the_answers_and_not_of_the_model():
    group, again = (row(gaps(d), agency_id="A", seniority_code="staff") for d in (drawn(), drawn(means([0.9] * 4))))

    assert group["below_weighted_share"] == pytest.approx(0.25 * 3 / 15 + 0.75 * 12 / 15)
    assert group["shortfall_direct_levels"] == pytest.approx((0.25 * 36 / 15 + 0.75 * 180 / 15) / UNITS)
    assert group["effective_n"] == pytest.approx((15 * 2 + 15 * 6) ** 2 / (15 * 2**2 + 15 * 6**2))
    plain = ("below_weighted_share", "shortfall_direct_levels", "effective_n")
    assert [group[name] for name in plain] == [again[name] for name in plain]
    assert group["below_share"] != again["below_share"]


def test_people_below_are_counted_with_chance_around_a_share_that_is_certain():
    group = row(gaps(), agency_id="A", seniority_code="staff")

    assert group["below_share_hi"] - group["below_share_lo"] == pytest.approx(0, abs=1e-12)
    assert group["n_people_below"] == pytest.approx(120 * 0.65, abs=1)
    ends = binom.ppf([0.05, 0.95], 120, 0.65)
    assert [group["n_people_below_lo"], group["n_people_below_hi"]] == pytest.approx(ends, abs=1.5)


def test_scopes_hold_whole_bodies_and_a_body_without_a_region_stands_in_none():
    found = scopes()

    assert found.select("scope_code", "scope_id", "n_people").rows() == [
        ("agency_kind", "central", 130),
        ("agency_kind", "district", 50),
        ("nation", "all", 180),
        ("region", "R1", 50),
    ]
    body = row(gaps(), agency_id="B", seniority_code="all")
    assert row(found, scope_id="R1")["below_share"] == row(found, scope_id="district")["below_share"]
    assert row(found, scope_id="R1")["below_share"] == pytest.approx(body["below_share"])
    assert row(found, scope_code="nation")["below_share"] == pytest.approx(PEOPLE @ BELOW / 180)


def test_the_nation_is_nought_from_itself_and_groups_cancel_out():
    national, groups = row(scopes(), scope_code="nation"), gaps()

    for name in ("relative_share", "relative_share_lo", "relative_share_hi"):
        assert national[name] == pytest.approx(0, abs=1e-15)
    for part in (groups.filter(pl.col("seniority_code") == "all"), groups.filter(pl.col("seniority_code") != "all")):
        assert (part["relative_share"] * part["n_people"]).sum() == pytest.approx(0, abs=1e-9)
        assert part["relative_share"].abs().min() > 0.01


def test_what_is_uncertain_of_the_whole_nation_blurs_no_position_in_it():
    shift = np.random.default_rng(0).normal(0, 0.3, N_DRAWS)
    body = row(gaps(drawn(means() + shift)), agency_id="B", seniority_code="all")

    width = body["below_share_hi"] - body["below_share_lo"]
    assert width > 0.25
    assert body["relative_share_hi"] - body["relative_share_lo"] < 0.3 * width


def test_a_response_rate_is_no_average_of_rates():
    body = row(gaps(), agency_id="A", seniority_code="all")

    assert body["response_share"] == 30 / 130
    assert row(response_rates(CELLS, ["agency_id"]), agency_id="A")["response_share"] == 30 / 130
    assert body["response_share"] != pytest.approx(np.mean([0 / 10, 15 / 30, 15 / 90]), abs=0.005)


def test_a_count_and_a_rate_never_share_a_column():
    found = gaps()
    for name in found.columns:
        if name.startswith("n_") and not name.startswith("n_people_below"):
            assert found[name].dtype == pl.Int64
        elif "_share" in name:
            assert found[name].drop_nulls().is_between(-1 if name.startswith("relative") else 0, 1).all()


def test_the_order_of_rows_changes_no_bit():
    counted = pl.concat([COUNTED, COUNTED.with_columns(skill_code=pl.lit("DAT"))])
    draws = [drawn(skill="DAT"), drawn(means() + np.linspace(-1, 1, N_DRAWS))]
    tables = (counted, CELLS, WEIGHTS)
    shuffled = [frame.sample(fraction=1, shuffle=True, seed=seed) for seed, frame in enumerate(tables)]

    assert group_gaps(draws, *tables, UNITS).equals(group_gaps(draws[::-1], *shuffled, UNITS))
    assert scope_gaps(draws, *tables, AGENCIES, UNITS).equals(
        scope_gaps(draws[::-1], *shuffled, AGENCIES.reverse(), UNITS)
    )
