"""Shapes behind sensitivity, elements, evidence, priorities and measurement, checked by hand."""

from __future__ import annotations

import json

import polars as pl
import pytest

from dashboards.charts.interval import relative_plot
from dashboards.charts.items import element_bars, threshold_plot
from dashboards.charts.levels import need_plot
from dashboards.i18n import Texts, catalogue
from dashboards.views import answer_quality, elements, evidence, gaps, measurement, priorities, sensitivity
from skills_models.contracts import FIELDS
from tests.dashboards.example_snapshot import SMALL, example_marts

ENGLISH = Texts("en")
NAMES = {"certain": "named", "uncertain": "not named"}


@pytest.fixture(scope="module")
def marts():
    return example_marts()


@pytest.fixture(scope="module")
def ranked(marts):
    return priorities.in_words(marts["mart_gap__priority"], {"agency": {}, "seniority": {}}, ENGLISH, 10)


def assumption(code: str, agency: str = "A", share: float = 0.3) -> dict[str, object]:
    key = {"agency_id": agency, "seniority_code": "all", "skill_code": "USR", "sensitivity_code": code}
    return key | {"below_share": share, "below_share_lo": share - 0.05, "below_share_hi": share + 0.05}


def body(**facts: object) -> dict[str, object]:
    row = {"is_shown": True, "hidden_reason_code": None, "evidence_state_code": "double_rated"}
    rated = {"n_double_ratings": 40, "leniency_levels": 0.3, "leniency_lo_levels": 0.2, "leniency_hi_levels": 0.4}
    return row | rated | facts


def group(name: str, bracket: int | None, scenario: str = "w", named: bool = False) -> dict[str, object]:
    shown = bracket is not None
    key = {"weight_scenario_code": scenario, "agency_id": name, "seniority_code": "s", "n_people": 20}
    figures = {"need_levels": 0.5, "need_lo_levels": 0.4, "need_hi_levels": 0.6, "top_probability": 0.85}
    figures |= {"rank_lo": 1, "rank_hi": 9, "tied_bracket": bracket, "is_named_top": named}
    state = {"is_shown": shown, "hidden_reason_code": None if shown else "no_respondents"}
    return key | (figures if shown else dict.fromkeys(figures)) | state


def worded(*rows: dict[str, object]) -> pl.DataFrame:
    return priorities.in_words(pl.DataFrame(list(rows)), {"agency": {}, "seniority": {}}, ENGLISH, 10)


def test_other_assumptions_stand_below_the_published_figure_with_their_change():
    published = pl.DataFrame([assumption("", share=0.4)])
    assumed = [
        assumption("leniency_025", share=0.47),
        assumption("requirement_minus_1", share=0.1),
        assumption("leniency_025", agency="B", share=0.9),
    ]

    rows = sensitivity.what_if(published, pl.DataFrame(assumed), ENGLISH)

    assert rows.select("name", "percent", "change_text").rows() == [
        ("As published", 40.0, ""),
        ("Required level one lower", 10.0, "−30"),
        ("People rate themselves 0.25 level too high", 47.0, "+7"),
    ]


def test_difference_from_the_nation_has_its_sign_and_the_nation_has_none(marts):
    nation = gaps.in_words(gaps.nation(marts["mart_gap__scope_skill"]), ENGLISH, 10)
    bodies = gaps.every_band(marts["mart_gap__agency_skill"], marts["mart_gap__group_skill"])
    worse = gaps.in_words(bodies, ENGLISH, 10).filter(pl.col("position") == "worse")

    assert set(nation["relative_text"]) == {"–"}
    assert set(nation["agency_id"]) == set(nation["seniority_code"]) == {"all"}
    assert worse.height > 0
    assert all(text.startswith("+") for text in worse["relative_text"])
    assert (worse["relative_low"] >= 0).all()


def test_figures_of_a_hidden_row_are_dropped_beside_the_share_too(marts):
    leaky = marts["mart_gap__group_skill"].with_columns(is_shown=pl.lit(False))

    rows = gaps.in_words(leaky, ENGLISH, 10)

    assert all(rows[name].null_count() == rows.height for name in (*gaps.FIGURES, *gaps.DRAWN))
    assert {*rows["relative_text"], *rows["people_below_text"], *rows["effective_text"]} == {"–"}


def test_element_nobody_answered_has_no_bar_instead_of_a_bar_of_nought():
    shares = {"at_level_1_share": [0.8, None], "at_level_2_share": [0.5, None], "at_level_3_share": [0.0, None]}
    counts = {"n_respondents": [40, 40], "n_answers": [30, 0], "is_shown": [True, True]}
    items = pl.DataFrame({"item_code": ["I1", "I2"], "item_text_en": ["First", "Second"]})

    rows = elements.in_words(pl.DataFrame({"item_code": ["I1", "I2"]} | counts | shares), items, ENGLISH)
    bars = elements.bar_rows(rows, {1: "one", 2: "two", 3: "three"})

    assert rows["at_1_text"].to_list() == ["80\u00a0%", "–"]
    assert [(bar["name"], bar["level"], bar["percent"]) for bar in bars] == [
        ("I1 · First", "one", 80.0),
        ("I1 · First", "two", 50.0),
        ("I1 · First", "three", 0.0),
    ]


def test_evidence_of_a_body_is_said_in_words_and_keeps_calling_shares_self_reported():
    rated = evidence.sentences(body(), ENGLISH, 10)
    alone = evidence.sentences(body(evidence_state_code="self_reported", n_double_ratings=None), ENGLISH, 10)
    hidden = evidence.sentences(body(is_shown=False, hidden_reason_code="too_few_respondents"), ENGLISH, 10)

    assert rated.startswith("Evidence: calibrated with 40 double ratings. ")
    assert "+0.30 levels (90 % interval +0.20 … +0.40)" in rated
    assert "self-reported" in rated
    assert alone == "Evidence: self-reported, not calibrated."
    assert hidden == "Evidence: not shown: fewer than 10 respondents."


def test_evidence_of_the_nation_counts_only_what_is_shown():
    rows = [body(), body(n_double_ratings=60), body(is_shown=False, n_double_ratings=5000)]

    assert "100, from 2 bodies" in evidence.of_nation(pl.DataFrame(rows), ENGLISH)
    assert evidence.of_nation(pl.DataFrame(rows[2:]), ENGLISH) == ENGLISH("method.self_reported")


def test_group_that_is_not_shown_takes_no_place_and_says_why():
    rows = worded(group("hidden", None), group("second", 2), group("first", 1))

    assert rows["agency_id"].to_list() == ["first", "second", "hidden"]
    last = rows.row(2, named=True)
    assert {last["need_text"], last["place_text"], last["probability_text"], last["bracket"]} == {"–"}
    assert last["state"] == "not shown: nobody replied"


def test_figures_of_a_group_that_is_not_shown_are_dropped_even_if_a_mart_kept_them(marts):
    leaky = marts["mart_gap__priority"].with_columns(is_shown=pl.lit(False))

    rows = priorities.in_words(leaky, {"agency": {}, "seniority": {}}, ENGLISH, 10)

    assert all(rows[name].null_count() == rows.height for name in priorities.FIGURES)


def test_no_group_is_named_unless_the_mart_names_it():
    assert priorities.lead(worded(group("A", 1)), ENGLISH, 6) == ENGLISH("priorities.none_named")

    said = priorities.lead(worded(*(group(name, 1, named=True) for name in "ABC")), ENGLISH, 2)

    assert "(3), the first of them: A · s; B · s;" in said
    assert "C" not in said


def test_only_the_first_of_a_bracket_carries_its_words():
    rows = priorities.need_rows(worded(group("A", 1, named=True), group("B", 1), group("C", 2)), ENGLISH, NAMES)

    assert [(row["bracket_text"], row["is_odd"], row["certainty"]) for row in rows] == [
        ("bracket 1", True, "named"),
        ("", True, "not named"),
        ("bracket 2", False, "not named"),
    ]


def test_groups_first_under_all_weights_are_counted():
    rows = [group("A", 1, "w1"), group("A", 1, "w2"), group("B", 1, "w1"), group("B", 2, "w2"), group("C", None, "w1")]

    assert priorities.always_first(pl.DataFrame(rows)) == 1


def test_weights_stand_side_by_side_without_hidden_groups(ranked):
    table = priorities.across_table(ranked, ENGLISH)

    assert set(table.columns) == {"name", "digital_first", "equal", "hostile"}
    assert table.height == ranked.filter("is_shown")["name"].n_unique() < ranked["name"].n_unique()
    assert table["equal"][0].endswith(" · bracket 1")


def test_item_with_parameters_of_one_language_says_which(marts):
    item = marts["mart_method__item"].filter(pl.col("item_code").is_in(["DAT_1", "DAT_2"]))

    rows = measurement.items(item, {"DAT_1": "Wording"}, ENGLISH)

    assert rows["name"].to_list() == ["DAT_1 [kk] · Wording", "DAT_1 [ru] · Wording", "DAT_2 · "]
    assert rows["language"].to_list() == ["Қазақша", "Русский", "all languages"]
    assert rows["shift"].to_list() == ["+0.30", "−0.30", "–"]


def test_item_that_was_held_fixed_shows_no_error(marts):
    fixed = marts["mart_method__item"].filter(pl.col("slope_error").is_null()).head(1)

    row = measurement.items(fixed, {}, ENGLISH).row(0, named=True)

    assert "±" not in row["slope"]
    assert (row["threshold_error"], row["misfit"]) == ("–", "–")


def test_sources_of_differences_are_sorted_and_an_unknown_one_keeps_its_code(marts):
    own = marts["mart_method__variance"].filter(pl.col("skill_code") == "ITR")

    rows = measurement.variances(own, ENGLISH)

    assert rows["value"].is_sorted(descending=True)
    assert rows["name"][0] == "People of one cell"
    assert {"a_code_from_tomorrow", "Bands within bodies"} <= set(rows["name"])


def test_flag_of_too_few_sheets_changes_nothing_that_could_be_read(marts):
    rows = answer_quality.flags(marts["mart_survey__flag"], {"ITR": "Iteration"}, ENGLISH)

    first = rows.row(0, named=True)
    assert (first["down"], first["across"], first["text"]) == ("Any flag", "Iteration", "−2.9")
    few = rows.filter(pl.col("down") == "Repeats another's sheet")
    assert few["difference"].null_count() == few.height == 6
    assert {*few["text"], *few["flagged_text"], *few["without_text"]} == {"–"}


def test_body_that_is_not_shown_has_no_coverage_but_a_reason(marts):
    leaky = marts["mart_survey__coverage"].with_columns(design_effect=pl.lit(1.5), n_double_ratings=pl.lit(3))

    rows = answer_quality.coverage(leaky, {}, ENGLISH, 10)

    hidden = rows.filter(pl.col("agency_id") == SMALL)
    assert hidden["evidence"].to_list() == ["not shown: fewer than 10 respondents"]
    assert all(hidden[name][0] is None for name in answer_quality.FIGURES)
    assert SMALL not in {row["name"] for row in answer_quality.leniency_rows(rows)}


def test_charts_are_plain_json_and_carry_the_mark(marts, ranked):
    bodies = gaps.every_band(marts["mart_gap__agency_skill"], marts["mart_gap__group_skill"])
    cells = gaps.interval_rows(gaps.in_words(bodies, ENGLISH, 10).head(20), "agency_id")
    needs = priorities.need_rows(ranked.filter("is_shown").head(5), ENGLISH, NAMES)
    thresholds = measurement.threshold_rows(marts["mart_method__item"].head(4), {}, ENGLISH)
    positions = {"worse": "worse", "not_distinguishable": "same", "better": "better"}
    for spec in (
        relative_plot(cells, ["A01"], "points", {"relative_text": "points"}, positions, "nation", "SYNTHETIC"),
        need_plot(needs, [needs[0]["label"]], "need", {"name": "group"}, NAMES, "SYNTHETIC"),
        threshold_plot(thresholds, ["x"], "skill", {"name": "item"}, "level", {"level 1": -1.4}, "SYNTHETIC"),
        element_bars([], [], "share", {"name": "item"}, ["1", "2", "3"], "SYNTHETIC"),
    ):
        assert json.loads(json.dumps(spec))["title"]["text"] == "SYNTHETIC"


@pytest.mark.parametrize(
    ("family", "field"),
    [
        ("sensitivity", "sensitivity_code"),
        ("scope", "scope_code"),
        ("evidence", "evidence_state_code"),
        ("link", "link_code"),
        ("functioning", "functioning_code"),
        ("flag", "flag_code"),
    ],
)
def test_every_code_of_the_contract_has_words(family, field):
    assert {f"{family}.{code}" for code in FIELDS[field].allowed} <= set(catalogue("en"))
