"""Intervals of post-stratified shares, on finite civil services drawn at random with known truth."""

import numpy as np
import pytest
from scipy.stats import norm

from skills_models.estimation.poststratified import (
    collapse_strata,
    order_strata,
    poststratified_mean,
    poststratified_share,
    weighted_share,
)

Z90 = norm.ppf(0.95)
SEEDS = range(8)


def civil_service(seed, n_groups=400, n_families=8, family_sd=1.0):
    """Groups of 20-2000 people, shares below .05-.9; who replies depends on family and group, never on the skill.

    Families that reply more often are also more often below, so that the plain share of replies is biased.
    """
    rng = np.random.default_rng(seed)
    size = np.exp(rng.uniform(np.log(20), np.log(2000), n_groups)).astype(int)
    mixes = rng.dirichlet(np.full(n_families, 0.8), n_groups)
    people = np.array([rng.multinomial(n, mix) for n, mix in zip(size, mixes, strict=True)])
    family = rng.normal(0, family_sd, n_families)
    odds = rng.uniform(-3, 2.2, (n_groups, 1)) + family + rng.normal(0, 0.3, people.shape)
    below = rng.binomial(people, 1 / (1 + np.exp(-odds)))
    replies = 1 / (1 + np.exp(-(rng.normal(0, 0.6, (n_groups, 1)) + 0.5 * family + rng.normal(0, 0.4, n_families))))
    measured = rng.binomial(people, replies)
    seen = rng.hypergeometric(below, people - below, measured)
    order = order_strata(measured, seen)
    return people[:, order], measured[:, order], seen[:, order], below.sum(axis=1) / size


def covers(lo, hi, truth):
    return (lo <= truth + 1e-12) & (truth <= hi + 1e-12)


def raw_wald(measured, seen):
    """The baseline: share of replies, no strata, no finite population."""
    n = np.maximum(measured.sum(axis=1), 1)
    share = seen.sum(axis=1) / n
    half = Z90 * np.sqrt(share * (1 - share) / n)
    return share - half, share + half


def coverage(method, groups, family_sd=1.0):
    """Mean coverage over seeds, among the groups that ``groups(n_measured)`` chooses."""
    hits = []
    for seed in SEEDS:
        people, measured, seen, truth = civil_service(seed, family_sd=family_sd)
        lo, hi = method(people, measured, seen)
        hits.append(covers(lo, hi, truth)[groups(measured.sum(axis=1))])
    return float(np.concatenate(hits).mean()), [float(h.mean()) for h in hits]


def ours(people, measured, seen):
    found = poststratified_share(people, measured, seen)
    return found.lo, found.hi


def baseline(people, measured, seen):
    return raw_wald(measured, seen)


@pytest.mark.parametrize("family_sd", [0.3, 1.0, 1.5])
def test_ninety_percent_intervals_cover_the_whole_group_in_shown_groups(family_sd):
    mean, by_seed = coverage(ours, lambda n: n >= 10, family_sd)

    assert 0.87 <= mean <= 0.93
    assert all(0.85 <= share <= 0.95 for share in by_seed)


def test_they_cover_in_small_and_in_large_groups_where_the_plain_share_of_replies_does_not():
    for low, high in ((10, 20), (20, 50), (50, 150), (150, 2001)):
        mean, _ = coverage(ours, lambda n, a=low, b=high: (n >= a) & (n < b))
        assert 0.85 <= mean <= 0.95

    large, _ = coverage(baseline, lambda n: n >= 150)
    assert large < 0.80


def test_without_the_finite_population_the_interval_is_too_wide():
    def endless(people, measured, seen):
        return ours(people * 1000, measured, seen)

    mean, _ = coverage(endless, lambda n: n >= 10)

    assert mean > 0.95


def test_a_group_that_answered_in_full_has_its_share_and_no_interval():
    everyone = np.array([[30, 10]])
    found = poststratified_share(everyone, everyone, np.array([[12, 0]]))

    assert (found.lo[0], found.share[0], found.hi[0]) == pytest.approx((0.3, 0.3, 0.3))
    assert np.isinf(found.effective_n[0])


def test_the_interval_stays_within_what_the_known_answers_allow():
    found = poststratified_share(np.array([[12]]), np.array([[11]]), np.array([[11]]))

    assert found.lo[0] >= 11 / 12
    assert found.hi[0] == 1.0


@pytest.mark.parametrize("n_below", [0, 10])
def test_ten_equal_replies_are_no_certainty(n_below):
    found = poststratified_share(np.array([[200]]), np.array([[10]]), np.array([[n_below]]))

    assert found.hi[0] - found.lo[0] > 0.15


def test_a_share_of_all_is_one_and_no_rounding_above_it():
    rng = np.random.default_rng(5)
    people = rng.integers(2, 40, (2000, 7))
    measured = np.minimum(people, 2)
    found = poststratified_share(people, measured, measured)
    assert (people / people.sum(axis=1)[:, None]).sum(axis=1).max() > 1, "the case is there"
    assert found.share.max() == found.hi.max() == 1
    assert poststratified_share(people, measured, 0 * measured).lo.min() == 0


def test_nobody_measured_is_no_figure():
    found = poststratified_share(np.array([[5, 7]]), np.zeros((1, 2), int), np.zeros((1, 2), int))

    assert np.isnan([found.share[0], found.lo[0], found.hi[0]]).all()
    assert (found.n_people[0], found.n_measured[0]) == (12, 0)


def test_an_empty_stratum_joins_its_neighbour_and_nobody_is_lost():
    people, measured, below = collapse_strata(np.array([[5, 20, 9]]), np.array([[0, 8, 1]]), np.array([[0, 4, 1]]))

    assert people.tolist() == [[0, 34, 0]]
    assert measured.tolist() == [[0, 9, 0]]
    assert below.tolist() == [[0, 5, 0]]


def test_a_mean_is_poststratified_like_a_share():
    people, measured, total = np.array([[100, 300]]), np.array([[10, 10]]), np.array([[10, 30]])

    assert poststratified_mean(people, measured, total)[0] == pytest.approx(0.25 * 1 + 0.75 * 3)
    assert np.isnan(poststratified_mean(people, measured * 0, total * 0)[0])


def test_a_weighted_share_is_null_without_weight():
    share = weighted_share(np.array([[2.0, 1.0], [0.0, 0.0]]), np.array([[5, 5], [0, 0]]), np.array([[5, 0], [0, 0]]))

    assert share[0] == pytest.approx(2 / 3)
    assert np.isnan(share[1])


def test_more_below_than_measured_is_refused():
    with pytest.raises(ValueError, match="n_below <= n_measured"):
        poststratified_share(np.array([[9]]), np.array([[3]]), np.array([[4]]))
