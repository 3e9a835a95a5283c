"""A code delivered in two columns is put together; half a code is no code."""

import pyarrow as pa
import pytest

from skills_models.contracts import TABLES
from skills_models.ingestion.batches import join_parts
from skills_models.ingestion.headers import resolve_headers
from skills_models.ingestion.problems import DeliveryRejected
from skills_models.packs import find_pack, load_pack

HEADERS = ("DATECODE", "AGY", "OCC", "PAYPLAN", "GRD", "EMPCOUNT")


@pytest.fixture(scope="module")
def pack():
    return load_pack(find_pack("us_federal"))


def plan(pack, *headers):
    mapping = pack.sources["hr_headcount"]
    return resolve_headers(headers, mapping, TABLES[mapping.table], pack)


def test_the_pieces_are_found_in_the_order_the_mapping_names_them(pack):
    assert plan(pack, *HEADERS).parts == {"grade_code": (3, 4)}
    assert plan(pack, *reversed(HEADERS)).parts == {"grade_code": (2, 1)}


def test_a_file_with_half_a_code_is_rejected(pack):
    with pytest.raises(DeliveryRejected, match="lacks a part of grade_code"):
        plan(pack, *(header for header in HEADERS if header != "GRD"))


def test_a_column_that_comes_whole_wins_over_its_pieces(pack):
    found = plan(pack, *HEADERS, "grade_code")
    assert found.parts == {}
    assert found.columns["grade_code"] == 6


def test_a_blank_piece_gives_no_value():
    pieces = [pa.array(["GS", " ES ", "", None]), pa.array(["13", "0", "7", "7"])]
    assert join_parts(pieces).to_pylist() == ["GS-13", "ES-0", None, None]
