"""Where things are: read once from the environment, never changed after."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from assets.resources.house import House
from skills_models.packs import Pack, find_pack, load_pack

LONGEST_RUN_SECONDS = 4 * 3600
"""A run that still says it is running after this was killed; left alone it would hold back every run after it."""
DAGSTER_INSTANCE = f"""telemetry:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
run_monitoring:
  enabled: true
  max_runtime_seconds: {LONGEST_RUN_SECONDS}
"""


@cache
def pack_of(pack_id: str) -> Pack:
    """The pack with that id, loaded and validated once per process: every command asks for it several times."""
    return load_pack(find_pack(pack_id))


@dataclass(frozen=True)
class Settings:
    """Paths, pack and as-of date of one home.

    Parameters
    ----------
    home : ``SKILLSGAP_HOME``, default ``var`` in the working folder
    pack_id : ``SKILLSGAP_PACK``, default ``kz``
    key_file : ``SKILLSGAP_KEY_FILE``, default ``keys/pseudonym.key`` in the home
    as_of : the day a run looks at; None = today in the pack's time zone
    """

    home: Path
    pack_id: str
    key_file: Path
    as_of: date | None = None

    @classmethod
    def from_env(cls, pack_id: str | None = None, as_of: date | None = None) -> Settings:
        """Settings as the environment has them; arguments win."""
        home = Path(os.environ.get("SKILLSGAP_HOME", "var")).resolve()
        key_file = os.environ.get("SKILLSGAP_KEY_FILE")
        return cls(
            home=home,
            pack_id=pack_id or os.environ.get("SKILLSGAP_PACK", "kz"),
            key_file=Path(key_file).resolve() if key_file else home / "keys" / "pseudonym.key",
            as_of=as_of,
        )

    def with_as_of(self, as_of: date) -> Settings:
        """The same, looking at another day."""
        return replace(self, as_of=as_of)

    def house(self) -> House:
        """The house these settings describe, its pack loaded and validated."""
        return House(self.home, pack_of(self.pack_id), self.key_file, self.as_of)

    def prepare_dagster(self) -> Path:
        """Make Dagster's own folder in the home and point the process at it."""
        folder = self.home / "dagster"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "dagster.yaml").write_text(DAGSTER_INSTANCE)
        os.environ["DAGSTER_HOME"] = str(folder)
        return folder
