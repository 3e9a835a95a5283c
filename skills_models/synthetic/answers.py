"""What people answer: a graded response model with anchored options, and the habits of real respondents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from skills_models.packs.model import Pack
from skills_models.synthetic.plot import LARGEST_GAP, TARGET_BELOW, WORST_OF_OTHERS
from skills_models.synthetic.skills import LEVEL_SPACING, SkillTruth
from skills_models.synthetic.streams import Streams

LENIENCY, SD_HALO = 0.30, 0.35
STRAIGHT_LINERS = 0.12
CANNOT_JUDGE = 0.205
SHIFTED_ITEMS, LANGUAGE_SHIFT = ("CUR_2", "DAT_4"), 0.5
DEFAULT_BELOW = 0.40  # for skills the plot does not name
CALIBRATION_ROWS = 12_000
QUESTIONNAIRE = Streams(2017)  # the items are the same in every invented country: a bank of one serves them all


@dataclass(frozen=True)
class ItemBank:
    """True item parameters.

    Parameters
    ----------
    skill : index of the skill of each item, shape (items,)
    slope : shape (items,)
    thresholds : ascending, shape (items, 3)
    cannot_judge : chance of no judgement, shape (items,)
    shift_kk : how much harder the item is in Kazakh, shape (items,)
    """

    items: list[str]
    skill: np.ndarray
    slope: np.ndarray
    thresholds: np.ndarray
    cannot_judge: np.ndarray
    shift_kk: np.ndarray


@dataclass(frozen=True)
class Answers:
    """What everybody would answer if asked; -1 where they could not judge.

    Parameters
    ----------
    level : shape (n, items), int8
    below, measured : by skill, shape (n, skills)
    is_straight_liner : one answer to everything, shape (n,)
    theta : true skill on the scale of the items, shape (n, skills)
    """

    level: np.ndarray
    below: np.ndarray
    measured: np.ndarray
    is_straight_liner: np.ndarray
    theta: np.ndarray


def draw_items(pack: Pack, skills: list[str]) -> ItemBank:
    """Items of the pack's survey that belong to a skill, with drawn parameters."""
    rng = QUESTIONNAIRE.part("items")
    items = pack.tables["core_ref__entity_item"].filter(pl.col("skill_code").is_in(skills)).sort("item_code")
    n = items.height
    centre = rng.uniform(-0.35, 0.35, n)
    steps = np.array([-1.0, 0.0, 1.0]) * LEVEL_SPACING
    return ItemBank(
        items=items["item_code"].to_list(),
        skill=np.array([skills.index(code) for code in items["skill_code"]]),
        slope=rng.uniform(1.1, 2.2, n),
        thresholds=centre[:, None] + steps * rng.uniform(0.9, 1.1, (n, 1)),
        cannot_judge=CANNOT_JUDGE + rng.uniform(-0.07, 0.07, n),
        shift_kk=np.where(np.isin(items["item_code"].to_numpy(), SHIFTED_ITEMS), LANGUAGE_SHIFT, 0.0),
    )


def draw_answers(
    truth: SkillTruth,
    bank: ItemBank,
    in_kk: np.ndarray,
    streams: Streams,
    agency: np.ndarray,
    plot_agency: int,
    straight: bool = True,
) -> Answers:
    """Would-be answers of everybody, with the scale set so that the nation's shares meet the plot.

    On the skill of the first finding the body ``plot_agency`` (an index as in ``agency``, shape (n,)) is made
    like the nation, and every other one is kept from being worse than the plot allows.
    """
    n = len(truth.theta)
    habits = streams.part("habits")
    is_straight = (habits.random(n) < (STRAIGHT_LINERS if straight else 0.0)) & (agency != plot_agency)
    halo = habits.normal(LENIENCY, SD_HALO, n).astype(np.float32)
    rated = _draw_rated(bank, is_straight, streams.part("cannot judge"))
    chance = streams.part("answers").random((n, len(bank.items)), dtype=np.float32)
    theta, same = truth.theta.copy(), np.full(n, -1, dtype=np.int8)
    level = np.empty(chance.shape, dtype=np.int8)
    for s, skill in enumerate(truth.skills):
        columns = np.flatnonzero(bank.skill == s)
        asked = _Asked(bank, columns, in_kk, halo, chance[:, columns], rated[:, columns], truth.required[:, s], same)
        step = max(1, n // CALIBRATION_ROWS)
        theta[:, s] += asked.find_shift(theta[:, s], np.arange(0, n, step), TARGET_BELOW.get(skill, DEFAULT_BELOW))
        if skill == LARGEST_GAP:
            _plant_bodies(asked, theta[:, s], agency, plot_agency)
        level[:, columns] = asked.answer(theta[:, s], np.arange(n))
        if s == 0:  # straight-liners repeat their first answer
            same[is_straight] = level[is_straight, columns[0]]
            level[np.ix_(is_straight, columns)] = same[is_straight, None]
    level[~rated] = -1
    below, measured = judge(level, bank, truth.required)
    return Answers(level, below, measured, is_straight, theta)


def graded_answers(
    theta: np.ndarray, slope: np.ndarray, thresholds: np.ndarray, shift: np.ndarray, chance: np.ndarray
) -> np.ndarray:
    """Answers 0-3 of a graded response model (Samejima), shape (n, items), from uniform ``chance``.

    The higher the skill, the higher the answer at the same chance.
    """
    level = np.zeros(chance.shape, dtype=np.int8)
    chance = np.maximum(chance, 1e-9)  # a draw of exactly 0 has no logit
    logit = np.log(chance) - np.log1p(-chance)
    for k in range(thresholds.shape[1]):
        level += logit < slope * (theta[:, None] - shift - thresholds[:, k])
    return level


def judge(level: np.ndarray, bank: ItemBank, required: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whether the mean answer lies below required level - 1/2, and whether two items or more were rated.

    Both of shape (n, skills); in integers: 2 * sum < (2 * level - 1) * n.
    """
    n_skills = required.shape[1]
    below = np.zeros((len(level), n_skills), dtype=bool)
    measured = np.zeros_like(below)
    for s in range(n_skills):
        mine = level[:, bank.skill == s]
        n_rated = (mine >= 0).sum(axis=1)
        total = np.where(mine >= 0, mine, 0).sum(axis=1, dtype=np.int64)
        measured[:, s] = n_rated >= 2
        below[:, s] = measured[:, s] & (2 * total < (2 * required[:, s].astype(np.int64) - 1) * n_rated)
    return below, measured


@dataclass(frozen=True)
class _Asked:
    """The items of one skill, put to everybody with the same chance whatever the scale.

    ``same`` holds the one answer of those who repeat it, and -1 for everybody else.
    """

    bank: ItemBank
    columns: np.ndarray
    in_kk: np.ndarray
    halo: np.ndarray
    chance: np.ndarray
    rated: np.ndarray
    required: np.ndarray
    same: np.ndarray

    def answer(self, theta: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Answers of some people, shape (rows, items of the skill)."""
        shift = self.in_kk[rows, None] * self.bank.shift_kk[self.columns].astype(np.float32)
        level = graded_answers(
            theta[rows] + self.halo[rows],
            self.bank.slope[self.columns].astype(np.float32),
            self.bank.thresholds[self.columns].astype(np.float32),
            shift,
            self.chance[rows],
        )
        return np.where(self.same[rows, None] >= 0, self.same[rows, None], level)

    def share_below(self, theta: np.ndarray, rows: np.ndarray) -> float:
        """Share of the measured among some people that is below requirement."""
        level, rated = self.answer(theta, rows), self.rated[rows]
        n_rated = rated.sum(axis=1)
        total = (level * rated).sum(axis=1, dtype=np.int64)
        below = 2 * total < (2 * self.required[rows].astype(np.int64) - 1) * n_rated
        measured = n_rated >= 2
        return float(below[measured].mean()) if measured.any() else 0.0

    def find_shift(self, theta: np.ndarray, rows: np.ndarray, target: float) -> np.float32:
        """Shift of theta that brings the share below of some people to the target, by bisection."""
        low, high = -6.0, 6.0
        for _ in range(18):
            middle = (low + high) / 2
            low, high = (middle, high) if self.share_below(theta + np.float32(middle), rows) > target else (low, middle)
        return np.float32((low + high) / 2)


def _plant_bodies(asked: _Asked, theta: np.ndarray, agency: np.ndarray, plot_agency: int) -> None:
    """Shift the small body to the nation's share below, and the worst others to what the plot allows, in place."""
    everybody = np.arange(len(theta))
    national = asked.share_below(theta, everybody)
    order = np.argsort(agency, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(agency[order])) + 1):
        limit = national if agency[rows[0]] == plot_agency else WORST_OF_OTHERS
        if agency[rows[0]] == plot_agency or asked.share_below(theta, rows) > limit:
            theta[rows] += asked.find_shift(theta, rows, limit)


def _draw_rated(bank: ItemBank, is_straight: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Which items each person felt able to judge; some people judge little, straight-liners nearly all."""
    n = len(is_straight)
    habit = rng.gamma(2.0, 0.5, n).astype(np.float32) * np.where(is_straight, 0.3, 1.0).astype(np.float32)
    chance = np.minimum(habit[:, None] * bank.cannot_judge.astype(np.float32), 0.9)
    return rng.random(chance.shape, dtype=np.float32) >= chance
