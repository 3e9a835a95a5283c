"""Elements of a skill: the share of staff at or above each level, item by item. Descriptive, without a model."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboards.i18n import Texts
from dashboards.views.format import number, share

LEVELS = (1, 2, 3)


def in_words(elements: pl.DataFrame, items: pl.DataFrame, texts: Texts) -> pl.DataFrame:
    """Shown rows of one place and skill with ``name`` (code and wording of the item) and their figures in words.

    Parameters
    ----------
    elements : rows of mart_gap__element
    items : mart_framework__item
    """
    wording = dict(items.select("item_code", f"item_text_{texts.language}").iter_rows())
    words = [
        {
            "name": f"{row['item_code']} · {wording.get(row['item_code']) or ''}",
            "respondents_text": number(row["n_respondents"], texts.language),
            "answers_text": number(row["n_answers"], texts.language),
        }
        | {f"at_{level}_text": share(row[f"at_level_{level}_share"], texts.language) for level in LEVELS}
        | {f"at_{level}": row[f"at_level_{level}_share"] for level in LEVELS}
        for row in elements.filter("is_shown").sort("item_code").iter_rows(named=True)
    ]
    told = ("name", "respondents_text", "answers_text", *(f"at_{level}_text" for level in LEVELS))
    schema = dict.fromkeys(told, pl.String) | {f"at_{level}": pl.Float64 for level in LEVELS}
    return pl.DataFrame(words, schema=schema)


def bar_rows(worded: pl.DataFrame, levels: dict[int, str]) -> list[dict[str, Any]]:
    """One row per level and item, level 1 first so that higher levels are drawn over it; nothing where unknown."""
    return [
        {"name": row["name"], "level": words, "percent": round(100 * row[f"at_{level}"], 1)}
        | {"text": row[f"at_{level}_text"], "answers_text": row["answers_text"]}
        for level, words in levels.items()
        for row in worded.iter_rows(named=True)
        if row[f"at_{level}"] is not None
    ]
