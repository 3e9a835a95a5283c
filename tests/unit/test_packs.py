"""A pack holds together, or says everything that is wrong with it at once."""

import json
import re
import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import yaml

from skills_models.contracts import LANGUAGES, TABLES
from skills_models.ingestion.folding import fold, fold_grade
from skills_models.packs import PackError, Rule, Rules, find_pack, load_pack

GRADE = r"^(A|B|C|C-O|C-R|C-SV|D|D-O|E|E-R|E-G)-[1-9]$"


@pytest.fixture(scope="module")
def pack():
    return load_pack(find_pack("kz"))


@pytest.fixture
def broken(tmp_path):
    return Path(shutil.copytree(find_pack("kz"), tmp_path / "broken"))


def replace(path: Path, old: str, new: str) -> None:
    """Replace the first occurrence of a text that must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def drop_line(path: Path, start: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(start)]
    assert len(kept) == len(lines) - 1
    path.write_text("".join(kept), encoding="utf-8")


def problems_of(folder: Path) -> tuple[str, ...]:
    with pytest.raises(PackError) as caught:
        load_pack(folder)
    return caught.value.problems


def test_the_pack_has_every_reference_table_of_its_scale(pack):
    expected = {name for name, t in TABLES.items() if name.startswith(("core_ref__", "core_framework__"))}
    assert set(pack.tables) == expected
    for name, frame in pack.tables.items():
        assert TABLES[name].enforce(frame).equals(frame)
        assert frame.height > 0


def test_every_grade_matches_the_official_pattern_and_is_found_in_mixed_alphabets(pack):
    grades = pack.tables["core_ref__codes_grade"]
    assert all(re.match(GRADE, code) for code in grades["grade_code"])
    assert set(grades["series_code"]) == {"A", "B", "C", "C-O", "C-R", "D", "D-O", "E", "E-R", "E-G"}
    alias = dict(grade_aliases(pack))
    spellings = {"С-О-5": "C-O-5", "Д-0-4": "D-O-4", "Е-G-2": "E-G-2", "с-3 ": "C-3", "Е-Р-1": "E-R-1", "Б-4": "B-4"}
    assert {text: alias.get(fold_grade(text)) for text in spellings} == spellings


def grade_aliases(pack):
    rows = pack.tables["core_ref__codes_alias"].filter(pl.col("list_code") == "grade")
    return rows.select("alias_folded", "code").iter_rows()


def test_every_band_has_a_grade_in_every_kind_of_series(pack):
    grades = pack.tables["core_ref__codes_grade"]
    bands = set(pack.tables["core_ref__codes_seniority"]["seniority_code"])
    for (series,), rows in grades.group_by(["series_code"]):
        assert set(rows["seniority_code"]) == bands, series


def test_every_region_has_a_boundary_and_a_body(pack):
    regions = pack.tables["core_ref__codes_region"]
    assert regions.height == 20
    assert {json.loads(shape)["type"] for shape in regions["geometry_geojson"]} <= {"Polygon", "MultiPolygon"}
    assert set(pack.tables["core_ref__codes_agency"]["region_code"]) == set(regions["region_code"])


def test_bodies_are_invented_and_say_so(pack):
    agencies = pack.tables["core_ref__codes_agency"]
    assert agencies["is_synthetic"].all()
    assert agencies["agency_id"].str.contains(r"^99\d{10}$").all()
    kinds = dict(agencies.group_by("agency_kind_code").len().iter_rows())
    assert kinds == {"central": 14, "oblast_unit": 18, "district_unit": 10, "oblast_akimat": 10, "district_akimat": 8}
    central = set(agencies.filter(pl.col("agency_kind_code") == "central")["agency_id"])
    units = agencies.filter(pl.col("agency_kind_code").str.ends_with("_unit"))
    assert set(units["parent_agency_id"]) <= central


def test_every_label_stands_in_three_languages_and_none_is_a_copy_of_the_english(pack):
    labels = 0
    for name, frame in pack.tables.items():
        for stem in sorted({c[:-3] for c in frame.columns if c.endswith("_en") and "text" not in c}):
            labels += frame.height
            for language in LANGUAGES:
                assert frame[f"{stem}_{language}"].null_count() == 0, (name, stem, language)
            if name.startswith("core_ref__codes"):
                for language in ("kk", "ru"):
                    assert (frame[f"{stem}_{language}"] != frame[f"{stem}_en"]).all(), (name, stem, language)
    assert labels == 184
    assert all(set(rule.names) == set(LANGUAGES) for rule in pack.rules.versions)


def test_each_item_measures_one_element_with_four_anchors_and_a_way_out(pack):
    items, options = (pack.tables[f"core_ref__entity_{name}"] for name in ("item", "item_option"))
    assert items["element_code"].n_unique() == items.height == 24
    assert (items["item_code"] == items["element_code"].str.replace(".", "_", literal=True)).all()
    levels = options.sort("option_order").group_by("item_code").agg("answer_level")["answer_level"].to_list()
    assert levels == [[0, 1, 2, 3, None]] * 24
    for language in LANGUAGES:
        anchors = options.filter(pl.col("answer_level").is_not_null() & (pl.col("answer_level") > 0))
        assert anchors[f"option_text_{language}"].n_unique() == 72, language
        way_out = options.filter(pl.col("answer_level").is_null())[f"option_text_{language}"].unique().item()
        assert fold(way_out) in pack.survey.missing_codes, language


def test_requirements_are_whole_and_may_fall_with_seniority(pack):
    profile = pack.tables["core_ref__assn_role_profile"]
    assert profile.height == 8 * 4 * 6
    assert profile["status_code"].unique().to_list() == ["project_draft"]
    data = profile.filter((pl.col("job_family_code") == "digital_data") & (pl.col("skill_code") == "DAT"))
    levels = dict(data.select("seniority_code", "required_level").iter_rows())
    assert (levels["senior_specialist"], levels["executive"]) == (3, 2)


def test_no_course_builds_storytelling_or_insurgency_and_every_other_element_has_one(pack):
    effects = pl.read_csv(pack.catalogue / "course_effects.csv")
    elements = pack.tables["core_ref__entity_item"]["element_code"]
    assert set(effects["element_code"]) == {e for e in elements if not e.startswith(("STO", "INS"))}
    assert effects["effect_levels"].is_between(0.2, 0.6).all()
    assert (effects["effect_sd_levels"] > 0).all()
    assert effects["status_code"].unique().to_list() == ["project_draft"]


def test_the_catalogue_offers_scarce_seats_in_every_quarter(pack):
    courses = pl.read_csv(pack.catalogue / "courses.csv")
    sessions = pl.read_csv(pack.catalogue / "sessions.csv", try_parse_dates=True)
    assert courses.height == 60
    assert {"practitioner", "manager", "all"} == set(courses["track_code"])
    by_quarter = sessions.group_by(pl.col("start_date").dt.truncate("1q")).agg(
        n_sessions=pl.len(), n_seats=pl.col("seats_per_session").sum(), n_languages=pl.col("language_code").n_unique()
    )
    assert by_quarter.height == 8
    assert by_quarter["n_sessions"].is_between(75, 100).all()
    assert by_quarter["n_seats"].is_between(1500, 2000).all()
    assert (by_quarter["n_languages"] == 3).all()


def test_rules_hold_from_their_first_to_their_last_day():
    def version(value, first, last):
        return Rule("min_respondents", value, "people", {}, first, last, "policy", "expert")

    rules = Rules((version(5, date(2024, 1, 1), date(2024, 12, 31)), version(10, date(2025, 1, 1), None)))
    days = [date(2023, 12, 31), date(2024, 1, 1), date(2024, 12, 31), date(2025, 1, 1)]
    values = [rule.value if (rule := rules.on(day).get("min_respondents")) else None for day in days]
    assert values == [None, 5, 5, 10]


def test_numbers_of_the_law_are_official_and_invented_ones_are_drafts(pack):
    status = {code: (rule.value, rule.status_code) for code, rule in pack.rules.on(date(2026, 11, 14)).items()}
    assert status["advanced_interval_years"] == (3, "official")
    assert (status["advanced_min_hours"], status["advanced_max_hours"]) == ((8, "official"), (80, "official"))
    assert (status["retraining_min_hours"], status["retraining_within_months"]) == ((120, "official"), (6, "official"))
    assert {code for code, (_, kind) in status.items() if kind == "project_draft"} >= {
        "hours_per_person_year",
        "quarter_budget_cost_per_1000",
        "quarter_budget_hours_per_1000",
    }


def test_identities_are_pseudonymised_in_every_source_that_has_them(pack):
    assert {code: mapping.identity_columns for code, mapping in pack.sources.items() if mapping.identity_columns} == {
        "hr_register": ("person_id",),
        "survey_answers": ("person_id",),
        "supervisor_ratings": ("person_id", "rater_id"),
        "training_history": ("person_id",),
    }
    rule = pack.identity["person_id"]
    assert (rule.digits, rule.modulus, rule.synthetic_position, rule.synthetic_digit) == (12, 11, 7, 9)
    assert [len(row) for row in rule.weights] == [11, 11]


def test_spellings_of_a_delivery_lead_to_contract_values(pack):
    history = pack.sources["training_history"].columns
    assert history["training_kind_code"].values[fold(" повышение  квалификации")] == "advanced"
    assert history["training_kind_code"].values[fold("advanced")] == "advanced"
    assert pack.sources["hr_register"].columns["speaks_kk"].values[fold("Иә")] == "true"
    assert "Какое утверждение" in " ".join(pack.item_headers["DAT_1"])


def test_no_file_of_the_data_is_large():
    data = find_pack("kz").parents[1]
    assert [path.name for path in data.rglob("*") if path.is_file() and path.stat().st_size > 1_000_000] == []


def test_an_unknown_pack_names_those_there_are():
    with pytest.raises(PackError, match=r"choose one of .*kz"):
        find_pack("atlantis")


def test_everything_wrong_is_said_at_once_with_file_row_and_remedy(broken):
    replace(broken / "agencies.csv", ",KZ-75,", ",KZ-99,")
    replace(broken / "agencies.csv", "Агентство степных земель,Agency", ",Agency")
    replace(broken / "agencies.csv", ",KZ-39,,,,", ",KZ-39,2020-01-01,2019-12-31,,")
    replace(broken / "agencies.csv", ",KZ-43,,,,", ",KZ-43,,,990100000001,")
    replace(broken / "regions.csv", "Туркестанская область", "Павлодарская область")
    drop_line(broken / "role_profiles.csv", "project_management,executive,INS,")
    replace(broken / "items.csv", "STO_3,STO.3,STO,", "STO_3,STO.2,STO,")
    drop_line(broken / "item_options.csv", "ITR_1,3,2,")
    drop_line(broken / "weights.csv", "leadership,Көшбасшылық,Лидерство,Leadership,CUR,")
    replace(broken / "catalogue/sessions.csv", "S2026Q1-C001-kk,C001,", "S2026Q1-C001-kk,C999,")
    replace(broken / "catalogue/courses.csv", ",advanced,40,", ",advanced,400,")
    replace(broken / "catalogue/course_effects.csv", "C001,ITR.1,0.45", "C001,ITR.9,four")
    edit_yaml(broken / "sources/sessions.yaml", lambda source: source["columns"].update(seats={"headers": ["Всего"]}))
    edit_yaml(broken / "sources/hr_register.yaml", lambda source: source["columns"].pop("grade_code"))
    edit_yaml(broken / "quota_rules.yaml", overlap_and_remove)
    found = problems_of(broken)
    expected = [
        "agencies.csv, agency_id=990100000005: region_code 'KZ-99' is not in regions.csv",
        "agencies.csv, agency_id=990100000002: agency_name_ru translation is missing",
        "agencies.csv, agency_id=990200000010: valid_to lies before valid_from",
        "agencies.csv, agency_id=990200000011: has a successor but no valid_to",
        "regions.csv: the spelling 'ПABЛOДAPCKAЯ OБЛACTЬ' stands for KZ-55 and KZ-61",
        "role_profiles.csv: no row for job_family_code=project_management, seniority_code=executive, skill_code=INS",
        "items.csv: no item measures element STO.3",
        "item_options.csv: item ITR_1 has no option for level 2",
        "weights.csv: scenario leadership has no weight for skill CUR",
        "catalogue/sessions.csv, session_id=S2026Q1-C001-kk: course_id 'C999' is not in catalogue/courses.csv",
        "catalogue/courses.csv, course_id=C001: 400 hours are outside 8-80",
        "catalogue/course_effects.csv, course_id=C001, element_code=ITR.9: element_code 'ITR.9' is not in framework",
        "catalogue/course_effects.csv, course_id=C001, element_code=ITR.9: effect_levels 'four' cannot be",
        "sources/sessions.yaml: column seats is not in raw_training__session",
        "sources/hr_register.yaml: column grade_code is required by raw_hr__employee",
        "quota_rules.yaml, rule min_respondents: the versions from 2020-01-01 and 2026-01-01 hold at the same time",
        "quota_rules.yaml: rule agency_cap_share is missing",
    ]
    assert {start: sum(text.startswith(start) for text in found) for start in expected} == dict.fromkeys(expected, 1)
    assert len(found) == len(expected)
    assert all("; " in text for text in found)


def edit_yaml(path: Path, edit) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    edit(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


def overlap_and_remove(content: dict) -> None:
    rules = content["rules"]
    again = next(rule for rule in rules if rule["rule_code"] == "min_respondents")
    rules.append(again | {"valid_from": date(2026, 1, 1)})
    rules[:] = [rule for rule in rules if rule["rule_code"] != "agency_cap_share"]


def test_a_source_that_forgets_to_pseudonymise_is_refused(broken):
    edit_yaml(broken / "sources/supervisor_ratings.yaml", lambda source: source.update(identity_columns=["person_id"]))
    assert problems_of(broken) == (
        "sources/supervisor_ratings.yaml: column rater_id holds an identity but is not in identity_columns; "
        "add it there",
    )


def test_a_header_that_stands_for_two_columns_is_refused(broken):
    edit_yaml(
        broken / "sources/sessions.yaml",
        lambda source: source["columns"]["min_seats"]["headers"].append("количество мест"),
    )
    assert [text for text in problems_of(broken) if "stands for seats_per_session and min_seats" in text]


def test_a_missing_file_and_a_broken_one_are_problems_like_any_other(broken):
    (broken / "grades.csv").unlink()
    (broken / "pack.yaml").write_text("name: [", encoding="utf-8")
    found = problems_of(broken)
    assert "grades.csv: the file is missing; add it" in found
    assert any(text.startswith("pack.yaml: cannot be read as YAML") for text in found)


def test_a_region_without_boundary_is_refused(broken):
    path = broken / "regions.geojson"
    collection = json.loads(path.read_text(encoding="utf-8"))
    collection["features"] = [feature for feature in collection["features"] if feature["id"] != "KZ-62"]
    path.write_text(json.dumps(collection), encoding="utf-8")
    assert problems_of(broken) == ("regions.geojson: region KZ-62 has no boundary; add it",)


def test_an_invented_body_may_not_pass_for_a_real_one(broken):
    replace(broken / "pack.yaml", "is_synthetic: true", "is_synthetic: false")
    found = problems_of(broken)
    assert len(found) == 60
    assert all("is_synthetic is not false, as in pack.yaml" in text for text in found)


def test_a_broken_crosswalk_breaks_the_pack_in_words(tmp_path):
    data = find_pack("kz").parents[1]
    shutil.copytree(data / "frameworks", tmp_path / "frameworks")
    shutil.copytree(data / "crosswalks", tmp_path / "crosswalks")
    replace(tmp_path / "crosswalks" / "kz-gov-11__opsi-2017.sssom.tsv", "opsi:USR\t0.70", "opsi:UXR\t0.70")
    with pytest.raises(PackError, match="UXR is not in opsi-2017"):
        load_pack(find_pack("kz"), tmp_path)


def test_yaml_of_the_wrong_shape_is_said_in_words(broken):
    edit_yaml(broken / "sources/sessions.yaml", lambda source: source["columns"].update(min_seats=["Минимум"]))
    edit_yaml(broken / "sources/courses.yaml", lambda source: source["columns"]["seat_cost"].update(header="Цена"))
    edit_yaml(broken / "quota_rules.yaml", lambda content: content["rules"].append("agency_cap_share"))
    edit_yaml(broken / "pack.yaml", lambda content: content["survey"].update(levels="0-3"))
    found = problems_of(broken)
    for start in (
        "sources/sessions.yaml, column min_seats: holds no keys",
        "sources/courses.yaml, column seat_cost: header is not known",
        "quota_rules.yaml, rule 16: holds no keys",
        "pack.yaml, survey: levels are not whole numbers",
    ):
        assert any(text.startswith(start) for text in found), start
