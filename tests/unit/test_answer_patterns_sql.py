"""Answers of a person to the items of a skill as one number, and who counts when such patterns are counted."""

import duckdb
import numpy as np
import polars as pl
import pytest

from skills_models.contracts import TABLES
from skills_models.measurement.bank import skill_items
from skills_models.measurement.scoring import decode_patterns
from skills_models.sql.rating import double_rating_sql
from skills_models.sql.skill import (
    calibration_pattern_sql,
    cell_pattern_sql,
    joint_measure_sql,
    pattern_sql,
    person_skill_sql,
)

N_LEVELS = 4
MISSING = -1
ITEMS = pl.DataFrame(
    {
        "item_code": ["I3", "D1", "I1", "FREE", "I2", "D2", "C1"],
        "skill_code": ["ITR", "DAT", "ITR", None, "ITR", "DAT", "CUR"],
    }
)
PROFILE = pl.DataFrame(
    {
        "job_family_code": "policy",
        "seniority_code": "specialist",
        "skill_code": ["ITR", "DAT", "CUR"],
        "required_level": 2,
    }
)
WIDE = {"respondent_id": pl.String, "item_code": pl.String, "answer_level": pl.Int64}


def long(**given):
    """Answers by respondent and item from {respondent: {item: level}}; a missing answer has no row."""
    rows = [(who, item, level) for who, levels in given.items() for item, level in levels.items() if level != MISSING]
    return pl.DataFrame(rows, schema=WIDE, orient="row")


def respondents(given, **columns):
    """One sheet 's-ann' of every person 'ann' of one cell, in Russian unless ``columns`` says otherwise."""
    place = {"agency_id": "A", "seniority_code": "specialist", "job_family_code": "policy", "response_weight": 1.0}
    people = pl.DataFrame({"person_id": list(given), "language_code": "ru"}).with_columns(**columns)
    return people.with_columns(
        respondent_id="s-" + pl.col("person_id"), **{name: pl.lit(value) for name, value in place.items()}
    )


@pytest.fixture
def warehouse():
    connection = duckdb.connect()
    yield connection
    connection.close()


def table(connection, name, frame):
    connection.register("delivered", frame)
    connection.sql(f"CREATE TABLE {name} AS FROM delivered")


def person_skills(connection, people, given, items=ITEMS, n_levels=N_LEVELS):
    """``analysis_skill__assn_person_skill`` made of these answers, kept in the warehouse and read from it."""
    table(connection, "core_survey__assn_answer", long(**{f"s-{who}": levels for who, levels in given.items()}))
    table(connection, "core_ref__entity_item", items)
    table(connection, "core_ref__assn_role_profile", PROFILE)
    table(connection, "analysis_survey__entity_respondent", people)
    connection.sql(f"CREATE TABLE analysis_skill__assn_person_skill AS {person_skill_sql(12, n_levels)}")
    return TABLES["analysis_skill__assn_person_skill"].enforce(
        connection.sql("FROM analysis_skill__assn_person_skill").pl()
    )


def flag(connection, people, *flagged, kind="is_fast"):
    """``analysis_survey__entity_flag``: these people carry a flag, the others none."""
    kinds = ("is_straight_line", "is_fast", "is_repeat")
    odd = [pl.lit(name == kind) & pl.col("person_id").is_in(flagged) for name in kinds]
    table(
        connection,
        "analysis_survey__entity_flag",
        people.select("person_id", *(e.alias(n) for n, e in zip(kinds, odd, strict=True))),
    )


def score(connection):
    """``analysis_skill__fit_pattern``: every pattern that occurs, its number as the measure."""
    connection.sql(
        "CREATE TABLE analysis_skill__fit_pattern AS "
        "SELECT skill_code, language_code, pattern_id, CAST(pattern_id AS DOUBLE) AS measure, 0.5 AS measure_variance "
        f"FROM ({pattern_sql()})"
    )


@pytest.mark.parametrize(("n_levels", "n_items"), [(4, 4), (5, 9), (2, 20)])
def test_a_pattern_gives_back_every_answer_and_every_missing_one(warehouse, n_levels, n_items):
    rng = np.random.default_rng(n_items)
    answers = rng.integers(MISSING, n_levels, (150, n_items))
    codes = [f"I{i:02d}" for i in range(n_items)]
    items = pl.DataFrame({"item_code": rng.permutation(codes), "skill_code": "ITR"})
    given = {f"p{i:03d}": dict(zip(codes, row.tolist(), strict=True)) for i, row in enumerate(answers)}

    found = person_skills(warehouse, respondents(given), given, items, n_levels)

    measured = (answers != MISSING).sum(axis=1) >= 2
    assert found["person_id"].to_list() == [who for who, is_in in zip(given, measured, strict=True) if is_in]
    assert skill_items(items)["ITR"] == codes
    decoded = decode_patterns(found["pattern_id"].to_numpy(), n_items, n_levels)
    assert np.array_equal(decoded, answers[measured])
    assert np.array_equal(found["sum_levels"].to_numpy(), np.where(decoded == MISSING, 0, decoded).sum(axis=1))
    wrong_base = decode_patterns(found["pattern_id"].to_numpy(), n_items, n_levels + 1)
    assert not np.array_equal(wrong_base, decoded)


def test_items_of_other_skills_and_of_none_leave_a_pattern_alone(warehouse):
    own = {"I1": 0, "I2": MISSING, "I3": 3}
    given = {"ann": own, "bob": own | {"D1": 2, "D2": 1, "FREE": 3, "C1": 3}}

    found = person_skills(warehouse, respondents(given), given)

    iteration = found.filter(pl.col("skill_code") == "ITR")
    assert iteration["pattern_id"].to_list() == [1 + 4 * 25] * 2
    assert found.filter(pl.col("skill_code") == "DAT")["pattern_id"].to_list() == [3 + 2 * 5]
    assert "CUR" not in found["skill_code"]  # one rated item measures nobody


def test_a_missing_answer_and_level_0_are_two_patterns(warehouse):
    given = {"ann": {"I1": 1, "I2": 1}, "bob": {"I1": 1, "I2": 1, "I3": 0}, "cid": {"I2": 1, "I3": 1}}

    found = person_skills(warehouse, respondents(given), given)

    assert found["pattern_id"].n_unique() == 3
    assert warehouse.sql(pattern_sql()).pl()["n_people"].to_list() == [1, 1, 1]


def test_who_answered_in_an_unknown_language_counts_for_all_languages(warehouse):
    given = {who: {"I1": 1, "I2": 2} for who in ("ann", "bob", "cid")}
    people = respondents(given, language_code=pl.Series(["kk", None, "ru"]))

    person_skills(warehouse, people, given)

    languages = warehouse.sql(pattern_sql()).pl().select("language_code", "n_people").rows()
    assert languages == [("all", 1), ("kk", 1), ("ru", 1)]


@pytest.mark.parametrize("kind", ["is_straight_line", "is_fast", "is_repeat"])
def test_flagged_sheets_are_in_no_cell_and_no_joint_measure_unless_asked_for(warehouse, kind):
    own = {"I1": 1, "I2": 2}
    given = {"ann": own, "bob": own, "cid": own | {"D1": 3, "D2": 3}, "dan": {"D1": 0, "D2": 0}}
    people = respondents(given)
    person_skills(warehouse, people, given)
    score(warehouse)
    flag(warehouse, people, "bob", "dan", kind=kind)

    def counted(query):
        return sorted(warehouse.sql(query).pl().select("skill_code", "measure", "n_people").rows())

    itr, low, high = 2.0 + 3 * 5, 1.0 + 5, 4.0 + 4 * 5
    assert counted(cell_pattern_sql()) == [("DAT", high, 1), ("ITR", itr, 2)]
    assert counted(cell_pattern_sql(with_flagged=True)) == [("DAT", low, 1), ("DAT", high, 1), ("ITR", itr, 3)]
    joint = warehouse.sql(joint_measure_sql(["DAT", "ITR"])).pl()
    assert joint.columns == ["agency_id", "seniority_code", "job_family_code", "DAT", "ITR"]
    assert sorted(joint.select(pl.col("DAT").fill_null(-1.0), "ITR").rows()) == [(-1.0, itr), (high, itr)]
    by_pattern = warehouse.sql(calibration_pattern_sql()).pl().select("skill_code", "n_people", "n_flagged").rows()
    assert by_pattern == [("DAT", 1, 1), ("DAT", 1, 0), ("ITR", 3, 1)]


def rated_twice(warehouse, given, ratings, flagged=()):
    """Rows of ``double_rating_sql``: sheets of wave 2026, ratings as {(person, rater, wave): {item: level}}."""
    people = respondents(given)
    person_skills(warehouse, people, given)
    flag(warehouse, people, *flagged)
    table(warehouse, "core_survey__entity_respondent", people.select("respondent_id", wave_id=pl.lit("2026")))
    rows = [(*who, item, level) for who, levels in ratings.items() for item, level in levels.items()]
    columns = ["person_id", "rater_id", "wave_id", "item_code", "answer_level"]
    table(warehouse, "core_rating__assn_answer", pl.DataFrame(rows, schema=columns, orient="row"))
    return warehouse.sql(double_rating_sql(N_LEVELS, 2)).pl()


def test_a_double_rating_has_both_patterns_of_one_skill(warehouse):
    given = {"ann": {"I1": 1, "I2": 2, "D1": 0, "D2": 0}}

    found = rated_twice(warehouse, given, {("ann", "boss", "2026"): {"I2": 3, "I3": 0}})

    assert found.drop("agency_id").rows(named=True) == [
        {"person_id": "ann", "rater_id": "boss", "skill_code": "ITR", "language_code": "ru"}
        | {"self_pattern_id": 2 + 3 * 5, "rater_pattern_id": 4 * 5 + 1 * 25}
    ]


def test_a_rating_of_another_wave_says_nothing_of_this_one(warehouse):
    own, judged = {"I1": 1, "I2": 2}, {"I1": 0, "I2": 0}
    ratings = {("ann", "boss", "2026"): judged, ("bob", "boss", "2025"): judged, ("ann", "boss", "2025"): {"I3": 3}}

    found = rated_twice(warehouse, {"ann": own, "bob": own}, ratings)

    assert found.select("person_id", "rater_pattern_id").rows() == [("ann", 1 + 5)]  # I3 was judged a year ago


def test_both_sides_must_have_rated_enough_items_and_the_sheet_carries_no_flag(warehouse):
    both, one = {"I1": 1, "I2": 2}, {"I1": 1}
    given = {"ann": both, "bob": one, "cid": both, "dan": both}
    ratings = {(who, "boss", "2026"): one if who == "cid" else both for who in given}

    found = rated_twice(warehouse, given, ratings, flagged=("dan",))

    assert found["person_id"].to_list() == ["ann"]
    assert warehouse.sql(double_rating_sql(N_LEVELS, 1)).pl()["person_id"].to_list() == ["ann", "cid"]
