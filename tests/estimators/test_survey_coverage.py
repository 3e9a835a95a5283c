"""How well the people of an agency are heard, on cells small enough to check by hand."""

import numpy as np
import polars as pl
import pytest

from skills_models.survey.coverage import coverage_by_agency
from skills_models.survey.weights import CELL, cell_weights, design_effect

CELLS = pl.DataFrame(
    [
        ("A", "head", "digital", 10, 0),
        ("A", "staff", "digital", 30, 15),
        ("A", "staff", "policy", 90, 15),
        ("B", "staff", "policy", 50, 20),
        ("C", "staff", "policy", 7, 0),
    ],
    orient="row",
    schema=[*CELL, "n_people", "n_respondents"],
)
WEIGHTS = cell_weights(CELLS)


def agency(agency_id):
    return coverage_by_agency(CELLS, WEIGHTS).row(by_predicate=pl.col("agency_id") == agency_id, named=True)


def test_counts_and_shares_are_those_of_the_register():
    body = agency("A")

    assert (body["n_people"], body["n_respondents"]) == (130, 30)
    assert body["response_share"] == 30 / 130
    assert body["heard_people_share"] == 120 / 130


def test_the_design_effect_is_that_of_the_respondents_and_not_of_the_cells():
    cells = CELLS.with_columns(n_respondents=pl.Series([0, 28, 2, 20, 0]))
    weights = cell_weights(cells)
    found = coverage_by_agency(cells, weights)
    by_cell = weights.filter(pl.col("agency_id") == "A")["response_weight"].to_numpy()

    assert found["design_effect"][0] == pytest.approx(design_effect(np.repeat(by_cell, [28, 2])))
    assert found["effective_n"][0] == pytest.approx(30 / found["design_effect"][0])
    assert found["design_effect"][0] > 1.1 * design_effect(by_cell)
    assert (found["design_effect"][1], found["effective_n"][1]) == pytest.approx((1.0, 20.0))


def test_a_silent_agency_has_people_a_rate_of_zero_and_no_precision():
    body = agency("C")

    assert (body["n_people"], body["n_respondents"]) == (7, 0)
    assert body["response_share"] == body["heard_people_share"] == 0.0
    assert body["design_effect"] is body["effective_n"] is None


def test_the_order_of_rows_changes_no_bit():
    assert coverage_by_agency(CELLS.reverse(), WEIGHTS.reverse()).equals(coverage_by_agency(CELLS, WEIGHTS))
