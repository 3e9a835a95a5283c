"""The multilevel model against R, against dense algebra, and against countries with known truth."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from skills_models.estimation.cell_measures import measure_cells
from skills_models.estimation.multilevel import VarianceFit, draw_cells, draw_skills, fit_variances
from skills_models.estimation.multilevel_solver import DesignError, crossed_effects, interaction
from skills_models.estimation.skill_correlation import skill_correlations
from tests.estimators.reference_estimates import naive_interval, squared_errors
from tests.estimators.simulated_country import (
    AGENCY,
    FAMILY,
    GRADE,
    GROUP,
    N_CELLS,
    SD_WITHIN,
    simulate_country,
)
from tests.estimators.solved_countries import EFFECTS, coverage, solved_countries

GOLDEN = Path(__file__).parents[3] / "shared" / "data" / "golden"


def spread_without_weights(solved) -> float:
    """Standard deviation within cells, every person weighing the same and the mean error taken off."""
    cell, y = solved.country.cell, solved.measure
    n = np.bincount(cell, minlength=N_CELLS)
    rest = y - (np.bincount(cell, y, N_CELLS) / np.maximum(n, 1))[cell]
    return np.sqrt(rest @ rest / (y.size - np.count_nonzero(n)) - solved.error_variance.mean())


@pytest.mark.skipif(not GOLDEN.exists(), reason="the golden files are not beside this checkout (../shared/data)")
def test_standard_deviations_are_those_of_lme4():
    people = pl.read_csv(GOLDEN / "dev_cells.csv")
    key = ["agency", "grade", "family"]
    cells = people.select(key).unique().sort(key).with_row_index("cell")
    code = {name: (cells[name].rank("dense") - 1).to_numpy().astype(int) for name in key}
    cell = people.join(cells, on=key, maintain_order="left")["cell"].to_numpy()
    measures = measure_cells(cell, people["y"].to_numpy(), np.zeros(people.height), cells.height)
    both = interaction(code["agency"], code["grade"])
    found = fit_variances(measures, crossed_effects(code | {"ag": both}), with_prior=False).sds
    names = {"grp": pl.String, "sdcor": pl.Float64}
    said = dict(pl.read_csv(GOLDEN / "dev_cells_sds.csv", schema=names).iter_rows())
    for name in ("agency", "grade", "family", "ag"):
        assert found[name] == pytest.approx(said[name], rel=0.01)
    assert found["within"] == pytest.approx(said["Residual"], rel=0.01)
    assert found["cell"] == pytest.approx(said["cell"], rel=0.01, abs=0.002)
    without_pairs = fit_variances(measures, crossed_effects(code), with_prior=False).sds
    assert without_pairs["cell"] > 1.1 * said["cell"]


def test_spread_of_people_is_found_where_equal_weights_overstate_it():
    found = np.mean([solved.fit.sds["within"] for solved in solved_countries()])
    unweighted = np.mean([spread_without_weights(solved) for solved in solved_countries()])
    assert found == pytest.approx(SD_WITHIN, abs=0.01)
    assert unweighted > SD_WITHIN + 0.05


def test_intervals_of_group_means_cover_where_means_of_scores_do_not():
    solved = solved_countries()
    ours = coverage((s.country.group_mean(s.country.mean), s.group_draws(s.draws.mean)) for s in solved)
    naive = []
    for s in solved:
        (lo, hi), truth, heard = naive_interval(s), s.country.group_mean(s.country.mean), s.n_respondents >= 2
        naive.append(((lo <= truth) & (truth <= hi))[heard])
    assert 0.87 <= ours <= 0.93
    assert np.concatenate(naive).mean() < 0.87


def test_group_means_are_nearer_the_truth_than_direct_and_area_level_ones():
    squares = np.mean([squared_errors(solved) for solved in solved_countries()], axis=0)
    assert np.sqrt(squares[0] / squares[1]) <= 0.55
    assert np.sqrt(squares[0] / squares[2]) <= 0.80


def small_model():
    """Three agencies x three grades, two columns; one cell and one agency silent."""
    agency, grade = np.repeat([0, 1, 2], 3), np.tile([0, 1, 2], 3)
    effects = crossed_effects({"agency": agency, "grade": grade}, design=(grade == 2)[:, None] * 1.0)
    cell = np.array([0, 0, 0, 1, 2, 2, 3, 3, 4])
    y = np.array([0.3, -0.2, 0.9, 1.1, -0.4, 0.2, 0.5, 0.1, -1.0])
    return effects, cell, y, np.linspace(0.2, 0.6, 9)


def test_draws_have_the_mean_and_covariance_of_the_exact_posterior():
    effects, cell, y, v = small_model()
    sds = np.array([0.5, 0.4, 0.3, 0.8])
    fit = VarianceFit(("agency", "grade", "cell", "within"), np.log(sds), 1e-12 * np.eye(4))
    drawn = draw_cells(measure_cells(cell, y, v, 9), effects, fit, n_draws=10_000, random_state=1).mean
    levels = [np.equal.outer(effects.codes[:, e], effects.codes[:, e]) for e in (0, 1)]
    prior = 1e6 * effects.design @ effects.design.T + 0.25 * levels[0] + 0.16 * levels[1] + 0.09 * np.eye(9)
    shows = np.eye(9)[cell]
    gain = prior @ shows.T @ np.linalg.inv(shows @ prior @ shows.T + np.diag(0.64 + v))
    centre, exact = gain @ y, prior - gain @ shows @ prior
    sd = np.sqrt(np.diag(exact))
    assert np.abs((drawn.mean(axis=1) - centre) / sd).max() < 0.05
    assert np.abs((np.cov(drawn) - exact) / np.outer(sd, sd)).max() < 0.07


def test_neither_order_nor_splitting_of_people_changes_a_bit():
    effects, cell, y, v = small_model()
    rows = np.random.default_rng(0).permutation(np.tile(np.arange(9), 2))
    one = measure_cells(cell, y, v, 9, count=np.full(9, 2))
    two = measure_cells(cell[rows], y[rows], v[rows], 9)
    fits = [fit_variances(m, effects) for m in (one, two)]
    draws = [draw_cells(m, effects, f, n_draws=3, random_state=0) for m, f in zip((one, two), fits, strict=True)]
    assert fits[0].covariance.tobytes() == fits[1].covariance.tobytes()
    assert draws[0].mean.tobytes() == draws[1].mean.tobytes()


def test_people_who_answered_nothing_are_no_people():
    _, cell, y, v = small_model()
    silent = measure_cells(np.append(cell, 8), np.append(y, np.nan), np.append(v, np.nan), 9)
    assert silent.n.tolist() == measure_cells(cell, y, v, 9).n.tolist()
    with pytest.raises(ValueError, match="nobody was measured"):
        measure_cells(cell, np.full(9, np.nan), v, 9)


def test_an_effect_without_signal_keeps_a_wide_small_spread_where_plain_likelihood_may_deny_it():
    rng = np.random.default_rng(3)
    codes = {"agency": np.repeat(np.arange(30), 6), "noise": rng.integers(0, 20, 180)}
    cell = np.repeat(np.arange(180), 4)
    y = rng.normal(0, 0.4, 30)[codes["agency"]][cell] + rng.normal(0, 1, cell.size)
    measures, effects = measure_cells(cell, y, np.zeros(cell.size), 180), crossed_effects(codes)
    fit = fit_variances(measures, effects)
    drawn = draw_cells(measures, effects, fit, n_draws=300, random_state=0)
    lo, hi = np.quantile(drawn.component_sds, [0.05, 0.95], axis=1)
    assert lo[0] < 0.4 < hi[0]
    assert lo[1] < 0.05 < hi[1] < 0.3
    assert fit_variances(measures, effects, with_prior=False).sds["noise"] < 0.002


def test_a_required_level_carries_cells_that_nobody_answered_for():
    rng = np.random.default_rng(5)
    agency, role = np.repeat(np.arange(20), 12), np.tile(np.arange(12), 20)
    level = (role % 4)[:, None] * 1.0
    truth = 0.6 * level[:, 0] + rng.normal(0, 0.2, 20)[agency] + rng.normal(0, 0.1, 12)[role]
    cell = np.repeat(np.flatnonzero(role < 8), 5)
    y = truth[cell] + rng.normal(0, 1, cell.size)
    measures, silent = measure_cells(cell, y, np.zeros(cell.size), 240), role >= 8

    def error(design):
        effects = crossed_effects({"agency": agency, "role": role}, design)
        draws = draw_cells(measures, effects, fit_variances(measures, effects), n_draws=100, random_state=0)
        return np.sqrt(((draws.mean.mean(axis=1) - truth)[silent] ** 2).mean())

    assert error(level) < 0.3
    assert error(None) > 0.5


def test_columns_that_cannot_be_told_apart_are_refused():
    effects, cell, y, v = small_model()
    twice = crossed_effects({"agency": effects.codes[:, 0]}, np.ones((9, 1)))
    with pytest.raises(DesignError, match="drop one"):
        fit_variances(measure_cells(cell, y, v, 9), twice)


def test_sums_over_skills_cover_only_when_draws_are_correlated():
    between, within = np.array([[1, 0.6], [0.6, 1]]), np.array([[1, 0.7], [0.7, 1]])
    correlated, apart = [], []
    for seed in range(4):
        rng, country = np.random.default_rng(seed), simulate_country(seed)

        def skills(correlation, n, rng=rng):
            return np.linalg.cholesky(correlation) @ rng.standard_normal((2, n))

        factors = ((0.30, AGENCY), (0.25, GRADE), (0.20, FAMILY), (0.12, GROUP), (0.12, np.arange(N_CELLS)))
        truth = sum(sd * skills(between, code.max() + 1)[:, code] for sd, code in factors)
        people = SD_WITHIN * skills(within, country.cell.size) + rng.normal(0, 0.6, (2, country.cell.size))
        y = truth[:, country.cell] + people
        measures = [measure_cells(country.cell, own, np.full(own.size, 0.36), N_CELLS) for own in y]
        fits = [fit_variances(m, EFFECTS) for m in measures]
        found = skill_correlations(country.cell, y.T)
        assert found.effect[0, 1] == pytest.approx(0.6, abs=0.2)
        assert found.residual[0, 1] == pytest.approx(0.7 * SD_WITHIN**2 / (SD_WITHIN**2 + 0.36), abs=0.05)
        told = {"effect_correlation": found.effect, "residual_correlation": found.residual}
        for kept, how in ((correlated, told), (apart, {})):
            draws = draw_skills(measures, EFFECTS, fits, n_draws=150, random_state=seed, **how)
            total = draws[0].mean + draws[1].mean
            weight = np.bincount(GROUP, country.people)
            by_group = np.stack([np.bincount(GROUP, country.people * d) / weight for d in total.T]).T
            kept.append((country.group_mean(truth.sum(axis=0)), by_group))
    assert 0.86 <= coverage(correlated) <= 0.94
    assert coverage(apart) < 0.84
