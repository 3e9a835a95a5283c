import numpy as np
import polars as pl
import pytest
from sklearn.metrics import adjusted_rand_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from skills_models.contracts import LANGUAGES, TABLES
from skills_models.segmentation import NeedsSegments, choose_k, judge_numbers, segment_marts, segment_tables
from skills_models.segmentation.labels import distinguishing_skills, name_segments


@parametrize_with_checks([NeedsSegments(n_clusters=2, random_state=0)])
def test_obeys_scikit_learn_conventions(estimator, check):
    check(estimator)


def planted(seed: int, n_groups: int = 210, n_skills: int = 6, level_sd: float = 0.35):
    """Groups of three true segments, each lacking two skills more; levels differ; few respondents are noisy."""
    rng = np.random.default_rng(seed)
    truth = rng.permutation(np.arange(n_groups) % 3)
    respondents = np.round(np.exp(rng.uniform(np.log(10), np.log(300), n_groups)))
    shape = np.zeros((3, n_skills))
    for segment in range(3):
        shape[segment, 2 * segment : 2 * segment + 2] = 0.35
    level = np.abs(rng.normal(0.6, level_sd, n_groups))[:, None]
    noise = rng.normal(0, 0.6, (n_groups, n_skills)) / np.sqrt(respondents)[:, None]
    return np.maximum(level + shape[truth] + noise, 0), respondents, truth


def as_group_gaps(needs, respondents) -> pl.DataFrame:
    """Rows of ``analysis_gap__assn_group_skill``."""
    rows = [
        {
            "agency_id": f"a{g:03d}",
            "seniority_code": "specialist",
            "skill_code": f"S{s}",
            "n_people": int(3 * respondents[g]),
            "n_respondents": int(respondents[g]),
            "n_measured": int(respondents[g]),
            "n_unflagged": int(respondents[g]),
            "response_share": 1 / 3,
            "shortfall_levels": float(need),
            "shortfall_direct_levels": float(need),
        }
        for g, row in enumerate(needs)
        for s, need in enumerate(row)
    ]
    table = TABLES["analysis_gap__assn_group_skill"]
    return table.enforce(pl.DataFrame(rows, schema=table.polars_schema()))


def shown(gaps: pl.DataFrame) -> pl.DataFrame:
    """Groups with ten respondents."""
    return gaps.filter(pl.col("n_respondents") >= 10).select("agency_id", "seniority_code").unique()


def skill_names(n_skills: int = 6) -> pl.DataFrame:
    rows = [
        {"skill_code": f"S{s}", "skill_order": s} | {f"skill_name_{lang}": f"Skill {s}" for lang in LANGUAGES}
        for s in range(n_skills)
    ]
    return pl.DataFrame(rows)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_shapes_recover_planted_segments_where_levels_mislead(seed):
    needs, respondents, truth = planted(seed)
    by_shape = NeedsSegments(3, level_weight=0.0, random_state=0).fit(needs, sample_weight=respondents)
    by_level = NeedsSegments(3, random_state=0).fit(needs, sample_weight=respondents)
    assert adjusted_rand_score(truth, by_shape.labels_) >= 0.85
    assert adjusted_rand_score(truth, by_level.labels_) < 0.5  # plain k-means sorts by overall need


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_finds_the_planted_number_of_segments(seed):
    needs, respondents, _ = planted(seed)
    judged = judge_numbers(needs, respondents, respondents, level_weight=0.0, random_state=0)
    assert choose_k(judged) == 3


def test_noise_without_classes_is_one_segment():
    rng = np.random.default_rng(4)
    needs, respondents = np.abs(rng.normal(0.6, 0.2, (200, 6))), np.full(200, 30.0)
    assert choose_k(judge_numbers(needs, respondents, respondents, level_weight=0.0, random_state=0)) == 1


@pytest.fixture(scope="module")
def segmented():
    """Planted groups, their true segments, and the tables made of them."""
    needs, respondents, truth = planted(5)
    gaps = as_group_gaps(needs, respondents)
    return gaps, truth, *segment_tables(gaps, shown(gaps))


def test_tables_keep_level_and_shape_apart(segmented):
    _, truth, fit, groups = segmented
    assert adjusted_rand_score(truth, groups["segment_id"]) >= 0.85
    level = fit.group_by("segment_id").agg(pl.col("segment_shortfall_levels").mean()).sort("segment_id")
    assert level["segment_shortfall_levels"].is_sorted(descending=True)
    assert fit.group_by("segment_id").agg(pl.col("segment_deviation_levels").sum())[
        "segment_deviation_levels"
    ].to_list() == pytest.approx([0, 0, 0], abs=1e-12)


def test_groups_with_few_respondents_form_no_segment():
    needs, respondents, _ = planted(6)
    respondents[:5] = 9
    gaps = as_group_gaps(needs, respondents)
    _, groups = segment_tables(gaps, shown(gaps))
    assert groups.height == len(needs) - 5
    assert groups["n_respondents"].min() >= 10


def test_row_order_does_not_move_a_segment(segmented):
    gaps, _, fit, groups = segmented
    again = segment_tables(gaps.reverse(), shown(gaps))
    assert again[0].equals(fit)
    assert again[1].equals(groups)


def test_names_tell_segments_apart_in_every_language(segmented):
    fit = segmented[2]
    names = name_segments(fit, skill_names())
    for language in LANGUAGES:
        assert names[f"segment_name_{language}"].n_unique() == 3
    said = {tuple(sorted(distinguishing_skills(part))) for _, part in fit.group_by("segment_id")}
    assert said == {("S0", "S1"), ("S2", "S3"), ("S4", "S5")}


def test_equal_profiles_still_get_different_names():
    fit = pl.DataFrame(
        {
            "segment_id": [1, 1, 2, 2],
            "skill_code": ["S0", "S1"] * 2,
            "segment_shortfall_levels": [0.5] * 4,
            "segment_deviation_levels": [0.0] * 4,
        }
    )
    names = name_segments(fit, skill_names())["segment_name_en"].to_list()
    assert names == ["Medium need: even over the skills (1)", "Medium need: even over the skills (2)"]


def test_a_hidden_group_has_no_label_and_a_reason(segmented):
    gaps, _, fit, groups = segmented
    hidden = pl.col("agency_id") == "a000"
    gate = gaps.select(
        "agency_id",
        "seniority_code",
        "skill_code",
        "n_people",
        "n_respondents",
        is_shown=~hidden,
        hidden_reason_code=pl.when(hidden).then(pl.lit("complement")),
    )
    marts = segment_marts(fit, groups, gate, skill_names())
    first = marts["mart_needs__group_segment"].row(0, named=True)
    assert (first["segment_id"], first["is_shown"], first["hidden_reason_code"]) == (None, False, "complement")
    assert marts["mart_needs__group_segment"]["is_shown"].sum() == 209
    assert marts["mart_needs__segment"]["headcount_share"].sum() == pytest.approx(1)


def test_too_few_groups_give_empty_tables():
    gaps = as_group_gaps(np.ones((1, 6)), np.array([20.0]))
    fit, groups = segment_tables(gaps, shown(gaps))
    assert fit.is_empty()
    assert groups.is_empty()
