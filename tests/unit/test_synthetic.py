"""The synthetic civil service: its plot, its dirt and its deliveries are what they claim to be."""

import time
from datetime import date
from functools import cache

import numpy as np
import polars as pl
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from skills_models.ingestion.folding import fold, fold_grade
from skills_models.packs import find_pack, load_pack
from skills_models.synthetic import CivilService, generate
from skills_models.synthetic.answers import graded_answers
from skills_models.synthetic.identity import check_digits, draw_identity_numbers, with_wrong_check_digit
from skills_models.synthetic.population import SERIES_OF_KIND

SKILLS = ("ITR", "DAT", "USR", "CUR", "STO", "INS")
AS_OF = date(2026, 11, 14)
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")


@cache
def kz():
    return load_pack(find_pack("kz"))


def service(n_people: int = 20_000, seed: int = 20261114, clean: bool = False) -> CivilService:
    return _drawn(n_people, seed, clean)


@cache
def _drawn(n_people: int, seed: int, clean: bool) -> CivilService:
    return generate(kz(), n_people, seed, AS_OF, clean)


PLOTS = [(20_000, 20261114), (20_000, 5), (90_000, 20261114)]
plots = pytest.mark.parametrize(("n_people", "seed"), PLOTS)


def fact(drawn: CivilService, name: str) -> str:
    return drawn.truth["plot"].filter(pl.col("fact") == name)["value"].item()


def delivered(drawn: CivilService, source: str) -> pl.DataFrame:
    """The files of a source under contract names, as a reader of the pack's mapping would see them."""
    mapping = kz().sources[source]
    frames = []
    for file in drawn.deliveries:
        if file.source_code == source:
            names = {fold(h): name for name, column in mapping.columns.items() for h in column.headers}
            frames.append(file.frame.rename({h: names.get(fold(h), h) for h in file.frame.columns}))
    return pl.concat(frames)


def wilson(n_below: int, n: int, z: float = 1.645) -> tuple[float, float]:
    share, unit = n_below / n, z * z / n
    middle = (share + unit / 2) / (1 + unit)
    half = z / (1 + unit) * np.sqrt(share * (1 - share) / n + unit / (4 * n))
    return middle - half, middle + half


# -- the plot ----------------------------------------------------------------------------------------


@plots
def test_user_centricity_is_the_largest_gap_of_the_nation_by_a_clear_margin(n_people, seed):
    person = service(n_people, seed).truth["person"]
    share = {skill: person[f"below_{skill}"].mean() for skill in SKILLS}
    others = [value for skill, value in share.items() if skill != "USR"]
    assert share["USR"] > max(others) + 0.08
    assert all(0.25 <= value <= 0.60 for value in share.values())


@plots
def test_district_bodies_lag_behind_central_ones_on_user_centricity_and_overall(n_people, seed):
    person = service(n_people, seed).truth["person"]
    district = person.filter(pl.col("agency_kind_code").str.starts_with("district"))
    central = person.filter(pl.col("agency_kind_code") == "central")
    difference = {s: district[f"below_{s}"].mean() - central[f"below_{s}"].mean() for s in SKILLS}
    assert difference["USR"] > 0.10
    assert np.mean(list(difference.values())) > 0.04


@plots
def test_a_small_body_looks_worst_on_fourteen_replies_although_its_people_are_like_the_nation(n_people, seed):
    drawn = service(n_people, seed)
    person, plot_agency = drawn.truth["person"], fact(drawn, "plot_agency_id")
    national = person["below_USR"].mean()
    low = pl.col("below_USR")
    bodies = person.group_by("agency_id").agg(
        true=low.mean(),
        n=low.filter(pl.col("is_respondent")).count(),
        raw=low.filter(pl.col("is_respondent")).mean(),
        n_below=low.filter(pl.col("is_respondent")).sum(),
    )
    small = bodies.filter(pl.col("agency_id") == plot_agency).row(0, named=True)
    others = bodies.filter(pl.col("agency_id") != plot_agency)
    assert small["n"] == 14
    assert abs(small["true"] - national) < 0.03
    assert others["raw"].max() < small["raw"] - 0.02
    assert others["true"].max() < small["raw"]
    low_end, high_end = wilson(small["n_below"], 14)
    assert low_end < national < high_end


@plots
def test_storytelling_and_insurgency_are_lacking_and_have_no_course(n_people, seed):
    drawn = service(n_people, seed)
    person = drawn.truth["person"]
    assert person["below_STO"].mean() > 0.30
    assert person["below_INS"].mean() > 0.25
    built = {element[:3] for element in delivered(drawn, "course_effects")["element_code"]}
    assert built == {"ITR", "DAT", "USR", "CUR"}


@plots
def test_plain_k_means_recovers_the_three_segments_from_groups_of_thirty(n_people, seed):
    found, true = _clusters(service(n_people, seed))
    assert adjusted_rand_score(true, found) >= 0.80


def test_k_means_finds_nothing_of_them_when_replies_are_shuffled_over_groups():
    found, true = _clusters(service(), shuffle=np.random.default_rng(1))
    assert abs(adjusted_rand_score(true, found)) < 0.15


def _clusters(drawn: CivilService, shuffle: np.random.Generator | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Segments found in the mean shortfalls of agency x band groups, and the true ones."""
    replies = drawn.truth["person"].filter("is_respondent")
    cut = {skill: pl.col(f"required_{skill}") - 0.5 for skill in SKILLS}
    shortfall = replies.select(
        (cut[s] - pl.mean_horizontal(pl.col(f"^answer_{s}_.*$"))).clip(lower_bound=0).alias(s) for s in SKILLS
    )
    if shuffle is not None:
        shortfall = shortfall[shuffle.permutation(shortfall.height)]
    groups = (
        pl.concat([replies.select("agency_id", "seniority_code", "true_segment"), shortfall], how="horizontal")
        .group_by("agency_id", "seniority_code", maintain_order=True)
        .agg(pl.len(), pl.col("true_segment").first(), pl.col(SKILLS).mean())
        .filter(pl.col("len") >= 30)
    )
    fit = KMeans(3, n_init=10, random_state=0).fit(groups.select(SKILLS).to_numpy(), sample_weight=groups["len"])
    return fit.labels_, groups["true_segment"].to_numpy()


# -- the people --------------------------------------------------------------------------------------


def test_identity_numbers_are_unique_pass_their_check_and_cannot_have_been_issued():
    numbers = service().truth["person"]["identity_number"]
    digits = np.array([[int(c) for c in number] for number in numbers[:2000]])
    assert numbers.n_unique() == numbers.len() == 20_000
    assert (digits[:, 6] == 9).all()
    assert (check_digits(digits[:, :11]) == digits[:, 11]).all()
    assert numbers.str.slice(0, 6).str.to_date("%y%m%d", strict=False).null_count() == 0


def test_check_digits_follow_the_published_example_by_hand():
    # 1*9+2*0+3*0+4*1+5*0+6*1+7*9+8*0+9*0+10*0+11*1 = 93 = 8*11 + 5
    assert check_digits(np.array([[9, 0, 0, 1, 0, 1, 9, 0, 0, 0, 1]])) == [5]
    # first row: 10*1 = 10, so the second row counts: 1*1 = 1
    assert check_digits(np.array([[0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]])) == [1]


def test_numbers_of_one_birth_date_stay_apart_until_there_are_too_many():
    rng = np.random.default_rng(1)
    day = np.full(2000, np.datetime64("1990-01-01"))
    assert draw_identity_numbers(day, rng).n_unique() == 2000
    with pytest.raises(ValueError, match="share a date of birth"):
        draw_identity_numbers(np.repeat(day, 3), rng)


def test_a_wrong_check_digit_never_passes():
    numbers = service().truth["person"]["identity_number"].head(500)
    digits = np.array([[int(c) for c in number] for number in with_wrong_check_digit(numbers)])
    assert (check_digits(digits[:, :11]) != digits[:, 11]).all()


def test_grades_fit_the_kind_of_body_and_bands_fit_the_grades():
    register = delivered(service(clean=True), "hr_register")
    kinds = kz().tables["core_ref__codes_agency"].select("agency_id", "agency_kind_code")
    bands = kz().tables["core_ref__codes_grade"].select("grade_code", "seniority_code")
    joined = register.join(kinds, on="agency_id").join(bands, on="grade_code")
    assert joined.height == 20_000
    series = joined.with_columns(series=pl.col("grade_code").str.replace(r"-\d$", ""))
    for kind, fit in SERIES_OF_KIND.items():
        assert set(series.filter(pl.col("agency_kind_code") == kind)["series"]) <= set(fit)


def test_agencies_are_uneven_and_none_has_fewer_than_twenty_people_at_full_size():
    sizes = service(90_000).truth["person"]["agency_id"].value_counts()["count"]
    assert sizes.sum() == 90_000
    assert len(sizes) == kz().tables["core_ref__codes_agency"].height
    assert sizes.min() >= 20
    assert sizes.max() > 2 * sizes.median()


def test_response_depends_on_body_and_band_and_stays_in_the_published_range():
    person = service(90_000).truth["person"]
    by_body = person.group_by("agency_id").agg(pl.col("is_respondent").mean())["is_respondent"]
    by_band = person.group_by("seniority_code").agg(pl.col("is_respondent").mean())["is_respondent"]
    assert 0.43 < person["is_respondent"].mean() < 0.49
    assert by_body.min() > 0.14
    assert by_body.max() < 0.78
    assert by_body.std() > 0.08
    assert by_band.max() - by_band.min() > 0.08


def test_response_depends_on_skill_only_where_asked():
    def bias(response_on_skill: float) -> float:
        person = generate(kz(), 8_000, 7, AS_OF, True, response_on_skill).truth["person"]
        within = pl.col("theta_DAT") - pl.col("theta_DAT").mean().over("agency_id", "seniority_code")
        return person.with_columns(within=within).filter("is_respondent")["within"].mean()

    assert abs(bias(0.0)) < 0.04
    assert bias(0.8) > 0.15


# -- the answers -------------------------------------------------------------------------------------


def test_graded_answers_follow_the_model_and_rise_with_skill_at_the_same_chance():
    rng = np.random.default_rng(3)
    slope, thresholds = np.array([1.5]), np.array([[-1.0, 0.0, 1.0]])
    chance = rng.random((200_000, 1))
    low, high = (graded_answers(np.full(200_000, t), slope, thresholds, np.zeros(1), chance) for t in (0.0, 1.0))
    expected = 1 / (1 + np.exp(-1.5 * (0.0 - thresholds[0])))
    assert np.allclose([(low >= k).mean() for k in (1, 2, 3)], expected, atol=0.005)
    assert (high >= low).all()
    assert high.mean() > low.mean() + 0.4


def test_below_requirement_in_the_truth_is_the_rule_of_the_house():
    person = service().truth["person"]
    for skill in SKILLS:
        answers = pl.col(f"^answer_{skill}_.*$")
        direct = person.select(
            n=pl.sum_horizontal(answers.is_not_null()),
            below=pl.mean_horizontal(answers) < pl.col(f"required_{skill}") - 0.5,
            said=pl.col(f"below_{skill}"),
        )
        assert (direct.filter(pl.col("n") >= 2)["below"] == direct.filter(pl.col("n") >= 2)["said"]).all()
        assert direct.filter(pl.col("n") < 2)["said"].null_count() == direct.filter(pl.col("n") < 2).height


def test_habits_of_respondents_are_those_of_a_real_survey():
    replies = service().truth["person"].filter("is_respondent")
    answers = replies.select(pl.col("^answer_.*$"))
    missing = sum(answers.null_count().row(0)) / (answers.height * answers.width)
    one_answer = (answers.max_horizontal() == answers.min_horizontal()).mean()
    assert 0.16 <= missing <= 0.19
    assert 0.10 <= one_answer <= 0.15
    assert generate(kz(), 3000, 1, AS_OF, True, straight_liners=False).truth["person"]["is_straight_liner"].sum() == 0


def test_two_items_and_no_others_are_harder_in_kazakh():
    person = service(90_000).truth["person"].filter(~pl.col("is_straight_liner"))
    answers = pl.col("^answer_.*$")
    skill_of = service(90_000).truth["item"]
    means = person.group_by("language_code").agg(answers.mean()).sort("language_code")
    difference = {c[7:]: means[c][1] - means[c][0] for c in means.columns if c != "language_code"}
    for skill in ("CUR", "DAT"):
        items = skill_of.filter(pl.col("skill_code") == skill)["item_code"]
        shifted = skill_of.filter(pl.col("shift_kk") > 0)["item_code"].to_list()
        plain = np.mean([difference[item] for item in items if item not in shifted])
        assert all(difference[item] - plain > 0.1 for item in items if item in shifted)
    assert shifted == ["CUR_2", "DAT_4"]


def test_supervisors_rate_a_tenth_agree_by_about_a_third_and_are_less_lenient():
    drawn = service(90_000)
    ratings = delivered(drawn, "supervisor_ratings")
    person = drawn.truth["person"]
    joined = person.join(ratings, left_on="identity_number", right_on="person_id")
    assert joined.height == pytest.approx(0.1 * person["is_respondent"].sum(), rel=0.02)
    assert (joined["identity_number"] != joined["rater_id"]).all()
    validity, lenience = [], []
    for skill in SKILLS:
        own, other = f"^answer_{skill}_.*$", f"^{skill}_[1-4]$"
        pair = joined.select(
            own=pl.mean_horizontal(pl.col(own)), other=pl.mean_horizontal(pl.col(other).cast(pl.Float64))
        ).drop_nulls()
        validity.append(np.corrcoef(pair["own"], pair["other"])[0, 1])
        lenience.append((pair["own"] - pair["other"]).mean())
    assert 0.22 <= np.mean(validity) <= 0.38
    assert min(lenience) > 0


# -- training ----------------------------------------------------------------------------------------


def test_a_third_is_due_by_the_end_of_the_next_quarter_and_few_are_overdue():
    due = service().truth["due"]
    advanced = due.filter(pl.col("due_kind_code") == "advanced")
    assert advanced.height == 20_000
    assert 0.025 < advanced["is_overdue"].mean() < 0.045
    assert 0.28 < (advanced["due_date"] <= date(2027, 3, 31)).mean() < 0.38
    assert 0 < due.filter(pl.col("due_kind_code") == "retraining")["is_overdue"].sum() < 200


def test_an_eighth_of_last_years_quota_hours_were_innovation_courses():
    history = delivered(service(clean=True), "training_history").filter(
        (pl.col("completion_status_code") == "completed")
        & (pl.col("completed_date") > "2025-11-14")
        & pl.col("training_kind_code").is_in(["advanced", "other"])
    )
    hours = history["course_hours"].cast(pl.Int64)
    innovation = history["is_innovation"] == "true"
    assert hours.filter(innovation).sum() / hours.sum() == pytest.approx(0.12, abs=0.015)


def test_completed_innovation_courses_raised_skill_by_the_known_effect():
    drawn = service(clean=True)
    history = delivered(drawn, "training_history").filter(
        (pl.col("completion_status_code") == "completed") & (pl.col("is_innovation") == "true")
    )
    built = (
        delivered(drawn, "course_effects").select("course_id", skill=pl.col("element_code").str.slice(0, 3)).unique()
    )
    names = delivered(drawn, "courses").select("course_id", "course_name_ru").join(built, on="course_id")
    person = drawn.truth["person"]
    difference = []
    for skill in ("ITR", "DAT", "USR", "CUR"):
        trained = history.join(names.filter(pl.col("skill") == skill), on="course_name_ru")["person_id"].unique()
        cell = ["agency_id", "seniority_code", "job_family_code"]
        within = pl.col(f"theta_{skill}") - pl.col(f"theta_{skill}").mean().over(cell)
        split = person.with_columns(within, is_trained=pl.col("identity_number").is_in(trained.implode()))
        means = split.group_by("is_trained").agg(pl.col(f"theta_{skill}").mean()).sort("is_trained")
        difference.append(means[f"theta_{skill}"][1] - means[f"theta_{skill}"][0])
    assert np.mean(difference) == pytest.approx(float(fact(drawn, "training_effect_theta")), abs=0.10)


# -- the deliveries ----------------------------------------------------------------------------------


def test_dirt_in_the_files_is_what_the_truth_says():
    drawn = service()
    said = dict(drawn.truth["dirt"].iter_rows())
    register, sheets = delivered(drawn, "hr_register"), delivered(drawn, "survey_answers")
    items = kz().tables["core_ref__entity_item"]["item_code"].to_list()
    grades = set(kz().tables["core_ref__codes_grade"]["grade_code"])
    folded = register["grade_code"].map_elements(fold_grade, return_dtype=pl.String)
    assert register.height - register.unique().height == said["exact_duplicate"]
    assert (register["posting_kind_code"] == "Совместительство").sum() == said["second_posting"]
    assert (~folded.is_in(list(grades))).sum() >= said["unknown_grade"]
    assert folded.filter(~folded.is_in(list(grades))).len() <= said["unknown_grade"] + said["exact_duplicate"]
    assert (sheets.height - sheets["person_id"].n_unique()) == said["repeated_sheet"] == 6
    known = [None, "0", "1", "2", "3", "9", "99"]
    assert sheets.select((~pl.col(items).is_in(known)).sum()).sum_horizontal().item() == said["answer_outside_list"]
    assert sheets.select(pl.col(items).is_in(["9", "99"]).sum()).sum_horizontal().item() >= said["missing_code"]
    assert register["grade_code"].str.contains("[А-Я]").sum() > 0.05 * register.height


def test_the_small_body_of_the_plot_is_delivered_without_dirt():
    drawn = service()
    people = drawn.truth["person"].filter(pl.col("agency_id") == fact(drawn, "plot_agency_id"))
    sheets = delivered(drawn, "survey_answers").filter(pl.col("person_id").is_in(people["identity_number"].implode()))
    register = delivered(drawn, "hr_register").filter(pl.col("person_id").is_in(people["identity_number"].implode()))
    assert sheets.height == 14
    assert register.height == people.height


def test_clean_deliveries_hold_codes_alone_and_agree_with_the_truth():
    drawn = service(clean=True)
    register, sheets = delivered(drawn, "hr_register"), delivered(drawn, "survey_answers")
    person = drawn.truth["person"]
    assert drawn.truth["dirt"].is_empty()
    assert register.height == register["person_id"].n_unique() == person.height
    assert sheets.height == person["is_respondent"].sum()
    assert set(register["grade_code"]) <= set(kz().tables["core_ref__codes_grade"]["grade_code"])
    joined = sheets.join(person, left_on="person_id", right_on="identity_number")
    items = kz().tables["core_ref__entity_item"]["item_code"].to_list()
    assert all(joined[item].cast(pl.Int8).equals(joined[f"answer_{item}"], check_names=False) for item in items)


def test_truth_never_enters_a_delivery():
    words = ("theta", "segment", "below", "truth")
    for file in service().deliveries:
        assert not [c for c in file.frame.columns if any(word in c.lower() for word in words)]


def test_equal_arguments_give_equal_files_and_another_seed_other_people(tmp_path):
    def written(seed: int) -> dict[str, bytes]:
        paths = generate(kz(), 3000, seed, AS_OF).write(tmp_path / str(seed))
        return {path.name: path.read_bytes() for path in paths}

    first = written(1)
    time.sleep(1.1)  # a workbook that carried the moment of writing would differ
    again, other = written(1), written(2)
    assert first == again
    assert first["hr_register_local.csv"] != other["hr_register_local.csv"]
    assert first["course_effects.csv"] == other["course_effects.csv"]


def test_files_are_written_in_their_formats_and_read_back_equal(tmp_path):
    drawn = service()
    paths = drawn.write(tmp_path)
    assert {path.suffix for path in paths} == {".csv", ".xlsx"}
    for file, path in zip(drawn.deliveries, paths, strict=True):
        read = (
            pl.read_excel(path, infer_schema_length=0)
            if path.suffix == ".xlsx"
            else pl.read_csv(path, infer_schema=False)
        )
        assert read.columns == file.frame.columns
        assert read.height == file.frame.height
    assert {path.name for path in drawn.write_truth(tmp_path / "truth")} >= {"person.parquet", "group.parquet"}


def test_a_group_truth_is_the_share_of_all_its_people_whose_answers_fall_below():
    drawn = service()
    group = drawn.truth["group"].filter(pl.col("seniority_code") == "specialist", pl.col("skill_code") == "DAT")
    row = group.sort("n_people", descending=True).row(0, named=True)
    people = drawn.truth["person"].filter(
        pl.col("agency_id") == row["agency_id"], pl.col("seniority_code") == "specialist"
    )
    assert row["n_people"] == people.height
    assert row["true_below_share"] == pytest.approx(people["below_DAT"].mean())
    assert people["true_segment"].n_unique() == 1


def test_too_few_people_for_the_agencies_is_an_error_that_says_how_many():
    with pytest.raises(ValueError, match="need at least"):
        generate(kz(), 50, 1, AS_OF)
