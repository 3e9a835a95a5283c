"""Crosswalks between frameworks: SSSOM files, their residual, and how much they map."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from skills_models.contracts import LANGUAGES, TABLES

CROSSWALK = TABLES["core_framework__assn_crosswalk"]
NO_TERM = "sssom:NoTermFound"
RESIDUAL = "residual"
_SOURCE = ("subject_framework_id", "subject_id", "object_framework_id")
_ROUND = 9


def load_crosswalks(folder: Path, competency: pl.DataFrame) -> pl.DataFrame:
    """``core_framework__assn_crosswalk`` of every ``{subject}__{object}.sssom.tsv`` in a folder.

    Parameters
    ----------
    competency : ``core_framework__entity_competency``, against which ids are checked

    Raises
    ------
    ValueError
        If a file names unknown competencies, leaves one out, or gives away more than the whole of one.
    """
    frames, problems = [CROSSWALK.empty()], []
    for path in sorted(folder.glob("*.sssom.tsv")):
        frames.append(_read(path))
        problems += [f"{path.name}: {text}" for text in _problems(frames[-1], path, competency)]
    if problems:
        raise ValueError("crosswalks:\n" + "\n".join(f"  - {text}" for text in problems))
    return CROSSWALK.enforce(pl.concat(frames))


def crosswalk_with_residual(crosswalk: pl.DataFrame) -> pl.DataFrame:
    """The crosswalk and, per source competency, one row to 'residual' with the share that has no counterpart.

    Returns
    -------
    pl.DataFrame
        Columns of ``core_framework__assn_crosswalk``; ``predicate_id`` and ``confidence`` are null in
        residual rows. Per source the weights add up to 1; a source with no counterpart has residual 1.
    """
    residual = _residual(crosswalk).with_columns(
        object_id=pl.lit(RESIDUAL), predicate_id=pl.lit(None, pl.String), confidence=pl.lit(None, pl.Float64)
    )
    rows = pl.concat([crosswalk, residual.with_columns(comment=pl.lit(None, pl.String)).select(crosswalk.columns)])
    return rows.sort(CROSSWALK.key)


def mapped_share(crosswalk: pl.DataFrame) -> pl.DataFrame:
    """subject_framework_id, object_framework_id, mapped_share: mean over source competencies of what is mapped."""
    by = ["subject_framework_id", "object_framework_id"]
    mapped = _residual(crosswalk).group_by(by).agg(mapped_share=1 - pl.col("ext_weight").mean())
    return mapped.with_columns(pl.col("mapped_share").round(_ROUND)).sort(by)


def crosswalk_mart(crosswalk: pl.DataFrame, competency: pl.DataFrame) -> pl.DataFrame:
    """``mart_framework__crosswalk``: rows and residuals with names in every language."""
    rows = crosswalk_with_residual(crosswalk)
    for side in ("subject", "object"):
        named = competency.select(
            pl.col("framework_id").alias(f"{side}_framework_id"),
            pl.col("competency_id").alias(f"{side}_id"),
            *(pl.col(f"competency_name_{lang}").alias(f"{side}_name_{lang}") for lang in LANGUAGES),
        )
        rows = rows.join(named, on=[f"{side}_framework_id", f"{side}_id"], how="left")
    return TABLES["mart_framework__crosswalk"].enforce(rows)


def _read(path: Path) -> pl.DataFrame:
    subject, target = path.name.removesuffix(".sssom.tsv").split("__")
    rows = pl.read_csv(path, separator="\t", comment_prefix="#", infer_schema=False)
    return CROSSWALK.enforce(
        rows.select(
            "subject_id",
            "predicate_id",
            "comment",
            subject_framework_id=pl.lit(subject),
            object_framework_id=pl.lit(target),
            object_id=pl.col("object_id").str.strip_prefix("opsi:"),
            ext_weight=pl.col("ext_weight").cast(pl.Float64),
            confidence=pl.col("confidence").cast(pl.Float64),
            status_code=pl.lit("project_draft"),
        )
    )


def _residual(crosswalk: pl.DataFrame) -> pl.DataFrame:
    """One row per source with ``ext_weight`` = 1 - what is mapped; weights are summed in order of the key."""
    left = (1 - pl.col("ext_weight").sum()).round(_ROUND).alias("ext_weight")
    ordered = crosswalk.sort(CROSSWALK.key)
    return ordered.group_by(_SOURCE, maintain_order=True).agg(left, pl.col("status_code").first())


def _problems(rows: pl.DataFrame, path: Path, competency: pl.DataFrame) -> Iterator[str]:
    subject, target = path.name.removesuffix(".sssom.tsv").split("__")
    ids = {
        framework: set(competency.filter(pl.col("framework_id") == framework)["competency_id"])
        for framework in (subject, target)
    }
    given = set(rows["subject_id"])
    yield from (f"{code} is not in {subject}; correct it" for code in sorted(given - ids[subject]))
    yield from (f"{code} has no row; map it or give it {NO_TERM}" for code in sorted(ids[subject] - given))
    unknown = set(rows["object_id"]) - ids[target] - {NO_TERM}
    yield from (f"{code} is not in {target}; correct it" for code in sorted(unknown))
    over = _residual(rows).filter(pl.col("ext_weight") < 0)["subject_id"]
    yield from (f"the weights of {code} add up to more than 1; lower them" for code in over)
    lost = rows.filter((pl.col("object_id") == NO_TERM) & (pl.col("ext_weight") != 0))["subject_id"]
    yield from (f"{code} has no counterpart but a weight; write 0" for code in lost)
