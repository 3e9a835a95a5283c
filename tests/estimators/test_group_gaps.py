"""Gaps on cells small enough to check by hand, and on a country drawn at random."""

import numpy as np
import polars as pl
import pytest

from skills_models.contracts import TABLES
from skills_models.estimation.gaps import group_gaps, scope_gaps
from skills_models.estimation.predictive import predictive_gaps
from skills_models.survey.weights import cell_weights, design_effect, response_rates

UNITS = 12
AGENCIES = pl.DataFrame(
    {"agency_id": ["A", "B"], "agency_kind_code": ["central", "district"], "region_code": [None, "R1"]}
)
CELL = ["agency_id", "seniority_code", "job_family_code"]


def cell_frames(*rows):
    """Rows: agency, band, family, people, respondents, below, shortfall units; one skill, all respondents measured."""
    frame = pl.DataFrame(
        rows, orient="row", schema=[*CELL, "n_people", "n_respondents", "n_below", "sum_shortfall_units"]
    )
    skill = frame.select(
        *CELL,
        pl.lit("ITR").alias("skill_code"),
        "n_people",
        pl.col("n_respondents").alias("n_measured"),
        "n_below",
        pl.col("sum_shortfall_units").alias("sum_gap_units"),
        (pl.col("sum_shortfall_units") ** 2).alias("sum_sq_gap_units"),
        "sum_shortfall_units",
    )
    return skill, frame.select(*CELL, "n_people", "n_respondents")


SKILL, CELLS = cell_frames(
    ("A", "head", "digital", 10, 0, 0, 0),
    ("A", "staff", "digital", 30, 15, 3, 36),
    ("A", "staff", "policy", 90, 15, 12, 180),
    ("B", "staff", "policy", 50, 20, 10, 120),
)


def gaps(skill=SKILL, cells=CELLS):
    return TABLES["analysis_gap__assn_group_skill"].enforce(group_gaps(skill, cells, cell_weights(cells), UNITS))


def row(frame, **keys):
    return frame.row(by_predicate=pl.all_horizontal(pl.col(k) == v for k, v in keys.items()), named=True)


def test_families_count_by_their_people_and_not_by_their_replies():
    group = row(gaps(), agency_id="A", seniority_code="staff")

    assert group["below_share"] == pytest.approx(0.25 * 0.2 + 0.75 * 0.8)  # 15 of 30 reply in the mean: 0.5
    assert group["below_weighted_share"] == pytest.approx(group["below_share"])
    assert group["shortfall_levels"] == pytest.approx((0.25 * 36 / 15 + 0.75 * 180 / 15) / UNITS)
    assert (group["n_people"], group["n_respondents"], group["n_measured"]) == (120, 30, 30)
    assert group["below_share_lo"] < group["below_share"] < group["below_share_hi"]


def test_a_silent_group_has_people_and_no_figure():
    group = row(gaps(), agency_id="A", seniority_code="head")

    assert (group["n_people"], group["n_respondents"], group["response_share"]) == (10, 0, 0.0)
    assert group["below_share"] is group["below_share_hi"] is group["shortfall_levels"] is None


def test_a_body_as_a_whole_carries_its_silent_band():
    body = row(gaps(), agency_id="A", seniority_code="all")

    assert (body["n_people"], body["n_respondents"]) == (130, 30)
    assert body["response_share"] == pytest.approx(30 / 130)
    assert 0.2 < body["below_share"] < 0.8


def test_a_response_rate_is_no_average_of_rates():
    body = row(gaps(), agency_id="A", seniority_code="all")

    rates = response_rates(CELLS, ["agency_id"])

    assert row(rates, agency_id="A")["response_share"] == pytest.approx(body["response_share"])
    assert body["response_share"] != pytest.approx(np.mean([0 / 10, 15 / 30, 15 / 90]))
    assert {"n_people", "n_respondents"} <= set(rates.columns)


def test_a_count_and_a_rate_never_share_a_column():
    for name in gaps().columns:
        values = gaps()[name]
        if name.endswith("_share") or name.endswith(("_lo", "_hi")):
            assert values.drop_nulls().is_between(0, 1).all()
        elif name.startswith("n_"):
            assert values.dtype == pl.Int64


def test_the_order_of_rows_changes_no_bit():
    rng = np.random.default_rng(3)
    shuffled = SKILL.sample(fraction=1, shuffle=True, seed=int(rng.integers(99)))

    assert gaps().equals(gaps(shuffled, CELLS.reverse()))


def test_scopes_hold_whole_bodies_and_a_body_without_a_region_stands_in_none():
    scopes = scope_gaps(SKILL, CELLS, cell_weights(CELLS), AGENCIES, UNITS)
    TABLES["analysis_gap__assn_scope_skill"].enforce(scopes)

    assert scopes.select("scope_code", "scope_id", "n_people").rows() == [
        ("agency_kind", "central", 130),
        ("agency_kind", "district", 50),
        ("nation", "all", 180),
        ("region", "R1", 50),
    ]
    nation = row(scopes, scope_code="nation")
    central, district = row(scopes, scope_id="central"), row(scopes, scope_id="district")
    combined = (130 * central["below_share"] + 50 * district["below_share"]) / 180
    assert nation["below_share"] == pytest.approx(combined)


def test_weights_of_answering_cells_add_up_to_everybody_on_the_register():
    weights = cell_weights(CELLS, trim_at=np.inf)

    assert (weights["response_weight"] * weights["n_respondents"]).sum() == pytest.approx(180)
    heard = weights.filter(pl.col("agency_id") == "A")["response_weight"].to_list()
    assert heard == pytest.approx([2 * 130 / 120, 6 * 130 / 120])  # the ten silent heads are carried by their body


def test_a_weight_above_five_medians_is_cut_and_marked():
    _, cells = cell_frames(
        ("A", "staff", "f1", 40, 20, 0, 0), ("A", "staff", "f2", 40, 20, 0, 0), ("A", "staff", "f3", 99, 1, 0, 0)
    )

    weights = cell_weights(cells)

    assert weights["is_trimmed"].to_list() == [False, False, True]
    assert weights["response_weight"].to_list() == [2.0, 2.0, 10.0]


def test_unequal_weights_cost_precision():
    assert design_effect(np.ones(8)) == pytest.approx(1.0)
    unequal = np.array([1.0, 1.0, 4.0])
    assert design_effect(unequal) == pytest.approx(1 + np.var(unequal) / np.mean(unequal) ** 2)
    with pytest.raises(ValueError, match="positive"):
        design_effect(np.array([1.0, 0.0]))


def test_a_predictive_gap_says_whose_answers_it_rests_on():
    agencies = pl.concat([AGENCIES, AGENCIES.with_columns(agency_id=pl.col("agency_id") + "2")])
    skill, cells = cell_frames(
        ("A", "staff", "policy", 50, 20, 10, 120),
        ("A2", "staff", "policy", 5, 2, 1, 9),
        ("B", "staff", "policy", 9, 4, 1, 8),
        ("B", "head", "policy", 9, 3, 1, 8),
    )

    found = predictive_gaps(skill, cells, agencies, UNITS)

    TABLES["analysis_gap__assn_predictive"].enforce(found)
    evidence = dict(
        zip(zip(found["agency_id"], found["seniority_code"], strict=True), found["evidence_code"], strict=True)
    )
    assert evidence == {
        ("A", "staff"): "group",
        ("A2", "staff"): "kind_and_seniority",
        ("B", "staff"): "seniority",
        ("B", "head"): "nation",
    }
    own = row(found, agency_id="A")
    assert own["gap_mean_levels"] == pytest.approx(120 / 20 / UNITS)


def test_predictive_moments_are_those_of_the_people():
    units = np.array([-6, 0, 6, 12, 18, 3, 3, 3, 9, 9, 0])
    skill = pl.DataFrame(
        {
            "agency_id": "A", "seniority_code": "staff", "job_family_code": "policy", "skill_code": "ITR",
            "n_people": 20, "n_measured": len(units), "n_below": int((units > 0).sum()),
            "sum_gap_units": int(units.sum()), "sum_sq_gap_units": int((units**2).sum()),
            "sum_shortfall_units": int(units.clip(0).sum()),
        }
    )  # fmt: skip
    cells = skill.select(*CELL, "n_people", n_respondents="n_measured")

    found = predictive_gaps(skill, cells, AGENCIES, UNITS).row(0, named=True)

    assert found["gap_mean_levels"] == pytest.approx(units.mean() / UNITS)
    assert found["gap_sd_levels"] == pytest.approx(units.std(ddof=1) / UNITS)
