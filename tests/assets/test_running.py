"""What starts a refresh, and what stops one."""

from datetime import UTC, date, datetime

import dagster as dg
import pytest

from assets.checks.business import rows_reconcile
from assets.checks.from_contract import contract_check
from assets.resources.ledger import read_runs
from assets.resources.results import read_results, start_results
from assets.resources.tables import WarehouseTables
from assets.resources.warehouse import Query, Warehouse, Written
from pipelines.definitions import build_definitions
from pipelines.jobs import SHELL_TAG
from pipelines.sensors import failure_sensor
from pipelines.settings import Settings
from skills_models.ingestion.manifest import FileToDeliver, write_delivery

NOON = datetime(2026, 11, 14, 12, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path):
    return Settings(tmp_path, "kz", tmp_path / "key", date(2026, 11, 14))


def deliver(settings, text):
    file = settings.home / "file.csv"
    file.write_text(text)
    return write_delivery([FileToDeliver(file, "courses")], settings.home / "landing", "kz", "2026-Q4", NOON)


def evaluate(definitions, settings):
    sensor = definitions.resolve_sensor_def("complete_deliveries")
    with dg.build_sensor_context(definitions=definitions) as context:
        return sensor.evaluate_tick(context)


def test_the_night_begins_at_two_where_the_country_lives(settings):
    schedule = build_definitions(settings).resolve_schedule_def("nightly")
    assert schedule.cron_schedule == "0 2 * * *"
    assert schedule.execution_timezone == "Asia/Almaty"
    assert schedule.job_name == "nightly_refresh"


def test_a_complete_delivery_asks_for_one_refresh_and_an_incomplete_one_for_none(settings):
    definitions = build_definitions(settings)
    assert evaluate(definitions, settings).run_requests == []
    folder = deliver(settings, "course_id\nC1\n")
    (first,) = evaluate(definitions, settings).run_requests
    (again,) = evaluate(definitions, settings).run_requests
    assert again.run_key == first.run_key
    deliver(settings, "course_id\nC2\n")
    (second,) = evaluate(definitions, settings).run_requests
    assert second.run_key != first.run_key
    (folder / "manifest.json").unlink()
    (only_second,) = evaluate(definitions, settings).run_requests
    assert only_second.run_key not in {first.run_key, second.run_key}


def run_graph(assets, checks, warehouse):
    definitions = dg.Definitions(
        assets=assets,
        asset_checks=checks,
        jobs=[dg.define_asset_job("all_of_it", selection=dg.AssetSelection.all())],
        executor=dg.in_process_executor,
        resources={"warehouse": warehouse, "io_manager": WarehouseTables(warehouse, lambda name, n_rows: None)},
    )
    with dg.DagsterInstance.ephemeral() as instance:
        return definitions.resolve_job_def("all_of_it").execute_in_process(instance=instance, raise_on_error=False)


def head_count(n_people):
    @dg.asset(name="mart_hr__headcount")
    def table():
        return Query(f"SELECT 'a' AS agency_id, DATE '2026-11-01' AS reference_date, {n_people} AS n_people")

    @dg.asset(name="published_snapshot", deps=["mart_hr__headcount"])
    def snapshot():
        return Written(1)

    return [table, snapshot]


@pytest.mark.parametrize(("n_people", "is_published"), [(7, True), (-7, False)])
def test_a_broken_contract_stops_everything_after_it(n_people, is_published):
    with Warehouse.open() as warehouse:
        start_results(warehouse)
        result = run_graph(head_count(n_people), [contract_check(0, ["mart_hr__headcount"])], warehouse)
        results = {row["check_name"]: row["n_failed"] for row in read_results(warehouse).to_dicts()}
    published = {e.asset_key.to_user_string() for e in result.get_asset_materialization_events()}
    assert ("published_snapshot" in published) is is_published
    assert results["n_people_in_range"] == (0 if is_published else 1)
    assert results["key_is_unique"] == 0


@pytest.mark.parametrize(("n_core", "passes"), [(8, True), (7, False)])
def test_a_lost_row_stops_the_refresh(n_core, passes):
    @dg.asset(name="raw_ingest__entity_file")
    def files():
        return Query(
            "SELECT 'd' AS delivery_id, 1 AS source_file, 's' AS source_code, 1 AS delivery_rank, "
            "NULL AS reference_date, 10 AS n_rows, NULL AS reason_code, NULL AS hint"
        )

    @dg.asset(name="core_ingest__entity_delivery", deps=["raw_ingest__entity_file"])
    def deliveries():
        return Query(
            f"SELECT 'd' AS delivery_id, 's' AS source_code, NULL AS reference_date, 10 AS n_delivered, "
            f"{n_core} AS n_core, 1 AS n_quarantined, 1 AS n_duplicate, 0 AS n_repaired, 0 AS n_unmapped"
        )

    with Warehouse.open() as warehouse:
        start_results(warehouse)
        result = run_graph([files, deliveries], [rows_reconcile], warehouse)
    assert [e.passed for e in result.get_asset_check_evaluations()] == [passes]


@pytest.mark.parametrize(("tags", "n_lines"), [({}, 1), (SHELL_TAG, 0)])
def test_the_daemon_records_a_failed_run_once_and_leaves_the_shells_to_the_shell(settings, tags, n_lines):
    @dg.op
    def stops():
        raise dg.Failure("no")

    @dg.job
    def stopping():
        stops()

    house = settings.house()
    with dg.DagsterInstance.ephemeral() as instance:
        result = stopping.execute_in_process(instance=instance, raise_on_error=False, tags=tags)
        context = dg.build_run_status_sensor_context(
            sensor_name="failed_runs",
            dagster_event=result.get_run_failure_event(),
            dagster_instance=instance,
            dagster_run=result.dagster_run,
        ).for_run_failure()
        failure_sensor(house)(context)
    lines = read_runs(house.history)
    assert [line.status for line in lines] == ["failed"] * n_lines
    assert all("stops" in line.problem and line.as_of_date == "2026-11-14" for line in lines)
