"""The YAML files of a pack: facts, rules and source mappings, read with every problem noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from skills_models.contracts import LANGUAGES
from skills_models.contracts.fields import STATUSES
from skills_models.ingestion.folding import fold
from skills_models.packs.model import ColumnMapping, IdentityRule, Rule, Rules, SourceMapping, SurveyScale

PACK_KEYS = (
    "pack_id",
    "version",
    "name",
    "is_synthetic",
    "languages",
    "time_zone",
    "scale",
    "currency_code",
    "framework_id",
    "survey",
    "identity",
)
RULE_KEYS = ("rule_code", "value", "unit", "name", "valid_from", "source_reference", "status_code")


def read_yaml(path: Path, file: str, problems: list[str]) -> dict[str, Any]:
    """The mapping in a YAML file; an empty one, and a problem, if there is none."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problems.append(f"{file}: the file is missing; add it")
        return {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        problems.append(f"{file}: cannot be read as YAML ({str(error).splitlines()[0]}); correct it")
        return {}
    if not isinstance(content, dict):
        problems.append(f"{file}: holds no keys; write 'key: value' lines")
        return {}
    return content


def mapping(value: Any, where: str, problems: list[str]) -> dict[str, Any]:
    """The value if it holds keys, else none, and a problem unless it is empty."""
    if isinstance(value, dict):
        return value
    if value not in (None, "", []):
        problems.append(f"{where}: holds no keys; write 'key: value' lines")
    return {}


def missing_keys(content: Mapping[str, Any], keys: tuple[str, ...], where: str) -> list[str]:
    """A problem per key that is absent or empty."""
    return [f"{where}: {key} is missing; add it" for key in keys if content.get(key) in (None, "", [], {})]


def missing_languages(content: Any, where: str) -> list[str]:
    """A problem per language a text lacks."""
    given = content if isinstance(content, Mapping) else {}
    return [f"{where}: translation {lang} is missing; write it" for lang in LANGUAGES if not given.get(lang)]


def survey_scale(content: Mapping[str, Any], problems: list[str]) -> SurveyScale:
    """The survey scale as written under ``survey`` of pack.yaml."""
    levels, positive = (tuple(content.get(key) or ()) for key in ("levels", "positive_levels"))
    least = content.get("min_rated_items")
    if not levels or not all(isinstance(level, int) for level in levels) or list(levels) != sorted(set(levels)):
        problems.append("pack.yaml, survey: levels are not whole numbers in ascending order; correct them")
    if not set(positive) <= set(levels):
        problems.append("pack.yaml, survey: positive_levels names a level outside levels; correct it")
    if not isinstance(least, int) or least < 1:
        problems.append("pack.yaml, survey: min_rated_items is no whole number above 0; correct it")
    missing = tuple(fold(str(code)) for code in content.get("missing_codes") or ())
    return SurveyScale(levels, positive, least if isinstance(least, int) else 1, missing)


def identity_rules(content: Mapping[str, Any], problems: list[str]) -> dict[str, IdentityRule]:
    """The identity rules as written under ``identity`` of pack.yaml, by contract column."""
    rules, known = {}, {field.name for field in fields(IdentityRule)}
    for column, given_facts in content.items():
        where = f"pack.yaml, identity {column}"
        facts = mapping(given_facts, where, problems)
        problems += [f"{where}: {key} is not known; remove or rename it" for key in sorted(facts.keys() - known)]
        given = {key: value for key, value in facts.items() if key in known}
        weights = tuple(tuple(row) for row in facts.get("weights") or ())
        rule = IdentityRule(**({"kind": ""} | given | {"weights": weights}))
        rules[column] = rule
        if rule.kind not in ("weighted_checksum", "opaque"):
            problems.append(f"{where}: kind {rule.kind!r} is not weighted_checksum or opaque; correct it")
        if rule.kind == "weighted_checksum" and not (weights and rule.modulus):
            problems.append(f"{where}: a weighted checksum needs weights and modulus; add them")
        if rule.kind == "weighted_checksum" and any(len(row) != rule.digits - 1 for row in weights):
            problems.append(f"{where}: each weight row needs {rule.digits - 1} numbers; correct it")
    return rules


def read_rules(path: Path, problems: list[str]) -> Rules:
    """Rules of ``quota_rules.yaml``; an incomplete one is left out and noted."""
    file, versions = path.name, []
    for place, written in enumerate(read_yaml(path, file, problems).get("rules") or (), start=1):
        entry = mapping(written, f"{file}, rule {place}", problems)
        where = f"{file}, rule {place} ({entry.get('rule_code', 'no code')})"
        found = missing_keys(entry, RULE_KEYS, where) + missing_languages(entry.get("name"), where)
        if entry.get("status_code") not in STATUSES:
            found.append(f"{where}: status_code is not one of {', '.join(STATUSES)}")
        found += [
            f"{where}: {key} is no date; write YYYY-MM-DD"
            for key in ("valid_from", "valid_to")
            if entry.get(key) is not None and not isinstance(entry[key], date)
        ]
        if not isinstance(entry.get("value"), int | float):
            found.append(f"{where}: value is no number; correct it")
        problems += found
        if not found:
            versions.append(_rule(entry))
    return Rules(tuple(versions))


def read_source(path: Path, problems: list[str]) -> SourceMapping:
    """One file of ``sources/``; its name is the kind of delivery."""
    content = read_yaml(path, f"sources/{path.name}", problems)
    where = f"sources/{path.name}"
    listed = mapping(content.get("columns"), f"{where}, columns", problems)
    columns = {
        name: _column(mapping(facts, f"{where}, column {name}", problems), f"{where}, column {name}", problems)
        for name, facts in listed.items()
    }
    return SourceMapping(
        source_code=path.stem,
        table=str(content.get("table", "")),
        columns=columns,
        has_items=bool(content.get("has_items", False)),
        encodings=tuple(content.get("encodings") or SourceMapping.encodings),
        identity_columns=tuple(content.get("identity_columns") or ()),
        supersede_by=tuple(content.get("supersede_by") or ()),
    )


def _rule(entry: Mapping[str, Any]) -> Rule:
    return Rule(
        rule_code=entry["rule_code"],
        value=float(entry["value"]),
        unit=entry["unit"],
        names=dict(entry["name"]),
        valid_from=entry["valid_from"],
        valid_to=entry.get("valid_to"),
        source_reference=entry["source_reference"],
        status_code=entry["status_code"],
    )


def _column(facts: Mapping[str, Any], where: str, problems: list[str]) -> ColumnMapping:
    constant, known = facts.get("constant"), {field.name for field in fields(ColumnMapping)}
    problems += [f"{where}: {key} is not known; remove or rename it" for key in sorted(facts.keys() - known)]
    values = mapping(facts.get("values"), f"{where}, values", problems)
    return ColumnMapping(
        headers=tuple(str(header) for header in facts.get("headers") or ()),
        formats=tuple(facts.get("formats") or ()),
        values={
            fold(str(spelling)): value
            for value, spellings in ((_text(key), listed) for key, listed in values.items())
            for spelling in (value, *(spellings or ()))
        },
        constant=None if constant is None else str(constant),
        from_manifest=facts.get("from_manifest"),
        parts=tuple(str(header) for header in facts.get("parts") or ()),
    )


def _text(value: Any) -> str:
    """A contract value as text; YAML reads ``true`` as a truth value."""
    return str(value).lower() if isinstance(value, bool) else str(value)
