"""Measures without a prior, and six skills of a person together."""

import numpy as np
import pytest

from skills_models.measurement.graded_response import eap_scores
from skills_models.measurement.measures import NotFitted, fit_joint_normal, joint_posterior, prior_free
from tests.estimators.simulated_answers import answer, planted_items

N_SKILLS = 6


def six_skills(correlation, n_people=4000, seed=1, mean=0.0):
    """True skills, and their EAPs and posterior SDs under N(0, 1) from four items each."""
    rng = np.random.default_rng(seed)
    cov = np.full((N_SKILLS, N_SKILLS), correlation) + (1 - correlation) * np.eye(N_SKILLS)
    theta = rng.multivariate_normal(np.full(N_SKILLS, mean), cov, n_people)
    scores = []
    for skill in theta.T:
        slopes, thresholds = planted_items(rng)
        scores.append(eap_scores(answer(skill, slopes, thresholds, rng), slopes, thresholds))
    eap, psd = np.moveaxis(np.stack(scores), (0, 2), (2, 0))
    return theta, eap, psd, cov


def rmse(found, truth):
    return float(np.sqrt(((found - truth) ** 2).mean()))


def test_the_prior_is_taken_out():
    truth, noise, prior = np.array([0.5, -2.0]), np.array([0.4, 3.0]), (0.7, 1.3)
    precision = 1 / noise + prior[1] ** -2
    eap = (truth / noise + prior[0] / prior[1] ** 2) / precision

    measure, variance = prior_free(eap, precision**-0.5, *prior)

    assert measure == pytest.approx(truth)
    assert variance == pytest.approx(noise)


def test_nothing_answered_is_no_measure():
    scores = eap_scores(np.array([[-1, -1], [-1, 2]]), np.ones(2), np.tile([-1.0, 0.0, 1.0], (2, 1)))

    measure, variance = prior_free(scores[:, 0], scores[:, 1])

    assert np.isnan([measure[0], variance[0]]).all()
    assert np.isfinite([measure[1], variance[1]]).all()


def test_the_mean_of_measures_is_unbiased_in_a_population_unlike_the_prior_and_the_mean_of_eaps_is_not():
    theta, eap, psd, _ = six_skills(0.5, mean=0.6)
    mean, _ = fit_joint_normal(*prior_free(eap, psd))

    assert np.abs(mean - theta.mean(axis=0)).max() < 0.05
    assert np.abs(eap.mean(axis=0) - theta.mean(axis=0)).min() > 0.1


def test_six_skills_together_are_measured_better_than_each_alone():
    theta, eap, psd, _ = six_skills(0.7)
    measures = prior_free(eap, psd)
    mean, cov = fit_joint_normal(*measures)

    joint, sd = joint_posterior(*measures, mean, cov)

    assert rmse(joint, theta) < (1 - 0.12) * rmse(eap, theta)
    assert 0.885 < (np.abs(joint - theta) < 1.645 * sd).mean() < 0.915


def test_at_a_correlation_of_one_half_nothing_is_lost_against_knowing_the_distribution():
    """Twelve per cent are out of reach here even for the truth: exact for normal measures of the same reliability."""
    theta, eap, psd, cov = six_skills(0.5)
    measures = prior_free(eap, psd)
    joint, _ = joint_posterior(*measures, *fit_joint_normal(*measures))
    known, _ = joint_posterior(*measures, np.zeros(N_SKILLS), cov)
    error = (psd**2).mean()
    best = np.diag(np.linalg.inv(np.linalg.inv(cov) + np.eye(N_SKILLS) * (1 - error) / error)).mean()

    assert rmse(joint, theta) < 0.93 * rmse(eap, theta)
    assert rmse(joint, theta) == pytest.approx(rmse(known, theta), rel=0.003)
    assert rmse(joint, theta) == pytest.approx(np.sqrt(best), rel=0.02)
    assert np.sqrt(best / error) > 0.88


def test_mean_and_covariance_are_found_where_a_third_is_missing_and_raw_covariance_is_too_wide():
    rng = np.random.default_rng(2)
    mean, cov = np.array([0.4, -0.3, 0.0]), np.array([[1.0, 0.6, 0.3], [0.6, 0.8, 0.2], [0.3, 0.2, 1.2]])
    variances = rng.uniform(0.2, 1.5, (8000, 3))
    measures = rng.multivariate_normal(mean, cov, 8000) + rng.normal(0, np.sqrt(variances))
    measures[rng.random(measures.shape) < 1 / 3] = np.nan

    found_mean, found_cov = fit_joint_normal(measures, variances)

    assert np.abs(found_mean - mean).max() < 0.05
    assert np.abs(found_cov - cov).max() < 0.12  # three standard errors
    assert (np.nanvar(measures, axis=0) > np.diag(cov) + 0.5).all()


def test_a_row_is_what_the_textbook_says_and_a_missing_skill_is_predicted():
    mean, cov = np.array([0.2, -0.1]), np.array([[1.0, 0.8], [0.8, 1.0]])

    centre, sd = joint_posterior(np.array([[1.2, np.nan], [np.nan] * 2]), np.full((2, 2), 0.5), mean, cov)

    assert centre[0] == pytest.approx([0.2 + 1 / 1.5, -0.1 + 0.8 / 1.5])
    assert sd[0] == pytest.approx([np.sqrt(1 - 1 / 1.5), np.sqrt(1 - 0.64 / 1.5)])
    assert centre[1] == pytest.approx(mean)
    assert sd[1] == pytest.approx([1, 1])


def test_skills_that_correlate_perfectly_are_one_skill():
    centre, sd = joint_posterior(np.array([[1.0, 1.0]]), np.full((1, 2), 0.5), np.zeros(2), np.ones((2, 2)))

    assert centre[0] == pytest.approx([0.8, 0.8])
    assert sd[0] == pytest.approx(np.sqrt([0.2, 0.2]))


def test_the_order_of_people_changes_no_bit_and_blocks_do_not_show():
    rng = np.random.default_rng(3)
    variances = rng.uniform(0.2, 1.5, (9000, 2))
    measures = rng.normal(0, 1.5, (9000, 2))
    order = rng.permutation(9000)
    mean, cov = fit_joint_normal(measures, variances)

    again = fit_joint_normal(measures[order], variances[order])
    assert np.array_equal(again[0], mean)
    assert np.array_equal(again[1], cov)
    whole, part = (joint_posterior(measures[rows], variances[rows], mean, cov)[0] for rows in (slice(0, None), [8999]))
    assert whole[8999] == pytest.approx(part[0], abs=1e-14)


def test_a_skill_nobody_answered_is_named():
    measures = np.array([[1.0, np.nan], [0.0, np.nan], [0.5, 1.0]])
    with pytest.raises(NotFitted, match=r"column\(s\) \[1\]"):
        fit_joint_normal(measures, np.ones((3, 2)))
