from datetime import date

import duckdb
import polars as pl
import pytest
from planning_cases import fill, rules

from skills_models.contracts import TABLES, violations_sql
from skills_models.planning.due import tabulate_due
from skills_models.planning.quarters import due_quarters, first_day, last_day, planning_quarter
from skills_models.sql.due import due_sql, due_summary_sql
from skills_models.sql.eligible import agency_hours_sql, eligible_sql

AS_OF = date(2026, 11, 14)
QUARTER = "2027-Q1"


def person(name: str, **facts) -> dict:
    spoken = {"speaks_kk": True, "speaks_ru": True, "speaks_en": False}
    dates = {"valid_from": date(2026, 1, 1), "service_start_date": date(2015, 5, 1), "appointed_date": date(2020, 2, 1)}
    return (
        {"person_id": name, "agency_id": "A", "seniority_code": "specialist", "reference_date": date(2026, 10, 31)}
        | spoken
        | dates
        | facts
    )


def taken(name: str, kind: str, hours: int, day: date, **facts) -> dict:
    return {
        "person_id": name,
        "training_kind_code": kind,
        "course_hours": hours,
        "completed_date": day,
        "completion_status_code": "completed",
    } | facts


@pytest.fixture
def warehouse():
    """A function that fills the records and returns a connection with the due table made."""

    def make(people: list[dict], completions: list[dict] = (), as_of: date = AS_OF):
        connection = duckdb.connect()
        for table, rows in (("core_hr__scd_employee", people), ("core_training__entity_completion", completions)):
            frame = fill(table, list(rows))
            connection.register("rows_view", frame)
            connection.sql(f"CREATE TABLE {table} AS SELECT * FROM rows_view")
        connection.sql(f"CREATE TABLE analysis_due__entity_person AS {due_sql(as_of, rules())}")
        return connection

    return make


def due(connection, kind: str) -> dict[str, date]:
    query = "SELECT person_id, due_date FROM analysis_due__entity_person WHERE due_kind_code = $1"
    return dict(connection.sql(query, params=[kind]).fetchall())


def test_advanced_training_is_due_three_years_after_the_last_lawful_course(warehouse):
    connection = warehouse(
        [person(p) for p in ("trained", "short", "failed", "never")]
        + [person("undated", service_start_date=None, appointed_date=None)],
        [
            taken("trained", "advanced", 16, date(2022, 3, 1)),
            taken("trained", "advanced", 40, date(2025, 6, 30)),
            taken("trained", "advanced", 40, date(2027, 1, 5)),  # after the day the figures look at
            taken("short", "advanced", 7, date(2025, 1, 1)),
            taken("failed", "advanced", 16, date(2025, 1, 1), completion_status_code="failed"),
        ],
    )
    never = date(2018, 5, 1)
    assert due(connection, "advanced") == {
        "trained": date(2028, 6, 30),
        "short": never,
        "failed": never,
        "never": never,
    }


def test_retraining_is_due_six_months_after_a_first_appointment_unless_done(warehouse):
    entered, led = date(2026, 6, 1), date(2026, 9, 15)
    connection = warehouse(
        [
            person("entrant", service_start_date=entered, appointed_date=entered),
            person("done", service_start_date=entered),
            person("too_short", service_start_date=entered),
            person("leader", appointed_date=led, is_first_leading_post=True),
            person("moved", appointed_date=led, is_first_leading_post=False),
            person("retrained_before", appointed_date=led, is_first_leading_post=True),
            person("both", service_start_date=entered, appointed_date=led, is_first_leading_post=True),
            person("long_ago", service_start_date=date(2025, 11, 1)),
        ],
        [
            taken("done", "retraining", 120, date(2026, 8, 1)),
            taken("too_short", "retraining", 119, date(2026, 8, 1)),
            taken("retrained_before", "retraining", 140, date(2026, 7, 1)),
        ],
    )
    assert due(connection, "retraining") == {
        "entrant": date(2026, 12, 1),
        "too_short": date(2026, 12, 1),
        "leader": date(2027, 3, 15),
        "retrained_before": date(2027, 3, 15),
        "both": date(2026, 12, 1),
    }


def test_who_left_the_register_owes_nothing(warehouse):
    connection = warehouse([person("gone", valid_to=date(2026, 6, 30)), person("later", valid_from=date(2026, 12, 1))])
    assert connection.sql("SELECT count(*) FROM analysis_due__entity_person").fetchall() == [(0,)]


def test_due_rows_fit_their_contract(warehouse):
    connection = warehouse([person("a"), person("b", service_start_date=date(2026, 6, 1))])
    failed = connection.sql(violations_sql(TABLES["analysis_due__entity_person"])).pl()
    assert failed["n_failed"].sum() == 0


def test_quarters_start_with_the_overdue_and_serve_them_first(warehouse):
    people = [person(f"over{i}") for i in range(3)]
    people += [person(f"q1_{i}", service_start_date=date(2024, 2, 1)) for i in range(2)]
    people += [person("beyond", service_start_date=date(2026, 1, 1))]
    counts = warehouse(people).sql(due_summary_sql(AS_OF)).pl()
    plan = fill(
        "analysis_quota__assn_course_group",
        [{"course_id": c, "agency_id": "A", "n_seats_statutory": n} for c, n in (("x", 3), ("y", 1))],
    )
    rows = tabulate_due(counts, plan, AS_OF).filter(due_kind_code="advanced")
    assert rows.select("quarter_code", "n_due", "n_served").rows() == [("2027-Q1", 2, 1), ("overdue", 3, 3)]
    assert due_quarters(AS_OF)[:3] == ["overdue", "2026-Q4", "2027-Q1"]


def eligible(connection, as_of: date = AS_OF, quarter: str = QUARTER, hours=(8, 16, 24)) -> pl.DataFrame:
    frame = connection.sql(eligible_sql(as_of, quarter, rules(), hours)).pl()
    return TABLES["analysis_quota__assn_eligible"].enforce(frame)


def test_sets_of_languages_add_up_to_the_register(warehouse):
    connection = warehouse(
        [
            person("both"),
            person("kk", speaks_ru=False),
            person("all", speaks_en=True),
            person("unknown", speaks_kk=None, speaks_ru=None, speaks_en=None),
        ]
    )
    rows = eligible(connection)
    assert dict(rows.select("language_code", "n_people").rows()) == {"kk": 1, "kk+ru": 1, "kk+ru+en": 1, "none": 1}


def test_statutory_means_due_by_the_end_of_the_planned_quarter(warehouse):
    starts = {"overdue": date(2010, 1, 1), "last_day": date(2024, 3, 31), "next_day": date(2024, 4, 1)}
    rows = eligible(warehouse([person(p, service_start_date=d) for p, d in starts.items()]))
    assert dict(rows.select("is_statutory", "n_people").rows()) == {True: 2, False: 1}


def test_hours_left_count_courses_of_the_planning_year_down_to_a_course_length(warehouse):
    as_of = date(2026, 5, 20)
    done = date(2026, 2, 1)
    connection = warehouse(
        [person(p) for p in ("fresh", "some", "much", "last_year", "retrained")],
        [
            taken("some", "advanced", 20, done),  # 20 of 40 left: enough for 16, not for 24
            taken("much", "advanced", 24, done),
            taken("much", "other", 12, done),  # 4 left: no course is that short
            taken("last_year", "advanced", 40, date(2025, 12, 31)),
            taken("retrained", "retraining", 120, done),  # has its own place in law
        ],
        as_of,
    )
    rows = eligible(connection, as_of, "2026-Q3")
    by_hours = rows.group_by("allowed_hours").agg(pl.col("n_people").sum()).sort("allowed_hours").rows()
    assert by_hours == [(0, 1), (16, 1), (24, 3)]


def test_hours_of_a_body_separate_the_year_from_the_last_twelve_months(warehouse):
    as_of = date(2026, 5, 20)
    connection = warehouse(
        [person("a"), person("b"), person("c", agency_id="B")],
        [
            taken("a", "advanced", 20, date(2026, 2, 1), is_innovation=True),
            taken("a", "advanced", 16, date(2025, 9, 1), is_innovation=False),
            taken("b", "advanced", 8, date(2025, 9, 1)),  # nobody knows whether it built a skill
            taken("b", "advanced", 40, date(2024, 9, 1), is_innovation=True),
        ],
        as_of,
    )
    rows = connection.sql(agency_hours_sql(as_of, "2026-Q3")).pl().rows()
    assert rows == [("A", 2, 20, 36, 20), ("B", 1, 0, 0, 0)]


def test_a_quarter_knows_its_days():
    assert planning_quarter(AS_OF) == QUARTER
    assert (first_day(QUARTER), last_day("2026-Q4")) == (date(2027, 1, 1), date(2026, 12, 31))
    with pytest.raises(ValueError, match="YYYY-Qn"):
        first_day("2027-Q5")
