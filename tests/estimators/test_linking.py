"""A new wave on the scale of the bank, with items that drifted since."""

import numpy as np
import pytest

from skills_models.measurement.graded_response import GradedResponseModel, Items
from skills_models.measurement.linking import link, screen_drift
from tests.estimators.simulated_answers import answer, patterns, planted_items

MEAN, SD = 0.4, 1.1  # of the new wave, on the bank's scale


def calibrated(answers):
    rows, n, _ = patterns(answers)
    model = GradedResponseModel().fit(rows, n)
    return Items(model.slopes_, model.thresholds_)


def two_waves(seed, n_items, drift=(), n_people=4000):
    """The bank, calibrated on a first wave; answers of a second, whose first items drifted; its true mean."""
    rng = np.random.default_rng(seed)
    slopes, thresholds = planted_items(rng, n_items)
    bank = calibrated(answer(rng.standard_normal(2 * n_people), slopes, thresholds, rng))
    theta = rng.normal(MEAN, SD, n_people)
    drifted = thresholds.copy()
    drifted[: len(drift)] += np.array(drift).reshape(-1, 1)
    return bank, answer(theta, slopes, drifted, rng), theta.mean()


def linked_mean(answers, anchors):
    rows, n, _ = patterns(answers)
    return link(rows, n, anchors).mean


def test_two_of_twelve_drifted_items_are_dropped_and_the_mean_is_right_where_it_was_biased():
    bias, kept_bias = [], []
    for seed in range(4):
        bank, answers, truth = two_waves(seed, 12, drift=(0.5, 0.5))
        screen = screen_drift(bank, calibrated(answers))
        assert np.flatnonzero(screen.is_freed).tolist() == [0, 1]
        assert screen.difference[:2] == pytest.approx([0.5, 0.5], abs=0.15)
        bias.append(linked_mean(answers, screen.anchors(bank)) - truth)
        kept_bias.append(linked_mean(answers, bank) - truth)

    assert abs(np.mean(bias)) <= 0.03
    assert abs(np.mean(kept_bias)) >= 0.05


def test_items_that_kept_their_meaning_are_all_kept_and_a_trend_survives_that_a_fresh_scale_deletes():
    bank, answers, truth = two_waves(5, 4)
    rows, n, _ = patterns(answers)

    screen = screen_drift(bank, calibrated(answers))
    linked = link(rows, n, screen.anchors(bank))

    assert screen.is_anchor.all()
    assert linked.mean == pytest.approx(truth, abs=0.06)
    assert linked.sd == pytest.approx(SD, abs=0.06)
    assert np.array_equal(linked.thresholds, bank.thresholds)
    fresh = calibrated(answers)  # of a population said to be N(0, 1) again: the trend moved into the items
    assert (fresh.thresholds.mean() - bank.thresholds.mean()) < -0.3


def test_one_of_four_items_may_be_freed_and_its_new_parameters_are_found():
    bank, answers, truth = two_waves(1, 4, drift=(0.5,))
    rows, n, _ = patterns(answers)

    screen = screen_drift(bank, calibrated(answers))
    linked = link(rows, n, screen.anchors(bank))

    assert screen.is_freed.tolist() == [True, False, False, False]
    assert linked.mean == pytest.approx(truth, abs=0.06)
    assert (linked.thresholds - bank.thresholds)[0].mean() == pytest.approx(0.5, abs=0.1)
    assert np.isfinite(linked.slope_errors[0])
    assert abs(linked_mean(answers, bank) - truth) > 0.1


@pytest.mark.parametrize("drift", [(0.5, 0.5), (0.4, -0.4)])
def test_a_short_scale_of_which_two_items_drifted_has_no_trend(drift):
    bank, answers, _ = two_waves(2, 4, drift)

    screen = screen_drift(bank, calibrated(answers))

    assert not screen.is_linkable
    assert not screen.is_anchor.any()
    assert "4 common items changed" in screen.reason


BANK = Items(np.full(12, 1.5), np.tile([-1.0, 0.0, 1.0], (12, 1)) + np.linspace(-1, 1, 12)[:, None])


def moved(items, shift=0.0, factor=1.0):
    """The same items on the scale of a population with another mean and SD: what a free calibration finds."""
    mean, sd = MEAN, SD
    return Items(items.slopes * factor * sd, (items.thresholds + np.reshape(shift, (-1, 1)) - mean) / sd)


def test_another_mean_and_sd_of_the_population_is_no_drift():
    screen = screen_drift(BANK, moved(BANK))

    assert screen.difference == pytest.approx(0, abs=1e-12)
    assert screen.slope_difference == pytest.approx(0, abs=1e-12)
    assert np.abs(moved(BANK).thresholds - BANK.thresholds).mean() > 0.2  # what comparing without a link would say


def test_a_small_unusual_difference_and_a_large_usual_one_drop_nothing():
    tiny = np.zeros(12)
    tiny[0] = 0.19
    wide = np.random.default_rng(1).permutation(np.linspace(-0.5, 0.5, 12))

    assert screen_drift(BANK, moved(BANK, tiny)).is_anchor.all()
    assert screen_drift(BANK, moved(BANK, wide)).is_anchor.all()
    assert np.flatnonzero(screen_drift(BANK, moved(BANK, tiny * 2)).is_freed).tolist() == [0]


def test_an_item_that_discriminates_differently_is_dropped():
    factor = np.ones(12)
    factor[3] = 0.6

    assert np.flatnonzero(screen_drift(BANK, moved(BANK, factor=factor)).is_freed).tolist() == [3]


def test_new_items_are_no_anchors_and_items_too_few_in_common_carry_no_link():
    few = Items(np.where(np.arange(12) < 2, BANK.slopes, np.nan), BANK.thresholds)
    some = Items(np.where(np.arange(12) < 10, BANK.slopes, np.nan), BANK.thresholds)

    screen = screen_drift(some, moved(BANK))
    assert screen.is_anchor.tolist() == [True] * 10 + [False] * 2
    assert not screen.is_freed.any()
    assert np.isnan(screen.difference[10:]).all()
    assert np.isnan(screen.anchors(some).slopes[10:]).all()
    assert screen_drift(few, moved(BANK)).reason == "2 of 2 common items kept their meaning: too few to carry a trend"


def test_a_long_scale_with_half_its_items_drifted_has_no_trend():
    five, eight = np.repeat([3.0, 0.0], [5, 7]), np.repeat([3.0, 0.3, 0.0], [5, 3, 4])

    kept = screen_drift(BANK, moved(BANK, five))
    lost = screen_drift(BANK, moved(BANK, eight))  # the five hide the three, until they are dropped

    assert kept.is_linkable
    assert np.flatnonzero(kept.is_freed).tolist() == list(range(5))
    assert not lost.is_linkable
    assert lost.reason.startswith("4 of 12 common items")
