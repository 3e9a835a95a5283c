"""Post-stratified means and weighted shares, by hand and on finite civil services with known truth."""

import numpy as np
import pytest

from skills_models.estimation.poststratified import collapse_strata, poststratified_mean, weighted_share


def civil_service(seed, n_groups=400, n_families=8):
    """Groups of 20-2000 people; who replies depends on family and group, never on the skill itself.

    Families that reply more often are also more often below, so that the plain share of replies is biased.
    """
    rng = np.random.default_rng(seed)
    size = np.exp(rng.uniform(np.log(20), np.log(2000), n_groups)).astype(int)
    mixes = rng.dirichlet(np.full(n_families, 0.8), n_groups)
    people = np.array([rng.multinomial(n, mix) for n, mix in zip(size, mixes, strict=True)])
    family = rng.normal(0, 1, n_families)
    odds = rng.uniform(-3, 2.2, (n_groups, 1)) + family + rng.normal(0, 0.3, people.shape)
    below = rng.binomial(people, 1 / (1 + np.exp(-odds)))
    replies = 1 / (1 + np.exp(-(rng.normal(0, 0.6, (n_groups, 1)) + 0.5 * family + rng.normal(0, 0.4, n_families))))
    measured = rng.binomial(people, replies)
    return people, measured, rng.hypergeometric(below, people - below, measured), below.sum(axis=1) / size


def test_the_mean_of_everybody_is_found_where_the_mean_of_replies_is_biased():
    ours, plain = [], []
    for seed in range(8):
        people, measured, seen, truth = civil_service(seed)
        heard = measured.sum(axis=1) >= 50
        ours.append((poststratified_mean(people, measured, seen) - truth)[heard].mean())
        plain.append((seen.sum(axis=1) / np.maximum(measured.sum(axis=1), 1) - truth)[heard].mean())

    assert np.abs(ours).mean() < 0.003
    assert np.abs(plain).mean() > 0.012


def test_strata_count_by_their_people_and_not_by_their_replies():
    people, measured, total = np.array([[100, 300]]), np.array([[10, 10]]), np.array([[10, 30]])

    assert poststratified_mean(people, measured, total)[0] == pytest.approx(0.25 * 1 + 0.75 * 3)
    assert np.isnan(poststratified_mean(people, measured * 0, total * 0)[0])


def test_an_empty_stratum_joins_its_neighbour():
    people, measured, below = collapse_strata(np.array([[5, 20, 9]]), np.array([[0, 8, 1]]), np.array([[0, 4, 1]]))

    assert people.tolist() == [[0, 34, 0]]
    assert measured.tolist() == [[0, 9, 0]]
    assert below.tolist() == [[0, 5, 0]]


def test_nobody_is_lost_and_every_stratum_left_is_measured():
    people, measured, seen, _ = civil_service(9)
    merged = collapse_strata(people, measured, seen)

    for before, after in zip((people, measured, seen), merged, strict=True):
        assert np.array_equal(before.sum(axis=1), after.sum(axis=1))
    assert (merged[1][measured.sum(axis=1) >= 2] == 1).sum() == 0
    assert (measured == 1).sum() > 100, "the case is there"


def test_a_weighted_share_is_null_without_weight():
    share = weighted_share(np.array([[2.0, 1.0], [0.0, 0.0]]), np.array([[5, 5], [0, 0]]), np.array([[5, 0], [0, 0]]))

    assert share[0] == pytest.approx(2 / 3)
    assert np.isnan(share[1])
