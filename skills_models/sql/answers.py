"""Survey answers: from what a sheet says to a level, in SQL generated from the pack's options."""

from __future__ import annotations

import polars as pl

from skills_models.contracts import LANGUAGES
from skills_models.ingestion.folding import fold, fold_sql
from skills_models.packs.model import Pack
from skills_models.sql.literals import quote

UNMAPPED = -1
_MISSING = -2


def item_codes(pack: Pack) -> tuple[str, ...]:
    """Survey items of the pack, sorted: the item columns of its answer sheets."""
    return tuple(sorted(pack.tables["core_ref__entity_item"]["item_code"].to_list()))


def answer_spellings(pack: Pack, item_code: str) -> dict[str, int | None]:
    """Folded spelling -> level for one item; None where the spelling means "no answer".

    Levels as numbers, the wording of the item's options in every language, and the pack's missing codes. A wording
    that stands for two levels stands for none.
    """
    spelled: dict[str, int | None] = {}
    options = pack.tables["core_ref__entity_item_option"].filter(pl.col("item_code") == item_code)
    for option in options.iter_rows(named=True):
        for text in {fold(option[f"option_text_{language}"] or "") for language in LANGUAGES} - {""}:
            clash = text in spelled and spelled[text] != option["answer_level"]
            spelled[text] = None if clash else option["answer_level"]
    spelled |= dict.fromkeys(pack.survey.missing_codes)
    own = [level for level in options["answer_level"].to_list() if level in pack.survey.levels]
    return spelled | {text: level for level in own or pack.survey.levels for text in (f"{level}", f"{level}.0")}


def answer_sql(pack: Pack, item_code: str, expr: str) -> str:
    """SQL expression: what an answer text amounts to.

    The level; null for blanks and missing codes; ``UNMAPPED`` for an answer that is none of the item's options. Texts
    are compared as they are first: folding is for the few that differ.
    """
    spelled = answer_spellings(pack, item_code) | {"": None}
    plain = " ".join(f"WHEN {quote(t)} THEN {_number(v)}" for t, v in spelled.items() if len(t) <= 3)
    texts = ", ".join(quote(text) for text in spelled)
    meanings = ", ".join(str(_MISSING if level is None else level) for level in spelled.values())
    place = f"nullif(list_position([{texts}], {fold_sql(expr)}), 0)"
    otherwise = f"nullif(coalesce([{meanings}][{place}], {UNMAPPED}), {_MISSING})"
    return f"CASE WHEN {expr} IS NULL THEN NULL ELSE CASE {expr} {plain} ELSE {otherwise} END END"


def level_sql(pack: Pack, item_code: str, expr: str) -> str:
    """SQL expression: the level an answer text stands for; null for everything else."""
    return f"nullif({answer_sql(pack, item_code, expr)}, {UNMAPPED})"


def _number(level: int | None) -> str:
    return "NULL" if level is None else str(level)
