"""Files as people really send them: read rightly, or rejected in one line that quotes nothing."""

from __future__ import annotations

import gzip

import polars as pl
import pytest
import xlsxwriter

from skills_models.ingestion.problems import DeliveryRejected
from skills_models.ingestion.readers import open_file

HEADERS = ["ИИН", "Имя", "Балл"]
KNOWN = frozenset({"ИИH", "ИMЯ", "БAЛЛ"})
ROWS = [["900101", "Анна", "1"], ["900102", "Болат", "2"]]
DECLARED = ("utf-8-sig", "utf-16")
SECRET = "900101350129"


def read(path, encodings=DECLARED):
    file = open_file(path, encodings, KNOWN)
    rows = [list(row.values()) for batch in file.batches for row in batch.to_pylist()]
    return list(file.headers), rows


def text(rows, delimiter=",", newline="\n"):
    return newline.join(delimiter.join(row) for row in rows) + newline


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_usual_text_form_gives_the_same_rows(tmp_path, delimiter, encoding, newline):
    path = tmp_path / "f.csv"
    path.write_bytes(text([HEADERS, *ROWS], delimiter, newline).encode(encoding))
    assert read(path) == (HEADERS, ROWS)


def test_an_eight_bit_encoding_is_read_only_where_the_pack_declares_it(tmp_path):
    path = tmp_path / "f.csv"
    path.write_bytes(text([HEADERS, *ROWS]).encode("cp1251"))
    assert read(path, (*DECLARED, "cp1251")) == (HEADERS, ROWS)
    with pytest.raises(DeliveryRejected) as problem:
        read(path)
    assert problem.value.reason_code == "unknown_encoding"


def test_utf_8_stays_utf_8_even_if_an_eight_bit_encoding_is_declared_first(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text(text([HEADERS, ["1", "Әлия", "2"]]), encoding="utf-8")
    assert read(path, ("cp1251", "utf-8-sig"))[1] == [["1", "Әлия", "2"]]


def test_quoted_newlines_delimiters_and_quotes_stay_inside_their_cell(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text('ИИН,Имя,Балл\n1,"а\nб, ""в""",2\n', encoding="utf-8")
    assert read(path)[1] == [["1", 'а\nб, "в"', "2"]]


def test_a_title_above_the_header_is_passed_over(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text("Список на 31.10.2026;;\n;;\n" + text([HEADERS, *ROWS], ";"), encoding="utf-8")
    assert read(path) == (HEADERS, ROWS)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("f.csv", b"", "empty_file"),
        ("f.xlsx", b"", "empty_file"),
        ("f.csv", f"ИИН,Имя\n{SECRET},\x00".encode(), "nul_bytes"),
        ("f.csv", f"ИИН,Имя\n{SECRET},x,y\n".encode(), "ragged_row"),
        ("f.csv", f"ИИН,Имя\n1,2\n{SECRET}".encode(), "ragged_row"),
        ("f.csv", f'ИИН,Имя\n{SECRET},"x\n1,2\n'.encode(), "unclosed_quote"),
        ("f.csv", f"{SECRET},x\n".encode(), "no_known_header"),
        ("f.csv", gzip.compress(b"x", mtime=0), "wrong_kind"),
        ("f.csv", b"PK\x03\x04" + SECRET.encode(), "wrong_kind"),
        ("f.xlsx", f"ИИН,Имя\n{SECRET},x\n".encode(), "wrong_kind"),
        ("f.xlsx", b"\xd0\xcf\x11\xe0" + SECRET.encode(), "wrong_kind"),
        ("f.xlsx", b"PK\x03\x04" + SECRET.encode(), "damaged_file"),
        ("f.parquet", b"PAR1" + SECRET.encode(), "damaged_file"),
        ("f.gz", gzip.compress(b"x", mtime=0), "unknown_kind"),
        ("f.csv", b"\xff\xfe\x00", "unknown_encoding"),
        ("f.csv", "ИИН,Имя\n1,Ж?мабек\n".encode("cp1251"), "damaged_letters"),
        ("f.csv", "ИИН,Имя\n1,".encode() + b"x" * (10 << 20) + b"\n2,3\n", "line_too_long"),
    ],
)
def test_a_file_that_cannot_be_taken_is_rejected_without_quoting_it(tmp_path, name, content, reason):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DeliveryRejected) as problem:
        read(path, (*DECLARED, "cp1251"))
    assert problem.value.reason_code == reason
    assert SECRET not in f"{problem.value} {problem.value.args} {problem.value.__cause__}"
    assert problem.value.__suppress_context__ or problem.value.__context__ is None


def test_a_ragged_row_is_named_by_its_record(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text("ИИН,Имя\n1,2\n3,4\n5\n", encoding="utf-8")
    with pytest.raises(DeliveryRejected) as problem:
        read(path)
    assert problem.value.line == 4


def workbook(path, *sheets):
    book = xlsxwriter.Workbook(path)
    for name, is_hidden, rows in sheets:
        sheet = book.add_worksheet(name)
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
        if is_hidden:
            sheet.hide()
    book.close()
    return path


def test_the_one_visible_sheet_is_read_and_hidden_ones_are_not(tmp_path):
    path = workbook(tmp_path / "f.xlsx", ("Данные", False, [HEADERS, *ROWS]), ("x", True, [HEADERS, ["0", "0", "0"]]))
    assert read(path) == (HEADERS, ROWS)


def test_numbers_of_a_workbook_are_text_without_a_fraction(tmp_path):
    path = workbook(tmp_path / "f.xlsx", ("Данные", False, [HEADERS, [900101350123, "Анна", 0.1], [None, "Болат", 2]]))
    assert read(path)[1] == [["900101350123", "Анна", "0.1"], [None, "Болат", "2"]]


def test_several_visible_sheets_are_rejected(tmp_path):
    path = workbook(tmp_path / "f.xlsx", ("a", False, [HEADERS, *ROWS]), ("b", False, [HEADERS, *ROWS]))
    with pytest.raises(DeliveryRejected) as problem:
        read(path)
    assert problem.value.reason_code == "several_sheets"


def test_numbers_of_a_parquet_file_read_back_to_the_same_number(tmp_path):
    numbers = [0.1 + 0.2, 1.0, 1e-300, 123456789012.0, None, float("nan")]
    frame = pl.DataFrame({"ИИН": ["1"] * 6, "Имя": [True] * 6, "Балл": numbers})
    frame.write_parquet(tmp_path / "f.parquet")
    texts = [row[2] for row in read(tmp_path / "f.parquet")[1]]
    assert [None if t is None else float(t) for t in texts] == [*numbers[:5], None]
    assert texts[1] == "1"
    assert texts[3] == "123456789012"


def test_a_truncated_parquet_file_is_rejected(tmp_path):
    path = tmp_path / "f.parquet"
    pl.DataFrame({"ИИН": ["1"] * 1000}).write_parquet(path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DeliveryRejected) as problem:
        read(path)
    assert problem.value.reason_code == "damaged_file"
