"""Leniency of self-reports by agency, from double ratings that few people have."""

import numpy as np
import pytest

from skills_models.measurement.raters import TooFewDoubleRatings, rater_gap

N_AGENCIES, N_SILENT = 40, 10
AGENCY_SD, RATER_SD, PERSON_SD, MEAN = 0.3, 0.25, 0.8, 0.4


def double_ratings(seed):
    """True leniency of 40 agencies, ten of them without ratings, and 2 to 60 double-rated people in the others."""
    rng = np.random.default_rng(seed)
    truth = MEAN + rng.normal(0, AGENCY_SD, N_AGENCIES)
    n = np.exp(rng.uniform(np.log(2), np.log(60), N_AGENCIES)).astype(int)
    n[:N_SILENT] = 0
    agency = np.repeat(np.arange(N_AGENCIES), n)
    rater = rng.integers(0, 1 + n[agency] // 5)
    strict = rng.normal(0, RATER_SD, (N_AGENCIES, 20))[agency, rater]
    supervisor = rng.standard_normal(len(agency))
    own = supervisor + truth[agency] + strict + rng.normal(0, PERSON_SD, len(agency))
    return truth, own, supervisor, agency, rater


def rmse(found, truth):
    return float(np.sqrt(((found - truth) ** 2).mean()))


def test_shrunk_gaps_are_nearer_the_truth_than_raw_differences_or_one_for_all_and_intervals_cover():
    hits, errors, lenient = [], [], []
    for seed in range(30):
        truth, own, supervisor, agency, rater = double_ratings(seed)
        found = rater_gap(own, supervisor, agency, rater, N_AGENCIES)
        rated = np.arange(N_SILENT, N_AGENCIES)
        raw = (np.bincount(agency, own - supervisor, N_AGENCIES) / np.maximum(found.n_ratings, 1))[rated]
        pooled = (own - supervisor).mean()
        hits.append(np.abs(found.gap - truth) < 1.645 * found.gap_sd)
        errors.append(
            [
                rmse(found.gap[rated], truth[rated]),
                rmse(raw, truth[rated]),
                rmse(np.full(len(rated), pooled), truth[rated]),
            ]
        )
        most = rated[np.argsort(truth[rated])[-5:]]
        lenient.append([(found.gap - truth)[most].mean(), (pooled - truth)[most].mean()])
    shrunk, raw, pooled = np.mean(errors, axis=0)

    assert 0.85 <= np.mean(hits) <= 0.95
    assert 0.85 <= np.mean(np.array(hits)[:, :N_SILENT]) <= 0.95
    assert shrunk < 0.8 * min(raw, pooled)
    assert np.mean(lenient, axis=0)[1] < -0.4  # one gap for all misses the lenient agencies by far
    assert np.mean(lenient, axis=0)[0] > -0.35


def test_standard_deviations_of_agencies_supervisors_and_people_are_told_apart():
    found = [rater_gap(*double_ratings(seed)[1:], N_AGENCIES) for seed in range(20)]

    sds = np.mean([[f.agency_sd, f.rater_sd, f.residual_sd] for f in found], axis=0)
    assert sds == pytest.approx([AGENCY_SD, RATER_SD, PERSON_SD], abs=0.04)
    assert np.mean([f.mean for f in found]) == pytest.approx(MEAN, abs=0.04)


def normal_theory(difference, agency, rater, sds):
    """-2 log restricted likelihood with the prior of the SDs, and best predictions with SDs, by dense matrices."""
    place = np.eye(N_AGENCIES)[agency]
    pair = np.unique(np.column_stack([agency, rater]), axis=0, return_inverse=True)[1].ravel()
    by_rater = np.eye(pair.max() + 1)[pair]
    variance = sds[0] ** 2 * place @ place.T + sds[1] ** 2 * by_rater @ by_rater.T + sds[2] ** 2 * np.eye(len(agency))
    inverse = np.linalg.inv(variance)
    information = inverse.sum()
    mean = (inverse @ difference).sum() / information
    off = difference - mean
    deviance = np.linalg.slogdet(variance)[1] + np.log(information) + off @ inverse @ off - 2 * np.log(sds[0])
    reach = sds[0] ** 2 * place.T @ inverse
    rest = 1 - reach.sum(axis=1)
    spread = sds[0] ** 2 - sds[0] ** 2 * (reach * place.T).sum(axis=1) + rest**2 / information
    return deviance, mean + reach @ off, np.sqrt(spread)


def test_gaps_are_best_predictions_at_the_mode_of_the_restricted_likelihood():
    _, own, supervisor, agency, rater = double_ratings(4)
    found = rater_gap(own, supervisor, agency, rater, N_AGENCIES)
    sds = np.array([found.agency_sd, found.rater_sd, found.residual_sd])

    deviance, gap, gap_sd = normal_theory(own - supervisor, agency, rater, sds)

    assert found.gap == pytest.approx(gap, abs=1e-9)
    assert found.gap_sd == pytest.approx(gap_sd, abs=1e-9)
    for step in (0.97 ** np.eye(3)).tolist() + (1.03 ** np.eye(3)).tolist():
        assert normal_theory(own - supervisor, agency, rater, sds * step)[0] > deviance


def test_an_agency_without_ratings_has_the_mean_and_the_whole_spread():
    _, own, supervisor, agency, rater = double_ratings(1)
    own[agency == 20] = np.nan

    found = rater_gap(own, supervisor, agency, rater, N_AGENCIES)

    assert found.n_ratings[[0, 20]].tolist() == [0, 0]
    assert found.gap[[0, 20]] == pytest.approx(found.mean)
    assert found.gap_sd[0] == pytest.approx(np.hypot(found.agency_sd, found.mean_sd))
    assert found.gap_sd[found.n_ratings > 20].max() < found.gap_sd[0]


def test_many_people_of_one_supervisor_weigh_less_than_as_many_of_several():
    rng = np.random.default_rng(5)
    _, own, supervisor, agency, rater = double_ratings(2)
    more = np.repeat([0, 1], 50)
    raters = np.concatenate([np.zeros(50, np.int64), rng.integers(0, 10, 50)])
    own = np.concatenate([own, rng.normal(1.0, PERSON_SD, 100)])

    found = rater_gap(
        own, np.concatenate([supervisor, np.zeros(100)]), np.append(agency, more), np.append(rater, raters), N_AGENCIES
    )

    assert found.n_ratings[:2].tolist() == [50, 50]
    assert found.gap_sd[0] > 1.2 * found.gap_sd[1]


def test_the_order_of_people_changes_no_bit():
    _, own, supervisor, agency, rater = double_ratings(3)
    order = np.random.default_rng(0).permutation(len(own))

    one = rater_gap(own, supervisor, agency, rater, N_AGENCIES)
    two = rater_gap(own[order], supervisor[order], agency[order], rater[order], N_AGENCIES)

    assert np.array_equal(one.gap, two.gap)
    assert np.array_equal(one.gap_sd, two.gap_sd)


@pytest.mark.parametrize("agency", [[], [0, 0, 0, 1], [0, 1, 2, 3]])
def test_too_few_double_ratings_are_said_to_be_too_few(agency):
    n = len(agency)
    with pytest.raises(TooFewDoubleRatings, match="not calibrated"):
        rater_gap(np.arange(n) * 1.0, np.zeros(n), np.array(agency, dtype=np.int64), np.zeros(n, np.int64), 5)
