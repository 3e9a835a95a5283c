"""Versions of the item bank of one planted skill: trends kept, drift named, new items placed, reports written."""

from functools import cache

import numpy as np
import polars as pl
import pytest

from skills_models.contracts import TABLES
from skills_models.measurement.bank import THRESHOLDS, in_force
from skills_models.measurement.calibration import MIN_SHEETS, TooFewAnswers, calibrate
from skills_models.measurement.calibration_report import calibration_report
from tests.estimators import planted_bank
from tests.estimators.planted_bank import CODES, DAY, NO_ITEMS, NO_SCALES, calibrated, wave


@cache
def first_wave():
    """The bank of one planted skill after its first wave."""
    return calibrated(wave(1)[0])


def test_a_trend_is_seen_on_the_scale_of_the_bank_and_a_refit_deletes_it():
    patterns, truth = wave(2, mean=0.3)
    linked, refit = calibrated(patterns, first_wave()), calibrated(patterns)

    assert truth == pytest.approx(0.3, abs=0.03)
    assert linked.scales["population_mean"].item() == pytest.approx(truth, abs=0.06)
    assert linked.scales["population_sd"].item() == pytest.approx(1, abs=0.05)
    assert refit.scales["population_mean"].item() == 0
    assert set(linked.changes["origin_code"]) == {"kept"}


def test_an_item_that_drifted_is_freed_and_named_and_the_trend_stays_right():
    patterns, truth = wave(3, mean=0.3, harder=(0, 0.6, 0, 0))
    found = calibrated(patterns, first_wave())

    assert dict(found.changes.select("item_code", "origin_code").iter_rows()) == dict.fromkeys(CODES, "kept") | {
        "ITR_2": "freed"
    }
    moved = found.changes.row(by_predicate=pl.col("item_code") == "ITR_2", named=True)
    assert moved["threshold_now"] - moved["threshold_before"] == pytest.approx(0.6, abs=0.1)
    assert found.scales["population_mean"].item() == pytest.approx(truth, abs=0.07)
    assert [(skill, "ITR_2" in text) for skill, text in found.remarks] == [("ITR", True)]


def test_where_two_of_four_drifted_there_is_no_link_and_a_remark_says_so():
    patterns, _ = wave(4, mean=0.3, harder=(0.6, 0.6, 0, 0))
    found = calibrated(patterns, first_wave())

    assert found.scales["link_code"].item() == "not_linkable"
    assert found.scales["population_mean"].item() == 0
    assert set(found.changes["origin_code"]) == {"freed"}
    (remark,) = found.remarks
    assert remark[0] == "ITR"
    assert "without a trend" in remark[1]


def test_a_new_item_is_placed_on_the_old_scale_and_not_where_its_wave_puts_it():
    patterns, _ = wave(5, mean=0.6)
    three = calibrated(*without_the_last_item(wave(1)[0]))
    found, refit = calibrated(patterns, three), calibrated(patterns)
    new = found.items.filter(pl.col("item_code") == "ITR_4")

    assert dict(found.changes.select("item_code", "origin_code").iter_rows()) == dict.fromkeys(CODES, "kept") | {
        "ITR_4": "new"
    }
    assert new.select(THRESHOLDS).row(0) == pytest.approx(planted_bank.THRESHOLDS[3], abs=0.12)
    assert new["slope"].item() == pytest.approx(planted_bank.SLOPES[3], rel=0.1)
    assert new["slope_error"].item() > 0
    off = np.array(refit.items.filter(pl.col("item_code") == "ITR_4").select(THRESHOLDS).row(0))
    assert (off - planted_bank.THRESHOLDS[3]).mean() == pytest.approx(-0.6, abs=0.1)


def without_the_last_item(patterns):
    """Patterns and items of the first three items; arguments of ``calibrated`` without a bank."""
    fewer = patterns.with_columns(pl.col("pattern_id") % 5**3)
    key = ["skill_code", "language_code", "pattern_id"]
    return fewer.group_by(key).sum().sort(key), None, planted_bank.ITEMS.head(3)


def with_one_flag(patterns):
    return patterns.with_columns(n_flagged=(pl.int_range(pl.len()) == 0).cast(pl.Int64))


def test_too_few_sheets_are_refused_and_flagged_ones_do_not_count():
    enough, _ = wave(6, n_people=MIN_SHEETS)

    assert calibrated(enough).scales["n_calibration"].item() == MIN_SHEETS
    with pytest.raises(TooFewAnswers, match=f"^ITR: {MIN_SHEETS - 1} answer sheets without a flag"):
        calibrated(with_one_flag(enough))


def test_an_item_that_tells_nobody_apart_is_named_and_stops_its_own_skill_alone():
    rows, _ = wave(2)
    digits = rows["pattern_id"] % 5
    constant = of_skill(rows.with_columns(pattern_id=pl.col("pattern_id") - digits + 2), "DAT")
    constant = constant.group_by("skill_code", "language_code", "pattern_id").agg(pl.col("n_people", "n_flagged").sum())
    items = pl.concat([of_skill(planted_bank.ITEMS, skill) for skill in ("DAT", "ITR")])
    both = pl.concat([rows, constant.select(rows.columns)])

    found = calibrate(both, NO_ITEMS, NO_SCALES, items, 4, DAY)

    assert found.scales["skill_code"].to_list() == ["ITR"]
    (said,) = [remark for skill, remark in found.remarks if skill == "DAT"]
    assert said.startswith("all answers to DAT_1 are the same or missing")


def of_skill(frame, skill):
    """Patterns, items or rows of the bank as those of another skill."""
    return frame.with_columns(pl.col("^(skill|item)_code$").str.replace("ITR", skill))


def test_a_skill_with_too_few_sheets_keeps_its_version_and_is_named_and_a_new_one_is_left_out():
    many, few = wave(2, mean=0.3)[0], of_skill(with_one_flag(wave(6, n_people=MIN_SHEETS)[0]), "DAT")
    items = pl.concat([of_skill(planted_bank.ITEMS, skill) for skill in ("DAT", "ITR")])
    first = first_wave()
    both = [pl.concat([of_skill(rows, skill) for skill in ("DAT", "ITR")]) for rows in (first.items, first.scales)]

    kept = calibrate(pl.concat([many, few]), *both, items, 4, DAY)
    new = calibrate(pl.concat([many, few]), NO_ITEMS, NO_SCALES, items, 4, DAY)

    dat = kept.items.filter(pl.col("skill_code") == "DAT")
    assert dat.drop("bank_version").equals(of_skill(first.items, "DAT").drop("bank_version"))
    assert set(kept.items["bank_version"]) == set(kept.scales["bank_version"]) == {2}
    assert [skill for skill, _ in kept.remarks] == [skill for skill, _ in new.remarks] == ["DAT"]
    assert "stays in force" in kept.remarks[0][1]
    assert "not calibrated" in new.remarks[0][1]
    assert set(new.scales["skill_code"]) == {"ITR"}


def test_versions_follow_each_other_and_the_latest_is_in_force():
    first = first_wave()
    second = calibrated(wave(2, mean=0.3)[0], first)
    both = pl.concat([first.items, second.items]), pl.concat([first.scales, second.scales])
    third = calibrate(wave(3)[0], *both, planted_bank.ITEMS, 4, DAY)

    assert [set(c.items["bank_version"]) for c in (first, second, third)] == [{1}, {2}, {3}]
    assert in_force(both[0]).equals(second.items)
    TABLES["core_ref__fit_bank_item"].enforce(pl.concat([both[0], third.items]))
    TABLES["core_ref__fit_bank_scale"].enforce(pl.concat([both[1], third.scales]))
    origin = ["slope_error", "threshold_error", "n_calibration"]
    assert second.items.select(origin).equals(first.items.select(origin)), "of the version that estimated them"


def test_the_order_of_rows_changes_no_bit():
    patterns, _ = wave(2, mean=0.3)
    first = first_wave()
    one = calibrated(patterns, first)
    two = calibrate(
        patterns.reverse(), first.items.reverse(), first.scales, planted_bank.ITEMS.reverse(), 4, planted_bank.DAY
    )

    assert one.items.equals(two.items)
    assert one.scales.equals(two.scales)


def test_the_report_names_version_reliability_links_and_changes():
    drifted = calibrated(wave(3, mean=0.3, harder=(0, 0.6, 0, 0))[0], first_wave())
    text = calibration_report(drifted, "kz")

    assert "version 2" in text
    assert f"{drifted.scales['reliability'].item():.2f}" in text
    assert "linked to the version before" in text
    assert "3 rows kept their parameters, 1 rows were estimated anew" in text
    assert "ITR_2 (all): slope" in text
    assert "too low to label anybody" in text
