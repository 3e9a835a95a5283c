"""Competency frameworks as data: one folder each, with its licence."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import yaml

from skills_models.contracts import TABLES, ContractViolation

COMPETENCY = TABLES["core_framework__entity_competency"]
FACTS = ("framework_id", "title", "version", "licence", "source")


def load_frameworks(folder: Path) -> pl.DataFrame:
    """``core_framework__entity_competency`` of every framework in a folder.

    Raises
    ------
    ValueError
        If a framework lacks a fact or a sheet, breaks the contract, or names an unknown parent. Every
        problem is listed.
    """
    problems: list[str] = []
    frames = [_competencies(path.parent, problems) for path in sorted(folder.glob("*/framework.yaml"))]
    if problems:
        raise ValueError("frameworks:\n" + "\n".join(f"  - {text}" for text in problems))
    return COMPETENCY.enforce(pl.concat([COMPETENCY.empty(), *frames]))


def _competencies(folder: Path, problems: list[str]) -> pl.DataFrame:
    """One framework's rows, enforced; problems are noted."""
    facts = yaml.safe_load((folder / "framework.yaml").read_text(encoding="utf-8")) or {}
    problems += [f"{folder.name}/framework.yaml: {key} is missing; add it" for key in FACTS if not facts.get(key)]
    try:
        frame = pl.read_csv(folder / "competencies.csv", infer_schema=False)
        own = COMPETENCY.enforce(frame.with_columns(pl.col("competency_order").cast(pl.Int64, strict=False)))
    except (FileNotFoundError, ContractViolation, pl.exceptions.PolarsError) as error:
        problems.append(f"{folder.name}/competencies.csv: {error}")
        return COMPETENCY.empty()
    for code in own.filter(pl.col("framework_id") != facts.get("framework_id"))["competency_id"]:
        problems.append(f"{folder.name}/competencies.csv, {code}: framework_id is not that of framework.yaml")
    orphans = own.filter(~pl.col("parent_competency_id").is_in(own["competency_id"].to_list()))
    for code in orphans["competency_id"]:
        problems.append(f"{folder.name}/competencies.csv, {code}: parent_competency_id is not in the framework")
    return own
