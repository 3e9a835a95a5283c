"""The item bank of a civil service whose items are known, straight-liners and language shifts included."""

from functools import cache

import numpy as np
import polars as pl
import pytest

from skills_models.measurement.bank import level_scales
from skills_models.measurement.calibration import MIN_SHEETS, calibrate
from skills_models.measurement.calibration_report import calibration_report
from skills_models.sql.skill import calibration_pattern_sql
from skills_models.synthetic.answers import LENIENCY, SD_HALO, draw_items
from skills_models.synthetic.truth import true_cuts
from tests.estimators.planted_bank import DAY, NO_ITEMS, NO_SCALES
from tests.estimators.synthetic_house import AGENCIES, ITEMS, N_LEVELS, PACK, SERVICES, house

SERVICE = SERVICES[0]
SKILLS = PACK.tables["core_ref__entity_skill"].sort("skill_order")["skill_code"].to_list()


@cache
def service_patterns():
    return house(*SERVICE).read(calibration_pattern_sql())


def calibrate_service(patterns, items=NO_ITEMS, scales=NO_SCALES):
    asked = ITEMS.filter(pl.col("skill_code").is_in(patterns["skill_code"].unique().to_list()))
    return calibrate(patterns, items, scales, asked, N_LEVELS, DAY)


@cache
def first_version():
    return calibrate_service(service_patterns())


def in_true_metric(calibration):
    """Levels' cuts less the true ones (skills, 3), in theta, and items with ``ratio``, log of slope over true slope."""
    made = house(*SERVICE)
    person = made.truth["person"].filter(pl.col("is_respondent") & ~pl.col("is_straight_liner"))
    spread = {s: float(np.hypot(person[f"theta_{s}"].std(), SD_HALO)) for s in SKILLS}
    bank, in_kk = draw_items(PACK, SKILLS), (made.truth["person"]["language_code"] == "kk").mean()
    scales = level_scales(calibration.items)
    centre = {skill: person[f"theta_{skill}"].mean() + LENIENCY for skill in SKILLS}
    off = [centre[k] + spread[k] * scales[k].cuts - true_cuts(bank, s, in_kk)[1:] for s, k in enumerate(SKILLS)]
    true = made.truth["item"].select("item_code", true_slope="slope", true_shift="shift_kk")
    items = calibration.items.join(true, on="item_code").with_columns(
        spread=pl.col("skill_code").replace_strict(spread)
    )
    return np.array(off), items.with_columns(ratio=(pl.col("slope") / pl.col("spread") / pl.col("true_slope")).log())


def test_planted_items_and_level_cuts_are_found_where_flagged_sheets_would_steepen_slopes_by_a_fifth():
    off, items = in_true_metric(first_version())
    everybody = calibrate_service(service_patterns().with_columns(n_flagged=pl.lit(0, pl.Int64)))
    far, steep = in_true_metric(everybody)

    assert np.abs(off).max() < 0.12  # theta, of 1.8 that make a level
    assert np.abs(far).max() > 0.3
    assert abs(items["ratio"].mean()) < 0.04
    assert items["ratio"].abs().max() < 0.15
    assert steep["ratio"].mean() == pytest.approx(np.log(1.2), abs=0.05)
    said = first_version().odd_sheets
    assert np.log(said["slope_ratio"]).mean() == pytest.approx(steep["ratio"].mean(), abs=0.04)
    assert said["n_flagged"].min() > 800


def test_the_two_planted_language_shifts_are_found_and_nothing_else():
    items = in_true_metric(first_version())[1]
    split = items.filter(pl.col("language_code") != "all")

    assert split.select("item_code", "language_code").rows() == [
        ("CUR_2", "kk"), ("CUR_2", "ru"), ("DAT_4", "kk"), ("DAT_4", "ru"),
    ]  # fmt: skip
    in_kk = split.filter(pl.col("language_code") == "kk")
    assert (in_kk["language_shift"] * in_kk["spread"]).to_list() == pytest.approx(
        in_kk["true_shift"].to_list(), abs=0.1
    )
    assert items.filter(pl.col("language_code") == "all")["language_shift"].abs().max() < 0.15
    states = dict(first_version().scales.select("skill_code", "functioning_code").iter_rows())
    assert {skill for skill, state in states.items() if state == "partly"} == {"CUR", "DAT"}
    assert {states[skill] for skill in states.keys() - {"CUR", "DAT"}} == {"alike"}


def test_the_same_answers_again_keep_every_parameter_and_move_nobody():
    first = first_version()
    again = calibrate_service(service_patterns(), first.items, first.scales)

    assert set(again.changes["origin_code"]) == {"kept"}
    assert again.items.drop("bank_version", "misfit_rmsea").equals(first.items.drop("bank_version", "misfit_rmsea"))
    assert set(again.scales["link_code"]) == {"linked"}
    assert again.scales["population_mean"].abs().max() < 1e-4
    assert (again.scales["population_sd"] - 1).abs().max() < 1e-4
    assert again.remarks == ()


def test_a_language_in_which_hardly_anybody_answers_now_keeps_its_parameters():
    first = first_version()
    russian = service_patterns().filter(pl.col("language_code") == "ru")

    later = calibrate_service(russian, first.items, first.scales).items.drop("bank_version")

    in_kazakh = pl.col("language_code") == "kk"
    before = first.items.drop("bank_version").filter(in_kazakh)
    assert before.height == 2
    assert later.filter(in_kazakh).equals(before)
    assert set(later.filter(pl.col("item_code") == "CUR_2")["language_code"]) == {"kk", "ru"}


def test_a_small_wave_is_calibrated_though_no_language_has_answers_enough_to_be_compared():
    first, rng = first_version(), np.random.default_rng(1)
    share = 700 / service_patterns().filter(pl.col("skill_code") == "CUR")["n_people"].sum()
    people = pl.Series(rng.binomial(service_patterns()["n_people"].to_numpy(), share))
    few = service_patterns().with_columns(n_people=people, n_flagged=pl.lit(0, pl.Int64)).filter(pl.col("n_people") > 0)

    later = calibrate_service(few, first.items, first.scales)

    assert set(later.scales["functioning_code"]) == {"not_testable"}
    linked = later.scales.filter(pl.col("link_code") == "linked")["skill_code"].to_list()
    assert linked
    for skill, item in (("CUR", "CUR_2"), ("DAT", "DAT_4")):
        languages = set(later.items.filter(pl.col("item_code") == item)["language_code"])
        assert languages == {"kk", "ru"} or skill not in linked
        assert languages


def test_the_report_speaks_of_the_nation_and_of_no_body_or_person():
    text = calibration_report(first_version(), "kz")
    made = house(*SERVICE)

    assert "CUR_2" in text
    assert not [p for p in made.truth["person"]["identity_number"] if p in text]
    assert not [a for a in AGENCIES["agency_id"] if a in text]
    assert first_version().items["n_calibration"].min() >= MIN_SHEETS, "every count of answers is a crowd's"
