"""The American pack says why an item speaks to a skill, and keeps two codings of seniority apart."""

import shutil
from pathlib import Path

import polars as pl
import pytest

from skills_models.packs import PackError, find_pack, load_pack

ROOT = Path(__file__).parents[2]
HEADCOUNTS = ROOT.parent / "shared" / "data" / "fedscope_sample" / "agency_payplan_grade_series.parquet"


@pytest.fixture(scope="module")
def pack():
    return load_pack(find_pack("us_federal"))


def test_every_item_that_speaks_to_a_skill_says_why(pack):
    items = pack.tables["core_ref__entity_item"]
    speaking = items.filter(pl.col("skill_code").is_not_null())
    assert (items.height, speaking.height) == (71, 15)
    assert speaking["note"].null_count() == 0
    assert speaking["element_code"].null_count() == 0


def test_skills_without_an_item_have_none_rather_than_a_far_fetched_one(pack):
    named = set(pack.tables["core_ref__entity_item"]["skill_code"].drop_nulls())
    assert set(pack.tables["core_ref__entity_skill"]["skill_code"]) - named == {"ITR", "USR"}


def test_do_not_know_is_missing_and_no_level(pack):
    options = pack.tables["core_ref__entity_item_option"].filter(pl.col("answer_level").is_null())
    assert set(options["option_text_en"]) == {"Do Not Know", "No Basis to Judge"}
    assert {"X", "DO NOT KNOW", "NO BASIS TO JUDGE"} <= set(pack.survey.missing_codes)


def test_no_band_belongs_to_register_and_survey_alike(pack):
    register = set(pack.tables["core_ref__codes_grade"]["seniority_code"])
    survey = set(pack.sources["survey_answers"].columns["seniority_code"].values.values())
    assert register
    assert survey
    assert register.isdisjoint(survey)


@pytest.mark.skipif(not HEADCOUNTS.exists(), reason="the real data sets are not beside this checkout (../shared/data)")
def test_every_delivered_pay_plan_and_grade_has_a_band(pack):
    delivered = pl.read_parquet(HEADCOUNTS).select(pl.concat_str("PAYPLAN", "GRD", separator="-")).unique().to_series()
    assert set(delivered) == set(pack.tables["core_ref__codes_grade"]["grade_code"])


def test_the_handbook_shows_the_real_words_of_a_broken_pack(tmp_path):
    folder = shutil.copytree(find_pack("us_federal"), tmp_path / "us_federal")
    replace(folder / "agencies.csv", "NN,independent", "NN,space")
    replace(folder / "item_options.csv", "Q7,4,2,", "Q7,4,1,")
    replace(folder / "sources" / "survey_answers.yaml", '  wave_id:\n    constant: "2018"\n', "")
    with pytest.raises(PackError) as caught:
        load_pack(folder)
    handbook = (ROOT / "docs" / "your-country-as-a-pack.md").read_text(encoding="utf-8")
    assert [line.strip() for line in str(caught.value).splitlines() if line.strip() not in handbook] == []


def replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
