"""Multilevel model of cell means: crossed effects, variances with their uncertainty, posterior draws of every cell.

What belongs here is the model; its linear algebra stands in ``multilevel_solver``, figures made of draws in ``shares``
and ``ranks``. A person's measure is fixed part + random effects + cell effect + person + error of measurement, the last
of known variance, person by person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from skills_models.estimation.cell_measures import CellMeasures, Floats
from skills_models.estimation.multilevel_solver import CrossedEffects, MixedEquations

EFFECT_SCALE, PEOPLE_SCALE = 0.5, 1.0  # of half-normal priors, theta: all people together have a deviation of about 1
MAX_SLOPE = 0.05  # of the log posterior per unit of a log standard deviation, at what is taken for the mode
LOG_SD_RANGE = (-7.0, 3.0)
MIN_CURVATURE = 1.0  # the posterior of a log standard deviation is never wider than 1, whatever the data leave open


class NotSettled(ValueError):
    """The standard deviations have not reached the mode of their posterior."""


@dataclass(frozen=True)
class VarianceFit:
    """Standard deviations of the model (theta) and what is known of them.

    Parameters
    ----------
    names : random effects, then 'cell', then 'within' (people inside a cell)
    log_sds : mode, shape (components,)
    covariance : of the normal posterior of ``log_sds``, shape (components, components)
    """

    names: tuple[str, ...]
    log_sds: Floats
    covariance: Floats

    @property
    def sds(self) -> dict[str, float]:
        """Standard deviation of each component at the mode."""
        return dict(zip(self.names, np.exp(self.log_sds).tolist(), strict=True))


@dataclass(frozen=True)
class CellDraws:
    """Posterior draws of one skill.

    Parameters
    ----------
    mean : mean of each cell on theta, shape (cells, draws), float32
    within_sd : spread of people inside a cell, shape (draws,)
    component_sds : in the order of ``VarianceFit.names``, shape (components, draws)
    """

    mean: NDArray[np.float32]
    within_sd: Floats
    component_sds: Floats


def fit_variances(measures: CellMeasures, effects: CrossedEffects, *, with_prior: bool = True) -> VarianceFit:
    """Restricted maximum likelihood of the standard deviations, with a normal posterior of their logarithms (Laplace).

    Each standard deviation has a half-normal prior, nearly flat where it matters (Gelman 2006). On the log scale a flat
    prior adds log(sd) to the likelihood, which keeps the mode off zero (the same penalty as Chung and others 2013), so
    that a component without signal has a small spread of its own instead of none, and a wide posterior.

    Parameters
    ----------
    measures : of ``measure_cells``
    effects : of ``crossed_effects``, for the same cells
    with_prior : False for restricted maximum likelihood itself

    Raises
    ------
    DesignError
        If the cells with persons do not identify the design columns.
    ValueError
        If the shapes differ, or fewer than two cells have persons.
    NotSettled
        If the slope at the mode is not nil: the flag of the optimiser alone is not believed.
    """
    if measures.n.shape != (len(effects.codes),) or np.count_nonzero(measures.n) < 2:
        raise ValueError(f"want at least two cells with persons, and effects of {measures.n.size} cells")
    equations = MixedEquations.of(measures, effects)
    width = len(effects.names)
    start = np.log(measures.spread) + np.append(np.full(width + 1, np.log(0.25)), 0.0)

    def objective(log_sds: Floats) -> tuple[float, Floats]:
        value, gradient = equations.deviance(log_sds)
        penalty, slope = _prior(log_sds) if with_prior else (0.0, 0.0)
        return value / 2 + penalty, gradient / 2 + slope

    with threadpool_limits(limits=1):  # sums of several threads differ from run to run
        bounds = [LOG_SD_RANGE] * start.size
        options = {"ftol": 1e-13, "gtol": 1e-7, "maxiter": 500}
        mode = minimize(objective, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options).x
        _refuse_unsettled(mode, objective(mode)[1])
        curvature = _curvature(lambda log_sds: objective(log_sds)[1], mode)
    return VarianceFit((*effects.names, "cell", "within"), mode, _inverse_of(curvature))


def draw_cells(
    measures: CellMeasures, effects: CrossedEffects, fit: VarianceFit, *, n_draws: int = 400, random_state: int
) -> CellDraws:
    """Posterior draws of every cell's mean, cells without persons included; see ``draw_skills``."""
    return draw_skills([measures], effects, [fit], n_draws=n_draws, random_state=random_state)[0]


def draw_skills(
    measures: Sequence[CellMeasures],
    effects: CrossedEffects,
    fits: Sequence[VarianceFit],
    *,
    effect_correlation: Floats | None = None,
    residual_correlation: Floats | None = None,
    n_draws: int = 400,
    random_state: int,
) -> list[CellDraws]:
    """Posterior draws of several skills, draw d of one belonging to draw d of the others.

    A draw is simulated effects plus the best prediction from the data minus simulated data (Matheron's rule; Doucet
    2010), at standard deviations drawn from the fit. Simulated effects and residuals of the skills are correlated as
    told, so errors of different skills go together as they do in truth, and sums over skills have honest intervals.

    Parameters
    ----------
    measures, fits : one per skill
    effects : of ``crossed_effects``; cells of the register, whoever answered
    effect_correlation, residual_correlation : between skills, of random effects and of persons' residuals, shape
        (skills, skills); default none
    n_draws : states of the country; at 400 the ends of a 90 % interval are sure to 3 % of its width
    """
    n_skills, n_cells = len(fits), len(effects.codes)
    mixing = [_root(matrix, n_skills) for matrix in (effect_correlation, residual_correlation)]
    rng = np.random.default_rng(random_state)
    equations = [MixedEquations.of(m, effects) for m in measures]
    means = [np.empty((n_draws, n_cells), np.float32) for _ in fits]
    with threadpool_limits(limits=1):
        log_sds = [_draw_log_sds(fit, rng.standard_normal((n_draws, fit.log_sds.size))) for fit in fits]
        for d in range(n_draws):
            effect_noise = mixing[0] @ rng.standard_normal((n_skills, effects.n_levels + n_cells))
            residual_noise = mixing[1] @ rng.standard_normal((n_skills, n_cells))
            for k in range(n_skills):
                noise = (effect_noise[k], residual_noise[k])
                means[k][d] = _draw(equations[k], effects, log_sds[k][d], *noise)
    return [
        CellDraws(np.ascontiguousarray(mean.T), np.exp(drawn[:, -1]), np.exp(drawn.T))
        for mean, drawn in zip(means, log_sds, strict=True)
    ]


def _draw(
    equations: MixedEquations,
    effects: CrossedEffects,
    log_sds: Floats,
    effect_noise: Floats,
    residual_noise: Floats,
) -> Floats:
    """Mean of every cell in one draw, shape (cells,)."""
    sds = np.exp(log_sds)
    random = effect_noise[: effects.n_levels] * sds[effects.effect_of_level]
    cell = effect_noise[effects.n_levels :] * sds[-2]
    no_fixed = np.zeros(effects.design.shape[1])  # their prior is flat: any value gives the same draw
    simulated = effects.predict(no_fixed, random) + cell
    sums, heard = equations.sums(log_sds), equations.measures.heard
    observed = simulated[heard] + residual_noise[heard] / np.sqrt(sums.precision)
    fixed, random_gain, cell_gain = equations.predict(sums, sums.mean - observed, log_sds)
    cell[heard] += cell_gain
    return effects.predict(fixed, random + random_gain) + cell


def _refuse_unsettled(mode: Floats, gradient: Floats) -> None:
    """Refuse a mode with a slope, other than one that leads out of the range of standard deviations."""
    low, high = LOG_SD_RANGE
    inside = ((mode > low) | (gradient < 0)) & ((mode < high) | (gradient > 0))
    if (steepest := float(np.abs(gradient[inside]).max(initial=0.0))) > MAX_SLOPE:
        raise NotSettled(f"the standard deviations did not settle: the slope at their mode is {steepest:.2g}")


def _draw_log_sds(fit: VarianceFit, noise: Floats) -> Floats:
    drawn = fit.log_sds + noise @ np.linalg.cholesky(fit.covariance).T
    return np.clip(drawn, *LOG_SD_RANGE)


def _prior(log_sds: Floats) -> tuple[float, Floats]:
    """Minus the log density of the log standard deviations, and its slope."""
    ratio = np.exp(2 * log_sds) / np.append(np.full(log_sds.size - 1, EFFECT_SCALE), PEOPLE_SCALE) ** 2
    return float((ratio / 2 - log_sds).sum()), ratio - 1


def _curvature(gradient: Callable[[Floats], Floats], mode: Floats, step: float = 1e-3) -> Floats:
    steps = step * np.eye(mode.size)
    rows = [(gradient(mode + h) - gradient(mode - h)) / (2 * step) for h in steps]
    return np.asarray((np.array(rows) + np.array(rows).T) / 2, np.float64)


def _inverse_of(curvature: Floats) -> Floats:
    """Covariance of a normal posterior; directions that the data do not bend get ``MIN_CURVATURE``."""
    values, vectors = np.linalg.eigh(curvature)
    return np.asarray((vectors / np.maximum(values, MIN_CURVATURE)) @ vectors.T, np.float64)


def _root(correlation: Floats | None, size: int) -> Floats:
    return np.eye(size) if correlation is None else np.asarray(np.linalg.cholesky(correlation), np.float64)
