"""Spellings that mean the same fold to one; Python and SQL agree on every string."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skills_models.ingestion.folding import _TABLE, BLANKS, fold, fold_for, fold_for_sql, fold_grade, fold_sql

TEXTS = st.text(
    alphabet=st.sampled_from("".join(_TABLE) + BLANKS + "0123456789ßñİıǅ漢'\\%.()[]") | st.characters(codec="utf-8")
)


@pytest.fixture(scope="module")
def con():
    return duckdb.connect()


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(TEXTS.filter(lambda t: "\x00" not in t), max_size=30))
def test_sql_and_python_fold_alike(con, texts):
    for list_code in ("grade", "agency"):
        query = f"SELECT {fold_for_sql(list_code, 't')} FROM (SELECT unnest($1::VARCHAR[]) AS t)"
        assert [row[0] for row in con.execute(query, [texts]).fetchall()] == [fold_for(list_code, t) for t in texts]


@given(text=TEXTS)
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)
    assert fold_grade(fold_grade(text)) == fold_grade(text)


def test_cyrillic_look_alikes_and_zero_fold_to_the_latin_grade():
    assert {fold_grade(t) for t in ("C-O-3", "С-О-3", "с-0-3", " c–o-3 ", "С-O-\u00a03".replace("\u00a0", ""))} == {
        "C-O-3"
    }


def test_zero_stays_a_digit_outside_grades():
    assert fold("000140000123") == "000140000123"


def test_kazakh_letters_keep_their_difference():
    assert fold("қазақ") != fold("казак")
    assert fold("Әділет  министрлігі") == fold("ӘДІЛЕТ МИНИСТРЛІГІ")


def test_null_stays_null(con):
    assert con.execute(f"SELECT {fold_sql('NULL::VARCHAR')}").fetchone() == (None,)
