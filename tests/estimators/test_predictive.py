"""What gap a person of a group may be expected to have, against people drawn one by one."""

import numpy as np
import polars as pl
import pytest

from skills_models.contracts import TABLES
from skills_models.estimation.predictive import predictive_gaps
from tests.estimators.drawn_by_hand import COUNTED, CUTS, N_DRAWS, THETA_PER_LEVEL, WITHIN, drawn, means, row


def test_mean_and_spread_are_those_of_people_drawn_one_by_one_and_not_of_a_typical_cell():
    rng = np.random.default_rng(0)
    required = [3, 2, 3, 1]
    draws = drawn(means() + rng.normal(0, 0.4, (4, N_DRAWS)), required)
    n = 400_000
    cell, draw = rng.choice([1, 2], n, p=[30 / 120, 90 / 120]), rng.integers(0, N_DRAWS, n)
    theta = draws.mean[cell, draw] + WITHIN * rng.standard_normal(n)
    gap = (CUTS[np.array(required)[cell]] - theta) / THETA_PER_LEVEL

    found = row(predictive_gaps([draws], COUNTED, 10), agency_id="A", seniority_code="staff")

    assert found["gap_mean_levels"] == pytest.approx(gap.mean(), abs=0.01)
    assert found["gap_sd_levels"] == pytest.approx(gap.std(), abs=0.01)
    assert found["gap_sd_levels"] > 1.2 * WITHIN / THETA_PER_LEVEL


def test_where_nothing_is_required_the_cut_is_a_level_below_the_first():
    draws = drawn(required=[0, 2, 2, 2])
    found = row(predictive_gaps([draws], COUNTED, 10), agency_id="A", seniority_code="head")

    assert found["gap_mean_levels"] == pytest.approx((CUTS[1] - draws.mean[0, 0]) / THETA_PER_LEVEL - 1)
    assert found["gap_sd_levels"] == pytest.approx(WITHIN / THETA_PER_LEVEL)


@pytest.mark.parametrize(("fewest", "evidence"), [(19, ["model", "group", "group"]), (20, ["model", "group", "model"])])
def test_answers_are_evidence_where_enough_sheets_without_a_flag_measured(fewest, evidence):
    found = predictive_gaps([drawn()], COUNTED, fewest)

    assert found["evidence_code"].to_list() == evidence
    assert found["n_respondents"].to_list() == [0, 30, 20], "who replied is no measure of it"


def test_without_draws_nothing_is_expected_of_anybody():
    assert predictive_gaps([], COUNTED, 10).equals(TABLES["analysis_gap__assn_predictive"].empty())


def test_the_order_of_rows_changes_no_bit():
    counted = pl.concat([COUNTED, COUNTED.with_columns(skill_code=pl.lit("DAT"))])
    draws = [drawn(), drawn(means() + np.linspace(-1, 1, N_DRAWS), skill="DAT")]
    key = ["agency_id", "seniority_code", "skill_code"]

    one, two = predictive_gaps(draws, counted, 10), predictive_gaps(draws[::-1], counted.reverse(), 10)
    assert one.sort(key).equals(two.sort(key))
