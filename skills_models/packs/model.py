"""What a country pack is once it is loaded: plain frozen values, no files and no checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl


class PackError(ValueError):
    """A pack does not hold together; ``problems`` lists everything that is wrong with it."""

    def __init__(self, pack: str, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(f"  - {text}" for text in self.problems)
        super().__init__(f"pack {pack}: {len(self.problems)} problem(s)\n{lines}")


@dataclass(frozen=True)
class SurveyScale:
    """How answers read.

    Parameters
    ----------
    levels : the values an answer may take, ascending
    positive_levels : those that count as positive on an agreement scale; empty for anchored scales
    min_rated_items : fewest rated items of a skill for a person to count as measured
    missing_codes : folded spellings that mean "no answer", besides a blank
    """

    levels: tuple[int, ...]
    positive_levels: tuple[int, ...]
    min_rated_items: int
    missing_codes: tuple[str, ...]


@dataclass(frozen=True)
class IdentityRule:
    """How an identity number is judged before it becomes a pseudonym.

    Parameters
    ----------
    kind : "weighted_checksum" or "opaque" (any non-blank text)
    digits : length of the number; 0 for opaque ones
    weights : weight rows tried in order; the next one only if the remainder is not a digit
    modulus : modulus of the weighted sum; the remainder equals the last digit
    synthetic_position, synthetic_digit : position from 1 and digit that mark an invented number,
        accepted only in packs that say they are synthetic; None where there is no such mark
    """

    kind: str
    digits: int = 0
    weights: tuple[tuple[int, ...], ...] = ()
    modulus: int = 0
    synthetic_position: int | None = None
    synthetic_digit: int | None = None


@dataclass(frozen=True)
class ColumnMapping:
    """How one contract column is delivered.

    Parameters
    ----------
    headers : spellings of the header, most usual first; compared after folding
    formats : strptime formats of dates and times, tried in order
    values : folded delivered spelling -> contract value
    constant : value of every row, where the delivery does not say
    from_manifest : "reference_date" or "period", taken from the manifest when no header is there
    parts : headers of a value that is delivered in pieces (pay plan and grade, say); their texts with a
        hyphen between are the value, null unless every piece is there
    """

    headers: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    constant: str | None = None
    from_manifest: str | None = None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourceMapping:
    """How one kind of delivery maps to its raw table.

    Parameters
    ----------
    source_code : kind of delivery
    table : raw table of the contracts
    columns : contract column -> how it is delivered
    has_items : item columns stand beside these columns
    encodings : encodings of text files, tried in order
    identity_columns : contract columns that hold an identity to pseudonymise
    supersede_by : contract columns of which the later value wins among rows of one business key
    """

    source_code: str
    table: str
    columns: Mapping[str, ColumnMapping]
    has_items: bool = False
    encodings: tuple[str, ...] = ("utf-8-sig", "utf-16")
    identity_columns: tuple[str, ...] = ()
    supersede_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """One number of the training law or of the disclosure policy, and how long it holds.

    ``valid_to`` is the last day on which it holds; None while it still does.
    """

    rule_code: str
    value: float
    unit: str
    names: Mapping[str, str]
    valid_from: date
    valid_to: date | None
    source_reference: str
    status_code: str


@dataclass(frozen=True)
class Rules:
    """Every rule of a pack, in all its versions."""

    versions: tuple[Rule, ...]

    def on(self, day: date) -> dict[str, Rule]:
        """The rules in force on a day, by rule code."""
        return {
            rule.rule_code: rule
            for rule in self.versions
            if rule.valid_from <= day and (rule.valid_to is None or day <= rule.valid_to)
        }


@dataclass(frozen=True)
class Pack:
    """A loaded country pack.

    Parameters
    ----------
    path : folder it was read from
    name : name of the country or service by language
    scale : what the survey measures: "anchored" (levels of skill) or "agreement" (climate only)
    identity : contract column -> rule for the identity it is delivered with
    tables : every ``core_ref__*`` and ``core_framework__*`` table of the pack's scale, already enforced
    sources : kind of delivery -> its mapping
    catalogue : folder with courses.csv, sessions.csv, course_effects.csv as the academy delivers them
    item_headers : item code -> other headers under which its answers are delivered
    """

    path: Path
    pack_id: str
    version: str
    name: Mapping[str, str]
    is_synthetic: bool
    languages: tuple[str, ...]
    time_zone: str
    scale: str
    currency_code: str
    framework_id: str
    survey: SurveyScale
    identity: Mapping[str, IdentityRule]
    tables: Mapping[str, pl.DataFrame]
    rules: Rules
    sources: Mapping[str, SourceMapping]
    catalogue: Path | None
    item_headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
