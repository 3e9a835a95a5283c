"""Files that leave the dashboard: marked, complete, harmless in a spreadsheet."""

from __future__ import annotations

import io
import re
import zipfile

import polars as pl
import pytest

from dashboards.i18n import Texts
from dashboards.views import gap_export, gaps
from skills_models.exports import Origin, neutral, to_csv, to_xlsx
from tests.dashboards.example_snapshot import PAYLOAD, example_marts

ORIGIN = Origin("run-1", "2026-11-14", is_synthetic=True)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
        "＋1",
        "－1",
        "＠A",
        " =1",
        "\u00a0=1",
        "\u200b=1",
        '"=1',
        "'=1",
    ],
)
def test_text_that_could_start_a_formula_is_neutralised(text):
    assert neutral(text) == "'" + text


@pytest.mark.parametrize("text", ["", "Data literacy", "2-1", "a=b", "№ 5", "«=»"])
def test_harmless_text_stays_as_it_is(text):
    assert neutral(text) == text


def test_csv_keeps_numbers_neutralises_texts_and_names_its_run():
    content = to_csv(pl.DataFrame({"name": [PAYLOAD], "difference": [-3], "share": [0.5]}), ORIGIN)
    back = pl.read_csv(io.BytesIO(content))

    assert content.startswith(b"\xef\xbb\xbf")
    assert back.row(0, named=True) == {
        "name": "'" + PAYLOAD,
        "difference": -3,
        "share": 0.5,
        "data_kind": "synthetic",
        "run_id": "run-1",
        "as_of_date": "2026-11-14",
    }


def test_workbook_holds_no_formula_and_no_link_and_names_its_run():
    frame = pl.DataFrame({"name": [PAYLOAD, "http://evil.example"], "value": [None, 0.25], "flag": [True, False]})
    book = zipfile.ZipFile(io.BytesIO(to_xlsx(frame, ORIGIN, {"name": "=name", "value": "Value"})))
    sheets = "".join(book.read(name).decode() for name in book.namelist() if "worksheets/" in name)
    texts = re.findall(r"<t[^>]*>([^<]*)</t>", book.read("xl/sharedStrings.xml").decode())

    assert not re.search(r"<f[ >]|hyperlink", sheets)
    assert not [name for name in book.namelist() if name.endswith(".rels") and b"evil" in book.read(name)]
    assert not [text for text in texts if text.startswith(("=", "+", "@"))]
    assert {"synthetic", "run-1", "2026-11-14"} <= set(texts)


def test_exported_gaps_carry_codes_labels_and_empty_figures_where_hidden():
    marts = example_marts()
    rows = gaps.every_band(marts["mart_gap__agency_skill"], marts["mart_gap__group_skill"])
    rows = rows.with_columns(pl.col("effective_n").fill_null(3.0))  # a figure that a hidden row should not have
    rows = gaps.in_words(gaps.with_agency(rows, marts["mart_ref__agency"]), Texts("ru"), 10)
    names = {what: {} for what in ("agency", "agency_kind", "region", "seniority", "skill")}
    names["skill"] = {"USR": "Ориентация на пользователя"}

    exported = gap_export.export_frame(rows, names)

    hidden = exported.filter(~pl.col("is_shown"))
    assert exported.height == rows.height
    assert hidden.height > 0
    figures = hidden.select("n_respondents", "position_code", *gaps.FIGURES)
    assert figures.null_count().row(0) == (hidden.height,) * figures.width
    assert exported.filter("is_shown")["relative_share_lo"].null_count() == 0
    assert "не показано: ответивших меньше 10" in set(hidden["state"])
    assert exported.filter(pl.col("skill_code") == "USR")["skill_name"][0] == "Ориентация на пользователя"
