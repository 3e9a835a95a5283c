"""Deliveries are complete or not there; headers, sources and identities are told apart; keys are guarded."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from skills_models.contracts import TABLES
from skills_models.ingestion.detect import guess_source
from skills_models.ingestion.headers import bare_key, header_key, resolve_headers
from skills_models.ingestion.identity import valid_identities
from skills_models.ingestion.manifest import (
    FileToDeliver,
    broken_deliveries,
    complete_deliveries,
    read_delivery,
    verify_file,
    write_delivery,
)
from skills_models.ingestion.problems import DeliveryRejected, KeyProblem, ManifestProblem
from skills_models.ingestion.pseudonyms import create_key, key_fingerprint, load_key, pseudonymise
from skills_models.packs import find_pack, load_pack
from skills_models.packs.model import IdentityRule

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
WEIGHTS = ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2))
IIN = IdentityRule("weighted_checksum", 12, WEIGHTS, 11, synthetic_position=7, synthetic_digit=9)
REGISTER_HEADERS = ["ИИН", "Дата среза", "БИН", "Категория", "Семейство должностей"]


@pytest.fixture(scope="module")
def pack():
    return load_pack(find_pack("kz"))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "register.csv"
    path.write_text("ИИН\n1\n", encoding="utf-8")
    return path


def deliver(tmp_path, *paths, made_at=NOON, source="hr_register"):
    files = [FileToDeliver(path, source, date(2026, 10, 31)) for path in paths]
    return write_delivery(files, tmp_path / "landing", "kz", "2026-Q4", made_at)


def test_a_delivery_says_what_it_is_and_nothing_of_its_rows(tmp_path, file):
    folder = deliver(tmp_path, file)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest) == {"manifest_version", "pack", "made_at", "period", "files"}
    assert set(manifest["files"][0]) == {"name", "source", "sha256", "rows", "reference_date"}
    assert folder.name.startswith("hr_register_2026-Q4_")
    assert read_delivery(folder).manifest.made_at == NOON
    verify_file(read_delivery(folder), 1)


def test_the_same_content_under_another_name_is_the_delivery_already_there(tmp_path, file):
    folder = deliver(tmp_path, file)
    copy = tmp_path / "copy.csv"
    copy.write_bytes(file.read_bytes())
    assert deliver(tmp_path, copy) == folder
    assert deliver(tmp_path, file, copy) == folder
    assert len(complete_deliveries(tmp_path / "landing")) == 1


def test_files_of_one_name_from_two_folders_are_both_kept(tmp_path, file):
    other = tmp_path / "other" / "register.csv"
    other.parent.mkdir()
    other.write_text("ИИН\n2\n", encoding="utf-8")
    delivery = read_delivery(deliver(tmp_path, file, other))
    assert {delivery.path(n).read_text(encoding="utf-8") for n in (1, 2)} == {"ИИН\n1\n", "ИИН\n2\n"}


def test_a_folder_without_manifest_is_no_delivery(tmp_path, file):
    folder = deliver(tmp_path, file)
    (folder / "manifest.json").unlink()
    assert complete_deliveries(tmp_path / "landing") == []
    assert complete_deliveries(tmp_path / "nowhere") == []


def test_deliveries_come_in_the_order_in_which_they_were_made(tmp_path, file):
    later = deliver(tmp_path, file, made_at=NOON.replace(hour=13))
    file.write_text("ИИН\n9\n", encoding="utf-8")
    earlier = deliver(tmp_path, file)
    names = [delivery.delivery_id for delivery in complete_deliveries(tmp_path / "landing")]
    assert names == [earlier.name, later.name]
    assert [d.delivery_id for d in complete_deliveries(tmp_path / "landing", known_by=NOON)] == [earlier.name]


@pytest.mark.parametrize("name", ["../register.csv", "/etc/hosts", "a/b.csv", "..", "..\\x.csv"])
def test_a_manifest_cannot_point_outside_its_folder(tmp_path, file, name):
    folder = deliver(tmp_path, file)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"][0]["name"] = name
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ManifestProblem):
        read_delivery(folder)
    assert complete_deliveries(tmp_path / "landing") == []
    assert list(broken_deliveries(tmp_path / "landing")) == [folder.name]


def test_a_file_that_changed_after_delivery_is_rejected(tmp_path, file):
    folder = deliver(tmp_path, file)
    (folder / "register.csv").write_text("ИИН\n2\n", encoding="utf-8")
    with pytest.raises(DeliveryRejected, match="changed_file"):
        verify_file(read_delivery(folder), 1)


@pytest.mark.parametrize("spelling", ["Дата среза", " дата  СРЕЗА ", "Дата\nсреза:", "Дата среза*", "дата_среза"])
def test_header_spellings_that_mean_the_same_are_one(spelling):
    assert header_key(spelling) == header_key("Дата среза")
    assert bare_key(spelling + " (дд.мм.гггг)") == header_key("Дата среза")


def test_headers_are_found_wherever_they_stand_and_the_rest_is_listed(pack):
    mapping, table = pack.sources["hr_register"], TABLES["raw_hr__employee"]
    plan = resolve_headers([*reversed(REGISTER_HEADERS), "ФИО", "900101350129"], mapping, table, pack)
    assert plan.columns["person_id"] == 4
    assert plan.columns["grade_code"] == 1
    assert plan.unused == ("ФИO", "(a number)")


def test_every_missing_column_is_named_at_once(pack):
    mapping, table = pack.sources["hr_register"], TABLES["raw_hr__employee"]
    with pytest.raises(DeliveryRejected, match=r"person_id, agency_id, job_family_code"):
        resolve_headers(["Категория"], mapping, table, pack)


def test_a_header_that_stands_twice_is_rejected(pack):
    mapping, table = pack.sources["hr_register"], TABLES["raw_hr__employee"]
    with pytest.raises(DeliveryRejected, match="several columns for agency_id"):
        resolve_headers([*REGISTER_HEADERS, "БСН"], mapping, table, pack)


def test_the_kind_of_a_file_is_told_from_its_headers(tmp_path, pack):
    path = tmp_path / "any name.csv"
    path.write_text(";".join(REGISTER_HEADERS) + "\n", encoding="utf-8")
    assert guess_source(path, pack) == "hr_register"
    path.write_text("Категория;Балл\n", encoding="utf-8")
    with pytest.raises(DeliveryRejected, match="--source"):
        guess_source(path, pack)


def test_identity_numbers_are_judged_by_their_check_digit():
    # 800101900013: 8+0+0+4+0+6+63+0+0+0+11 = 92, 92 mod 11 = 4 -> the right last digit is 4
    numbers = pa.array(["800101900014", "800101900013", "80010190001", "80010190001a", None, ""])
    assert valid_identities(numbers, IIN, is_synthetic=True).tolist() == [True, False, False, False, False, False]


def test_an_invented_number_is_no_identity_in_a_real_pack():
    number = pa.array(["800101900014"])
    assert valid_identities(number, IIN, is_synthetic=False).tolist() == [False]


def test_pseudonyms_depend_on_key_and_person_alone():
    numbers = pa.array(["800101900014", " 800101900014 ", "", "12", None])
    ours, theirs = (pseudonymise(numbers, IIN, True, key).to_pylist() for key in (b"a" * 32, b"b" * 32))
    assert ours[0] == ours[1] != theirs[0]
    assert len(ours[0]) == 32
    assert ours[2:] == ["!identity_missing", "!identity_invalid", "!identity_missing"]


def test_a_key_is_made_once_and_read_back(tmp_path):
    path = tmp_path / "secret" / "key"
    key = create_key(path)
    assert load_key(path) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert key_fingerprint(key) != key_fingerprint(b"x" * 32)
    assert len(key_fingerprint(key)) == 12
    with pytest.raises(KeyProblem, match="never replaced"):
        create_key(path)


def test_a_missing_open_or_short_key_stops_the_work_and_says_what_to_do(tmp_path):
    path = tmp_path / "key"
    with pytest.raises(KeyProblem, match="restore it"):
        load_key(path)
    path.write_bytes(b"x" * 31)
    os.chmod(path, 0o600)
    with pytest.raises(KeyProblem, match="31 bytes"):
        load_key(path)
    os.chmod(path, 0o640)
    with pytest.raises(KeyProblem, match="chmod 600"):
        load_key(path)
