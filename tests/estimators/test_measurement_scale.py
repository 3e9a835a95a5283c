"""Levels on the latent scale, information and reliability."""

import math

import numpy as np
import pytest
from scipy.special import expit

from skills_models.measurement.graded_response import category_probabilities, eap_scores
from skills_models.measurement.levels import CutOutsideScale, LevelScale, expected_answer, level_cuts
from skills_models.measurement.reliability import information, marginal_reliability
from tests.estimators.simulated_answers import answer, planted_items

THRESHOLDS = np.array([[-2.0, 0.0, 2.0], [-2.0, 0.0, 2.0]])
SLOPES = np.array([50.0, 50.0])  # nearly steps: cuts are the thresholds themselves


def test_steep_items_have_their_thresholds_as_cuts():
    scale = level_cuts(SLOPES, THRESHOLDS)

    assert scale.cuts == pytest.approx([-2.0, 0.0, 2.0], abs=1e-9)
    assert scale.theta_per_level == pytest.approx(2.0)


def test_at_the_cut_people_answer_half_a_level_below_on_average():
    rng = np.random.default_rng(1)
    slopes, thresholds = planted_items(rng)
    scale = level_cuts(slopes, thresholds)

    for level in (1, 2, 3):
        people = np.full(40_000, scale.cut(level))
        assert answer(people, slopes, thresholds, rng).mean() == pytest.approx(level - 0.5, abs=0.01)
    assert np.all(np.diff(scale.cuts) > 0)
    assert scale.theta_per_level == (scale.cuts[2] - scale.cuts[0]) / 2


def test_everybody_meets_level_nought_and_there_is_no_level_four():
    scale = LevelScale(np.array([-1.0, 0.0, 1.0]), 1.0)

    assert (scale.cut(0), scale.cut(2)) == (-math.inf, 0.0)
    with pytest.raises(ValueError, match="no level 4"):
        scale.cut(4)
    with pytest.raises(ValueError, match="no level -1"):
        scale.cut(-1)


def test_a_level_that_nobody_answers_has_no_cut():
    with pytest.raises(CutOutsideScale, match="level 3"):
        level_cuts(np.array([1.0]), np.array([[-1.0, 1.0, 9.0]]))
    with pytest.raises(CutOutsideScale, match="level 3"):
        level_cuts(np.array([1.0]), np.array([[-1.0, 1.0, np.nan]]))


def test_an_item_split_by_language_counts_once():
    slopes, thresholds = planted_items(np.random.default_rng(2))
    theta = np.linspace(-3, 3, 7)
    split = [0, 0, 1, 2, 3]  # the first item has two columns with the same parameters

    one = expected_answer(theta, slopes, thresholds)
    two = expected_answer(theta, slopes[split], thresholds[split], [0.3, 0.7, 1, 1, 1])
    twice = expected_answer(theta, slopes[split], thresholds[split])

    assert two == pytest.approx(one, abs=1e-12)
    assert np.abs(twice - one).max() > 0.01
    by_hand = expit(slopes[:, None] * (theta[:, None, None] - thresholds)).sum(axis=2)  # answers reached
    assert one == pytest.approx(by_hand.mean(axis=1))


def test_information_is_the_curvature_of_the_log_likelihood():
    slopes, thresholds = planted_items(np.random.default_rng(3))
    theta, step = np.array([-1.0, 0.0, 2.0]), 1e-4
    here, up, down = (category_probabilities(theta + move, slopes, thresholds) for move in (0, step, -step))
    curvature = (np.log(up) - 2 * np.log(here) + np.log(down)) / step**2

    expected = -(here * curvature).sum(axis=(1, 2))

    assert information(theta, slopes, thresholds) == pytest.approx(expected, rel=1e-4)
    one = information(np.array([0.5]), np.array([2.0]), np.array([[0.0, np.nan, np.nan]]))
    assert one == pytest.approx(4 * expit(1.0) * (1 - expit(1.0)))  # two answers: a^2 P Q


def test_reliability_is_the_squared_correlation_of_scores_with_truth_and_answers_less_one_item_have_less():
    rng = np.random.default_rng(4)
    slopes, thresholds = planted_items(rng)
    theta = rng.standard_normal(20_000)
    answers = answer(theta, slopes, thresholds, rng)
    shorter = answers.copy()
    shorter[:, 0] = -1

    scores, fewer = eap_scores(answers, slopes, thresholds), eap_scores(shorter, slopes, thresholds)

    reliability = marginal_reliability(scores[:, 1])
    assert reliability == pytest.approx(np.corrcoef(theta, scores[:, 0])[0, 1] ** 2, abs=0.01)
    assert marginal_reliability(fewer[:, 1]) < reliability - 0.03
    assert marginal_reliability(np.array([0.5, 1.0]), np.array([3.0, 1.0])) == pytest.approx(1 - (3 * 0.25 + 1) / 4)
