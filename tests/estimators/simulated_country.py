"""Countries with known truth: the frozen generator behind the bars of the multilevel model."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.special import expit
from scipy.stats import norm

N_AGENCIES, N_GRADES, N_FAMILIES = 40, 6, 15
N_CELLS = N_AGENCIES * N_GRADES * N_FAMILIES
N_GROUPS = N_AGENCIES * N_GRADES
SD_AGENCY, SD_GRADE, SD_FAMILY, SD_AGENCY_GRADE, SD_CELL, SD_WITHIN = 0.30, 0.25, 0.20, 0.12, 0.12, 0.88
N_ITEMS, N_CATEGORIES = 4, 4
NODES = np.linspace(-6, 6, 121)

CELL = np.arange(N_CELLS)
AGENCY, GRADE, FAMILY = np.unravel_index(CELL, (N_AGENCIES, N_GRADES, N_FAMILIES))
GROUP = AGENCY * N_GRADES + GRADE


@dataclass(frozen=True)
class Country:
    """Cells (register) and respondents (survey) of one skill.

    ``people`` and ``mean`` (latent truth) of shape (cells,); of each respondent the ``cell``, the score ``eap`` and
    ``posterior_sd`` under N(0, 1), shape (respondents,); ``test`` is the four items that were answered.
    """

    people: np.ndarray
    mean: np.ndarray
    cell: np.ndarray
    eap: np.ndarray
    posterior_sd: np.ndarray
    test: Items

    def group_mean(self, values):
        """Mean over the people of each group of a value per cell."""
        return np.bincount(GROUP, self.people * values) / np.bincount(GROUP, self.people)

    def share_below(self, cut: float) -> np.ndarray:
        """True share below the cut in each group, in the superpopulation."""
        return self.group_mean(norm.cdf((cut - self.mean) / SD_WITHIN))


@dataclass(frozen=True)
class Items:
    """Graded response items with known parameters, and the score of each of their answer patterns."""

    slopes: np.ndarray
    thresholds: np.ndarray

    @classmethod
    def draw(cls, rng) -> Items:
        centre = rng.uniform(-0.35, 0.35, (N_ITEMS, 1))
        return cls(rng.uniform(1.1, 2.2, N_ITEMS), centre + np.array([-1.3, 0.0, 1.3]))

    def probabilities(self, theta):
        """Of each category, shape (thetas, items, categories)."""
        at_least = expit(self.slopes[:, None] * (np.asarray(theta)[:, None, None] - self.thresholds))
        return -np.diff(at_least, axis=2, prepend=1.0, append=0.0)

    def cut(self, level: int) -> float:
        """Skill at which the mean answer expected is half a point below the level."""
        expected = (self.probabilities(NODES) * np.arange(N_CATEGORIES)).sum(axis=2).mean(axis=1)
        return float(np.interp(level - 0.5, expected, NODES))

    def scores(self):
        """EAP and posterior SD under N(0, 1) of every pattern, in the order of ``pattern``."""
        patterns = np.array(list(product(range(N_CATEGORIES), repeat=N_ITEMS)))
        chances = self.probabilities(NODES)
        likelihood = np.prod([chances[:, i, patterns[:, i]] for i in range(N_ITEMS)], axis=0)
        posterior = likelihood * norm.pdf(NODES)[:, None]
        posterior /= posterior.sum(axis=0)
        eap = NODES @ posterior
        return eap, np.sqrt(NODES**2 @ posterior - eap**2)

    def answer(self, theta, rng):
        """Number of the pattern that each person gives."""
        at_least = np.cumsum(self.probabilities(theta), axis=2)[:, :, :-1]
        answers = (rng.random((len(theta), N_ITEMS, 1)) > at_least).sum(axis=2)
        return answers @ N_CATEGORIES ** np.arange(N_ITEMS - 1, -1, -1)


def simulate_country(seed: int, n_people: int = 90_000) -> Country:
    """Agencies of very different size and response, each with its own mix of grades and families."""
    rng = np.random.default_rng(seed)
    size = rng.lognormal(0, 0.8, N_AGENCIES)
    mix = rng.dirichlet(np.full(N_FAMILIES, 2.0), N_AGENCIES)
    grades = rng.dirichlet(20 * np.array([0.30, 0.25, 0.18, 0.12, 0.09, 0.06]), N_AGENCIES)
    weight = (size / size.sum())[:, None, None] * grades[:, :, None] * mix[:, None, :]
    people = 1 + rng.multinomial(n_people - N_CELLS, weight.ravel())
    mean = (
        rng.normal(0, SD_AGENCY, N_AGENCIES)[AGENCY]
        + rng.normal(0, SD_GRADE, N_GRADES)[GRADE]
        + rng.normal(0, SD_FAMILY, N_FAMILIES)[FAMILY]
        + rng.normal(0, SD_AGENCY_GRADE, N_GROUPS)[GROUP]
        + rng.normal(0, SD_CELL, N_CELLS)
    )
    asked = np.exp(rng.uniform(np.log(5), np.log(500), N_AGENCIES)).round().astype(int)
    cell = np.concatenate([_respondents(people, agency, n, rng) for agency, n in enumerate(asked)])
    items = Items.draw(rng)
    eap, posterior_sd = items.scores()
    pattern = items.answer(mean[cell] + rng.normal(0, SD_WITHIN, cell.size), rng)
    return Country(people, mean, cell, eap[pattern], posterior_sd[pattern], items)


def _respondents(people, agency: int, n: int, rng):
    """Cells of ``n`` of the agency's people, or of all where it has fewer."""
    cells = np.flatnonzero(agency == AGENCY)
    everybody = np.repeat(cells, people[cells])
    return np.sort(rng.choice(everybody, min(n, everybody.size), replace=False))
