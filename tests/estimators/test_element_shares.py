"""Share of staff at or above each level: answers small enough to check by hand, and answers missing at random."""

import duckdb
import numpy as np
import polars as pl
import pytest

from skills_models.contracts import TABLES
from skills_models.sql.elements import cell_item_sql
from skills_models.survey.elements import element_shares
from skills_models.survey.weights import CELL, cell_weights

AGENCIES = pl.DataFrame(
    {
        "agency_id": ["A", "B", "C"],
        "agency_kind_code": ["central", "district", "district"],
        "region_code": [None, "R1", "R1"],
    }
)
ITEMS = pl.DataFrame({"item_code": ["I1", "I2", "FREE"], "skill_code": ["ITR", "ITR", None]})


def shares(cells, people, answers):
    """``element_shares`` of respondents (person, agency, band, family) and their answers (person, item, level)."""
    person = pl.DataFrame(people, orient="row", schema=["respondent_id", *CELL])
    given = pl.DataFrame(answers, orient="row", schema=["respondent_id", "item_code", "answer_level"])
    cells = pl.DataFrame(cells, orient="row", schema=[*CELL, "n_people", "n_respondents"])
    with duckdb.connect() as connection:
        tables = {
            "analysis_survey__assn_cell": cells,
            "analysis_survey__entity_respondent": person,
            "core_survey__assn_answer": given,
            "core_ref__entity_item": ITEMS,
        }
        for name, frame in tables.items():
            connection.register(name, frame)
        counts = connection.sql(cell_item_sql()).pl()
    weights = cell_weights(cells)
    found = element_shares(counts, cells, weights, AGENCIES)
    again = element_shares(counts.reverse(), cells.reverse(), weights.reverse(), AGENCIES.reverse())
    assert found.equals(again), "the order of rows changes no bit"
    return TABLES["analysis_gap__assn_element"].enforce(found)


def row(frame, scope, scope_id, item):
    wanted = (pl.col("scope_code") == scope) & (pl.col("scope_id") == scope_id) & (pl.col("item_code") == item)
    return frame.row(by_predicate=wanted, named=True)


CELLS = [
    ("A", "staff", "digital", 40, 2),
    ("A", "staff", "policy", 10, 2),
    ("B", "staff", "policy", 30, 1),
    ("C", "staff", "policy", 9, 0),
]
PEOPLE = [
    ("ann", "A", "staff", "digital"),
    ("bob", "A", "staff", "digital"),
    ("cid", "A", "staff", "policy"),
    ("dan", "A", "staff", "policy"),
    ("eve", "B", "staff", "policy"),
]
ANSWERS = [
    ("ann", "I1", 3), ("bob", "I1", 2), ("cid", "I1", 0), ("dan", "I1", 1), ("eve", "I1", 1),
    ("ann", "I2", 2), ("cid", "I2", 0), ("eve", "FREE", 3),
]  # fmt: skip


@pytest.fixture(scope="module")
def found():
    return shares(CELLS, PEOPLE, ANSWERS)


def at_levels(found):
    return [found[f"at_level_{level}_share"] for level in (1, 2, 3)]


def test_answers_count_for_the_people_their_respondent_stands_for(found):
    body = row(found, "agency", "A", "I1")

    assert (body["n_people"], body["n_respondents"], body["n_answers"]) == (50, 4, 4)
    assert at_levels(body) == pytest.approx([45 / 50, 40 / 50, 20 / 50])  # 20 people each, and 5 each
    assert at_levels(body) != pytest.approx([3 / 4, 2 / 4, 1 / 4])


def test_who_did_not_answer_counts_at_no_level(found):
    body = row(found, "agency", "A", "I2")

    assert (body["n_respondents"], body["n_answers"]) == (4, 2)
    assert at_levels(body) == pytest.approx([20 / 25, 20 / 25, 0])


def test_whom_nobody_answered_for_has_people_and_no_share(found):
    for scope_id, item, n_respondents in (("C", "I1", 0), ("B", "I2", 1)):
        body = row(found, "agency", scope_id, item)
        assert (body["n_respondents"], body["n_answers"]) == (n_respondents, 0)
        assert at_levels(body) == [None, None, None]


def test_every_scope_has_every_item_of_a_skill_and_no_other(found):
    assert found.select("scope_code", "scope_id").unique(maintain_order=True).rows() == [
        ("agency", "A"), ("agency", "B"), ("agency", "C"), ("agency_kind", "central"), ("agency_kind", "district"),
        ("nation", "all"), ("region", "R1"),
    ]  # fmt: skip
    assert found.group_by("scope_code", "scope_id").agg("item_code")["item_code"].to_list() == [["I1", "I2"]] * 7
    nation = row(found, "nation", "all", "I1")
    assert (nation["n_people"], nation["n_respondents"], nation["n_answers"]) == (89, 5, 5)
    assert nation["at_level_1_share"] == pytest.approx((45 + 30) / 80)


def test_answers_missing_at_random_move_no_share_and_counting_them_as_zero_does():
    rng = np.random.default_rng(6)
    levels = rng.choice(4, 3000, p=[0.2, 0.3, 0.3, 0.2])
    people = [(f"p{i}", "A", "staff", "policy") for i in range(3000)]
    given = [(f"p{i}", "I1", int(level)) for i, level in enumerate(levels) if rng.random() > 0.3]

    body = row(shares([("A", "staff", "policy", 4000, 3000)], people, given), "agency", "A", "I1")

    truth = [float((levels >= level).mean()) for level in (1, 2, 3)]
    assert at_levels(body) == pytest.approx(truth, abs=0.025)
    as_zero = [sum(level >= bound for *_, level in given) / 3000 for bound in (1, 2, 3)]
    assert as_zero[0] < truth[0] - 0.2
