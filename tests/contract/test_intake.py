"""Every delivered row ends in one place, for a reason, whatever order the rows come in."""

from __future__ import annotations

import random

import polars as pl
import pytest
from intake_home import Home, csv_file, iin

from skills_models.packs import find_pack, load_pack
from skills_models.sql.answers import item_codes

REGISTER, SHEETS = "raw_hr__employee", "raw_survey__answer_sheet"
BODY, OTHER_BODY = "990100000001", "990100000002"
CANARY = iin(77)


@pytest.fixture(scope="module")
def pack():
    return load_pack(find_pack("kz"))


@pytest.fixture
def home(tmp_path, pack):
    return Home(tmp_path, pack)


def post(serial: int, **facts: str) -> dict[str, str]:
    row = {
        "ИИН": iin(serial),
        "БИН": BODY,
        "Категория": "C-O-3",
        "Семейство должностей": "service_delivery",
        "Вид занятости": "Основная",
        "Дата назначения": "01.02.2020",
        "Обучение на казахском": "да",
    }
    return row | facts


def sheet(serial: int, items: dict[str, str], pack, **facts: str) -> dict[str, str]:
    row = {"ИИН": iin(serial), "Язык": "ru", "Отметка времени": "2026-10-15 10:00:00"} | facts
    return row | {code: items.get(code, "") for code in item_codes(pack)}


def rows_of(con, sql: str) -> list[tuple]:
    return con.execute(sql).fetchall()


@pytest.mark.parametrize(
    ("facts", "column", "reason"),
    [
        ({"ИИН": ""}, "person_id", "identity_missing"),
        ({"ИИН": iin(1)[:-1] + str((int(iin(1)[-1]) + 1) % 10)}, "person_id", "identity_invalid"),
        ({"ИИН": "8.001019E+11"}, "person_id", "identity_invalid"),
        ({"БИН": ""}, "agency_id", "missing_value"),
        ({"БИН": "нет такого"}, "agency_id", "unknown_code"),
        ({"БИН": CANARY}, "agency_id", "identity_misplaced"),
        ({"Категория": "Z-9"}, "grade_code", "unknown_code"),
        ({"Вид занятости": "иногда"}, "posting_kind_code", "unknown_value"),
        ({"Дата назначения": "30.02.2020"}, "appointed_date", "not_a_date"),
        ({"Дата назначения": "01.02.20"}, "appointed_date", "out_of_range"),
        ({"Обучение на казахском": "может быть"}, "speaks_kk", "unknown_value"),
    ],
)
def test_a_bad_value_sets_its_row_aside_with_the_column_named(home, tmp_path, facts, column, reason):
    home.deliver("hr_register", csv_file(tmp_path / "r.csv", [post(1, **facts), post(2)]))
    con = home.tables(REGISTER)
    found = rows_of(con, "SELECT source_row, reason_code, column_name FROM core_ingest__entity_quarantine")
    assert found == [(1, reason, column)]
    assert rows_of(con, "SELECT n_delivered, n_core, n_quarantined FROM core_ingest__entity_delivery") == [(2, 1, 1)]


@pytest.mark.parametrize(
    ("value", "column", "reason"),
    [
        ("сорок", "course_hours", "not_a_whole_number"),
        ("7,5", "course_hours", "not_a_whole_number"),
        ("0", "course_hours", "out_of_range"),
    ],
)
def test_numbers_that_are_none_are_told_from_numbers_out_of_range(home, tmp_path, value, column, reason):
    row = {
        "ИИН": iin(1),
        "Вид обучения": "advanced",
        "Часы": value,
        "Дата окончания": "2026-05-01",
        "Результат": "completed",
    }
    rows = [row, row | {"Часы": "72"}, row | {"Часы": "1 072"}]
    home.deliver("training_history", csv_file(tmp_path / "t.csv", rows, delimiter=";"))
    con = home.tables("raw_training__completion")
    assert rows_of(con, "SELECT reason_code, column_name FROM core_ingest__entity_quarantine") == [(reason, column)]
    assert rows_of(con, "SELECT course_hours FROM core_training__entity_completion ORDER BY 1") == [(72,), (1072,)]


def test_mixed_alphabets_and_zero_for_o_are_repaired_and_counted(home, tmp_path):
    spelled = ["C-O-3", "С-О-3", "c-0-3", " C-O-3 "]
    home.deliver("hr_register", csv_file(tmp_path / "r.csv", [post(i, Категория=g) for i, g in enumerate(spelled)]))
    con = home.tables(REGISTER)
    assert rows_of(con, "SELECT DISTINCT grade_code FROM core_hr__scd_employee") == [("C-O-3",)]
    assert rows_of(con, "SELECT n_core, n_repaired FROM core_ingest__entity_delivery") == [(4, 3)]


def test_two_postings_give_one_person_whatever_the_order_of_rows(home, tmp_path, pack):
    posts = [
        post(1, БИН=OTHER_BODY, **{"Вид занятости": "Совместительство", "Дата назначения": "01.01.2026"}),
        post(1),
        post(2, БИН=OTHER_BODY, **{"Дата назначения": "01.01.2021"}),
        post(2),
        post(3),
        post(3),
    ]
    outcomes = []
    for order in range(4):
        shuffled = random.Random(order).sample(posts, len(posts))
        home = Home(tmp_path / str(order), pack)
        home.deliver("hr_register", csv_file(tmp_path / str(order) / "r.csv", shuffled))
        con = home.tables(REGISTER)
        kept = rows_of(con, "SELECT person_id, agency_id, appointed_date FROM core_hr__scd_employee ORDER BY ALL")
        left = rows_of(con, "SELECT reason_code FROM core_ingest__entity_duplicate ORDER BY 1")
        outcomes.append((kept, left))
    assert all(outcome == outcomes[0] for outcome in outcomes)
    kept, left = outcomes[0]
    assert len(kept) == 3
    assert sorted(agency for _, agency, _ in kept) == [BODY, BODY, OTHER_BODY]
    assert left == [("identical_row",), ("second_posting",), ("second_posting",)]


def test_the_main_post_counts_even_if_the_additional_one_is_delivered_later(home, tmp_path):
    home.deliver("hr_register", csv_file(tmp_path / "a.csv", [post(1)]))
    home.deliver(
        "hr_register", csv_file(tmp_path / "b.csv", [post(1, БИН=OTHER_BODY, **{"Вид занятости": "Дополнительная"})])
    )
    con = home.tables(REGISTER)
    assert rows_of(con, "SELECT agency_id FROM core_hr__scd_employee") == [(BODY,)]
    assert rows_of(con, "SELECT reason_code FROM core_ingest__entity_duplicate") == [("second_posting",)]


def test_a_corrected_register_replaces_and_the_same_file_renamed_changes_nothing(home, tmp_path):
    first = csv_file(tmp_path / "a.csv", [post(1), post(2)])
    folder = home.deliver("hr_register", first)
    renamed = tmp_path / "renamed.csv"
    renamed.write_bytes(first.read_bytes())
    assert home.deliver("hr_register", renamed) == folder
    home.deliver("hr_register", csv_file(tmp_path / "c.csv", [post(2), post(1, Категория="C-O-5")]))
    con = home.tables(REGISTER)
    assert rows_of(con, "SELECT grade_code FROM core_hr__scd_employee ORDER BY 1") == [("C-O-3",), ("C-O-5",)]
    assert rows_of(con, "SELECT reason_code FROM core_ingest__entity_duplicate ORDER BY 1") == [
        ("identical_row",),
        ("superseded",),
    ]


def test_a_register_row_holds_until_the_next_register_and_later_ones_are_ignored(home, tmp_path):
    for day in ("31.08.2026", "30.09.2026", "31.12.2026"):
        home.deliver("hr_register", csv_file(tmp_path / f"{day}.csv", [post(1, **{"Дата среза": day})]))
    con = home.tables(REGISTER)
    periods = rows_of(con, "SELECT valid_from::VARCHAR, valid_to::VARCHAR FROM core_hr__scd_employee ORDER BY 1")
    assert periods == [("2026-08-31", "2026-09-29"), ("2026-09-30", None)]


def test_cannot_judge_and_blanks_are_missing_and_never_zero(home, tmp_path, pack):
    answers = {"ITR_1": "0", "ITR_2": "9", "ITR_3": "", "ITR_4": "Cannot judge", "DAT_1": "3", "DAT_2": "семь"}
    home.deliver("survey_answers", csv_file(tmp_path / "s.csv", [sheet(1, answers, pack)], delimiter=";"))
    con = home.tables(SHEETS)
    assert rows_of(con, "SELECT item_code, answer_level FROM core_survey__assn_answer ORDER BY 1") == [
        ("DAT_1", 3),
        ("ITR_1", 0),
    ]
    assert rows_of(con, "SELECT n_core, n_unmapped FROM core_ingest__entity_delivery") == [(1, 1)]


def test_the_wording_of_an_option_is_its_level(home, tmp_path, pack):
    options = pack.tables["core_ref__entity_item_option"].filter(pl.col("item_code") == "ITR_1")
    known = options.filter(pl.col("answer_level") == 2).row(0, named=True)
    rows = [
        sheet(i, {"ITR_1": known[f"option_text_{language}"].upper()}, pack)
        for i, language in enumerate(("kk", "ru", "en"))
    ]
    home.deliver("survey_answers", csv_file(tmp_path / "s.csv", rows, delimiter="\t"))
    con = home.tables(SHEETS)
    assert rows_of(con, "SELECT item_code, answer_level FROM core_survey__assn_answer") == [("ITR_1", 2)] * 3


def test_the_later_sheet_counts_but_not_one_after_the_day(home, tmp_path, pack):
    rows = [
        sheet(1, {"ITR_1": level}, pack, **{"Отметка времени": moment})
        for level, moment in (("2", "2026-10-16 10:00:00"), ("1", "2026-10-15 10:00:00"), ("3", "2026-11-20 10:00:00"))
    ]
    home.deliver("survey_answers", csv_file(tmp_path / "s.csv", rows))
    con = home.tables(SHEETS)
    assert rows_of(con, "SELECT answer_level FROM core_survey__assn_answer") == [(2,)]
    assert rows_of(con, "SELECT reason_code FROM core_ingest__entity_duplicate") == [("superseded",)]


def test_shuffled_rows_and_another_format_give_the_same_records(tmp_path, pack):
    rows = [sheet(i, {c: str((i + k) % 4) for k, c in enumerate(item_codes(pack))}, pack) for i in range(40)]
    contents = []
    for order, suffix in ((1, ".csv"), (2, ".csv"), (3, ".parquet"), (4, ".xlsx")):
        home, shuffled = Home(tmp_path / str(order), pack), random.Random(order).sample(rows, len(rows))
        path = csv_file(tmp_path / str(order) / "s.csv", shuffled)
        if suffix == ".parquet":
            pl.DataFrame(shuffled).write_parquet(path := path.with_suffix(suffix))
        if suffix == ".xlsx":
            pl.DataFrame(shuffled).write_excel(path := path.with_suffix(suffix))
        home.deliver("survey_answers", path)
        con = home.tables(SHEETS)
        records = rows_of(con, "SELECT * FROM core_survey__entity_respondent ORDER BY ALL")
        contents.append((records, rows_of(con, "SELECT * FROM core_survey__assn_answer ORDER BY ALL")))
    assert len(contents[0][1]) == 40 * 24
    assert all(content == contents[0] for content in contents)


def test_frequent_short_spellings_are_shown_and_others_only_as_shapes(home, tmp_path):
    bad = ["G-5"] * 3 + ["Иванов Пётр 12"] * 3 + ["H-77"]
    home.deliver("hr_register", csv_file(tmp_path / "r.csv", [post(i, Категория=g) for i, g in enumerate(bad)]))
    con = home.tables(REGISTER)
    shapes = rows_of(con, "SELECT value_shape, count(*) FROM core_ingest__entity_quarantine GROUP BY 1 ORDER BY 1")
    assert shapes == [("A-99", 1), ("Aaaaaa Aaaa 99", 3), ("G-5", 3)]


def test_a_canary_identity_appears_in_no_table_and_no_message(home, tmp_path, pack):
    in_wrong_places = post(5, **{"Категория": CANARY, "Табельный номер": CANARY, "ФИО": CANARY})
    rows = [{"ФИО": "x", "Табельный номер": "1"} | post(1), {"ФИО": "x", "Табельный номер": "1"} | in_wrong_places]
    rows.append(rows[0] | {"ИИН": CANARY, "Табельный номер": f"№{CANARY}"})
    home.deliver("hr_register", csv_file(tmp_path / "good.csv", rows))
    ragged = tmp_path / "ragged.csv"
    ragged.write_text(csv_file(tmp_path / "x.csv", rows).read_text() + CANARY + "\n")
    home.deliver("hr_register", ragged)
    headless = tmp_path / "headless.csv"
    headless.write_text(f"{CANARY},{BODY},C-O-3\n")
    home.deliver("hr_register", headless)
    con = home.tables(REGISTER)
    assert {problem.reason_code for problem in home.rejected} == {"ragged_row", "no_known_header"}
    assert not any(CANARY in f"{problem} {problem.args} {problem.__cause__}" for problem in home.rejected)
    for (table,) in rows_of(con, "SELECT table_name FROM information_schema.tables"):
        for row in rows_of(con, f'SELECT * FROM "{table}"'):
            assert not any(CANARY in str(value) for value in row), table


@pytest.mark.parametrize(
    "spelling",
    [
        f"{CANARY[:6]} {CANARY[6:]}",
        f"{CANARY[:4]}-{CANARY[4:8]}\u2013{CANARY[8:]}",
        "".join(chr(0xFF10 + int(digit)) for digit in CANARY),
        f"ИИН {CANARY[:6]}\u00a0{CANARY[6:]}.",
    ],
)
def test_an_identity_is_found_in_any_spelling_of_its_digits(home, tmp_path, spelling):
    home.deliver("hr_register", csv_file(tmp_path / "r.csv", [post(1, **{"Табельный номер": spelling})]))
    con = home.tables(REGISTER)
    assert rows_of(con, f'SELECT staff_ref FROM "{REGISTER}"') == [("!identity_misplaced",)]


def test_a_rejected_file_leaves_the_rest_of_its_delivery_alone(home, tmp_path):
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    home.deliver("hr_register", csv_file(tmp_path / "r.csv", [post(1)]), empty)
    con = home.tables(REGISTER)
    assert [problem.reason_code for problem in home.rejected] == ["empty_file"]
    assert rows_of(con, "SELECT n_delivered, n_core FROM core_ingest__entity_delivery") == [(1, 1)]


def test_lines_of_head_counts_add_up_and_a_second_delivery_does_not_count_twice(tmp_path):
    home = Home(tmp_path, load_pack(find_pack("us_federal")))
    line = {"DATECODE": "202409", "AGY": "BO", "AGYSUB": "BO00", "OCC": "0343", "PAYPLAN": "GS", "GRD": "13"}
    lines = [line | {"EMPCOUNT": n} for n in ("20", "20", "31")]
    home.deliver("hr_headcount", csv_file(tmp_path / "a.csv", lines))
    home.deliver(
        "hr_headcount",
        csv_file(tmp_path / "b.csv", [*reversed(lines), line | {"DATECODE": "202503", "EMPCOUNT": "12"}]),
    )
    con = home.tables("raw_hr__headcount")
    counted = rows_of(con, "SELECT reference_date::VARCHAR, n_people FROM core_hr__wave_headcount ORDER BY 1")
    assert counted == [("2024-09-01", 71), ("2025-03-01", 12)]
    assert rows_of(con, "SELECT reason_code FROM core_ingest__entity_duplicate") == [("identical_row",)] * 3


def test_a_register_of_one_body_says_nothing_about_the_others(home, tmp_path):
    august, september = {"Дата среза": "31.08.2026"}, {"Дата среза": "30.09.2026"}
    everybody = [post(1, **august), post(2, **august)]
    everybody += [post(3, БИН=OTHER_BODY, **august), post(4, БИН=OTHER_BODY, **august)]
    home.deliver("hr_register", csv_file(tmp_path / "all.csv", everybody))
    home.deliver("hr_register", csv_file(tmp_path / "one.csv", [post(1, **september), post(3, **september)]))
    con = home.tables(REGISTER)
    columns = "agency_id, valid_from::VARCHAR, valid_to::VARCHAR"
    rows = rows_of(con, f"SELECT {columns} FROM core_hr__scd_employee ORDER BY ALL")
    stayed_moved = [(BODY, "2026-09-30", None)] * 2
    ended_in_body = [(BODY, "2026-08-31", "2026-09-29")] * 2
    elsewhere = [(OTHER_BODY, "2026-08-31", "2026-09-29"), (OTHER_BODY, "2026-08-31", None)]
    assert rows == [*ended_in_body, *stayed_moved, *elsewhere]


def test_a_delivery_made_for_another_country_is_not_read(home, tmp_path):
    folder = home.deliver("hr_register", csv_file(tmp_path / "a.csv", [post(1)]))
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"kz"', '"us_federal"'))
    con = home.tables(REGISTER)
    assert [problem.reason_code for problem in home.rejected] == ["other_pack"]
    assert rows_of(con, "SELECT count(*) FROM core_hr__scd_employee") == [(0,)]
