"""From the folder of a pack to a checked ``Pack``; all problems are reported at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import polars as pl

from skills_models.contracts import LANGUAGES, TABLES
from skills_models.frameworks import load_crosswalks, load_frameworks
from skills_models.packs import catalogue, settings, sources, validate
from skills_models.packs.aliases import (
    CODE_LISTS,
    Spelling,
    alias_problems,
    alias_table,
    item_headers,
    item_spellings,
    spellings,
)
from skills_models.packs.folder import read_geometry, read_sheets
from skills_models.packs.model import Pack, PackError, SourceMapping
from skills_models.packs.sheets import SHEETS, to_contract

DATA = Path(__file__).parents[2] / "data"
SCALES = ("anchored", "agreement")


def find_pack(pack_id: str, data: Path = DATA) -> Path:
    """Folder of a pack of this checkout.

    Raises
    ------
    PackError
        If there is none of that name; the message lists those there are.
    """
    folder = data / "packs" / pack_id
    if not (folder / "pack.yaml").is_file():
        there = sorted(path.parent.name for path in (data / "packs").glob("*/pack.yaml"))
        raise PackError(pack_id, [f"there is no such pack; choose one of {', '.join(there) or 'none'}"])
    return folder


def load_pack(path: Path, data: Path = DATA) -> Pack:
    """The pack in a folder, with the frameworks and crosswalks of ``data``.

    Raises
    ------
    PackError
        If anything is wrong with it; the message lists every problem with file, row and remedy.
    """
    problems: list[str] = []
    facts = _facts(path, problems)
    scale = facts.get("scale", "anchored")
    competency, crosswalk = _frameworks(path, data)
    sheets = read_sheets(path, scale, problems)
    sheets["framework"] = _elements(competency, str(facts.get("framework_id")), problems)
    mappings = {file.stem: settings.read_source(file, problems) for file in sorted((path / "sources").glob("*.yaml"))}
    rules = settings.read_rules(path / "quota_rules.yaml", problems)
    scale_facts, identity_facts = (
        settings.mapping(facts.get(key), f"pack.yaml, {key}", problems) for key in ("survey", "identity")
    )
    survey = settings.survey_scale(scale_facts, problems)
    identity = settings.identity_rules(identity_facts, problems)
    geometry = read_geometry(path, sheets, problems)
    aliases = list(spellings(sheets, _languages(facts)))
    files = {code_list.list_code: code_list.file for code_list in CODE_LISTS} | {"item": "items.csv"}
    problems += validate.reference_problems(sheets)
    problems += validate.history_problems(sheets)
    problems += validate.synthetic_problems(sheets, bool(facts.get("is_synthetic")))
    problems += validate.profile_problems(sheets)
    problems += validate.item_problems(sheets, survey.levels, scale)
    problems += validate.weight_problems(sheets)
    problems += validate.bank_problems(sheets)
    problems += validate.rule_problems(rules, scale)
    problems += alias_problems([*aliases, *item_spellings(sheets)], files)
    problems += _source_problems(mappings, scale, identity)
    problems += catalogue.problems(sheets, rules, tuple(_languages(facts)))
    if problems:
        raise PackError(path.name, problems)
    return Pack(
        path=path,
        pack_id=facts["pack_id"],
        version=str(facts["version"]),
        name=facts["name"],
        is_synthetic=bool(facts["is_synthetic"]),
        languages=tuple(_languages(facts)),
        time_zone=facts["time_zone"],
        scale=scale,
        currency_code=facts["currency_code"],
        framework_id=facts["framework_id"],
        survey=survey,
        identity=identity,
        tables=_tables(sheets, geometry, aliases, competency, crosswalk, facts),
        rules=rules,
        sources=mappings,
        catalogue=path / "catalogue" if (path / "catalogue").is_dir() else None,
        item_headers=item_headers(sheets["items.csv"]),
    )


def _frameworks(path: Path, data: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Frameworks and crosswalks shared by all packs."""
    try:
        competency = load_frameworks(data / "frameworks")
        return competency, load_crosswalks(data / "crosswalks", competency)
    except ValueError as error:
        raise PackError(path.name, str(error).splitlines()) from None


def _facts(path: Path, problems: list[str]) -> dict[str, Any]:
    """pack.yaml, checked for keys, languages and scale."""
    facts = settings.read_yaml(path / "pack.yaml", "pack.yaml", problems)
    problems += settings.missing_keys(facts, settings.PACK_KEYS, "pack.yaml")
    problems += settings.missing_languages(facts.get("name"), "pack.yaml, name")
    if facts.get("scale") not in SCALES:
        problems.append(f"pack.yaml: scale {facts.get('scale')!r} is not one of {', '.join(SCALES)}; correct it")
        facts["scale"] = "anchored"
    if facts.get("time_zone") and facts["time_zone"] not in available_timezones():
        problems.append(f"pack.yaml: time_zone {facts['time_zone']!r} is not known; write one like Asia/Almaty")
    problems += [
        f"pack.yaml: language {code!r} is not one of {', '.join(LANGUAGES)}; remove it"
        for code in _languages(facts)
        if code not in LANGUAGES
    ]
    return facts


def _languages(facts: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Language code -> its other spellings, as pack.yaml lists them."""
    listed = facts.get("languages") or {}
    if not isinstance(listed, dict):
        listed = dict.fromkeys(listed)
    return {code: tuple(str(other) for other in others or ()) for code, others in listed.items()}


def _elements(competency: pl.DataFrame, framework_id: str, problems: list[str]) -> pl.DataFrame:
    """skill_code, element_code of the pack's framework; a skill without elements has a null one."""
    own = competency.filter(pl.col("framework_id") == framework_id)
    if own.is_empty():
        problems.append(f"pack.yaml: framework_id {framework_id!r} is not in data/frameworks; correct it or add it")
    skills = own.filter(pl.col("competency_kind_code") == "skill").select(skill_code="competency_id")
    elements = own.filter(pl.col("competency_kind_code") == "element").select(
        skill_code="parent_competency_id", element_code="competency_id"
    )
    return skills.join(elements, on="skill_code", how="left", maintain_order="left")


def _source_problems(mappings: Mapping[str, SourceMapping], scale: str, identity: Mapping[str, Any]) -> list[str]:
    found = [text for source in mappings.values() for text in sources.source_problems(source, scale)]
    found += [
        f"pack.yaml, identity: no rule for {column}, which sources/{source.source_code}.yaml pseudonymises; add one"
        for source in mappings.values()
        for column in source.identity_columns
        if column not in identity
    ]
    return found if mappings else [*found, "sources: the pack maps no delivery; add a file per kind of delivery"]


def _tables(
    sheets: Mapping[str, pl.DataFrame],
    geometry: Mapping[str, str],
    aliases: list[Spelling],
    competency: pl.DataFrame,
    crosswalk: pl.DataFrame,
    facts: Mapping[str, Any],
) -> dict[str, pl.DataFrame]:
    """Every reference table of the pack's scale, enforced."""
    frames = {sheet.table: sheets[sheet.file] for sheet in SHEETS if sheet.file in sheets}
    regions = frames["core_ref__codes_region"]
    shape = pl.col("region_code").replace_strict(geometry, default=None, return_dtype=pl.String)
    frames["core_ref__codes_region"] = regions.with_columns(geometry_geojson=shape)
    tables = {name: to_contract(frame, TABLES[name]) for name, frame in frames.items()}
    if "core_ref__fit_bank_item" in tables:  # a version is there once its scales are: they are written last
        versions = tables["core_ref__fit_bank_scale"]["bank_version"].unique().to_list()
        items = tables["core_ref__fit_bank_item"]
        tables["core_ref__fit_bank_item"] = items.filter(pl.col("bank_version").is_in(versions))
    tables["core_ref__codes_alias"] = TABLES["core_ref__codes_alias"].enforce(alias_table(aliases))
    skills = competency.filter(
        (pl.col("framework_id") == facts["framework_id"]) & (pl.col("competency_kind_code") == "skill")
    )
    tables["core_ref__entity_skill"] = TABLES["core_ref__entity_skill"].enforce(
        skills.select(
            skill_code="competency_id",
            skill_order="competency_order",
            **{f"skill_name_{language}": f"competency_name_{language}" for language in LANGUAGES},
        )
    )
    return tables | {"core_framework__entity_competency": competency, "core_framework__assn_crosswalk": crosswalk}
