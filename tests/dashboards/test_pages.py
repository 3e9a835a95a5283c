"""Every screen in every language, driven without a browser."""

from __future__ import annotations

import polars as pl
import pytest

from dashboards.i18n import catalogue
from skills_models.contracts import LANGUAGES
from tests.dashboards.example_snapshot import SMALL

SCREENS = {
    "anchored": ("overview", "gaps", "priorities", "segments", "quotas", "measurement", "data_and_method"),
    "agreement": ("overview", "climate", "data_and_method"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scale", SCREENS)
def test_every_screen_renders_in_the_language(open_app, homes, scale, language):
    app = open_app(homes[scale], language)
    for screen in SCREENS[scale]:
        if screen != "overview":
            app.switch_page(f"app_pages/{screen}.py").run()

        assert not app.exception, screen
        assert [title.value for title in app.title] == [catalogue(language)[f"{screen}.title"]]
        marked = [text.value for text in app.warning] == [catalogue(language)["banner.synthetic"]]
        assert marked == (scale == "anchored"), "synthetic data are marked on every screen, real data never"


def test_language_can_be_switched_and_stays_while_screens_change(open_app, homes):
    app = open_app(homes["anchored"], "en")

    app.selectbox(key="lang").set_value("ru").run()
    app.switch_page("app_pages/gaps.py").run()

    assert app.title[0].value == catalogue("ru")["gaps.title"]


def test_hidden_group_has_no_figure_and_says_why(open_app, homes):
    app = open_app(homes["anchored"], "en", "gaps")
    table = pl.from_pandas(app.dataframe[-1].value)

    hidden = table.filter(pl.col("state") != "shown")

    assert hidden.height == 6
    assert hidden["state"].unique().to_list() == ["not shown: fewer than 10 respondents"]
    figures = hidden.select("below_share", "below_share_lo", "below_share_hi", "below_weighted_share", "n_respondents")
    assert all(series.null_count() == hidden.height for series in figures)


def test_filters_narrow_the_gaps(open_app, homes):
    app = open_app(homes["anchored"], "en", "gaps")

    app.multiselect(key="gap_skills").set_value(["USR"])
    app.multiselect(key="gap_kinds").set_value(["central"]).run()

    table = pl.from_pandas(app.dataframe[-1].value)
    assert not app.exception
    assert table["skill_name"].unique().to_list() == ["User centricity"]
    assert table.height == 4


def test_hidden_body_says_why_instead_of_what_if_and_elements(open_app, homes):
    app = open_app(homes["anchored"], "en", "gaps")
    assert not app.info

    app.selectbox(key="what_if_place").set_value(SMALL)
    app.selectbox(key="element_scope").set_value("agency").run()
    app.selectbox(key="element_place_agency").set_value(SMALL).run()

    assert not app.exception
    assert [box.value for box in app.info] == ["not shown: fewer than 10 respondents"] * 2


def test_evidence_of_the_chosen_body_is_said(open_app, homes):
    app = open_app(homes["anchored"], "en", "gaps")

    app.selectbox(key="gap_agency").set_value("A02").run()

    words = " ".join(text.value.replace("\\", "") for text in app.markdown)
    assert "Evidence: self-reported, not calibrated." in words


def test_groups_are_named_only_under_weights_that_make_them_certain(open_app, homes):
    app = open_app(homes["anchored"], "en", "priorities")
    said = f"**{catalogue('en')['priorities.none_named']}**"
    assert app.selectbox(key="priority_weights").value == "equal"
    assert said not in [text.value.replace("\\", "") for text in app.markdown]

    app.selectbox(key="priority_weights").set_value("digital_first").run()

    assert said in [text.value.replace("\\", "") for text in app.markdown]


def test_groups_without_a_place_are_listed_with_their_reason(open_app, homes):
    app = open_app(homes["anchored"], "en", "priorities")

    hidden = app.dataframe[-1].value

    assert len(hidden) == 10
    assert all(state.startswith("not shown: ") for state in hidden["state"])
    assert list(hidden.columns) == ["agency_name", "seniority_name", "n_people", "state"]


def test_measurement_says_how_reliable_scales_are_and_that_no_person_is_shown(open_app, homes):
    app = open_app(homes["anchored"], "en", "measurement")

    words = " ".join(text.value for text in app.markdown)

    assert "a reliability of 0.66–0.71" in words
    assert "no person is labelled, ranked or shown" in words


def test_filters_that_leave_nothing_say_so(open_app, homes):
    app = open_app(homes["anchored"], "en", "quotas")

    app.multiselect(key="quota_reasons").set_value(["floor"])
    app.multiselect(key="quota_courses").set_value(["C0"])
    app.multiselect(key="quota_agencies").set_value([SMALL]).run()

    assert not app.exception
    assert catalogue("en")["common.nothing_matches"] in [box.value for box in app.info]


def test_code_without_words_is_shown_as_it_is(open_app, homes):
    app = open_app(homes["anchored"], "kk", "quotas")

    reasons = set(app.dataframe[0].value["reason"])

    assert "a_code_from_tomorrow" in reasons
    assert catalogue("kk")["reason.statutory"] in reasons


def test_reasons_of_a_seat_are_sentences_with_group_gap_and_rule(open_app, homes):
    app = open_app(homes["anchored"], "en", "quotas")

    app.selectbox(key="why_agency").set_value("A01").run()

    words = " ".join(text.value.replace("\\", "") for text in app.markdown)
    assert "By head count alone it would be" in words
    assert "people on the register may take the course" in words


def test_agreement_survey_never_speaks_of_gaps_levels_or_quotas(open_app, homes):
    app = open_app(homes["agreement"], "en", "climate")
    said = " ".join(element.value for kind in (app.title, app.header, app.caption) for element in kind).lower()
    said += " ".join(column for frame in app.dataframe for column in frame.value.columns)

    assert not any(word in said for word in ("gap", "level", "quota", "below requirement", "shortfall"))
    assert "head count" in app.info[0].value
    assert "coding of seniority" in app.info[0].value
