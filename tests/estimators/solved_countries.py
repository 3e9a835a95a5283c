"""The simulated countries with the model's answer to each, solved once for all tests of one run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from skills_models.estimation.cell_measures import measure_cells
from skills_models.estimation.multilevel import CellDraws, VarianceFit, draw_cells, fit_variances
from skills_models.estimation.multilevel_solver import crossed_effects
from skills_models.estimation.shares import aggregate, share_below
from skills_models.measurement.measures import prior_free
from tests.estimators.simulated_country import (
    AGENCY,
    FAMILY,
    GRADE,
    GROUP,
    N_AGENCIES,
    N_CELLS,
    N_GROUPS,
    Country,
    simulate_country,
)

N_COUNTRIES = 16
EFFECTS = crossed_effects({"agency": AGENCY, "grade": GRADE, "family": FAMILY, "agency:grade": GROUP})


@dataclass(frozen=True)
class Solved:
    """A country, its respondents' prior-free measures, and what the model makes of them."""

    country: Country
    measure: np.ndarray
    error_variance: np.ndarray
    fit: VarianceFit
    draws: CellDraws

    def group_draws(self, values):
        """Draws of each agency x grade from draws of cells."""
        return aggregate(values, self.country.people, GROUP, N_GROUPS)

    def share_draws(self, cut: float):
        """Draws of the share below a cut in each agency x grade."""
        return self.group_draws(share_below(self.draws.mean, self.draws.within_sd, cut))

    def agency_draws(self, cut: float):
        """Draws of the share below a cut in each agency."""
        below = share_below(self.draws.mean, self.draws.within_sd, cut)
        return aggregate(below, self.country.people, AGENCY, N_AGENCIES)

    @property
    def group_of_respondent(self):
        return GROUP[self.country.cell]

    @property
    def n_respondents(self):
        """Respondents of each agency x grade."""
        return np.bincount(self.group_of_respondent, minlength=N_GROUPS)


def solve(seed: int, n_draws: int) -> Solved:
    country = simulate_country(seed)
    measure, variance = prior_free(country.eap, country.posterior_sd)
    cells = measure_cells(country.cell, measure, variance, N_CELLS)
    fit = fit_variances(cells, EFFECTS)
    return Solved(country, measure, variance, fit, draw_cells(cells, EFFECTS, fit, n_draws=n_draws, random_state=seed))


@cache
def solved_countries(n_draws: int = 200) -> list[Solved]:
    return [solve(seed, n_draws) for seed in range(N_COUNTRIES)]


def coverage(pairs) -> float:
    """Share of truths inside their 5 % to 95 % quantile, over (truth, draws) pairs."""
    inside = []
    for truth, draws in pairs:
        lo, hi = np.quantile(draws, [0.05, 0.95], axis=1)
        inside.append((lo <= truth) & (truth <= hi))
    return float(np.concatenate(inside).mean())
