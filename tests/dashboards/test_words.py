"""Words and numbers: complete in three languages, inert where they come from data."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from dashboards.i18n import Texts, catalogue
from dashboards.views.format import day, inert, interval, moment, number, points, share
from skills_models.contracts import LANGUAGES
from tests.dashboards.example_snapshot import PAYLOAD

SOURCES = sorted((Path(__file__).parents[2] / "dashboards").rglob("*.py"))


def test_no_language_lacks_a_text():
    keys = {language: set(catalogue(language)) for language in LANGUAGES}

    assert keys["kk"] == keys["ru"] == keys["en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_and_all_fill_the_same_gaps(language):
    for key, text in catalogue(language).items():
        assert text.strip(), key
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", catalogue("en")[key])), key


def test_kazakh_and_russian_are_not_left_in_english():
    same = [
        key
        for key, text in catalogue("en").items()
        if re.search("[a-z]{4}", re.sub(r"{\w+}|skillsgap", "", text))
        and text in (catalogue("ru")[key], catalogue("kk")[key])
    ]
    assert same == []


def test_every_text_that_the_code_asks_for_exists():
    asked = {key for path in SOURCES for key in re.findall(r'texts\(\s*"([a-z_.0-9]+)"', path.read_text("utf-8"))}

    assert len(asked) > 150
    assert asked <= set(catalogue("en"))


def test_unknown_code_is_its_own_word():
    assert Texts("kk").code("reason", "a_code_from_tomorrow") == "a_code_from_tomorrow"
    assert Texts("en").code("reason", None) == ""


def test_numbers_follow_the_language():
    assert number(1234.5, "en", 1) == "1,234.5"
    assert number(1234.5, "ru", 1) == "1\u202f234,5"
    assert number(None, "kk") == "–"
    assert share(0.476, "kk") == "48\u00a0%"
    assert share(0.476, "ru", 1) == "47,6\u00a0%"
    assert interval(0.41, 0.55, "en") == "41–55\u00a0%"
    assert interval(None, 0.55, "en") == "–"
    assert points(-0.021, "ru") == "−2,1"
    assert points(-0.0001, "en") == "0.0"


def test_dates_follow_the_language_and_times_the_zone():
    assert day(date(2026, 11, 4), "kk") == "04.11.2026"
    assert day(date(2026, 11, 4), "en") == "4 Nov 2026"
    assert moment(datetime(2026, 11, 14, 21, 11, tzinfo=UTC), "Asia/Almaty", "en") == "15 Nov 2026, 02:11"


def test_text_from_data_is_shown_letter_by_letter():
    rendered = MarkdownIt("commonmark", {"html": False}).render(inert(PAYLOAD + " # h\n- item\n| a | b |"))

    assert re.findall(r"<[a-z/]+", rendered) == ["<p", "</p"]
    for part in ("&lt;img src=x", "**bold**", "# h - item"):
        assert part in rendered
    assert not re.search(r":smile|://", rendered), "nothing later steps could turn into an emoji or a link"
