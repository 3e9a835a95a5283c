"""The graded response model against R's, against planted truth, and on answers that tell little or nothing."""

from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from skills_models.measurement.answer_patterns import AnswersError, collapse
from skills_models.measurement.graded_response import (
    GradedResponseModel,
    Items,
    ItemsError,
    OneCategoryItem,
    QuadratureError,
    TooFewItems,
    category_probabilities,
    eap_scores,
    pattern_likelihood,
)

GOLDEN = Path(__file__).parents[2].parent / "shared" / "data" / "golden"
Z90 = norm.ppf(0.95)
R_LOG_LIKELIHOOD = {
    "dev_4items_4cat": -16992.995277,
    "dev_6items_5cat": -38680.133132,
    "dev_24items_4cat": -62582.582223,
}


def bank(n_items, seed=3, n_categories=4):
    """Slopes .8-2.5 and ordered thresholds around the middle of a standard population."""
    rng = np.random.default_rng(seed)
    middle = rng.normal(0, 0.5, (n_items, 1))
    return Items(rng.uniform(0.8, 2.5, n_items), middle + np.linspace(-1, 1, n_categories - 1))


def answer(items, theta, seed, missing=0.1):
    """Answers of people at ``theta``, drawn by the definition of the model."""
    rng = np.random.default_rng(seed)
    noisy = items.slopes * theta[:, None] + rng.logistic(size=(len(theta), len(items.slopes)))
    answers = (noisy[:, :, None] > items.slopes[:, None] * items.thresholds).sum(axis=2)
    answers[rng.random(answers.shape) < missing] = -1
    return answers


def people(n, seed, mean=0.0, sd=1.0):
    return np.random.default_rng(seed).normal(mean, sd, n)


# --- R


def far_from_r(answers, name):
    """Distance of log-likelihood, slopes, thresholds and scores to R's."""
    items = np.loadtxt(GOLDEN / f"{name}_items.csv", delimiter=",", skiprows=1)
    scores = np.loadtxt(GOLDEN / f"{name}_eap.csv", delimiter=",", skiprows=1)
    model = GradedResponseModel().fit(answers)
    return (
        model.log_likelihood_ - R_LOG_LIKELIHOOD[name],
        float(np.abs(model.slopes_ - items[:, 0]).max()),
        float(np.abs(model.thresholds_ - items[:, 1:]).max()),
        float(np.sqrt(((model.score(answers) - scores) ** 2).mean(axis=0).max())),
    )


@pytest.mark.skipif(not GOLDEN.exists(), reason="R's results are not beside this checkout (../shared/data/golden)")
@pytest.mark.parametrize(("name", "times"), [("dev_4items_4cat", 1), ("dev_6items_5cat", 1), ("dev_24items_4cat", 3)])
def test_items_and_scores_are_those_of_r_mirt_and_reading_missing_as_lowest_is_far_off(name, times):
    answers = np.maximum(np.loadtxt(GOLDEN / f"{name}.csv", delimiter=",", dtype=np.int64), -1)

    likelihood, slope, threshold, score = far_from_r(answers, name)

    assert abs(likelihood) <= 0.05
    assert slope <= 0.002 * times
    assert threshold <= 0.005 * times
    assert score <= 0.002 * times
    _, slope, threshold, score = far_from_r(np.maximum(answers, 0), name)
    assert min(slope / 0.002, threshold / 0.005, score / 0.002) > 10 * times


# --- the model by hand


def test_probabilities_by_hand():
    found = category_probabilities([0.0, 1.0], [2.0], [[0.0, 1.0]])

    third = 1 / (1 + np.exp(2))  # P(X >= 2) at theta 0
    assert found == pytest.approx(np.array([[[0.5, 0.5 - third, third]], [[third, 0.5 - third, 0.5]]]))


def test_probabilities_add_up_and_keep_their_digits_far_out():
    items = bank(5)

    found = category_probabilities(np.linspace(-40, 40, 81), items.slopes, items.thresholds)

    assert found.shape == (81, 5, 4)
    assert np.abs(found.sum(axis=2) - 1).max() < 1e-12
    assert (found > 0).all()


def test_scores_are_integrals_over_the_posterior():
    items, pattern = bank(3), np.array([[3, -1, 0]])

    def density(theta):
        chances = category_probabilities([theta], items.slopes, items.thresholds)[0]
        return norm.pdf(theta, 0.4, 1.2) * chances[0, 3] * chances[2, 0]

    total = quad(density, -8, 8)[0]
    mean = quad(lambda t: t * density(t), -8, 8)[0] / total
    sd = np.sqrt(quad(lambda t: (t - mean) ** 2 * density(t), -8, 8)[0] / total)

    assert eap_scores(pattern, items.slopes, items.thresholds, 0.4, 1.2)[0] == pytest.approx([mean, sd], abs=1e-6)
    likelihood = pattern_likelihood(pattern, items.slopes, items.thresholds, [0.7])
    assert likelihood[0, 0] * norm.pdf(0.7, 0.4, 1.2) == pytest.approx(density(0.7))


def test_many_items_do_not_underflow():
    items = bank(2000)
    contrary = np.tile([0, 3], 1000)[None, :]

    score = eap_scores(contrary, items.slopes, items.thresholds)

    assert np.isfinite(score).all()
    assert score[0, 1] < 0.1


# --- the maximum


def log_likelihood(answers, slopes, thresholds):
    """Of a standard normal population, straight from the likelihood of each row."""
    nodes = np.linspace(-6, 6, 61)
    prior = norm.pdf(nodes) / norm.pdf(nodes).sum()
    return float(np.log(pattern_likelihood(answers, slopes, thresholds, nodes) @ prior).sum())


def best_nudge(answers, model, items, size):
    """Greatest gain in log-likelihood from moving one threshold of one of the ``items`` by ``size`` either way."""
    gains = []
    for item in items:
        for k in range(model.thresholds_.shape[1]):
            for nudge in (-size, size):
                thresholds = model.thresholds_.copy()
                thresholds[item, k] += nudge
                gains.append(log_likelihood(answers, model.slopes_, thresholds) - model.log_likelihood_)
    return max(gains)


def test_no_nudge_of_a_parameter_raises_the_likelihood():
    answers = answer(bank(4), people(1500, 1), 2)

    model = GradedResponseModel().fit(answers)

    assert model.converged_
    assert log_likelihood(answers, model.slopes_, model.thresholds_) == pytest.approx(model.log_likelihood_, abs=1e-6)
    assert best_nudge(answers, model, range(4), 0.002) < 0
    for slopes in model.slopes_ + 0.002 * np.concatenate([np.eye(4), -np.eye(4)]):
        assert log_likelihood(answers, slopes, model.thresholds_) < model.log_likelihood_


def test_too_few_nodes_are_refused_and_the_default_is_dense_enough():
    answers = answer(bank(8), people(3000, 5), 6)

    assert abs(GradedResponseModel().fit(answers).quadrature_change_) <= 0.05
    with pytest.raises(QuadratureError, match="fit with n_nodes=29"):
        GradedResponseModel(n_nodes=15).fit(answers)


def test_order_and_repetition_of_rows_change_no_bit_and_counts_matter():
    answers = answer(bank(5), people(2000, 7), 8)
    patterns = collapse(answers)
    assert len(patterns.weight) < 2000

    by_row = GradedResponseModel().fit(answers)
    shuffled = GradedResponseModel().fit(np.random.default_rng(9).permutation(answers))
    by_pattern = GradedResponseModel().fit(patterns.codes, patterns.weight)
    without_counts = GradedResponseModel().fit(patterns.codes)

    for other in (shuffled, by_pattern):
        assert np.array_equal(by_row.slopes_, other.slopes_)
        assert np.array_equal(by_row.thresholds_, other.thresholds_)
        assert np.array_equal(by_row.threshold_errors_, other.threshold_errors_)
        assert by_row.log_likelihood_ == other.log_likelihood_
    assert np.abs(by_row.slopes_ - without_counts.slopes_).max() > 0.05


def test_patterns_longer_than_a_word_collapse_like_short_ones():
    answers = np.tile(answer(bank(40), people(300, 1), 1), (3, 1))
    groups = np.repeat([0, 1, 0], 300)

    found = collapse(answers, group=groups)

    expected, counts = np.unique(np.column_stack([groups, answers]), axis=0, return_counts=True)
    assert np.array_equal(np.column_stack([found.group, found.codes]), expected)
    assert np.array_equal(found.weight, counts)
    assert np.array_equal(found.codes[found.row_pattern], answers)


# --- what the numbers promise


@pytest.mark.parametrize("n_items", [4, 24])
def test_ninety_percent_intervals_of_scores_cover_and_a_standardised_mean_answer_does_not(n_items):
    theta = people(15_000, 11)
    answers = answer(bank(n_items), theta, 12)
    scores = GradedResponseModel().fit(answers).score(answers)

    def coverage(centre):
        return float((np.abs(centre - theta) < Z90 * scores[:, 1]).mean())

    assert 0.885 <= coverage(scores[:, 0]) <= 0.915
    mean = np.ma.masked_less(answers, 0).mean(axis=1).filled(1.5)
    assert coverage((mean - mean.mean()) / mean.std()) < 0.87


def test_standard_errors_are_the_size_of_the_errors_and_four_times_the_people_halve_them():
    items, misses = bank(6), []
    for seed in range(40):
        model = GradedResponseModel().fit(answer(items, people(600, 100 + seed), 200 + seed))
        misses.append((model.slopes_ - items.slopes) / model.slope_errors_)
        misses.extend(((model.thresholds_ - items.thresholds) / model.threshold_errors_).T)

    assert 0.9 < np.sqrt(np.mean(np.square(misses))) < 1.1
    answers = answer(items, people(600, 20), 40)
    once, four = (GradedResponseModel().fit(answers, np.full(600, times)) for times in (1, 4))
    assert once.threshold_errors_ == pytest.approx(2 * four.threshold_errors_, rel=1e-3)


def curvature_errors(value, at, step=1e-3):
    """Roots of the diagonal of the inverse of minus the second derivatives, by differences."""
    moves = step * np.eye(at.size)
    second = [[sum(s * r * value(at + s * i + r * j) for s in (1, -1) for r in (1, -1)) for j in moves] for i in moves]
    return np.sqrt(np.diag(np.linalg.inv(-np.array(second) / (4 * step**2))))


def test_standard_errors_are_those_of_the_curvature_of_the_likelihood():
    group = np.repeat([0, 1], 10_000)
    theta = np.concatenate([people(10_000, 31), people(10_000, 32, mean=0.5, sd=1.3)])
    patterns = collapse(answer(bank(3, n_categories=3), theta, 33), group=group)
    model = GradedResponseModel().fit(patterns.codes, patterns.weight, group=patterns.group)
    nodes = np.linspace(-6, 6, 61)

    def value(x):
        likelihood = pattern_likelihood(patterns.codes, x[:3], x[3:9].reshape(3, 2), nodes)
        prior = np.stack([norm.pdf(nodes), norm.pdf(nodes, x[9], x[10])])
        prior /= prior.sum(axis=1, keepdims=True)
        return float(patterns.weight @ np.log((likelihood * prior[patterns.group]).sum(axis=1)))

    best = np.concatenate([model.slopes_, model.thresholds_.ravel(), model.means_[1:], model.sds_[1:]])
    errors = [model.slope_errors_, model.threshold_errors_.ravel(), model.mean_errors_[1:], model.sd_errors_[1:]]
    assert np.concatenate(errors) == pytest.approx(curvature_errors(value, best), rel=0.05)


# --- populations


def two_groups():
    items = bank(5)
    group = np.repeat([0, 1], 4000)
    theta = np.concatenate([people(4000, 31), people(4000, 32, mean=0.5, sd=1.3)])
    return items, group, answer(items, theta, 33)


def test_a_second_population_is_recovered_where_one_population_for_both_bends_the_items():
    items, group, answers = two_groups()

    model = GradedResponseModel().fit(answers, group=group)
    one = GradedResponseModel().fit(answers)

    assert model.means_ == pytest.approx([0, 0.5], abs=0.08)
    assert model.sds_ == pytest.approx([1, 1.3], abs=0.08)
    assert np.abs(model.thresholds_ - items.thresholds).mean() < 0.05
    assert np.abs(one.thresholds_ - items.thresholds).mean() > 0.15
    assert abs(model.means_[1] - 0.5) < 3.5 * model.mean_errors_[1]
    assert abs(model.sds_[1] - 1.3) < 3.5 * model.sd_errors_[1]
    assert np.isnan([model.mean_errors_[0], model.sd_errors_[0]]).all()


def test_an_item_that_differs_by_group_is_found_in_a_column_split_in_two():
    items, group, _ = two_groups()
    theta = np.concatenate([people(4000, 31), people(4000, 32, mean=0.5, sd=1.3)])
    shifted = Items(items.slopes, items.thresholds + 0.5 * (np.arange(5) == 2)[:, None])
    answers = np.where(group[:, None] == 0, answer(items, theta, 33), answer(shifted, theta, 33))
    split = np.column_stack([answers, np.where(group == 1, answers[:, 2], -1)])
    split[group == 1, 2] = -1

    model = GradedResponseModel().fit(split, group=group)
    unsplit = GradedResponseModel().fit(answers, group=group)

    assert (model.thresholds_[5] - model.thresholds_[2]).mean() == pytest.approx(0.5, abs=0.1)
    assert model.means_[1] == pytest.approx(0.5, abs=0.08)
    assert unsplit.means_[1] < model.means_[1] - 0.04


def test_fixed_items_measure_a_shifted_population_where_a_free_fit_says_nothing_changed():
    items = bank(5)
    answers = answer(items, people(4000, 51, mean=0.6, sd=0.8), 52)

    linked = GradedResponseModel().fit(answers, group=np.zeros(4000, int), fixed_items=items)
    refitted = GradedResponseModel().fit(answers)

    assert linked.means_ == pytest.approx([0.6], abs=0.06)
    assert linked.sds_ == pytest.approx([0.8], abs=0.06)
    assert abs(linked.means_[0] - 0.6) < 3.5 * linked.mean_errors_[0]
    assert np.array_equal(linked.slopes_, items.slopes)
    assert linked.thresholds_ == pytest.approx(items.thresholds, abs=1e-12)
    assert np.isnan(linked.slope_errors_).all()
    assert np.isnan(linked.threshold_errors_).all()
    assert refitted.score(answers)[:, 0].mean() == pytest.approx(0, abs=0.02)


def test_a_new_item_is_calibrated_on_the_scale_of_the_fixed_ones():
    items = bank(5)
    answers = answer(items, people(6000, 61, mean=0.6, sd=0.8), 62)
    new = np.arange(5) == 4
    known = Items(np.where(new, np.nan, items.slopes), np.where(new[:, None], np.nan, items.thresholds))

    linked = GradedResponseModel().fit(answers, group=np.zeros(6000, int), fixed_items=known)
    refitted = GradedResponseModel().fit(answers)

    assert linked.thresholds_[4] == pytest.approx(items.thresholds[4], abs=0.12)
    assert abs(linked.slopes_[4] - items.slopes[4]) < 3.5 * linked.slope_errors_[4]
    assert (np.abs(refitted.thresholds_[4] - items.thresholds[4]) > 0.3).all()


def test_fixed_items_without_a_group_keep_the_standard_population():
    items = bank(5)
    answers = answer(items, people(800, 51, mean=0.6), 52)

    model = GradedResponseModel().fit(answers, fixed_items=items)

    assert (model.means_[0], model.sds_[0]) == (0, 1)


def test_a_population_beyond_the_nodes_is_refused():
    items = bank(5)
    answers = answer(items, people(2000, 51, mean=4.0), 52)

    with pytest.raises(QuadratureError, match=r"group 0 .* beyond the nodes"):
        GradedResponseModel().fit(answers, group=np.zeros(2000, int), fixed_items=items)


# --- answers that tell little


def test_a_row_without_answers_scores_the_prior():
    items = bank(4)

    assert eap_scores(np.full((1, 4), -1), items.slopes, items.thresholds)[0].tolist() == [0, 1]
    assert eap_scores(np.full((1, 4), -1), items.slopes, items.thresholds, 0.3, 1.7)[0].tolist() == [0.3, 1.7]


def test_rows_without_answers_change_no_item():
    answers = answer(bank(4), people(500, 1), 2)

    plain = GradedResponseModel().fit(answers)
    padded = GradedResponseModel().fit(np.vstack([answers, np.full((100, 4), -1)]))

    assert plain.thresholds_ == pytest.approx(padded.thresholds_, abs=1e-5)


def test_stored_parameters_score_as_the_model_does():
    answers = answer(bank(4), people(500, 1), 2)
    model = GradedResponseModel().fit(answers)

    assert np.array_equal(model.score(answers), eap_scores(answers, model.slopes_, model.thresholds_))


@pytest.mark.parametrize(
    ("own", "is_nan", "is_tie"),
    [
        ([0, 1, 2, 2], [False, False, True], [False, False]),  # nobody answers 3
        ([1, 1, 2, 3], [True, False, False], [False, False]),  # nobody answers 0
        ([0, 0, 2, 3], [False, False, False], [True, False]),  # nobody answers 1
        ([0, 1, 1, 3], [False, False, False], [False, True]),  # nobody answers 2
        ([1, 1, 1, 3], [True, False, False], [False, True]),  # neither 0 nor 2
    ],
)
def test_a_category_nobody_chose_is_left_out_of_the_item_and_scores_as_its_neighbour(own, is_nan, is_tie):
    full = answer(bank(4), people(1500, 71), 72, missing=0)
    answers = full.copy()
    answers[:, 1] = np.array(own)[full[:, 1]]
    ranks = np.unique(own, return_inverse=True)[1]
    compact = full.copy()
    compact[:, 1] = ranks[full[:, 1]]  # the same answers without a hole

    model, without_hole = GradedResponseModel().fit(answers), GradedResponseModel().fit(compact)

    assert np.isnan(model.thresholds_[1]).tolist() == is_nan
    assert np.isnan(model.threshold_errors_[1]).tolist() == is_nan
    assert (np.diff(model.thresholds_[1]) == 0).tolist() == is_tie
    assert model.log_likelihood_ == without_hole.log_likelihood_
    assert model.score(answers) == pytest.approx(without_hole.score(compact), abs=1e-12)
    assert model.score(full) == pytest.approx(model.score(answers), abs=1e-12)
    again = GradedResponseModel().fit(answers, fixed_items=Items(model.slopes_, model.thresholds_))
    assert again.log_likelihood_ == pytest.approx(model.log_likelihood_, abs=1e-6)


def test_thirty_people_give_finite_items_and_scores():
    for seed in range(10):
        answers = answer(bank(4), people(30, 80 + seed), 90 + seed)

        model = GradedResponseModel().fit(answers)

        assert np.isfinite(model.slopes_).all()
        assert not np.isnan(model.thresholds_).all(axis=1).any()
        assert np.isfinite(model.score(answers)).all()


def test_a_population_of_one_person_has_the_least_spread_without_an_error():
    answers = answer(bank(4), people(401, 1), 2, missing=0)

    model = GradedResponseModel().fit(answers, group=np.repeat([0, 1], [400, 1]))

    assert model.sds_ == pytest.approx([1, 0.2])
    assert np.isnan(model.sd_errors_).all()
    assert np.isfinite(model.mean_errors_[1])


def test_a_reversed_item_ends_at_the_least_slope_with_the_best_thresholds_for_it():
    answers = answer(bank(5), people(800, 1), 2, missing=0)
    answers[:, 3] = 3 - answers[:, 3]

    model = GradedResponseModel().fit(answers)

    assert model.slopes_[3] == pytest.approx(0.05)
    assert best_nudge(answers, model, [3], 0.01) < 0
    assert np.isnan(model.slope_errors_[3])
    assert np.isfinite(np.delete(model.slope_errors_, 3)).all()
    assert np.isfinite(model.score(answers)).all()


GOOD = np.array([[0, 1, 2], [1, 2, 0], [2, 0, 1], [1, 1, -1]])


@pytest.mark.parametrize(
    ("answers", "error", "says"),
    [
        (np.empty((0, 3), int), AnswersError, "at least one of each"),
        (GOOD.astype(float), AnswersError, "whole-number answers"),
        (np.where(GOOD == -1, -9, GOOD), AnswersError, "column 2, row 3: answer -9"),
        (np.where(GOOD == -1, 99, GOOD), AnswersError, "column 2, row 3: answer 99"),
        (np.where([False, True, False], 1, GOOD), OneCategoryItem, "column 1"),
        (np.where([False, False, True], -1, GOOD), OneCategoryItem, "column 2"),
        (GOOD[:, :2], TooFewItems, "2 item"),
    ],
)
def test_answers_no_model_can_read_are_refused_by_name(answers, error, says):
    with pytest.raises(error, match=says):
        GradedResponseModel().fit(answers)


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"pattern_weight": [1, 1, 1]}, AnswersError, "repeat count"),
        ({"pattern_weight": [1, 1, 1, 0.5]}, AnswersError, "repeat count"),
        ({"group": [0, 0, 2, 2]}, AnswersError, "group 1 has nobody"),
        ({"group": [0, 0, 1]}, AnswersError, "one group"),
        ({"pattern_weight": [0, 0, 0, 0]}, AnswersError, "group 0 has nobody"),
        ({"fixed_items": Items(np.ones(2), np.zeros((2, 2)))}, ItemsError, "for 3 columns"),
        ({"fixed_items": Items(np.array([1, -1, 1]), np.zeros((3, 2)))}, ItemsError, "column 1: slope"),
        ({"fixed_items": Items(np.ones(3), np.array([[0, 1], [0, 1], [1, 0]]))}, ItemsError, "column 2: thresholds"),
        ({"fixed_items": Items(np.ones(3), np.zeros((3, 1)))}, AnswersError, "column 0: answer 2"),
    ],
)
def test_weights_groups_and_fixed_items_that_do_not_fit_are_refused_by_name(arguments, error, says):
    with pytest.raises(error, match=says):
        GradedResponseModel().fit(GOOD, **arguments)


@pytest.mark.parametrize("thresholds", [[[np.nan, np.nan]], [[0.0, np.inf]], [[1.0, 0.0]]])
def test_thresholds_that_are_no_item_are_refused(thresholds):
    with pytest.raises(ItemsError, match="column 0: thresholds"):
        category_probabilities([0.0], [1.0], thresholds)


def test_a_threshold_missing_between_two_is_refused():
    with pytest.raises(ItemsError, match="NaN only at the ends"):
        eap_scores([[0]], [1.0], [[0.0, np.nan, 1.0]])


def test_scoring_refuses_a_population_without_spread():
    with pytest.raises(ValueError, match="positive SD"):
        eap_scores([[0]], [1.0], [[0.0, 1.0]], sd=0)
