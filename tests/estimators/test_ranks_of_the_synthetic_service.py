"""Who needs most in a civil service whose truth is known."""

import numpy as np
import polars as pl
import pytest
from scipy.special import ndtr, ndtri

from skills_models.disclosure.gate import shown_groups
from skills_models.estimation.priorities import priorities
from skills_models.estimation.ranks import rank_groups
from skills_models.estimation.shares import summarise
from skills_models.synthetic.answers import SD_HALO, draw_items
from skills_models.synthetic.skills import SD_WITHIN
from skills_models.synthetic.truth import true_cuts
from tests.estimators.synthetic_house import AGENCIES, PACK, SERVICES, bands, estimates, house

GROUP = ["agency_id", "seniority_code"]
SKILL_WEIGHTS = PACK.tables["core_ref__assn_skill_weight"]
SKILLS = PACK.tables["core_ref__entity_skill"].sort("skill_order")["skill_code"].to_list()


def highest(values, n):
    """Whether a value is among the ``n`` highest."""
    chosen = np.zeros(len(values), dtype=bool)
    chosen[np.argsort(-values, kind="stable")[:n]] = True
    return chosen


@pytest.mark.parametrize(("min_measured", "by_at_least"), [(1, 0.10), (10, 0.05)])
def test_ranking_by_probability_finds_more_of_the_true_top_tenth_than_plain_shares_do(min_measured, by_at_least):
    ours, plain, named = [], [], []
    for service in SERVICES:
        found = estimates(*service)
        for skill in found.draws:
            groups = bands(found.groups, service).filter(
                (pl.col("skill_code") == skill.skill_code) & (pl.col("n_measured") >= min_measured)
            )
            ranking = rank_groups(skill.over(skill.below(), groups.select(GROUP)))
            top = highest(groups["reported_share"].to_numpy(), ranking.n_top)
            ours.append(top[highest(ranking.top_probability, ranking.n_top)].mean())
            plain.append(top[highest(groups["below_weighted_share"].to_numpy(), ranking.n_top)].mean())
            named.append(top[ranking.is_named_top])

    named = np.concatenate(named)
    print(f"found {np.mean(ours):.2f}, plain {np.mean(plain):.2f}, named {named.size}, truly {named.mean():.2f}")
    assert np.mean(ours) >= np.mean(plain) + by_at_least
    assert named.size > 50
    assert named.mean() >= 0.80


def true_need(service):
    """Mean shortfall of each group on the self-report scale, in levels, a column per skill."""
    person = house(*service).truth["person"]
    bank, in_kk = draw_items(PACK, SKILLS), (person["language_code"] == "kk").mean()
    spread = np.hypot(SD_WITHIN, SD_HALO)
    columns = {}
    for s, skill in enumerate(SKILLS):
        cuts = true_cuts(bank, s, in_kk)
        z = ndtri(person[f"reported_{skill}"].to_numpy())
        z = np.maximum(z, -40)  # nothing is required: nothing is lacking
        loss = spread * (z * ndtr(z) + np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi))
        columns[skill] = pl.Series(loss / ((cuts[3] - cuts[1]) / 2))
    return person.select(GROUP).with_columns(**columns).group_by(GROUP).mean()


def weighted(scenario):
    """A scenario's mean over the skill columns."""
    weights = SKILL_WEIGHTS.filter(pl.col("weight_scenario_code") == scenario)
    parts = [pl.col(skill) * w for skill, w in weights.select("skill_code", "skill_weight").iter_rows()]
    return pl.sum_horizontal(parts) / weights["skill_weight"].sum()


def ranked(service, weights):
    """analysis_gap__assn_priority of the groups that may be shown."""
    found = estimates(*service)
    return priorities(found.draws, weights, shown_groups(found.groups, found.scopes, AGENCIES, 10))


def covered(rows, lo, hi):
    return rows.select(pl.col("need").is_between(lo, hi).mean()).item()


@pytest.mark.parametrize("service", SERVICES)
def test_need_over_skills_is_covered_where_skills_taken_as_independent_are_too_sure(service):
    draws, need = estimates(*service).draws, true_need(service)
    rng = np.random.default_rng(0)
    joint, apart = [], []
    for scenario in SKILL_WEIGHTS["weight_scenario_code"].unique().sort():
        weights = SKILL_WEIGHTS.filter(pl.col("weight_scenario_code") == scenario)
        truth, rows = need.with_columns(need=weighted(scenario)), ranked(service, weights)
        joint.append(covered(rows.join(truth, on=GROUP), "need_lo_levels", "need_hi_levels"))
        keys = rows.select(GROUP)
        share = dict(weights.select("skill_code", pl.col("skill_weight") / pl.col("skill_weight").sum()).iter_rows())
        mixed = sum(
            share[skill.skill_code] * rng.permutation(skill.over(skill.shortfall(), keys), axis=1) for skill in draws
        )
        figure = summarise(mixed)
        lone = keys.with_columns(lo=pl.Series(figure.lo), hi=pl.Series(figure.hi))
        apart.append(covered(lone.join(truth, on=GROUP), "lo", "hi"))

    assert 0.87 <= np.mean(joint) <= 0.96
    assert np.mean(apart) < np.mean(joint) - 0.10


def test_groups_named_under_a_set_of_weights_are_truly_on_top():
    hits = []
    for service in SERVICES:
        need = true_need(service)
        for (scenario,), rows in ranked(service, SKILL_WEIGHTS).group_by(["weight_scenario_code"], maintain_order=True):
            truth = rows.join(need, on=GROUP, how="left", maintain_order="left").select(need=weighted(scenario))
            top = highest(truth["need"].to_numpy(), int(np.ceil(rows.height / 10)))
            hits.append(top[rows["is_named_top"].to_numpy()])

    hits = np.concatenate(hits)
    assert hits.size >= 20
    assert hits.mean() >= 0.80
