"""Figures made of draws, by hand and on countries with known truth."""

import numpy as np
import pytest
from scipy.stats import norm

from skills_models.estimation.shares import (
    aggregate,
    people_below,
    share_below,
    share_below_if_silent_are_lower,
    shortfall_levels,
    summarise,
)
from tests.estimators.simulated_country import AGENCY, N_AGENCIES, N_GROUPS, SD_WITHIN
from tests.estimators.solved_countries import coverage, solved_countries

LEVELS = (1, 2, 3)


def shares_below(country, cut):
    """True share below of each cell."""
    return norm.cdf((cut - country.mean) / SD_WITHIN)


def naive_covered(solved, level):
    """Whether the interval of the plain share of scores below the cut holds the truth, groups of two or more."""
    group, n, cut = solved.group_of_respondent, solved.n_respondents, solved.country.test.cut(level)
    share = np.bincount(group, solved.country.eap < cut, N_GROUPS) / np.maximum(n, 1)
    error = 1.645 * np.sqrt(share * (1 - share) / np.maximum(n, 1))
    return (np.abs(solved.country.share_below(cut) - share) <= error)[n >= 2]


@pytest.mark.parametrize("level", LEVELS)
def test_intervals_of_shares_below_cover_where_shares_of_scores_do_not(level):
    solved = solved_countries()
    cuts = [s.country.test.cut(level) for s in solved]
    ours = coverage((s.country.share_below(cut), s.share_draws(cut)) for s, cut in zip(solved, cuts, strict=True))
    naive = np.concatenate([naive_covered(s, level) for s in solved]).mean()
    assert 0.87 <= ours <= 0.93
    assert naive < 0.87


def test_intervals_of_whole_agencies_cover_where_ends_of_group_intervals_added_up_are_too_wide():
    pairs, added = [], []
    for s in solved_countries():
        cut = s.country.test.cut(2)
        below = shares_below(s.country, cut)
        truth = np.bincount(AGENCY, s.country.people * below) / np.bincount(AGENCY, s.country.people)
        pairs.append((truth, s.agency_draws(cut)))
        heads = s.country.people.reshape(N_AGENCIES, -1).sum(axis=1)
        groups = summarise(s.share_draws(cut))
        people = s.country.people.reshape(N_GROUPS, -1).sum(axis=1).reshape(N_AGENCIES, -1)
        ends = [(people * end.reshape(N_AGENCIES, -1)).sum(axis=1) / heads for end in (groups.lo, groups.hi)]
        added.append((ends[0] <= truth) & (truth <= ends[1]))
    assert 0.85 <= coverage(pairs) <= 0.95
    assert np.concatenate(added).mean() > 0.96


def test_people_below_are_counted_with_the_chance_that_a_share_leaves_out():
    counted, expected = [], []
    for seed, s in enumerate(solved_countries()):
        cut, rng = s.country.test.cut(2), np.random.default_rng(seed)
        actual = rng.binomial(s.country.people, shares_below(s.country, cut)).reshape(N_GROUPS, -1).sum(axis=1)
        people = s.country.people.reshape(N_GROUPS, -1).sum(axis=1)
        share = s.share_draws(cut)
        small = people <= 100
        counted.append((actual[small], people_below(share, people, seed)[small]))
        expected.append((actual[small], (share * people[:, None])[small]))
    assert 0.87 <= coverage(counted) <= 0.95  # whole numbers: a little more than 90 %
    assert coverage(expected) < 0.84


def test_nothing_required_leaves_nobody_below():
    mean, within = np.array([[-9.0, 0.3]]), np.array([1.0, 0.8])
    assert share_below(mean, within, -np.inf).tolist() == [[0.0, 0.0]]
    assert shortfall_levels(mean, within, -np.inf, 1.6).tolist() == [[0.0, 0.0]]


def test_shares_and_shortfalls_are_those_of_people_drawn_one_by_one():
    rng = np.random.default_rng(0)
    mean, within, cut = np.array([[0.2, -0.4], [1.0, 0.9]]), np.array([0.9, 0.7]), np.array([0.5, -0.3])
    people = mean[:, :, None] + within[None, :, None] * rng.standard_normal(200_000)
    lack = np.maximum(cut[:, None, None] - people, 0)
    assert share_below(mean, within, cut) == pytest.approx((lack > 0).mean(axis=2), abs=0.005)
    assert shortfall_levels(mean, within, cut, 1.6) == pytest.approx(lack.mean(axis=2) / 1.6, abs=0.005)


def test_groups_weigh_cells_by_their_people():
    values = np.array([[0.1, 0.2], [0.5, 0.6], [0.9, 0.9], [0.3, 0.3]])
    means = aggregate(values, [30, 10, 5, 7], [1, 1, 0, -1], 3)
    assert means[:2] == pytest.approx(np.array([[0.9, 0.9], [0.2, 0.3]]))
    assert np.isnan(means[2]).all()


def test_silent_people_who_are_lower_raise_the_share_by_their_number():
    mean, within = np.array([[0.0], [0.0]]), np.array([1.0])
    as_they_are = share_below_if_silent_are_lower(mean, within, 0.0, [0.4, 1.0], lower_by=0.0)
    lower = share_below_if_silent_are_lower(mean, within, 0.0, [0.4, 1.0], lower_by=0.8)
    assert as_they_are[:, 0] == pytest.approx([0.5, 0.5])
    assert lower[:, 0] == pytest.approx([0.4 * 0.5 + 0.6 * norm.cdf(0.8), 0.5])


def test_a_summary_is_the_mean_and_nine_tenths_of_the_draws():
    summary = summarise(np.arange(101.0)[None, :] ** 2)
    assert (summary.mean[0], summary.lo[0], summary.hi[0]) == pytest.approx((3350.0, 25.0, 9025.0))
