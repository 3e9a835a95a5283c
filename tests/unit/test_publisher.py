import json
from datetime import UTC, datetime, timedelta

import duckdb
import polars as pl
import pytest

from assets.resources import publisher
from assets.resources.publisher import SnapshotBroken, content_hash, publish, read_pointer
from skills_models.contracts import TABLES, ContractViolation
from skills_models.ingestion.durable import sha256_of
from skills_models.snapshots import READ_ONLY

NOW = datetime(2026, 11, 14, 2, 11, tzinfo=UTC)


def marts(n_people=10):
    headcount = pl.DataFrame({"agency_id": ["b", "a"], "reference_date": [NOW.date()] * 2, "n_people": [n_people, 3]})
    coverage = pl.DataFrame({"table_name": ["core_ref__entity_item"], "n_rows": [24], "draft_share": [1.0]})
    return {"mart_hr__headcount": headcount, "mart_quality__coverage": coverage}


def test_what_was_published_reads_back_in_contract_order(tmp_path):
    publish(tmp_path, marts(), "run-1", NOW)

    pointer = read_pointer(tmp_path)
    with duckdb.connect(str(tmp_path / pointer["snapshot"]), read_only=True, config=READ_ONLY) as connection:
        rows = connection.sql("SELECT agency_id, n_people FROM mart_hr__headcount").fetchall()
    assert rows == [("a", 3), ("b", 10)]
    assert pointer["sha256"] == sha256_of(tmp_path / pointer["snapshot"])
    parquet = tmp_path / pointer["snapshot"].removesuffix(".duckdb") / "mart_hr__headcount.parquet"
    assert pl.read_parquet(parquet)["n_people"].to_list() == [3, 10]


def test_unchanged_content_publishes_nothing_and_renews_the_freshness_mark(tmp_path):
    first = publish(tmp_path, marts(), "run-1", NOW)
    later = NOW + timedelta(hours=24)
    second = publish(tmp_path, {k: v.reverse() for k, v in marts().items()}, "run-2", later)

    assert (first.is_new, second.is_new) == (True, False)
    assert second.snapshot == first.snapshot
    assert len(list(tmp_path.glob("*.duckdb"))) == 1
    assert read_pointer(tmp_path)["checked_at"] == "2026-11-15T02:11:00Z"
    assert read_pointer(tmp_path)["run_id"] == "run-1"


def test_quality_of_deliveries_is_not_content(tmp_path):
    other = marts() | {"mart_quality__coverage": marts()["mart_quality__coverage"].with_columns(n_rows=pl.lit(25))}
    assert content_hash(other) == content_hash(marts())
    assert content_hash(marts(n_people=11)) != content_hash(marts())


def test_a_failure_before_the_pointer_leaves_the_former_snapshot_current(tmp_path, monkeypatch):
    publish(tmp_path, marts(), "run-1", NOW)
    before = (tmp_path / "CURRENT.json").read_text()
    monkeypatch.setattr(publisher, "_write_parquet", lambda *_: (_ for _ in ()).throw(OSError("disk full")))

    with pytest.raises(OSError, match="disk full"):
        publish(tmp_path, marts(n_people=99), "run-2", NOW + timedelta(days=1))

    assert (tmp_path / "CURRENT.json").read_text() == before


def test_left_overs_of_an_interrupted_publication_are_swept(tmp_path):
    (tmp_path / ".tmp_snapshot_x.duckdb").write_bytes(b"half")
    publish(tmp_path, marts(), "run-1", NOW)
    assert not list(tmp_path.glob(".tmp_*"))


def test_old_snapshots_go_but_the_last_five_stay(tmp_path):
    for day in range(8):
        publish(tmp_path, marts(n_people=100 + day), f"run-{day}", NOW + timedelta(days=day))
    assert len(list(tmp_path.glob("snapshot_*.duckdb"))) >= publisher.KEEP_SNAPSHOTS
    publisher._prune(tmp_path, datetime.now(UTC) + timedelta(days=9), read_pointer(tmp_path)["snapshot"])
    kept = sorted(p.name for p in tmp_path.glob("snapshot_*.duckdb"))
    assert len(kept) == publisher.KEEP_SNAPSHOTS
    assert read_pointer(tmp_path)["snapshot"] == kept[-1]
    assert [p["snapshot"] for p in read_pointer(tmp_path)["previous"]] == kept[-2::-1]


def test_the_current_snapshot_stays_even_if_the_clock_ran_ahead_before(tmp_path):
    for day in range(9, 3, -1):
        publish(tmp_path, marts(n_people=100 + day), f"run-{day}", NOW + timedelta(days=day))
    current = read_pointer(tmp_path)["snapshot"]
    publisher._prune(tmp_path, datetime.now(UTC) + timedelta(days=9), current)
    assert (tmp_path / current).exists()


@pytest.mark.parametrize("damage", [lambda path: path.write_bytes(b"x" * 9000), lambda path: path.unlink()])
def test_a_damaged_snapshot_is_written_again_even_if_its_content_is_current(tmp_path, damage):
    first = publish(tmp_path, marts(), "run-1", NOW)
    damage(tmp_path / first.snapshot)
    second = publish(tmp_path, marts(), "run-2", NOW + timedelta(hours=1))
    assert second.is_new
    assert second.content_hash == first.content_hash
    assert sha256_of(tmp_path / second.snapshot) == read_pointer(tmp_path)["sha256"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"snapshot": 7}'])
def test_a_damaged_pointer_is_named_to_readers_and_replaced_by_the_next_run(tmp_path, content):
    publish(tmp_path, marts(), "run-1", NOW)
    (tmp_path / "CURRENT.json").write_text(content)
    with pytest.raises(SnapshotBroken, match="cannot be read"):
        read_pointer(tmp_path)
    assert publish(tmp_path, marts(), "run-2", NOW + timedelta(hours=1)).is_new
    assert read_pointer(tmp_path)["run_id"] == "run-2"


def test_a_mart_that_breaks_its_contract_is_not_published(tmp_path):
    with pytest.raises(ContractViolation, match="below 0"):
        publish(tmp_path, marts(n_people=-1), "run-1", NOW)
    assert read_pointer(tmp_path) is None


def test_the_pointer_is_readable_by_anything(tmp_path):
    publish(tmp_path, marts(), "run-1", NOW)
    pointer = json.loads((tmp_path / "CURRENT.json").read_text())
    assert {"snapshot", "sha256", "schema_version", "run_id", "published_at", "checked_at"} <= set(pointer)
    assert set(marts()) <= set(TABLES)
