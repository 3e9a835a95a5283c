"""Frameworks and crosswalks are data; what a crosswalk leaves over is stored and shown."""

import shutil
from pathlib import Path

import polars as pl
import pytest

from skills_models.contracts import LANGUAGES, TABLES
from skills_models.frameworks import (
    crosswalk_mart,
    crosswalk_with_residual,
    load_crosswalks,
    load_frameworks,
    mapped_share,
)

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def competency():
    return load_frameworks(DATA / "frameworks")


@pytest.fixture(scope="module")
def crosswalk(competency):
    return load_crosswalks(DATA / "crosswalks", competency)


def test_each_framework_has_the_competencies_it_is_known_by(competency):
    counts = competency.group_by("framework_id", "competency_kind_code").len().iter_rows()
    assert {(framework, kind): n for framework, kind, n in counts} == {
        ("opsi-2017", "skill"): 6,
        ("opsi-2017", "element"): 24,
        ("kz-gov-11", "competency"): 11,
        ("uk-behaviours-2018", "competency"): 9,
        ("ec-policymaking-2022", "cluster"): 7,
    }


def test_profiles_whose_names_are_unknown_are_an_empty_labelled_sheet():
    folder = DATA / "frameworks" / "opsi-2017-profiles"
    assert pl.read_csv(folder / "competencies.csv").height == 0
    assert "empty on purpose" in (folder / "framework.yaml").read_text(encoding="utf-8").replace("\n ", "")


def test_elements_hang_under_their_skill_and_insurgency_is_not_translated_literally(competency):
    opsi = competency.filter(pl.col("framework_id") == "opsi-2017")
    elements = opsi.filter(pl.col("competency_kind_code") == "element")
    assert (elements["competency_id"].str.split(".").list.first() == elements["parent_competency_id"]).all()
    label = opsi.row(by_predicate=pl.col("competency_id") == "INS", named=True)
    assert label["competency_name_ru"] == "Готовность менять устоявшееся"
    assert label["competency_name_kk"] == "Қалыптасқанды өзгертуге дайындық"


def test_mapped_shares_are_those_of_the_reference(crosswalk):
    shares = mapped_share(crosswalk).select("subject_framework_id", pl.col("mapped_share").round(2)).iter_rows()
    assert dict(shares) == {"kz-gov-11": 0.41, "uk-behaviours-2018": 0.54, "ec-policymaking-2022": 0.66}


def test_weights_and_residual_of_every_source_add_up_to_one(crosswalk):
    whole = crosswalk_with_residual(crosswalk).group_by("subject_framework_id", "subject_id")
    totals = whole.agg(total=pl.col("ext_weight").sum(), n=(pl.col("object_id") == "residual").sum())
    assert totals.height == 11 + 9 + 7
    assert totals["total"].to_list() == pytest.approx([1.0] * totals.height, abs=1e-9)
    assert (totals["n"] == 1).all()


def test_a_competency_without_counterpart_is_all_residual(crosswalk):
    rows = crosswalk_with_residual(crosswalk).filter(pl.col("subject_id") == "KZ.08")
    weights = dict(rows.select("object_id", "ext_weight").iter_rows())
    assert weights == {"sssom:NoTermFound": 0.0, "residual": 1.0}


def test_the_mart_names_both_sides_and_leaves_the_residual_unnamed(crosswalk, competency):
    mart = crosswalk_mart(crosswalk, competency)
    assert mart.columns == list(TABLES["mart_framework__crosswalk"].columns)
    left_over = pl.col("object_id").is_in(["residual", "sssom:NoTermFound"])
    for language in LANGUAGES:
        assert mart[f"subject_name_{language}"].null_count() == 0
        assert mart.filter(left_over)[f"object_name_{language}"].null_count() == mart.filter(left_over).height
        assert mart.filter(~left_over)[f"object_name_{language}"].null_count() == 0


def test_a_crosswalk_that_gives_away_more_than_the_whole_or_forgets_one_is_refused(tmp_path, competency):
    name = "kz-gov-11__opsi-2017.sssom.tsv"
    text = (DATA / "crosswalks" / name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("KZ.09\t")]
    broken = "\n".join(lines).replace(
        "opsi:USR\t0.70", "opsi:USR\t0.70\t0.7\tx\nKZ.04\tx\tskos:relatedMatch\topsi:XYZ\t0.40"
    )
    (tmp_path / name).write_text(broken + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match="crosswalks") as caught:
        load_crosswalks(tmp_path, competency)
    for part in ("KZ.09 has no row", "XYZ is not in opsi-2017", "the weights of KZ.04 add up to more than 1"):
        assert part in str(caught.value)


def test_a_framework_without_licence_or_with_an_orphan_is_refused(tmp_path):
    folder = Path(shutil.copytree(DATA / "frameworks" / "opsi-2017", tmp_path / "opsi-2017"))
    facts = folder / "framework.yaml"
    facts.write_text(facts.read_text(encoding="utf-8").replace("licence:", "license:"), encoding="utf-8")
    sheet = folder / "competencies.csv"
    sheet.write_text(sheet.read_text(encoding="utf-8").replace("ITR.1,ITR,", "ITR.1,XXX,"), encoding="utf-8")
    with pytest.raises(ValueError, match="licence is missing") as caught:
        load_frameworks(tmp_path)
    assert "ITR.1: parent_competency_id is not in the framework" in str(caught.value)
