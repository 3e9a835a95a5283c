"""A new country has no item bank: what a run says, how one is proposed, read and accepted, and what comes after."""

import shutil

import polars as pl
import pytest
from rich.console import Console

from pipelines import calibrating, settings
from pipelines.demo import DEMO_DAY, deliver_synthetic
from skills_models.packs import find_pack, load_pack
from tests.e2e.homes import Home

PERSONS = 6_000


@pytest.fixture
def country(tmp_path, monkeypatch):
    """A home with deliveries, its pack a copy without an item bank."""
    pack = shutil.copytree(find_pack("kz"), tmp_path / "kz", ignore=shutil.ignore_patterns("item_bank"))
    cards = tmp_path / "model_cards"
    cards.mkdir()
    monkeypatch.setattr(settings, "pack_of", lambda pack_id: load_pack(pack))
    monkeypatch.setattr(calibrating, "MODEL_CARDS", cards)
    home = Home(tmp_path / "home")
    of_home = settings.Settings(home.folder, "kz", home.folder / "keys" / "pseudonym.key", DEMO_DAY)
    deliver_synthetic(of_home, PERSONS, 3, Console(quiet=True))
    return home, pack, cards


def bank(pack, file="items.csv"):
    return pl.read_csv(pack / "item_bank" / file, try_parse_dates=True)


def test_a_bank_is_proposed_read_accepted_and_then_only_added_to(country):
    home, pack, cards = country
    assert home.command("calibrate", "--accept").exit_code == 1

    proposed = home.command("calibrate", "--as-of", DEMO_DAY)
    assert proposed.exit_code == 0, proposed.text
    assert {scale["link_code"] for scale in proposed.facts["scales"]} == {"first"}
    assert not (pack / "item_bank").exists()

    accepted = home.command("calibrate", "--accept")
    assert accepted.exit_code == 0, accepted.text
    first = bank(pack)
    assert set(first["bank_version"]) == {1}
    assert "## Odd answer sheets" in (cards / "item_bank_kz_v1.md").read_text()
    assert home.command("calibrate", "--accept", as_json=False).exit_code == 1

    again = home.command("calibrate", "--as-of", DEMO_DAY)
    assert {scale["link_code"] for scale in again.facts["scales"]} == {"linked"}
    assert home.command("calibrate", "--accept").exit_code == 0
    both = bank(pack)
    assert both.filter(pl.col("bank_version") == 1).equals(first)
    assert both.filter(pl.col("bank_version") == 2)["slope"].to_list() == first["slope"].to_list()
    assert bank(pack, "scales.csv")["bank_version"].unique().sort().to_list() == [1, 2]


def test_an_acceptance_that_was_stopped_or_cannot_be_is_made_good_by_the_next(country, monkeypatch):
    home, pack, _ = country
    assert home.command("calibrate", "--as-of", DEMO_DAY).exit_code == 0
    write = calibrating._write

    def stop_at_scales(path, text):
        if path.name == "scales.csv":
            raise PermissionError(13, "Permission denied")
        write(path, text)

    monkeypatch.setattr(calibrating, "_write", stop_at_scales)
    refused = home.command("calibrate", "--accept")
    assert refused.exit_code == 1
    assert refused.facts["problem"].startswith("nothing was accepted: Permission denied")
    assert not load_pack(pack).tables["core_ref__fit_bank_item"].height

    monkeypatch.setattr(calibrating, "_write", write)
    assert home.command("calibrate", "--accept").exit_code == 0
    assert set(bank(pack)["bank_version"]) == {1}


def test_a_proposal_that_defines_no_model_is_not_accepted(country):
    home, pack, _ = country
    assert home.command("calibrate", "--as-of", DEMO_DAY).exit_code == 0
    proposal = home.folder / "calibration" / "kz_v1" / "items.csv"
    pl.read_csv(proposal).with_columns(threshold_1=pl.lit(9.0)).write_csv(proposal)

    answer = home.command("calibrate", "--accept")

    assert answer.exit_code == 1
    assert "rising thresholds" in answer.facts["problem"]
    assert not (pack / "item_bank").exists()


def test_a_run_without_a_bank_says_what_to_do_and_publishes_nothing(country):
    home, _, _ = country
    answer = home.command("run", "--as-of", DEMO_DAY)
    assert answer.exit_code == 1
    assert "skillsgap calibrate" in answer.facts["problems"][0]
    assert not (home.folder / "published" / "CURRENT.json").exists()
    assert home.command("doctor", as_json=False).exit_code == 1


def test_a_survey_of_agreement_has_nothing_to_calibrate(tmp_path):
    answer = Home(tmp_path, "us_federal").command("calibrate", as_json=False)
    assert answer.exit_code == 1
    assert "nothing to calibrate" in answer.text
