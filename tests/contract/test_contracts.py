from pathlib import Path

import polars as pl
import pytest

from skills_models.contracts import FIELDS, TABLES, ContractViolation, contract_checks
from skills_models.contracts.dictionary import dictionary_frame, dictionary_markdown, main
from skills_models.contracts.model import Column, Table

TINY = Table(
    "mart_test__tiny",
    "thing",
    ("thing_id",),
    {
        "thing_id": Column(pl.String, "which"),
        "kind_code": Column(pl.String, "kind", allowed=("a", "b")),
        "some_share": Column(pl.Float64, "how much", minimum=0, maximum=1, nullable=True),
    },
)


def test_all_violations_are_reported_at_once_and_as_counts():
    frame = pl.DataFrame({"thing_id": ["x", "x", None], "kind_code": ["a", "c", "b"], "some_share": [1.5, -1.0, None]})
    with pytest.raises(ContractViolation) as problem:
        TINY.enforce(frame)
    assert str(problem.value) == (
        "mart_test__tiny: 1 null(s) in thing_id; 1 value(s) of kind_code outside {a, b}; 1 value(s) of some_share "
        "below 0; 1 value(s) of some_share above 1; 1 repeated key(s) on thing_id"
    )


def test_nan_is_a_violation_and_null_is_not():
    frame = pl.DataFrame({"thing_id": ["x"], "kind_code": ["a"], "some_share": [float("nan")]})
    with pytest.raises(ContractViolation, match="1 NaN in some_share"):
        TINY.enforce(frame)
    assert TINY.enforce(frame.with_columns(some_share=pl.lit(None, pl.Float64))).height == 1


def test_rows_leave_in_key_order():
    frame = pl.DataFrame({"kind_code": ["a", "b"], "thing_id": ["y", "x"], "some_share": [None, 0.5]})
    assert TINY.enforce(frame)["thing_id"].to_list() == ["x", "y"]


def test_every_rule_of_a_contract_is_a_counting_query():
    assert [check.name for check in contract_checks(TINY)] == [
        "key_is_unique",
        "thing_id_is_present",
        "kind_code_is_present",
        "kind_code_is_listed",
        "some_share_in_range",
    ]


@pytest.mark.parametrize("name", TABLES)
def test_a_table_names_its_grain_and_its_key_is_of_its_columns(name):
    table = TABLES[name]
    assert table.row_is_a
    assert set(table.key) <= set(table.columns)
    assert table.layer in {"raw", "core", "analysis", "mart"}
    assert not any(table.columns[key].nullable for key in table.key)


@pytest.mark.parametrize("name", [n for n in TABLES if n.startswith("mart_")])
def test_no_mart_knows_a_person(name):
    assert {c.pii for c in TABLES[name].columns.values()} == {"none"}


def test_only_one_record_table_knows_the_staff_number():
    holders = [n for n, t in TABLES.items() if "staff_ref" in t.columns and not n.startswith(("raw_", "core_intake__"))]
    assert holders == ["core_hr__entity_staff_ref"]


def test_every_column_is_used_by_a_table():
    used = {column for table in TABLES.values() for column in table.columns}
    assert set(FIELDS) - used == set()


def test_the_dictionary_has_every_column_once():
    frame = dictionary_frame(TABLES.values())
    assert frame.height == sum(len(t.columns) for t in TABLES.values())
    assert dictionary_markdown([TINY]).count("| `some_share` | double or missing | how much | 0 to 1 |") == 1


def test_drift_of_the_dictionary_is_noticed(tmp_path: Path, capsys):
    page = tmp_path / "dictionary.md"
    assert main([str(page)]) == 0
    assert main([str(page), "--check"]) == 0
    page.write_text(page.read_text() + "edited by hand\n")
    assert main([str(page), "--check"]) == 1
    assert "make dictionary" in capsys.readouterr().err
