"""Items that mean something else in another language, told apart from languages that differ in skill."""

import numpy as np
import pytest

from skills_models.measurement.graded_response import GradedResponseModel
from skills_models.measurement.item_functioning import language_functioning, split_columns
from tests.estimators.simulated_answers import answer, patterns, planted_items

IMPACT, SD = 0.5, 1.1  # mean and SD of skill among speakers of the second language


def two_languages(seed, shift=(), n_items=4, n_people=(3000, 2500)):
    """Patterns, counts and language; the first items are harder in the second language by ``shift``."""
    rng = np.random.default_rng(seed)
    slopes, thresholds = planted_items(rng, n_items)
    shifted = thresholds.copy()
    shifted[: len(shift)] += np.array(shift).reshape(-1, 1)
    first = answer(rng.standard_normal(n_people[0]), slopes, thresholds, rng)
    second = answer(rng.normal(IMPACT, SD, n_people[1]), slopes, shifted, rng)
    return patterns(np.concatenate([first, second]), np.repeat([0, 1], n_people))


def test_the_one_shifted_item_of_four_is_found_and_no_other():
    found = [language_functioning(*two_languages(seed, shift=(0.5,))) for seed in range(10)]

    assert {one.state for one in found} == {"partly"}
    assert all(one.is_flagged.tolist() == [True, False, False, False] for one in found)
    assert np.mean([one.shift for one in found], axis=0) == pytest.approx([0.5, 0, 0, 0], abs=0.06)


def test_a_difference_in_skill_is_no_fault_of_the_items_and_unlinked_thresholds_would_blame_them_all():
    naive = []
    for seed in range(10):
        rows, n, language = two_languages(seed)
        found = language_functioning(rows, n, language)
        assert found.state == "alike"
        assert not found.is_flagged.any()
        alone = [GradedResponseModel().fit(rows[language == c], n[language == c]).thresholds_ for c in (0, 1)]
        naive.append(np.abs((alone[1] - alone[0]).mean(axis=1)) >= 0.25)

    assert np.mean(naive) > 0.9


def test_with_tens_of_thousands_a_trifle_is_significant_and_still_not_flagged():
    found = language_functioning(*two_languages(1, shift=(0.12,), n_people=(20_000, 20_000)))

    assert found.q_value[0] < 0.001
    assert found.state == "alike"


@pytest.mark.parametrize("shift", [(0.5, 0.5), (0.5, -0.5)])
def test_two_shifted_items_of_four_leave_no_comparison(shift):
    assert {language_functioning(*two_languages(seed, shift)).state for seed in range(4)} == {"not_comparable"}


def test_on_a_longer_scale_purification_clears_the_items_that_only_looked_shifted():
    found = language_functioning(*two_languages(2, shift=(0.9, 0.9), n_items=6))

    assert found.is_flagged.tolist() == [True, True, False, False, False, False]
    assert found.state == "partly"
    assert np.abs(found.shift[2:]).max() < 0.15


def test_a_language_with_fewer_than_five_hundred_answers_is_not_tested():
    rows, n, language = two_languages(1, shift=(0.5,), n_people=(2000, 499))

    found = language_functioning(rows, n, language)

    assert (found.state, found.languages.tolist()) == ("not_testable", [0])
    assert np.isnan(found.shift).all()
    assert not found.is_flagged.any()


def test_a_small_third_language_does_not_stop_the_comparison_of_the_others():
    rows, n, language = two_languages(3, shift=(0.5,))
    third = two_languages(4, n_people=(100, 100))
    rows, n = np.concatenate([rows, third[0]]), np.concatenate([n, third[1]])

    found = language_functioning(rows, n, np.concatenate([language, np.full(len(third[0]), 2)]))

    assert found.languages.tolist() == [0, 1]
    assert found.state == "partly"


def test_the_language_with_most_answers_is_the_reference():
    rows, n, language = two_languages(1, shift=(0.5,), n_people=(2500, 3000))

    found = language_functioning(rows, n, language)

    assert found.languages.tolist() == [1, 0]
    assert found.shift[0] == pytest.approx(-0.5 / SD, abs=0.1)


def test_a_split_item_has_a_column_per_language():
    answers, language = np.array([[0, 1], [2, 3], [1, 1]]), np.array([0, 1, 2])

    columns, item, spoken = split_columns(answers, language, np.array([True, False]), np.array([0, 1]))

    assert columns.tolist() == [[0, -1, 1], [-1, 2, 3], [-1, -1, 1]]
    assert (item.tolist(), spoken.tolist()) == ([0, 0, 1], [0, 1, -1])
