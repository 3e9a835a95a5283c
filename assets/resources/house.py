"""The house: where one country's state lives and which pack it serves. No logic of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from skills_models.packs import Pack, Rule
from skills_models.planning.rules import rule_number


@dataclass(frozen=True)
class House:
    """Folders of one home, its pack, and the day it looks at.

    Parameters
    ----------
    home : folder that holds everything a run reads or leaves; serves one pack
    pack : the country pack
    key_file : 32-byte key of the pseudonyms, mode 0600
    as_of : the day the run looks at; None = today in the pack's time zone
    """

    home: Path
    pack: Pack
    key_file: Path
    as_of: date | None = None

    @property
    def landing(self) -> Path:
        """Deliveries as delivered; nothing here is ever changed."""
        return self.home / "landing"

    @property
    def published(self) -> Path:
        """Snapshots and the pointer to the current one."""
        return self.home / "published"

    @property
    def history(self) -> Path:
        """Append-only records that outlive the warehouse."""
        return self.home / "history"

    @property
    def warehouse_file(self) -> Path:
        """The DuckDB file; can be rebuilt from landing and history."""
        return self.home / "warehouse.duckdb"

    @property
    def lock_file(self) -> Path:
        """Locked by the operating system while a refresh runs."""
        return self.home / "refresh.lock"

    @cached_property
    def today(self) -> date:
        """The as-of date, by default today where the pack lives."""
        return self.as_of or datetime.now(ZoneInfo(self.pack.time_zone)).date()

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """The pack's rules in force on the as-of date, by code."""
        return self.pack.rules.on(self.today)

    @property
    def min_respondents(self) -> int:
        """Fewest respondents a shown figure rests on."""
        return int(rule_number(self.rules, "min_respondents"))
