"""What goes wrong around a refresh: the last good snapshot stays, the reason is one line, the next run heals."""

import signal
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from assets import intake_assets
from assets.checks.business import rows_reconcile, somebody_on_register
from assets.core.records import record_assets
from assets.core.reference import reference_assets
from assets.resources.publisher import publish, read_pointer
from assets.resources.warehouse import Warehouse
from pipelines.definitions import warehouse_tables
from pipelines.refresh import QUIET, describe_failures, scratch_warehouse
from pipelines.settings import Settings
from skills_models.contracts import TABLES
from skills_models.ingestion.manifest import FileToDeliver, write_delivery
from skills_models.ingestion.pseudonyms import create_key
from skills_models.packs import find_pack, load_pack
from skills_models.synthetic import generate
from tests.e2e.homes import Home

CHECKOUT = Path(__file__).parents[2]
FIRST_REGISTER, SECOND_REGISTER = date(2026, 10, 31), date(2026, 11, 12)
BETWEEN, AFTER = date(2026, 11, 11), date(2026, 11, 14)
MADE_AT = datetime(2026, 11, 1, tzinfo=UTC)
DYING = """
import os, signal, sys
from datetime import date
from pathlib import Path
from assets.resources import publisher
from tests.e2e.homes import Home
publisher.{step} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
Home(Path(sys.argv[1])).materialise(date.fromisoformat(sys.argv[2]))
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Source -> files of four bodies of a clean synthetic service; the second register lacks one body's newcomers."""
    folder = tmp_path_factory.mktemp("files")
    service = generate(load_pack(find_pack("kz")), n_people=3000, seed=11, as_of=AFTER, clean=True)
    frames = {}
    for file in service.deliveries:
        frames.setdefault(file.source_code, []).append(file.frame)
    register = pl.concat(frames["hr_register"])
    bodies = register["agency_id"].value_counts().sort("count", "agency_id", descending=True)["agency_id"].head(4)
    register = register.filter(pl.col("agency_id").is_in(bodies.implode()))
    sheets = pl.concat(frames["survey_answers"])
    sheets = sheets.filter(pl.col("person_id").is_in(register["person_id"].implode()))
    second = register.head(register.height - 7).with_columns(reference_date=pl.lit(str(SECOND_REGISTER)))
    found = {"hr_register": register, "survey_answers": sheets, "second": second}
    for name, frame in found.items():
        frame.write_csv(folder / f"{name}.csv")
    return {name: folder / f"{name}.csv" for name in found} | {"people": (register.height, second.height)}


def deliver(home, source, path, days=0):
    moment = MADE_AT + timedelta(days=days)
    return write_delivery([FileToDeliver(path, source)], home.folder / "landing", "kz", "2026-Q4", moment)


def intake(home, assets, check, as_of=AFTER):
    """Whether the checks of a partial run in memory passed, and what it says."""
    house = Settings(home.folder, "kz", home.folder / "keys" / "pseudonym.key", as_of).house()
    if not house.key_file.exists():
        create_key(house.key_file)
    tables = warehouse_tables(lambda name, n_rows: None)
    result = dg.materialize(
        [*assets, check],
        resources={"house": house, "warehouse": scratch_warehouse(), "io_manager": tables},
        instance=dg.DagsterInstance.ephemeral(),
        raise_on_error=False,
        run_config=QUIET,
    )
    return result.success, list(describe_failures(result))


def test_a_rejected_file_does_not_stop_the_others(files, tmp_path):
    home = Home(tmp_path)
    deliver(home, "hr_register", files["hr_register"])
    (tmp_path / "empty.csv").write_text(files["survey_answers"].read_text().split("\n")[0] + "\n")
    deliver(home, "survey_answers", tmp_path / "empty.csv", days=1)
    assert intake(home, intake_assets("anchored"), rows_reconcile) == (True, [])


def test_a_day_before_the_first_register_is_refused_in_one_line(files, tmp_path):
    home = Home(tmp_path)
    deliver(home, "hr_register", files["hr_register"])
    needed = ("core_hr__scd_employee", "core_ref__codes_grade", "core_ref__codes_agency")
    made = [*record_assets("anchored"), *reference_assets("anchored")]
    employees = [a for a in made if {key.to_user_string() for key in a.keys} & set(needed)]
    before = FIRST_REGISTER - timedelta(days=1)
    passed, problems = intake(home, [*intake_assets("anchored"), *employees], somebody_on_register, before)
    assert not passed
    assert problems == [
        f"check somebody_on_register of core_hr__scd_employee failed: people on the register on {before}: 0"
    ]


@pytest.fixture(scope="module")
def killed(files, tmp_path_factory):
    """A home after a refresh between two registers, and after the next one was killed before its pointer."""
    home = Home(tmp_path_factory.mktemp("killed"))
    deliver(home, "hr_register", files["hr_register"])
    deliver(home, "survey_answers", files["survey_answers"], days=1)
    deliver(home, "hr_register", files["second"], days=2)
    home.materialise(BETWEEN)
    people = home.mart("mart_meta__run")["n_people"].item()
    former = home.pointer
    program = DYING.format(step="_write_parquet")
    dead = subprocess.run([sys.executable, "-c", program, home.folder, str(AFTER)], cwd=CHECKOUT, capture_output=True)
    return home, people, former, dead.returncode


def test_a_killed_refresh_leaves_the_former_snapshot_and_the_next_one_heals(killed, files):
    home, people, former, code = killed
    assert code == -signal.SIGKILL
    assert home.pointer == former
    assert home.mart("mart_meta__run")["n_people"].to_list() == [people] == [files["people"][0]]

    home.materialise(AFTER)
    assert home.mart("mart_meta__run")["n_people"].to_list() == [files["people"][1]]
    assert not list(home.folder.glob("spill_*")) + list((home.folder / "published").glob(".tmp_*"))


def test_spill_of_a_killed_refresh_is_swept(tmp_path):
    (tmp_path / "spill_dead").mkdir()
    (tmp_path / "spill_dead" / "block").write_bytes(b"x")
    with Warehouse.open(tmp_path / "warehouse.duckdb"):
        assert not (tmp_path / "spill_dead").exists()


def test_a_demo_puts_nothing_beside_real_deliveries(files, tmp_path):
    home = Home(tmp_path)
    real = deliver(home, "hr_register", files["hr_register"])
    answer = home.command("demo", "--persons", 2000)
    assert answer.exit_code == 1
    assert "give the demo a home of its own" in answer.facts["problem"]
    assert list((tmp_path / "landing").iterdir()) == [real]


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "CURRENT.json").write_text("{"),
        lambda folder: (folder / read_pointer(folder)["snapshot"]).write_bytes(b"x" * 5000),
        lambda folder: (folder / read_pointer(folder)["snapshot"]).unlink(),
    ],
)
@pytest.mark.parametrize("command", [["status"], ["doctor"], ["export", "gaps"]])
def test_a_damaged_snapshot_is_named_with_the_next_step(tmp_path, damage, command):
    headcount = TABLES["mart_hr__headcount"]
    frame = pl.DataFrame([("a", AFTER, 3)], schema=headcount.polars_schema(), orient="row")
    publish(tmp_path / "published", {headcount.name: frame}, "run-1", datetime.now(UTC))
    damage(tmp_path / "published")
    answer = Home(tmp_path).command(*command, as_json=False)
    assert answer.exit_code == 1
    assert "run: skillsgap run" in " ".join(answer.text.split())
    assert "Traceback" not in answer.text


def test_an_unknown_kind_of_data_is_refused_when_delivered(files, tmp_path):
    answer = Home(tmp_path).command("deliver", files["second"], "--source", "payroll")
    assert answer.exit_code == 1
    assert "takes no payroll; it takes course_effects" in answer.facts["problem"]
    assert not (tmp_path / "landing").exists()


def test_a_run_that_was_killed_does_not_hold_back_later_ones_for_ever(tmp_path, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    folder = Settings(tmp_path, "kz", tmp_path / "key").prepare_dagster()
    with dg.DagsterInstance.from_config(str(folder)) as instance:
        assert instance.run_monitoring_enabled
        assert 3600 <= instance.run_monitoring_max_runtime_seconds <= 6 * 3600


def test_rules_that_cannot_all_hold_stop_the_plan_and_nothing_else(tmp_path):
    home, folder = Home(tmp_path / "home"), tmp_path / "files"
    folder.mkdir()
    service = generate(load_pack(find_pack("kz")), n_people=1200, seed=7, as_of=AFTER)
    delivered = zip(service.write(folder), service.deliveries, strict=True)
    files = [FileToDeliver(path, file.source_code, file.reference_date) for path, file in delivered]
    write_delivery(files, home.folder / "landing", "kz", "2026-Q4", MADE_AT)
    home.materialise(AFTER)
    assert home.mart("mart_quota__course_group").is_empty()
    assert home.mart("mart_gap__scope_skill").filter("is_shown").height > 0
    assert home.mart("mart_due__agency_quarter")["n_due"].sum() > 0
    check = home.mart("mart_quality__check").filter(pl.col("check_name") == "plan_is_feasible").row(0, named=True)
    assert (check["passed"], check["severity_code"]) == (False, "warning")
    assert "agency_floor_seats_per_1000 asks for 60 seats" in check["reason_text"]
    sentences = home.mart("mart_overview__finding")["finding_text_en"].to_list()
    assert any("There is no plan" in sentence for sentence in sentences)


def without_skill(sheets, skill, path):
    """The answer sheets with every answer to the skill's items blank."""
    frame = pl.read_csv(sheets, infer_schema=False)
    own = [name for name in frame.columns if name.startswith(f"{skill}.") or name.startswith(f"{skill}_")]
    assert len(own) == 4
    frame.with_columns(pl.lit(None, pl.String).alias(name) for name in own).write_csv(path)
    return path


@pytest.mark.parametrize("survey", ["nobody replied", "one skill unasked"])
def test_what_nobody_was_asked_is_unknown_and_everything_else_is_published(files, tmp_path, survey):
    home = Home(tmp_path / "home")
    deliver(home, "hr_register", files["hr_register"])
    if survey == "one skill unasked":
        deliver(home, "survey_answers", without_skill(files["survey_answers"], "STO", tmp_path / "s.csv"), days=1)
    home.materialise(AFTER)
    nation = home.mart("mart_gap__scope_skill").filter(pl.col("scope_code") == "nation")
    unknown = {"STO"} if survey == "one skill unasked" else set(nation["skill_code"])
    assert set(nation.filter(pl.col("below_share").is_null())["skill_code"]) == unknown
    assert not nation.filter(pl.col("below_share").is_null())["is_shown"].any()
    assert home.mart("mart_due__agency_quarter")["n_due"].sum() > 0
    for name in ("mart_gap__priority", "mart_survey__coverage"):
        assert home.mart(name)["is_shown"].any() == (survey == "one skill unasked")
