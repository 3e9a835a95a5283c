"""What the model of cells costs at the size of a country, and how it does in countries with known truth; no asserts."""

from __future__ import annotations

import resource
import time

import numpy as np

from skills_models.estimation.cell_measures import measure_cells
from skills_models.estimation.multilevel import draw_skills, fit_variances
from skills_models.estimation.ranks import rank_groups
from skills_models.measurement.measures import prior_free
from tests.estimators.reference_estimates import squared_errors
from tests.estimators.simulated_country import N_CELLS, SD_WITHIN, Items, simulate_country
from tests.estimators.solved_countries import EFFECTS, N_COUNTRIES, Solved, coverage, solve

N_SKILLS, N_DRAWS = 6, 400


def cost(seed: int, response: float) -> str:
    """One line: CPU seconds of variances and of draws of six skills, and the peak memory of this process so far."""
    rng = np.random.default_rng(seed)
    country = simulate_country(seed)
    cell = np.repeat(np.arange(N_CELLS), rng.binomial(country.people, response))
    measures = []
    for _ in range(N_SKILLS):
        items = Items.draw(rng)
        eap, posterior_sd = items.scores()
        pattern = items.answer(country.mean[cell] + rng.normal(0, SD_WITHIN, cell.size), rng)
        measures.append(measure_cells(cell, *prior_free(eap[pattern], posterior_sd[pattern]), N_CELLS))
    begin = time.process_time()
    fits = [fit_variances(m, EFFECTS) for m in measures]
    fitted = time.process_time()
    draw_skills(measures, EFFECTS, fits, n_draws=N_DRAWS, random_state=seed)
    drawn = time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    return f"{cell.size:>11,} {fitted - begin:>11.1f} {drawn - fitted:>8.1f} {drawn - begin:>7.1f} {peak:>9.2f}"


def report(seed: int, solved: Solved) -> tuple[str, list[float]]:
    """One line on a country, and its numbers."""
    country = solved.country
    shares = [coverage([(country.share_below(c), solved.share_draws(c))]) for c in map(country.test.cut, (1, 2, 3))]
    mean = solved.group_draws(solved.draws.mean)
    covered = coverage([(country.group_mean(country.mean), mean)])
    truth, ranking = country.share_below(country.test.cut(2)), rank_groups(solved.share_draws(country.test.cut(2)))
    top = np.argsort(-truth, kind="stable")[: ranking.n_top]
    found = np.argsort(-ranking.top_probability, kind="stable")[: ranking.n_top]
    named = np.flatnonzero(ranking.is_named_top)
    hits = [np.isin(found, top).mean(), named.size, np.isin(named, top).sum()]
    ours, direct, area = squared_errors(solved)
    ratios = [np.sqrt(ours / direct), np.sqrt(ours / area)]
    numbers = [country.cell.size, *shares, covered, solved.fit.sds["within"], *ratios, *hits]
    return _line(seed, numbers), [float(number) for number in numbers]


def _line(name: object, numbers: list[float]) -> str:
    return f"{name!s:>5} {numbers[0]:>11,.0f} " + " ".join(f"{number:>8.3f}" for number in numbers[1:])


def main() -> None:
    """Print the cost, then the countries."""
    print(f"{N_CELLS} cells, {N_SKILLS} skills, {N_DRAWS} draws: CPU seconds and peak GiB of the process")
    print(f"{'respondents':>11} {'variances':>11} {'draws':>8} {'both':>7} {'peak GiB':>9}")
    for response in (0.05, 0.45, 1.0):
        print(cost(0, response), flush=True)
    heads = ("below 1", "below 2", "below 3", "mean", "within", "/direct", "/FH", "top hit", "named", "truly")
    print(f"\n{'seed':>5} {'respondents':>11} " + " ".join(f"{head:>8}" for head in heads))
    rows = []
    for seed in range(N_COUNTRIES):
        text, numbers = report(seed, solve(seed, N_DRAWS))
        rows.append(numbers)
        print(text, flush=True)
    print(_line("mean", np.mean(rows, axis=0).tolist()))


if __name__ == "__main__":
    main()
