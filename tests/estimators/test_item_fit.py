"""Items that do not behave as the model says, among items that do."""

import numpy as np
import pytest

from skills_models.measurement.graded_response import GradedResponseModel
from skills_models.measurement.item_fit import item_fit
from tests.estimators.simulated_answers import answer, patterns, planted_items


def answers_of(seed, n_people=10_000, understated=None):
    """Answers to four items; the ablest quarter understate themselves on one of them, the more the abler they are."""
    rng = np.random.default_rng(seed)
    slopes, thresholds = planted_items(rng)
    theta = rng.standard_normal(n_people)
    answers = answer(theta, slopes, thresholds, rng)
    if understated is not None:
        humble = np.where(theta > 0.6, 1.2 - theta, theta)
        answers[:, understated] = answer(humble, slopes, thresholds, rng)[:, understated]
    return answers


def fit_of(answers):
    rows, n, _ = patterns(answers)
    model = GradedResponseModel().fit(rows, n)
    return item_fit(rows, n, model.slopes_, model.thresholds_)


def test_an_item_the_ablest_understate_is_found_and_its_neighbours_are_not_blamed():
    found = [fit_of(answers_of(seed, understated=2)) for seed in range(8)]
    flags = np.array([fit.is_misfit for fit in found])

    assert flags[:, 2].sum() >= 7
    assert not flags[:, [0, 1, 3]].any()
    assert np.mean([(fit.p_value < 0.05)[[0, 1, 3]] for fit in found]) > 0.3  # which a test without a size would do


def test_fitting_items_are_not_flagged_and_the_test_keeps_its_level():
    found = [fit_of(answers_of(seed, n_people=4000)) for seed in range(25)]

    assert not np.any([fit.is_misfit for fit in found])
    assert np.mean([fit.p_value < 0.05 for fit in found]) == pytest.approx(0.05, abs=0.045)  # two standard errors
    assert np.mean([fit.chi2 / fit.df for fit in found]) == pytest.approx(1.0, abs=0.06)


def test_rows_with_a_missing_answer_do_not_count():
    answers = answers_of(1)
    rows, n, _ = patterns(answers)
    model = GradedResponseModel().fit(rows, n)
    gaps = answers[:3000].copy()
    gaps[np.arange(3000), np.arange(3000) % 4] = -1
    more, many, _ = patterns(np.concatenate([answers, gaps]))

    one = item_fit(rows, n, model.slopes_, model.thresholds_)
    two = item_fit(more, many, model.slopes_, model.thresholds_)

    assert two.n_people == one.n_people == 10_000
    assert two.chi2 == pytest.approx(one.chi2)


def test_a_population_elsewhere_fits_where_it_is_and_not_where_it_is_not():
    rng = np.random.default_rng(2)
    slopes, thresholds = planted_items(rng)
    rows, n, _ = patterns(answer(rng.normal(1.0, 0.4, 20_000), slopes, thresholds, rng))

    there = item_fit(rows, n, slopes, thresholds, mean=1.0, sd=0.4)
    not_there = item_fit(rows, n, slopes, thresholds)

    assert np.nanmax(there.rmsea) < 0.015
    assert not_there.is_misfit.all()


def test_too_few_people_give_no_verdict():
    slopes, thresholds = planted_items(np.random.default_rng(3))
    fit = item_fit(np.array([[0, 1, 2, 3], [1, 1, 1, 1]]), np.array([2.0, 1.0]), slopes, thresholds)

    assert np.isnan(fit.p_value).all()
    assert np.isnan(fit.rmsea).all()
    assert not fit.is_misfit.any()
