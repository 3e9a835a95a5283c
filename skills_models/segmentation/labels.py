"""Names of segments from a template: how much is needed, and what most of all. Drafts in kk and ru."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from skills_models.contracts import LANGUAGES

DISTINCT_SHARE: Final = 0.5
MIN_DEVIATION_LEVELS: Final = 0.02
LEVEL_BAND: Final = 0.1
LEVEL_WORDS: Final = {
    "high": {"kk": "Жоғары қажеттілік", "ru": "Высокая потребность", "en": "High need"},
    "medium": {"kk": "Орташа қажеттілік", "ru": "Средняя потребность", "en": "Medium need"},
    "low": {"kk": "Төмен қажеттілік", "ru": "Низкая потребность", "en": "Low need"},
}
EVEN_WORDS: Final = {
    "kk": "барлық дағды бойынша біркелкі",
    "ru": "поровну по всем навыкам",
    "en": "even over the skills",
}
AND_WORDS: Final = {"kk": "және", "ru": "и", "en": "and"}


def name_segments(fit: pl.DataFrame, skills: pl.DataFrame) -> pl.DataFrame:
    """segment_id and segment_name_kk, _ru, _en; no two names of a language are equal.

    A name says whether the segment's mean shortfall lies more than a tenth above or below that of all segments, and
    which skills set it apart: those with at least half the greatest positive deviation. Names that would be equal
    get the segment's number.

    Parameters
    ----------
    fit : ``analysis_needs__fit_segment``
    skills : ``core_ref__entity_skill``
    """
    names = {row["skill_code"]: row for row in skills.iter_rows(named=True)}
    overall = _mean(fit)
    rows = []
    for (segment_id,), part in sorted(fit.group_by("segment_id"), key=lambda item: int(str(item[0][0]))):
        level = _level_word(_mean(part), overall)
        apart = [names[skill] for skill in distinguishing_skills(part)]
        texts = {f"segment_name_{lang}": _compose(level, apart, lang) for lang in LANGUAGES}
        rows.append({"segment_id": segment_id} | texts)
    return _made_unique(rows)


def distinguishing_skills(segment: pl.DataFrame) -> list[str]:
    """Skills that set a segment apart, the most distinct first; none where its shape is that of all groups."""
    ordered = segment.sort("segment_deviation_levels", "skill_code", descending=[True, False])
    pairs = ordered.select("skill_code", "segment_deviation_levels").rows()
    greatest = pairs[0][1] if pairs else 0.0
    floor = max(DISTINCT_SHARE * greatest, MIN_DEVIATION_LEVELS)
    return [skill for skill, deviation in pairs if deviation >= floor]


def _mean(fit: pl.DataFrame) -> float:
    return float(np.mean(fit["segment_shortfall_levels"].to_numpy())) if fit.height else 0.0


def _level_word(shortfall: float, overall: float) -> str:
    if shortfall > overall * (1 + LEVEL_BAND):
        return "high"
    return "low" if shortfall < overall * (1 - LEVEL_BAND) else "medium"


def _compose(level: str, skills: list[dict[str, str]], language: str) -> str:
    words = [skill[f"skill_name_{language}"] for skill in skills]
    words = [word[:1].lower() + word[1:] if not word[1:2].isupper() else word for word in words]
    listed = EVEN_WORDS[language] if not words else _join(words, AND_WORDS[language])
    return f"{LEVEL_WORDS[level][language]}: {listed}"


def _join(words: list[str], conjunction: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def _made_unique(rows: list[dict[str, object]]) -> pl.DataFrame:
    """Add the segment's number to names that several segments share."""
    frame = pl.DataFrame(
        rows, schema={"segment_id": pl.Int64} | {f"segment_name_{lang}": pl.String for lang in LANGUAGES}
    )
    repeated = [pl.col(f"segment_name_{lang}").is_duplicated() for lang in LANGUAGES]
    number = pl.format(" ({})", pl.col("segment_id"))
    return frame.with_columns(
        pl.when(pl.any_horizontal(repeated)).then(pl.col(c) + number).otherwise(pl.col(c)).alias(c)
        for c in (f"segment_name_{lang}" for lang in LANGUAGES)
    )
