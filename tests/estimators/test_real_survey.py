"""The model on answers of real people: what it predicts of those it has not seen, and what less data does to it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from skills_models.estimation.cell_measures import measure_cells
from skills_models.estimation.multilevel import draw_cells, fit_variances
from skills_models.estimation.multilevel_solver import crossed_effects, interaction
from skills_models.estimation.shares import aggregate, summarise
from skills_models.measurement.graded_response import GradedResponseModel
from skills_models.measurement.measures import prior_free

ROOT = Path(__file__).parents[2]
ANSWERS = ROOT.parent / "shared" / "data" / "fevs2018_sample" / "responses.parquet"
ITEMS = ROOT / "data" / "packs" / "us_federal" / "items.csv"
CELL = ["AGENCY", "LEVEL1", "DSUPER"]
MIN_ITEMS, MIN_GROUP, N_SPLITS, N_DRAWS = 3, 20, 20, 100
MANY_DRAWS = 400  # where two widths are compared

pytestmark = pytest.mark.skipif(
    not ANSWERS.exists(), reason="the real answers are not beside this checkout (../shared/data)"
)


@dataclass(frozen=True)
class Survey:
    """Real respondents of agency x unit x supervisor or not, and the answers 0-4 to every scale of the pack."""

    cells: pl.DataFrame
    cell: np.ndarray
    answers: dict[str, np.ndarray]

    @property
    def agency(self):
        return self.code("AGENCY")

    def code(self, name):
        return (self.cells[name].rank("dense") - 1).to_numpy().astype(int)

    def effects(self):
        agency, band = self.agency, self.code("DSUPER")
        both = interaction(agency, band)
        return crossed_effects({"agency": agency, "unit": self.code("LEVEL1"), "band": band, "agency:band": both})

    def draws(self, measure, variance, seed=0, n_draws=N_DRAWS):
        """Draws of every cell from the people given by their (cell, measure, variance)."""
        cells = measure_cells(self.cell, measure, variance, self.cells.height)
        fit = fit_variances(cells, self.effects())
        return draw_cells(cells, self.effects(), fit, n_draws=n_draws, random_state=seed)


@pytest.fixture(scope="module")
def survey():
    people = pl.read_parquet(ANSWERS)
    cells = people.select(CELL).unique().sort(CELL).with_row_index("cell")
    cell = people.join(cells, on=CELL, maintain_order="left")["cell"].to_numpy()
    items = pl.read_csv(ITEMS).drop_nulls("skill_code").group_by("skill_code", maintain_order=True).agg("item_code")
    answers = {skill: people.select(codes).to_numpy() - 1 for skill, codes in items.iter_rows()}
    return Survey(cells, cell, {skill: given for skill, given in answers.items() if given.shape[1] >= MIN_ITEMS})


@pytest.fixture(scope="module")
def scales(survey):
    """A calibrated model of each scale, and everybody's prior-free measure with its variance."""
    models = {skill: GradedResponseModel().fit(answers) for skill, answers in survey.answers.items()}
    return {skill: (model, *measures(model, survey.answers[skill])) for skill, model in models.items()}


def measures(model, answers):
    score = model.score(answers)
    return prior_free(score[:, 0], score[:, 1])


def predicted(survey, measure, variance, seed):
    """Whether held-out means lie in their predictive interval, by the model and by the nation's mean alone."""
    rng = np.random.default_rng(seed)
    held = rng.random(measure.size) < 0.2
    draws = survey.draws(np.where(held, np.nan, measure), variance, seed)
    group = measure_cells(survey.cell[held], measure[held], variance[held], survey.cells.height)
    found = group.sums(float((draws.within_sd**2).mean()))
    large = np.bincount(survey.cell)[group.heard] >= MIN_GROUP
    mean, error = found.mean[large], 1 / np.sqrt(found.precision[large])
    chance = rng.standard_normal((mean.size, N_DRAWS)) * error[:, None]
    summary = summarise(draws.mean[group.heard][large] + chance)
    nation = np.average(measure[~held], weights=1 / (draws.within_sd.mean() ** 2 + variance[~held]))
    return (summary.lo <= mean) & (mean <= summary.hi), np.abs(mean - nation) <= 1.645 * error


def test_means_of_people_held_out_lie_in_their_intervals_where_one_mean_for_all_fails(survey, scales):
    ours, nation = [], []
    for _, measure, variance in scales.values():
        for seed in range(N_SPLITS):
            covered, covered_by_nation = predicted(survey, measure, variance, seed)
            ours.append(covered)
            nation.append(covered_by_nation)
    assert 0.85 <= np.concatenate(ours).mean() <= 0.95
    assert np.concatenate(nation).mean() < 0.75


def test_fewer_answers_widen_intervals_and_throw_no_agency_out_of_its_own(survey, scales):
    rng = np.random.default_rng(0)
    people = np.bincount(survey.cell)

    def agencies(measure, variance):
        draws = survey.draws(measure, variance, n_draws=MANY_DRAWS)
        return summarise(aggregate(draws.mean, people, survey.agency, survey.agency.max() + 1))

    for skill, (model, measure, variance) in scales.items():
        answers = survey.answers[skill]
        deleted = np.where(rng.random(answers.shape) < 0.3, -1, answers)
        before, after = agencies(measure, variance), agencies(*measures(model, deleted))
        assert ((before.lo <= after.mean) & (after.mean <= before.hi)).all()
        assert (after.hi - after.lo).mean() > (before.hi - before.lo).mean()
