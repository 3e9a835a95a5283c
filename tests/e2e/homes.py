"""Homes of their own for tests, driven by the command line as a user drives it."""

import json
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import dagster as dg
import duckdb
import polars as pl
from typer.testing import CliRunner

from assets import house_assets
from pipelines.cli import app
from pipelines.definitions import open_warehouse, warehouse_tables
from pipelines.refresh import QUIET
from pipelines.settings import Settings
from skills_models.ingestion.pseudonyms import create_key


@dataclass(frozen=True)
class Answer:
    """What a command answered."""

    exit_code: int
    facts: dict
    text: str


@dataclass(frozen=True)
class Home:
    """A home and the commands on it."""

    folder: Path
    pack_id: str = "kz"

    def command(self, *arguments, as_json=True) -> Answer:
        variables = {"SKILLSGAP_HOME": str(self.folder), "SKILLSGAP_PACK": self.pack_id, "SKILLSGAP_KEY_FILE": None}
        before = os.environ.get("DAGSTER_HOME")
        words = [*map(str, arguments), *(["--json"] if as_json else [])]
        result = CliRunner().invoke(app, words, env=variables)
        if before is None:
            os.environ.pop("DAGSTER_HOME", None)
        lines = result.stdout.strip().splitlines()
        facts = json.loads(lines[-1]) if as_json and lines else {}
        return Answer(result.exit_code, facts, result.stdout + result.stderr)

    def materialise(self, as_of: date) -> None:
        """Every asset without the checks: the same tables and the same snapshot, sooner."""
        house = Settings(self.folder, self.pack_id, self.folder / "keys" / "pseudonym.key", as_of).house()
        if not house.key_file.exists():
            create_key(house.key_file)
        dg.materialize(
            house_assets(house.pack.scale),
            resources={
                "house": house,
                "warehouse": open_warehouse(house),
                "io_manager": warehouse_tables(lambda name, n_rows: None),
            },
            instance=dg.DagsterInstance.ephemeral(),
            run_config=QUIET,
        )

    @property
    def pointer(self) -> dict:
        return json.loads((self.folder / "published" / "CURRENT.json").read_text())

    def mart(self, name) -> pl.DataFrame:
        path = self.folder / "published" / self.pointer["snapshot"]
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.sql(f'SELECT * FROM "{name}"').pl()

    def warehouse(self):
        return duckdb.connect(str(self.folder / "warehouse.duckdb"), read_only=True)
