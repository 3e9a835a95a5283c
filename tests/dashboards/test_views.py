"""Shapes behind the screens, checked by hand."""

from __future__ import annotations

import json

import polars as pl
import pytest

from dashboards.charts.heat import position_heat_map, share_heat_map
from dashboards.i18n import Texts
from dashboards.views import gaps, quotas, segments
from dashboards.views.labels import chosen, name_of, with_name
from dashboards.views.quality import mapped_share
from dashboards.views.regions import map_features
from tests.dashboards.example_snapshot import example_marts

ENGLISH = Texts("en")


@pytest.fixture(scope="module")
def marts():
    return example_marts()


@pytest.fixture(scope="module")
def worded(marts):
    rows = gaps.every_band(marts["mart_gap__agency_skill"], marts["mart_gap__group_skill"])
    return gaps.in_words(rows, ENGLISH, 10)


def test_hidden_rows_are_counted_apart_and_never_drawn_as_nought(worded):
    counts = gaps.position_counts(worded)
    cells = gaps.heat_rows(worded, "skill_code", "agency_id")

    assert sum(counts.values()) == worded.height
    assert counts["hidden"] == worded.filter(~pl.col("is_shown")).height > 0
    assert all(cell["percent"] is None and cell["text"] == "–" for cell in cells if cell["position"] == "hidden")
    assert len(gaps.interval_rows(worded, "agency_id")) == worded.height - counts["hidden"]


def test_each_hidden_reason_has_its_words(worded):
    states = dict(worded.select("hidden_reason_code", "state").unique().iter_rows())

    assert states == {
        None: "shown",
        "too_few_respondents": "not shown: fewer than 10 respondents",
        "no_respondents": "not shown: nobody replied",
        "complement": "not shown: it would give away a neighbouring group with fewer than 10 respondents",
    }


def test_figures_of_a_hidden_row_are_dropped_even_if_a_mart_kept_them(marts):
    leaky = (
        marts["mart_gap__agency_skill"].with_columns(is_shown=pl.lit(False)).with_columns(seniority_code=pl.lit("all"))
    )

    shown = gaps.in_words(leaky, ENGLISH, 10)

    assert shown["below_share"].null_count() == shown.height
    assert set(shown["text"]) == {"–"}


def test_bodies_are_ordered_by_need_and_hidden_ones_come_last():
    rows = pl.DataFrame({"agency_id": ["A", "B", "C", "C"], "below_share": [0.2, None, 0.4, 0.6]})

    assert gaps.by_need(rows, "agency_id") == ["C", "A", "B"]


def test_heat_maps_are_plain_json_and_carry_the_mark(worded):
    cells = gaps.heat_rows(worded.head(30), "skill_code", "agency_id")
    names = {code: code for code in ("worse", "better", "not_distinguishable", "hidden")}
    for spec in (
        position_heat_map(cells, ["USR"], ["A01"], names, {"text": "share"}, "SYNTHETIC"),
        share_heat_map(cells, ["USR"], ["A01"], "share", {"text": "share"}, "SYNTHETIC"),
    ):
        assert json.loads(json.dumps(spec))["title"]["text"] == "SYNTHETIC"
        assert "http" not in json.dumps(spec | {"$schema": ""})


def test_names_shared_by_two_bodies_are_told_apart():
    reference = pl.DataFrame({"agency_id": ["A", "B", "C"], "agency_name_en": ["Same", "Same", "Other"]})

    assert name_of(reference, "agency_id", "agency_name", "en") == {"A": "Same (A)", "B": "Same (B)", "C": "Other"}


def test_code_without_a_name_keeps_the_code():
    named = with_name(
        pl.DataFrame({"skill_code": ["USR", "NEW"], "n": [1, 2]}), "skill_code", "skill_name", {"USR": "User"}
    )

    assert named.columns == ["skill_code", "skill_name", "n"]
    assert named["skill_name"].to_list() == ["User", "NEW"]


def test_filter_without_choice_keeps_all():
    frame = pl.DataFrame({"kind": ["a", "b"]})

    assert chosen(frame, kind=[]).height == 2
    assert chosen(frame, kind=["b"])["kind"].to_list() == ["b"]


def test_map_lays_boundaries_flat_and_leaves_out_what_it_cannot_read():
    square = {
        "type": "Polygon",
        "coordinates": [[[70.0, 60.0, 0.0], [72.0, 60.0, 0.0], [72.0, 60.0, 0.0], [70.0, 60.0, 0.0]]],
    }
    regions = pl.DataFrame({"region_code": ["R1", "R2", "R3"], "geometry_geojson": [json.dumps(square), None, "{"]})
    figures = pl.DataFrame({"region_code": ["R1", "R2"], "percent": [40.0, 50.0]})

    features = map_features(regions, figures)

    assert [(feature["region_code"], feature["percent"]) for feature in features] == [("R1", 40.0)]
    assert features[0]["geometry"]["coordinates"][0][:2] == [[35.0, 60.0], [36.0, 60.0]]


def test_innovation_share_weighs_bodies_by_their_hours():
    hours = pl.DataFrame({"planned_hours": [100, 300, 50], "innovation_planned_share": [1.0, 0.2, None]})

    assert quotas.innovation(hours) == pytest.approx(0.4)
    assert quotas.innovation(hours.tail(1)) is None


def test_limit_in_money_names_the_currency(marts):
    rows = quotas.rules(marts["mart_quota__rule"], ENGLISH, "KZT thousand")

    assert rows.select("limit", "used", "binds").rows() == [
        ("100 hours", "100", "yes"),
        ("100 KZT thousand", "80.5", "no"),
    ]


def test_overdue_comes_before_every_quarter():
    due = pl.DataFrame(
        {
            "due_kind_code": ["advanced"] * 3,
            "quarter_code": ["2027-Q1", "overdue", "2026-Q4"],
            "n_due": [5, 7, 9],
            "n_served": [1, 2, 3],
        }
    )

    rows = quotas.due_by_quarter(due, "advanced", ENGLISH)

    assert rows.select("quarter", "n_open").rows() == [("Overdue", 5), ("2026-Q4", 6), ("2027-Q1", 4)]


def test_reasons_name_rule_gap_and_head_count(marts):
    names = {
        "course": {},
        "agency": {},
        "band": {},
        "skill": {"USR": "User centricity"},
        "rule": {"quarter_budget_hours": "Hours"},
    }
    rows = quotas.seats(marts["mart_quota__course_group"], names, ENGLISH)
    known = rows.filter(pl.col("below_share").is_not_null() & (pl.col("top_skill_code") == "USR")).row(0, named=True)
    unknown = rows.filter(pl.col("below_share").is_null() & (pl.col("top_skill_code") == "USR")).row(0, named=True)

    said, silent = quotas.reason_sentences(known, ENGLISH), quotas.reason_sentences(unknown, ENGLISH)

    assert "What stopped a further seat: Hours." in said
    assert any("90 % interval 45–55" in sentence for sentence in said)
    assert any(f"it would be {known['n_seats_pro_rata']} seats" in sentence for sentence in said)
    assert any("is not shown" in sentence for sentence in silent)
    assert not any("%" in sentence for sentence in silent)


def test_group_without_label_says_why(marts):
    names = {"agency": {}, "seniority": {}}

    rows = segments.members(marts["mart_needs__group_segment"], marts["mart_needs__segment"], names, ENGLISH, 10)

    without = rows.filter(pl.col("segment_id").is_null())
    assert without.height > 0
    assert set(without["state"]) == {"not shown: fewer than 10 respondents"}
    assert set(rows.filter(pl.col("segment_id").is_not_null())["state"]) == {"clear member", "between two segments"}


def test_mapped_share_leaves_the_residual_out(marts):
    assert mapped_share(marts["mart_framework__crosswalk"]).rows() == [("kz-gov-11", 1, pytest.approx(0.6))]
