"""Self-ratings held against those of supervisors, on planted answers."""

import numpy as np
import polars as pl
import pytest

from skills_models.contracts import TABLES
from skills_models.measurement.bank import scale_table
from skills_models.measurement.leniency import agency_leniency
from tests.estimators.planted_bank import ITEMS, SLOPES, THRESHOLDS, bank_rows, pattern_of
from tests.estimators.simulated_answers import answer

N_AGENCIES = 30
AGENCIES = [f"A{i:02d}" for i in range(N_AGENCIES)]
BANK = bank_rows()
SCALES = scale_table(BANK, ITEMS)
LEVEL = SCALES["theta_per_level"].item()


def ratings(seed, n=60, bodies=N_AGENCIES - 5):
    """True leniency of every body in levels, and ``double_rating_sql``'s rows of people in all but the last five."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(0.4, 0.3, N_AGENCIES)
    agency = np.repeat(np.arange(bodies), n)
    theta = rng.normal(0, 0.8, agency.size)
    own, other = (
        pattern_of(answer(level, SLOPES, THRESHOLDS, rng)) for level in (theta + truth[agency] * LEVEL, theta)
    )
    frame = pl.DataFrame(
        {
            "person_id": [f"p{i:05d}" for i in range(agency.size)],
            "rater_id": [f"r{a:02d}{k}" for a, k in zip(agency, rng.integers(0, 12, agency.size), strict=True)],
            "agency_id": [AGENCIES[a] for a in agency],
            "skill_code": "ITR",
            "language_code": "ru",
            "self_pattern_id": own,
            "rater_pattern_id": other,
        }
    )
    return truth, frame


def leniency(frame):
    return agency_leniency(frame, BANK, ITEMS, SCALES, AGENCIES, 4)


def test_the_planted_leniency_of_bodies_is_found_where_one_mean_for_all_misses_it():
    hits, errors, flat = [], [], []
    for seed in range(6):
        truth, frame = ratings(seed)
        found = leniency(frame)
        columns = ("n_double_ratings", "leniency_levels", "leniency_lo_levels", "leniency_hi_levels")
        n, middle, lo, hi = (found[name].to_numpy() for name in columns)
        hits.append((lo <= truth) & (truth <= hi))
        errors.append((middle - truth)[n > 0])
        flat.append((middle.mean() - truth)[n > 0])

    assert 0.84 <= np.mean(hits) <= 0.95
    assert abs(np.mean(errors)) < 0.04
    assert np.std(errors) < 0.5 * np.std(flat)


def test_a_body_without_double_ratings_has_the_mean_of_the_others_and_a_wide_interval():
    found = leniency(ratings(0)[1]).with_columns(width=pl.col("leniency_hi_levels") - pl.col("leniency_lo_levels"))
    rated, silent = found.head(N_AGENCIES - 5), found.tail(5)

    assert found["agency_id"].to_list() == AGENCIES
    assert silent["n_double_ratings"].to_list() == [0] * 5
    assert silent["leniency_levels"].to_list() == pytest.approx([rated["leniency_levels"].mean()] * 5, abs=0.05)
    assert silent["width"].min() > 2 * rated["width"].max()


def test_an_interval_is_what_is_not_known_of_the_body_and_of_all_together():
    found = leniency(ratings(0)[1])
    own, shared = (found[f"leniency_{name}_sd_levels"].to_numpy() for name in ("own", "shared"))

    assert (found["leniency_hi_levels"] - found["leniency_levels"]).to_list() == pytest.approx(
        (1.6449 * np.hypot(own, shared)).tolist(), rel=1e-3
    )
    assert (shared[-5:] > 3 * shared[:-5].max()).all(), "their own ratings leave little to the mean of all"
    assert (own[-5:] > shared[-5:]).all()


def test_who_has_two_supervisors_is_one_person():
    _, frame = ratings(0, n=20)
    again = frame.filter(pl.col("agency_id") == "A03").with_columns(rater_id=pl.lit("other"))

    assert leniency(pl.concat([frame, again]))["n_double_ratings"].to_list() == [20] * 25 + [0] * 5


def test_too_few_ratings_give_no_rows_rather_than_a_guess():
    _, frame = ratings(0)
    empty = TABLES["analysis_skill__fit_leniency"].empty()

    assert leniency(frame.clear()).equals(empty)
    assert leniency(frame.filter(pl.col("agency_id").is_in(AGENCIES[:2]))).equals(empty)


def test_skills_of_one_person_count_once_and_the_order_of_rows_changes_no_bit():
    _, frame = ratings(0, n=20)
    bank, items, scales = (
        pl.concat([t, t.with_columns(skill_code=pl.lit("DAT"), **names)])
        for t, names in (
            (BANK, {"item_code": pl.col("item_code").str.replace("ITR", "DAT")}),
            (ITEMS, {"item_code": pl.col("item_code").str.replace("ITR", "DAT")}),
            (SCALES, {}),
        )
    )
    both = pl.concat([frame, frame.with_columns(skill_code=pl.lit("DAT"))])
    once, twice = leniency(frame), agency_leniency(both, bank, items, scales, AGENCIES, 4)

    assert twice["n_double_ratings"].to_list() == once["n_double_ratings"].to_list()
    assert twice["leniency_levels"].to_list() == pytest.approx(once["leniency_levels"].to_list(), abs=1e-9)
    assert leniency(frame.sample(fraction=1, shuffle=True, seed=1)).equals(once)
