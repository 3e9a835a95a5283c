"""From answer sheets to exact counts per cell: the SQL text, run on records small enough to check by hand."""

from datetime import date, datetime

import duckdb
import polars as pl
import pytest

from skills_models.contracts import TABLES
from skills_models.measurement.scale import units_per_level
from skills_models.sql.skill import cell_skill_sql, person_skill_sql
from skills_models.sql.survey import cell_sql, off_register_sql, respondent_sql, weighted_respondent_sql
from skills_models.survey.weights import cell_weights

AS_OF = date(2026, 11, 14)
N_LEVELS = 4
ITEMS = pl.DataFrame({"item_code": ["ITR_1", "ITR_2", "ITR_3", "ITR_4", "FREE"], "skill_code": ["ITR"] * 4 + [None]})


NO_FLAGS = """
    SELECT person_id, FALSE AS is_straight_line, FALSE AS is_fast, FALSE AS is_repeat
    FROM analysis_survey__entity_respondent
"""


def register(*rows):
    columns = ["person_id", "valid_from", "valid_to", "agency_id", "seniority_code", "job_family_code"]
    return pl.DataFrame(rows, schema=columns, orient="row", schema_overrides={"valid_to": pl.Date})


def sheet(person, wave="2026", day=1, month=11):
    return (f"{person}-{wave}", person, wave, "ru", datetime(2026, month, day, 23, 30), True)


def sheets(*rows):
    columns = ["respondent_id", "person_id", "wave_id", "language_code", "submitted_at", "may_use_for_nomination"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def answers(**levels):
    rows = [
        (f"{person}-2026", ITEMS["item_code"][i], level)
        for person, given in levels.items()
        for i, level in enumerate(given)
        if level is not None
    ]
    return pl.DataFrame(rows, schema=["respondent_id", "item_code", "answer_level"], orient="row")


STAFF = register(
    *((p, date(2026, 10, 1), None, "A", "specialist", "policy") for p in ("ann", "bob", "cid")),
    ("dan", date(2026, 10, 1), None, "A", "specialist", "digital"),
    ("eve", date(2026, 1, 1), date(2026, 9, 30), "A", "specialist", "policy"),
)
PROFILE = pl.DataFrame(
    {"job_family_code": ["policy", "digital"], "seniority_code": "specialist", "skill_code": "ITR", "required_level": 2}
)


@pytest.fixture
def warehouse():
    connection = duckdb.connect()
    yield connection
    connection.close()


def load(connection, staff=STAFF, answered=None, received=None):
    """Run the whole line and return a function that reads a table."""
    given = {
        "core_hr__scd_employee": staff,
        "core_survey__entity_respondent": received if received is not None else sheets(),
        "core_survey__assn_answer": answered if answered is not None else answers(),
        "core_ref__entity_item": ITEMS,
        "core_ref__assn_role_profile": PROFILE,
    }
    for name, frame in given.items():
        connection.register("delivered", frame)
        connection.sql(f"CREATE TABLE {name} AS SELECT * FROM delivered")
    save(connection, "analysis_survey__assn_cell", cell_sql(AS_OF))
    connection.register("weights", cell_weights(read(connection, "analysis_survey__assn_cell")))
    save(connection, "analysis_survey__entity_respondent", weighted_respondent_sql(AS_OF, "weights"))
    save(connection, "analysis_survey__entity_flag", NO_FLAGS)
    save(connection, "analysis_skill__assn_person_skill", person_skill_sql(units_per_level(ITEMS), N_LEVELS))
    save(connection, "analysis_skill__assn_cell_skill", cell_skill_sql())
    return lambda name: TABLES[name].enforce(read(connection, name))


def save(connection, name, query):
    connection.sql(f"CREATE TABLE {name} AS {query}")


def read(connection, name):
    return connection.sql(f"FROM {name}").pl()


def test_a_missing_answer_is_no_level_0(warehouse):
    given = answers(ann=[2, 2, None, None], bob=[2, 2, 0, 0])
    table = load(warehouse, answered=given, received=sheets(sheet("ann"), sheet("bob")))

    person = table("analysis_skill__assn_person_skill").sort("person_id")

    assert person["n_rated"].to_list() == [2, 4]
    assert person["is_below"].to_list() == [False, True]
    assert person["gap_units"].to_list() == [-6, 6]  # 12 units a level: cut 1.5 less means 2 and 1


def test_one_rated_item_measures_nobody(warehouse):
    table = load(warehouse, answered=answers(ann=[0, None, None, None]), received=sheets(sheet("ann")))

    assert table("analysis_skill__assn_person_skill").is_empty()
    assert table("analysis_skill__assn_cell_skill")["n_measured"].to_list() == [0, 0]
    assert table("analysis_survey__assn_cell")["n_respondents"].sum() == 1


def test_one_raters_word_does_not_touch_the_status(warehouse):
    received = sheets(sheet("ann"))
    warehouse.sql("CREATE TABLE core_rating__assn_answer AS SELECT 'ann' AS person_id, 'ITR_1' AS item_code, 0 AS x")
    table = load(warehouse, answered=answers(ann=[2, 2, 2, 2]), received=received)

    assert table("analysis_skill__assn_person_skill")["is_below"].to_list() == [False]
    assert "core_rating" not in person_skill_sql(12, N_LEVELS) + cell_skill_sql()


@pytest.mark.parametrize(
    ("given", "below"),
    [([1, 2, None, None], False), ([1, 1, 2, None], True), ([2, 1, 1, 2], False), ([1, 1, 1, 2], True)],
)
def test_the_cut_is_exact_in_whole_units(warehouse, given, below):
    table = load(warehouse, answered=answers(ann=given), received=sheets(sheet("ann")))

    assert table("analysis_skill__assn_person_skill")["is_below"].to_list() == [below]


def test_counts_of_a_cell_are_exact_and_silent_cells_stay(warehouse):
    given = answers(ann=[0, 0, 0, 0], bob=[3, 3, 3, 3])
    table = load(warehouse, answered=given, received=sheets(sheet("ann"), sheet("bob")))

    cells = table("analysis_skill__assn_cell_skill")

    assert cells["job_family_code"].to_list() == ["digital", "policy"]
    assert cells["n_people"].to_list() == [1, 3]
    assert cells["n_measured"].to_list() == [0, 2]
    assert cells["n_below"].to_list() == [0, 1]
    assert table("analysis_skill__assn_person_skill").sort("person_id")["gap_units"].to_list() == [18, -18]
    assert cells["sum_shortfall_units"].to_list() == [0, 18]  # who has more than is asked makes up for nobody


def test_respondents_off_the_register_are_left_out_and_counted(warehouse):
    load(warehouse, received=sheets(sheet("ann"), sheet("eve"), sheet("zoe")))

    assert read(warehouse, "analysis_survey__entity_respondent")["person_id"].to_list() == ["ann"]
    assert warehouse.sql(off_register_sql(AS_OF)).fetchall() == [(3, 2)]


def test_the_current_wave_is_the_last_one_handed_in_by_the_as_of_day(warehouse):
    received = sheets(
        sheet("ann", "2026", 14), sheet("bob", "2025b", 1, 10), sheet("cid", "2026", 15), sheet("dan", "next", 20)
    )
    load(warehouse, received=received)

    assert warehouse.sql(respondent_sql(AS_OF)).pl()["person_id"].to_list() == ["ann"]


def test_weights_reach_the_respondent_table(warehouse):
    table = load(warehouse, received=sheets(sheet("ann"), sheet("bob")))

    assert table("analysis_survey__entity_respondent")["response_weight"].to_list() == [
        2.0,
        2.0,
    ]  # 4 people on 2 replies
