"""Real register and survey data through the whole house: every figure equals a direct computation."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest

from tests.e2e.homes import Home

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
ANSWERS = DATA / "fevs2018_sample" / "responses.parquet"
HEADCOUNTS = DATA / "fedscope_sample" / "agency_payplan_grade_series.parquet"
ITEMS = [f"Q{number}" for number in range(1, 72)]

pytestmark = pytest.mark.skipif(
    not (ANSWERS.exists() and HEADCOUNTS.exists()),
    reason="the real data sets are not beside this checkout (../shared/data)",
)


AS_OF = date(2025, 6, 1)


def deliver(home, file):
    """The kind of data the file was taken for."""
    answer = home.command("deliver", file)
    assert answer.exit_code == 0, answer.text
    return answer.facts["files"][file.name]


@dataclass
class Grown:
    """A home that met one register first and both of them later, and what it showed in between."""

    home: Home
    recognised: set[str]
    between: pl.DataFrame
    outcome: dict

    def mart(self, name):
        return self.home.mart(name)


@pytest.fixture(scope="module")
def first_register(tmp_path_factory):
    """The older of the two registers alone, saved again as CSV with its rows in another order."""
    path = tmp_path_factory.mktemp("register") / "september.csv"
    register = pl.read_parquet(HEADCOUNTS).filter(pl.col("DATECODE") == "202409")
    register.sample(fraction=1.0, shuffle=True, seed=3).write_csv(path)
    return path


@pytest.fixture(scope="module")
def growing(tmp_path_factory, first_register):
    """One register first, both of them later; the last run is the user's own command with every check."""
    home = Home(tmp_path_factory.mktemp("growing"), "us_federal")
    recognised = {deliver(home, ANSWERS), deliver(home, first_register)}
    home.materialise(AS_OF)
    between = home.mart("mart_hr__headcount")
    deliver(home, HEADCOUNTS)
    answer = home.command("run", "--as-of", AS_OF)
    assert answer.exit_code == 0, answer.text
    return Grown(home, recognised, between, answer.facts)


@pytest.fixture(scope="module")
def answers():
    return pl.read_parquet(ANSWERS)


def source_headcounts():
    return (
        pl.read_parquet(HEADCOUNTS)
        .group_by(agency_id="AGY", reference_date=pl.col("DATECODE").str.to_date("%Y%m"))
        .agg(n_people=pl.col("EMPCOUNT").sum())
        .sort("agency_id", "reference_date")
    )


def by_agency_and_item(answers, agency):
    """Unweighted and weighted percent positive, straight from the file."""
    positive = pl.col(ITEMS) >= 4
    weight = pl.col("POSTWT")
    sheets = answers if agency == "all" else answers.filter(pl.col("AGENCY") == agency)
    plain = np.array(sheets.select(positive.mean()).row(0))
    weighted = np.array(sheets.select((positive * weight).sum() / weight.sum()).row(0))
    return plain, weighted


def test_both_kinds_of_data_are_recognised_by_their_headers(growing):
    assert growing.recognised == {"survey_answers", "hr_headcount"}


def test_every_respondent_counts_once(growing):
    assert growing.mart("mart_meta__run")["n_respondents"].to_list() == [8077]
    item = growing.mart("mart_climate__agency_item").filter(pl.col("agency_id") != "all")
    assert item.group_by("item_code").agg(pl.col("n_respondents").sum())["n_respondents"].unique().to_list() == [8077]


def test_a_register_of_other_years_gives_no_response_rate(growing):
    assert growing.mart("mart_meta__run")["response_share"].to_list() == [None]
    agencies = growing.mart("mart_ref__agency")
    assert agencies["response_share"].null_count() == agencies.height
    assert agencies["n_respondents"].sum() == 8077
    first = growing.mart("mart_overview__finding").sort("finding_order")["finding_text_en"][0]
    assert "8,077" in first
    assert "%" not in first


def test_head_counts_equal_the_source_and_a_second_register_is_not_counted_twice(growing):
    source = source_headcounts()
    first = source.filter(pl.col("reference_date") == source["reference_date"].min())
    assert growing.between.sort("agency_id", "reference_date").rows() == first.rows()
    assert growing.mart("mart_hr__headcount").sort("agency_id", "reference_date").rows() == source.rows()


def test_repeated_lines_end_in_the_duplicate_ledger_and_every_line_is_accounted_for(growing):
    rows = growing.mart("mart_quality__delivery").filter(pl.col("source_code") == "hr_headcount")
    assert rows["n_delivered"].sum() == 2875 + 1478
    assert (rows["n_core"].sum(), rows["n_duplicate"].sum(), rows["n_quarantined"].sum()) == (2875, 1478, 0)


def test_percent_positive_equals_a_direct_computation(growing, answers):
    mart = growing.mart("mart_climate__agency_item")
    order = pl.DataFrame({"item_code": ITEMS})
    agencies = [*answers["AGENCY"].unique().sort(), "all"]
    assert mart.height == len(agencies) * len(ITEMS)
    for agency in agencies:
        shown = order.join(mart.filter(pl.col("agency_id") == agency), on="item_code", how="left")
        plain, weighted = by_agency_and_item(answers, agency)
        assert np.abs(shown["positive_share"].to_numpy() - plain).max() <= 1e-9
        assert np.abs(shown["positive_weighted_share"].to_numpy() - weighted).max() <= 1e-9


def test_the_poststratified_share_weighs_agencies_by_the_latest_register(growing, answers):
    people = source_headcounts().filter(pl.col("reference_date") == pl.col("reference_date").max())
    shares = np.array([by_agency_and_item(answers, agency)[1] for agency in people["agency_id"]])
    expected = people["n_people"].to_numpy() @ shares / people["n_people"].sum()
    whole = growing.mart("mart_climate__agency_item").filter(pl.col("agency_id") == "all")
    shown = pl.DataFrame({"item_code": ITEMS}).join(whole, on="item_code", how="left")
    assert np.abs(shown["positive_poststratified_share"].to_numpy() - expected).max() <= 1e-9


def test_a_skill_is_the_mean_of_the_items_the_pack_names_for_it(growing, answers):
    named = pl.read_csv(ROOT / "data" / "packs" / "us_federal" / "items.csv").drop_nulls("skill_code")
    skills = growing.mart("mart_climate__agency_skill").filter(pl.col("agency_id") == "NN")
    assert set(skills["skill_code"]) == set(named["skill_code"])
    shares = dict(zip(ITEMS, by_agency_and_item(answers, "NN")[1], strict=True))
    for row in skills.to_dicts():
        items = named.filter(pl.col("skill_code") == row["skill_code"])["item_code"]
        assert row["n_items"] == len(items)
        assert row["positive_weighted_share"] == pytest.approx(np.mean([shares[item] for item in items]), abs=1e-9)


def test_the_order_in_which_deliveries_came_leaves_no_trace(growing, tmp_path):
    home = Home(tmp_path / "at_once", "us_federal")
    deliver(home, HEADCOUNTS)
    deliver(home, ANSWERS)
    home.materialise(AS_OF)
    assert home.pointer["content_hash"] == growing.outcome["hash"]


def test_a_climate_survey_publishes_no_level_gap_or_quota(growing):
    snapshot = growing.home.folder / "published" / growing.home.pointer["snapshot"]
    with duckdb.connect(str(snapshot), read_only=True) as connection:
        tables = {name for (name,) in connection.sql("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert "mart_climate__agency_item" in tables
    assert not [name for name in tables if name.startswith(("mart_gap", "mart_quota", "mart_needs", "mart_due"))]
    assert growing.mart("mart_meta__run")["scale_code"].to_list() == ["agreement"]
