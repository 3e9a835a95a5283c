"""Raking against R's, against planted truth, and on replies so thin that no weights meet the register."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from skills_models.survey.raking import (
    EmptyMargin,
    NotConverged,
    RowsOutsideRegister,
    UnequalTotals,
    rake,
    trim,
)
from skills_models.survey.weights import CELL, cell_weights, design_effect, effective_n, effective_n_by

GOLDEN = Path(__file__).parents[2].parent / "shared" / "data" / "golden"
MARGINS = ("agency", "grade", "family", "language")


def misfit(codes, weights, margins):
    """Largest distance of a category's weight to its people, relative."""
    found = [np.bincount(codes[:, m], weights, len(people)) for m, people in enumerate(margins)]
    return max(float(np.abs(f / people - 1).max()) for f, people in zip(found, margins, strict=True))


@pytest.mark.skipif(not GOLDEN.exists(), reason="R's results are not beside this checkout (../shared/data/golden)")
def test_weights_are_those_of_r_survey_rake_and_equal_weights_are_far_from_the_margins():
    codes = pl.read_csv(GOLDEN / "dev_raking.csv").select(MARGINS).to_numpy()
    margins = [np.loadtxt(GOLDEN / f"dev_raking_{name}.txt") for name in MARGINS]
    golden = pl.read_csv(GOLDEN / "dev_raking_weights.csv")["weight"].to_numpy()

    weights = rake(codes, margins, names=MARGINS)

    assert np.abs(weights / golden - 1).max() < 1e-6
    assert misfit(codes, weights, margins) < 1e-9
    assert misfit(codes, np.full(len(codes), margins[0].sum() / len(codes)), margins) > 0.5


def replies(seed=4, n_people=60_000):
    """Codes of everybody on two margins, who replies (by both margins), and who is below (by both margins)."""
    rng = np.random.default_rng(seed)
    codes = np.column_stack([rng.choice(8, n_people, p=rng.dirichlet(np.ones(8))), rng.integers(0, 5, n_people)])
    effect = rng.normal(0, 0.8, 8)[codes[:, 0]] + rng.normal(0, 0.8, 5)[codes[:, 1]]
    below = rng.random(n_people) < 1 / (1 + np.exp(-effect))
    answered = rng.random(n_people) < 1 / (1 + np.exp(0.5 - effect))
    return codes, answered, below


def test_a_share_of_all_people_is_found_where_the_share_of_replies_is_far_off():
    codes, answered, below = replies()
    margins = [np.bincount(codes[:, 0]), np.bincount(codes[:, 1])]

    weights = rake(codes[answered], margins)

    assert np.average(below[answered], weights=weights) == pytest.approx(below.mean(), abs=0.01)
    assert below[answered].mean() > below.mean() + 0.05


def test_a_table_that_fits_by_hand():
    codes = np.array([[0, 0], [0, 1], [1, 0], [1, 1], [1, 1]])

    weights = rake(codes, [[30, 60], [45, 45]], start=[1, 1, 1, 1, 1])

    cells = np.array([weights[0], weights[1], weights[2], weights[3] + weights[4]])
    assert cells @ [1, 1, 0, 0] == pytest.approx(30)
    assert cells @ [1, 0, 1, 0] == pytest.approx(45)
    assert cells[0] * cells[3] / (cells[1] * cells[2]) == pytest.approx(2)  # raking keeps the odds ratio of the start
    assert weights[3] == weights[4]


def test_the_order_of_rows_changes_no_bit():
    codes, answered, _ = replies()
    codes = codes[answered]
    start = np.random.default_rng(1).lognormal(0, 1, len(codes))
    margins = [np.bincount(codes[:, 0]) * 2.0 + 1, np.bincount(codes[:, 1]) * 2.0 + 1.6]
    order = np.random.default_rng(2).permutation(len(codes))

    assert np.array_equal(rake(codes, margins, start)[order], rake(codes[order], margins, start[order]))


CODES = np.array([[0, 0], [1, 1], [1, 0]])


@pytest.mark.parametrize(
    ("codes", "margins", "error", "says"),
    [
        (CODES, [[5, 5, 7], [9, 8]], EmptyMargin, "agency, code 2: 7 people and no row"),
        (CODES, [[10, 0], [5, 5]], RowsOutsideRegister, "agency, code 1: rows, and no people"),
        (CODES, [[5, 5], [5, 5.1]], UnequalTotals, "agency counts 10 people, band 10.1"),
        (CODES[:2], [[5, 5], [2, 8]], NotConverged, "code . of its people after 1000 passes"),
        (CODES + 1, [[5, 5], [5, 5]], ValueError, "agency: 2 row.s. have a code outside 0 .. 1"),
        (CODES, [[5, np.nan], [5, 5]], ValueError, "agency: want one count of people"),
        (CODES[:, :1], [[5, 5], [5, 5]], ValueError, "whole-number codes of shape"),
    ],
)
def test_what_cannot_be_raked_is_named(codes, margins, error, says):
    with pytest.raises(error, match=says.replace("code . of", "code .: off by .* of")):
        rake(codes, margins, names=["agency", "band"])


def test_a_category_nobody_is_in_is_no_error():
    assert rake(CODES, [[5, 10, 0], [12, 3]]).sum() == pytest.approx(15)


def test_what_is_trimmed_is_handed_to_nobody():
    found = trim([1.0, 2.0, 2.0, 2.0, 13.0])

    assert found.weights.tolist() == [1.0, 2.0, 2.0, 2.0, 10.0]
    assert found.is_trimmed.tolist() == [False, False, False, False, True]
    assert found.excess == 3.0


def test_unequal_weights_count_for_fewer_respondents_group_by_group():
    weights, group = np.array([1.0, 3.0, 2.0, 2.0, 2.0]), np.array([0, 0, 2, 2, 2])

    assert effective_n(weights[:2]) == pytest.approx(1.6) == 2 / design_effect(weights[:2])
    assert effective_n_by(weights, group, 3).tolist() == pytest.approx([1.6, np.nan, 3.0], nan_ok=True)


def civil_service(seed, n_agencies=40, n_bands=4, n_families=12, mean=8, reply_sd=0.7):
    """Cells of a register and their replies, which depend on agency and family; some cells stay silent."""
    rng = np.random.default_rng(seed)
    shape = (n_agencies, n_bands, n_families)
    people = rng.poisson(
        mean * rng.lognormal(0, 1, (n_agencies, 1, 1)) * rng.dirichlet(np.ones(n_families)) * 12, shape
    )
    logit = rng.normal(0, reply_sd, (n_agencies, 1, 1)) + rng.normal(0, 0.6, n_families)
    answered = rng.binomial(people, np.broadcast_to(1 / (1 + np.exp(-logit)), shape))
    place = np.nonzero(people)
    codes = {name: [f"{i:03d}" for i in index] for name, index in zip(CELL, place, strict=True)}
    return pl.DataFrame({**codes, "n_people": people[place], "n_respondents": answered[place]})


def added_up(weights, by):
    """People whom the respondents of each category stand for."""
    carried = (pl.col("response_weight") * pl.col("n_respondents")).sum()
    return weights.group_by(by).agg(carried.alias("carried")).sort(by)["carried"].to_numpy()


def test_respondents_add_up_to_the_register_on_every_margin_and_cell_weights_do_not():
    cells = civil_service(1)
    assert cells.filter(pl.col("n_respondents") == 0)["n_people"].sum() > 100, "silent cells are there"
    raked = cell_weights(cells, trim_at=np.inf)
    each = raked.with_columns(response_weight=pl.col("n_people") / pl.col("n_respondents"))

    for name in CELL:
        people = cells.group_by(name).agg(pl.col("n_people").sum()).sort(name)["n_people"].to_numpy()
        assert np.abs(added_up(raked, name) / people - 1).max() < 1e-9
        assert np.abs(added_up(each, name) / people - 1).max() > 0.01


def test_people_whom_trimming_cuts_off_are_few_and_marked():
    cells = civil_service(1, reply_sd=1.5)
    weights, whole = cell_weights(cells), cell_weights(cells, trim_at=np.inf)
    respondents = np.repeat(weights["response_weight"], weights["n_respondents"])

    assert weights["is_trimmed"].any()
    assert respondents.max() <= 5 * np.median(respondents) * (1 + 1e-12)
    kept = ~weights["is_trimmed"]
    assert weights.filter(kept)["response_weight"].equals(whole.filter(kept)["response_weight"])
    assert 0.98 < added_up(weights, "agency_id").sum() / added_up(whole, "agency_id").sum() < 1


def test_replies_too_thin_for_the_register_still_add_up_by_agency():
    thin = pl.DataFrame(
        [("A", "head", "digital", 5, 3), ("A", "head", "policy", 5, 0), ("A", "staff", "digital", 20, 0),
         ("A", "staff", "policy", 30, 5), ("B", "staff", "policy", 8, 0)],
        orient="row", schema=[*CELL, "n_people", "n_respondents"],
    )  # fmt: skip
    with pytest.raises(NotConverged):  # heads stand for 10 and digital people are 25, of the same three respondents
        rake([[0, 0]] * 3 + [[1, 1]] * 5, [[10, 50], [25, 35]])

    weights = cell_weights(thin, trim_at=np.inf)

    assert weights["agency_id"].to_list() == ["A", "A"]  # a silent agency is carried by nobody
    assert (weights["response_weight"] * weights["n_respondents"]).to_list() == pytest.approx([10, 50])


@pytest.mark.parametrize("seed", range(20))
def test_every_register_with_a_reply_has_weights(seed):
    cells = civil_service(seed, n_agencies=5, n_bands=3, n_families=3, mean=0.2)
    weights = cell_weights(cells, trim_at=np.inf)
    heard = cells.filter(pl.col("n_respondents").sum().over("agency_id") > 0)

    assert (weights["response_weight"] > 0).all()
    people = heard.group_by("agency_id").agg(pl.col("n_people").sum()).sort("agency_id")["n_people"]
    assert added_up(weights, "agency_id") == pytest.approx(people.to_numpy())
    assert cell_weights(cells.reverse(), trim_at=np.inf).equals(weights)


def test_a_register_without_a_reply_has_no_weights():
    silent = civil_service(1).with_columns(n_respondents=pl.lit(0, pl.Int64))

    assert cell_weights(silent).is_empty()
