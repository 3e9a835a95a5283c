"""Percent positive by body and item: exact on counts, honest about what it cannot tell."""

from datetime import date

import duckdb
import numpy as np
import polars as pl
import pytest

from skills_models.contracts import TABLES
from skills_models.disclosure.climate import agency_item_mart, agency_skill_mart
from skills_models.sql.climate import answer_counts_sql, headcounts_sql, respondents_sql
from skills_models.survey.climate import agency_items
from skills_models.survey.shares import hybrid_difference, wilson_interval

POSITIVE = (4, 5)


def answer_counts(rows):
    """Rows of (agency, item, weight, answers, positive)."""
    text, number, count = pl.String, pl.Float64, pl.Int64
    schema = {"agency_id": text, "item_code": text, "design_weight": number, "n_answers": count, "n_positive": count}
    return pl.DataFrame(rows, schema=schema, orient="row")


def counts(column, by_agency):
    return pl.DataFrame(
        {"agency_id": list(by_agency), column: list(by_agency.values())}, schema_overrides={column: pl.Int64}
    )


@pytest.fixture
def small():
    """Two bodies: a with 20 sheets of two weights, b with 10 of one weight; item y nobody of b answered."""
    rows = [("a", "x", 1.0, 10, 5), ("a", "x", 2.0, 10, 10), ("b", "x", 4.0, 10, 2), ("a", "y", 1.0, 10, 10)]
    return agency_items(
        answer_counts(rows),
        counts("n_respondents", {"a": 20, "b": 11}),
        counts("n_people", {"a": 100, "b": 300}),
        ["a", "b"],
        ["x", "y"],
    )


def row(frame, agency, item):
    return frame.row(by_predicate=(pl.col("agency_id") == agency) & (pl.col("item_code") == item), named=True)


def test_shares_agree_with_a_calculation_by_hand(small):
    a, whole = row(small, "a", "x"), row(small, "all", "x")
    assert (a["n_answers"], a["n_positive"], a["n_missing"]) == (20, 15, 0)
    assert a["positive_share"] == 15 / 20
    assert a["positive_weighted_share"] == pytest.approx((5 + 20) / 30, abs=1e-15)
    assert a["effective_n"] == pytest.approx(30**2 / 50)
    assert whole["positive_share"] == 17 / 30
    assert whole["positive_weighted_share"] == pytest.approx((25 + 8) / 70)
    assert whole["positive_poststratified_share"] == pytest.approx((100 * 25 / 30 + 300 * 0.2) / 400)
    assert a["relative_position_share"] == pytest.approx(25 / 30 - 33 / 70)


def test_a_missing_answer_is_missing_and_not_a_refusal_to_agree(small):
    b = row(small, "b", "x")
    assert (b["n_respondents"], b["n_answers"], b["n_missing"]) == (11, 10, 1)
    assert b["positive_share"] == 0.2
    silent = row(small, "b", "y")
    assert (silent["n_answers"], silent["n_missing"]) == (0, 11)
    assert (silent["positive_share"], silent["position_code"]) == (None, None)
    assert row(small, "all", "y")["positive_poststratified_share"] == 1.0


def test_a_sheet_without_a_weight_counts_in_the_plain_share_alone():
    rows = [("a", "x", None, 5, 5), ("a", "x", 1.0, 5, 0)]
    frame = agency_items(answer_counts(rows), counts("n_respondents", {"a": 10}), counts("n_people", {}), ["a"], ["x"])
    assert row(frame, "a", "x")["positive_share"] == 0.5
    assert row(frame, "a", "x")["positive_weighted_share"] == 0.0
    assert row(frame, "all", "x")["positive_poststratified_share"] is None


def test_an_answer_of_an_unlisted_body_is_refused():
    with pytest.raises(ValueError, match="1 value"):
        agency_items(
            answer_counts([("z", "x", 1.0, 1, 1)]), counts("n_respondents", {}), counts("n_people", {}), ["a"], ["x"]
        )


def test_wilson_interval_gives_published_figures():
    low, high = wilson_interval(np.array([81 / 263, 0.0]), np.array([263.0, 20.0]), z=1.959963984540054)
    assert low == pytest.approx([0.2553, 0.0], abs=5e-5)
    assert high == pytest.approx([0.3662, 0.1611], abs=5e-5)


def test_hybrid_interval_gives_the_figures_of_newcombes_table():
    low, high = hybrid_difference(
        np.array([56 / 70, 10 / 10]), np.array([70.0, 10]), np.array([48 / 80, 0.0]), np.array([80.0, 20]), 1.959964
    )
    assert low == pytest.approx([0.0524, 0.6791], abs=5e-5)
    assert high == pytest.approx([0.3339, 1.0], abs=5e-5)


def test_figures_do_not_depend_on_the_order_of_rows():
    generator = np.random.default_rng(5)
    rows = [
        (f"a{i % 7}", f"q{i % 3}", float(w), int(n), int(generator.integers(0, n + 1)))
        for i, (w, n) in enumerate(zip(generator.lognormal(0, 1, 2000), generator.integers(1, 9, 2000), strict=True))
    ]
    frame = answer_counts(rows)
    asked = counts("n_respondents", {f"a{i}": 5000 for i in range(7)})
    people = counts("n_people", {f"a{i}": 1000 + i for i in range(7)})
    arguments = (asked, people, [f"a{i}" for i in range(7)], ["q0", "q1", "q2"])
    first = agency_items(frame, *arguments)
    assert first.equals(agency_items(frame.sample(fraction=1.0, shuffle=True, seed=1), *arguments))


def test_positions_err_as_rarely_as_the_interval_says_and_find_a_planted_difference():
    """Bodies that do not differ are set apart in about 10 % of cases; one 25 points better is found."""
    generator = np.random.default_rng(11)
    sizes = np.array([30, 60, 120, 400, 900])
    wrong = found = 0
    for _ in range(200):
        truth = np.full(len(sizes), 0.6)
        for planted in (False, True):
            truth[1] = 0.85 if planted else 0.6
            rows = [
                (f"a{i}", "x", weight, size // 2, int(generator.binomial(size // 2, truth[i])))
                for i, size in enumerate(sizes)
                for weight in (0.8, 1.6)
            ]
            frame = agency_items(
                answer_counts(rows),
                counts("n_respondents", {f"a{i}": int(s) for i, s in enumerate(sizes)}),
                counts("n_people", {}),
                [f"a{i}" for i in range(len(sizes))],
                ["x"],
            ).filter(pl.col("agency_id") != "all")
            if planted:
                found += frame["position_code"][1] == "better"
            else:
                wrong += (frame["position_code"] != "not_distinguishable").sum()
    assert 0.06 <= wrong / 1000 <= 0.14
    assert found >= 190


def test_small_bodies_are_hidden_with_their_figures_and_cannot_be_had_by_subtraction():
    rows = [(agency, "x", 1.0, n, n // 2) for agency, n in (("a", 9), ("b", 12), ("c", 15), ("d", 300))]
    item = agency_items(
        answer_counts(rows),
        counts("n_respondents", {"a": 9, "b": 12, "c": 15, "d": 300, "e": 0}),
        counts("n_people", {}),
        list("abcde"),
        ["x"],
    )
    mart = agency_item_mart(item, 10)
    reasons = dict(mart.select("agency_id", "hidden_reason_code").rows())
    assert reasons == {
        "a": "too_few_respondents",
        "b": "complement",
        "c": None,
        "d": None,
        "e": "no_respondents",
        "all": None,
    }
    figures = mart.select(pl.exclude("agency_id", "item_code", "is_shown", "hidden_reason_code"))
    hidden = figures.filter(~mart["is_shown"])
    assert hidden.null_count().row(0) == (hidden.height,) * hidden.width


def test_two_small_bodies_that_hide_each_other_need_no_complement():
    rows = [(agency, "x", 1.0, n, n // 2) for agency, n in (("a", 6), ("b", 6), ("c", 15))]
    item = agency_items(
        answer_counts(rows),
        counts("n_respondents", {"a": 6, "b": 6, "c": 15}),
        counts("n_people", {}),
        list("abc"),
        ["x"],
    )
    assert agency_item_mart(item, 10)["hidden_reason_code"].to_list().count("complement") == 0


def test_a_skill_is_the_mean_of_its_items_and_hidden_with_the_first_hidden_one():
    rows = [("a", "x", 1.0, 20, 10), ("a", "y", 1.0, 20, 15), ("b", "x", 1.0, 20, 20), ("b", "y", 1.0, 4, 1)]
    item = agency_items(
        answer_counts(rows), counts("n_respondents", {"a": 20, "b": 20}), counts("n_people", {}), ["a", "b"], ["x", "y"]
    )
    items = pl.DataFrame({"item_code": ["x", "y"], "skill_code": ["CUR", "CUR"]})
    skill = agency_skill_mart(agency_item_mart(item, 4), items)
    a = skill.row(by_predicate=pl.col("agency_id") == "a", named=True)
    assert (a["n_items"], a["positive_weighted_share"]) == (2, pytest.approx((0.5 + 0.75) / 2))
    hidden = agency_skill_mart(agency_item_mart(item, 5), items).row(
        by_predicate=pl.col("agency_id") == "b", named=True
    )
    assert (hidden["is_shown"], hidden["hidden_reason_code"], hidden["positive_weighted_share"]) == (
        False,
        "too_few_respondents",
        None,
    )


@pytest.fixture
def records():
    """Three waves, one of them after the day of the run; of the second, one sheet names no body."""
    con = duckdb.connect()
    con.execute(
        "CREATE TABLE core_survey__entity_respondent AS SELECT *, respondent_id AS person_id, 'en' AS language_code, "
        "true AS may_use_for_nomination FROM (VALUES "
        "('r1', 'a', '2018', 1.5, TIMESTAMP '2018-06-01'), ('r2', 'a', '2018', 1.5, '2018-06-02'), "
        "('r3', NULL, '2018', 1.0, '2018-06-03'), ('r0', 'a', '2017', 9.0, '2017-06-01'), "
        "('r4', 'a', '2026', 5.0, '2026-06-01')) t(respondent_id, agency_id, wave_id, design_weight, submitted_at)"
    )
    con.execute(
        "CREATE TABLE core_survey__assn_answer AS SELECT * FROM (VALUES ('r1', 'x', 4), ('r2', 'x', 3), "
        "('r3', 'x', 5), ('r0', 'x', 5), ('r4', 'x', 5)) t(respondent_id, item_code, answer_level)"
    )
    con.execute(
        "CREATE TABLE core_hr__wave_headcount AS SELECT * FROM (VALUES (DATE '2024-09-01', 'a', 7), "
        "(DATE '2025-03-01', 'a', 3), (DATE '2025-03-01', 'a', 2), (DATE '2026-03-01', 'a', 1)) "
        "t(reference_date, agency_id, n_people)"
    )
    return con


AS_OF = date(2025, 6, 1)


def test_the_current_wave_and_register_count_and_neither_earlier_nor_later_ones(records):
    assert records.sql(answer_counts_sql(AS_OF, POSITIVE)).fetchall() == [("a", "x", 1.5, 2, 1)]
    assert records.sql(respondents_sql(AS_OF)).fetchall() == [("a", 2)]
    assert records.sql(headcounts_sql(AS_OF)).fetchall() == [("a", 5)]
    assert records.sql(headcounts_sql(date(2024, 12, 31))).fetchall() == [("a", 7)]


def test_a_scale_without_positive_levels_is_refused():
    with pytest.raises(ValueError, match="positive level"):
        answer_counts_sql(AS_OF, ())


def test_no_climate_table_speaks_of_levels_gaps_or_quotas():
    words = ("level", "gap", "below", "seat", "required")
    names = [c for name, table in TABLES.items() if "climate" in name for c in table.columns]
    assert names
    assert not [c for c in names if any(word in c for word in words)]
