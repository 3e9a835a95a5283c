"""Odd answer sheets: found on planted ones, reported both ways, and nobody dropped."""

import duckdb
import polars as pl
import pytest

from skills_models.contracts import TABLES
from skills_models.packs import find_pack, load_pack
from skills_models.sql.flags import cell_flag_sql, flag_sql
from skills_models.survey.flags import flag_report
from skills_models.survey.weights import CELL, cell_weights
from skills_models.synthetic import generate


def flags_of(sheets, answers):
    """``analysis_survey__entity_flag`` of respondents (respondent_id, agency_id, wave_id, duration_seconds)."""
    person = sheets.with_columns(person_id="respondent_id")
    with duckdb.connect() as connection:
        connection.register("core_survey__assn_answer", answers)
        connection.register(
            "core_survey__entity_respondent", person.select("respondent_id", "wave_id", "duration_seconds")
        )
        connection.register(
            "analysis_survey__entity_respondent", person.select("person_id", "respondent_id", "agency_id")
        )
        return TABLES["analysis_survey__entity_flag"].enforce(connection.sql(flag_sql()).pl())


def sheets(**levels):
    """One agency's sheets of ten minutes; answers item by item, None where missing."""
    frame = pl.DataFrame({"respondent_id": list(levels), "agency_id": "A", "wave_id": "2026", "duration_seconds": 600})
    rows = [
        (p, f"I{i:02d}", level) for p, given in levels.items() for i, level in enumerate(given) if level is not None
    ]
    return frame, pl.DataFrame(rows, schema=["respondent_id", "item_code", "answer_level"], orient="row")


def flagged(found, flag):
    return found.filter(flag)["person_id"].to_list()


MIXED = [0, 1, 2, 3] * 3


def test_one_answer_to_twelve_items_is_a_straight_line_and_to_eleven_it_is_none():
    found = flags_of(*sheets(ann=[2] * 12, bob=[2] * 11 + [None], cid=[2] * 11 + [1], dan=[None] * 12, eve=[0] * 20))

    assert flagged(found, "is_straight_line") == ["ann", "eve"]
    assert found["person_id"].to_list() == ["ann", "bob", "cid", "dan", "eve"]  # an empty sheet is there as well


def test_a_copy_is_the_same_answers_and_gaps_in_the_same_body():
    other = MIXED[::-1]
    frame, answers = sheets(
        ann=MIXED, bob=MIXED, cid=[*MIXED, 1], dan=[None, *MIXED], eve=other, fay=other, gus=[2] * 12, hal=[2] * 12,
        ina=MIXED[:11], jan=MIXED[:11],
    )  # fmt: skip
    frame = frame.with_columns(
        agency_id=pl.when(pl.col("respondent_id") == "fay").then(pl.lit("B")).otherwise("agency_id")
    )

    assert flagged(flags_of(frame, answers), "is_repeat") == ["ann", "bob"]


@pytest.mark.parametrize(
    ("seconds", "fast"),
    [
        ([600, 200, 199, 900, 700, None], ["p2"]),  # the median is 600
        ([20, 23, 24, 25, 30, 40], ["p0", "p1"]),  # two seconds for each of twelve items
        ([None] * 6, []),
    ],
)
def test_fast_is_below_two_seconds_an_item_or_a_third_of_the_median(seconds, fast):
    frame, answers = sheets(**{f"p{i}": [*MIXED[i:], *MIXED[:i]] for i in range(6)})
    frame = frame.with_columns(duration_seconds=pl.Series(seconds, dtype=pl.Int64))

    assert flagged(flags_of(frame, answers), "is_fast") == fast


@pytest.fixture(scope="module")
def planted():
    """Flags of a synthetic service's respondents beside the truth about them."""
    service = generate(load_pack(find_pack("kz")), 10_000, clean=True)
    person = service.truth["person"].filter("is_respondent").rename({"identity_number": "respondent_id"})
    delivered = pl.concat([d.frame for d in service.deliveries if d.source_code == "survey_answers"], how="diagonal")
    seconds = delivered.select(respondent_id="person_id", duration_seconds=pl.col("duration_seconds").cast(pl.Int64))
    frame = person.select("respondent_id", "agency_id", wave_id=pl.lit("2026")).join(seconds, on="respondent_id")
    answers = person.select("respondent_id", pl.col("^answer_.*$").cast(pl.Int64)).unpivot(
        index="respondent_id", variable_name="item_code", value_name="answer_level"
    )
    found = flags_of(frame, answers.drop_nulls())
    return found.join(person, left_on="person_id", right_on="respondent_id")


def rates(planted, flag):
    """Share of straight-liners with the flag, and share of everybody else with it."""
    is_straight = pl.col("is_straight_liner")
    return (planted.filter(is_straight)[flag].mean(), planted.filter(~is_straight)[flag].mean())


def test_straight_liners_are_found_and_hardly_anybody_else(planted):
    sensitivity, false_alarms = rates(planted, "is_straight_line")

    assert planted["is_straight_liner"].sum() > 400
    assert sensitivity > 0.98
    assert false_alarms < 0.003


def test_the_clock_alone_finds_fewer_of_them_and_copies_hardly_ever_come_about_by_chance(planted):
    sensitivity, false_alarms = rates(planted, "is_fast")

    assert 0.75 < sensitivity < rates(planted, "is_straight_line")[0]
    assert false_alarms < 0.005
    assert planted["is_repeat"].mean() < 0.001


def test_figures_stand_with_and_without_the_flagged_and_nobody_is_dropped():
    cells = pl.DataFrame(
        [("A", "staff", "policy", 40, 4), ("B", "staff", "policy", 10, 2)],
        orient="row", schema=[*CELL, "n_people", "n_respondents"],
    )  # fmt: skip
    people = pl.DataFrame(
        {
            "person_id": list("abcdef"),
            "agency_id": list("AAAABB"),
            "seniority_code": "staff",
            "job_family_code": "policy",
            "skill_code": "ITR",
            "is_below": [True, True, False, False, True, False],
        }
    )
    flags = pl.DataFrame(
        {
            "person_id": list("abcdef"),
            "is_straight_line": [False, False, True, False, False, False],
            "is_fast": [False, False, True, True, False, False],
            "is_repeat": [False, False, False, False, True, False],
        }
    )
    with duckdb.connect() as connection:
        connection.register("analysis_skill__assn_person_skill", people)
        connection.register("analysis_survey__entity_flag", flags)
        counts = connection.sql(cell_flag_sql()).pl()

    weights = cell_weights(cells)
    found = TABLES["mart_survey__flag"].enforce(flag_report(counts, weights))

    assert found["flag_code"].to_list() == ["any", "fast", "repeat", "straight_line"]
    assert found["n_measured"].to_list() == [6] * 4
    assert found["n_flagged"].to_list() == [3, 2, 1, 1]
    assert found["below_weighted_share"].to_list() == pytest.approx([(2 * 10 + 5) / 50] * 4)
    assert found["below_unflagged_share"].to_list() == pytest.approx([20 / 25, 25 / 30, 20 / 45, 25 / 40])
    assert flag_report(counts.reverse(), weights.reverse()).equals(flag_report(counts, weights))


def test_where_everybody_is_flagged_no_share_is_left():
    row = {"agency_id": "A", "seniority_code": "staff", "job_family_code": "policy", "skill_code": "ITR"}
    counts = pl.DataFrame(
        [row | {"flag_code": "fast", "n_measured": 3, "n_below": 2, "n_flagged": 3, "n_flagged_below": 2}]
    )
    weights = cell_weights(pl.DataFrame([row | {"n_people": 9, "n_respondents": 3}]).drop("skill_code"))

    found = flag_report(counts, weights).row(0, named=True)

    assert found["below_weighted_share"] == pytest.approx(2 / 3)
    assert found["below_unflagged_share"] is None
