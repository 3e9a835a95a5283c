"""Ranks over draws, by hand and on countries with known truth."""

import numpy as np
import pytest

from skills_models.estimation.ranks import named_top, rank_groups, ranks_by_draw, tied_brackets
from tests.estimators.simulated_country import N_GROUPS
from tests.estimators.solved_countries import solved_countries


def in_need(solved):
    """True shares below of a country's groups, the model's ranking, and each group's plain share of scores."""
    cut = solved.country.test.cut(2)
    below = np.bincount(solved.group_of_respondent, solved.country.eap < cut, N_GROUPS)
    raw = np.where(solved.n_respondents > 0, below / np.maximum(solved.n_respondents, 1), -1.0)
    return solved.country.share_below(cut), rank_groups(solved.share_draws(cut)), raw


def highest(values, n):
    """Whether a value is among the ``n`` highest."""
    chosen = np.zeros(len(values), dtype=bool)
    chosen[np.argsort(-values, kind="stable")[:n]] = True
    return chosen


def test_ranking_by_probability_finds_more_of_the_true_top_than_raw_shares_do():
    ours, plain = [], []
    for truth, ranking, raw in map(in_need, solved_countries()):
        top = highest(truth, ranking.n_top)
        ours.append(top[highest(ranking.top_probability, ranking.n_top)].mean())
        plain.append(top[highest(raw, ranking.n_top)].mean())
    assert np.mean(ours) >= np.mean(plain) + 0.15


def test_groups_named_top_are_top_where_the_highest_raw_shares_are_not():
    named, highest_raw = [], []
    for truth, ranking, raw in map(in_need, solved_countries()):
        top = highest(truth, ranking.n_top)
        named.append(top[ranking.is_named_top])
        highest_raw.append(top[highest(raw, int(ranking.is_named_top.sum()))])
    assert np.concatenate(named).size > 0
    assert np.concatenate(named).mean() >= 0.80
    assert np.concatenate(highest_raw).mean() < 0.60


def test_rank_intervals_cover_the_true_rank():
    inside = []
    for truth, ranking, _ in map(in_need, solved_countries()):
        rank = ranks_by_draw(truth[:, None])[:, 0]
        inside.append((ranking.rank_lo <= rank) & (rank <= ranking.rank_hi))
    assert 0.87 <= np.concatenate(inside).mean() <= 0.95


def test_ranks_of_four_draws_by_hand():
    draws = np.array([[9.0, 9.0, 1.0, 9.0], [5.0, 5.0, 5.0, 5.0], [1.0, 1.0, 9.0, 1.0]])
    assert ranks_by_draw(draws).tolist() == [[1, 1, 3, 1], [2, 2, 2, 2], [3, 3, 1, 3]]
    ranking = rank_groups(draws)
    assert ranking.n_top == 1
    assert ranking.top_probability.tolist() == [0.75, 0.0, 0.25]
    assert ranking.rank_lo.tolist() == [1, 2, 1]
    assert ranking.rank_hi.tolist() == [3, 2, 3]
    assert not ranking.is_named_top.any()


@pytest.mark.parametrize(("n_groups", "n_top"), [(9, 1), (10, 1), (11, 2), (30, 3), (240, 24), (241, 25)])
def test_a_tenth_of_the_groups_is_rounded_up(n_groups, n_top):
    assert rank_groups(np.zeros((n_groups, 1))).n_top == n_top


def test_a_bracket_ends_where_somebody_is_surely_lower_than_its_leader():
    rng = np.random.default_rng(0)
    centres = np.array([0.0, 1.0, 0.9, 0.7, 0.05, -3.0])
    draws = centres[:, None] + 0.2 * rng.standard_normal((6, 2000))
    assert tied_brackets(draws).tolist() == [2, 1, 1, 1, 2, 3]


def test_a_leader_of_chance_is_not_named():
    draws = np.random.default_rng(0).standard_normal((50, 400))
    ranking = rank_groups(draws)
    assert not ranking.is_named_top.any()
    assert set(ranking.bracket) == {1}
    assert named_top(np.array([0.79, 0.80])).tolist() == [False, True]


def test_a_group_without_figures_has_no_rank():
    with pytest.raises(ValueError, match="without people"):
        rank_groups(np.array([[0.1, 0.2], [np.nan, np.nan]]))
