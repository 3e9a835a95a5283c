"""Values inside sentences, as each language writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

Phrase = Callable[[str], str]  # language -> words

NARROW_SPACE, HARD_SPACE = "\u202f", "\u00a0"
_QUOTES = {"en": "“”", "ru": "«»", "kk": "«»"}
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def count(value: float) -> Phrase:
    """A whole number with the thousands mark of the language."""
    mark = {"en": ","}
    return lambda language: f"{round(value):,}".replace(",", mark.get(language, NARROW_SPACE))


def percent(share: float) -> Phrase:
    """A share (0-1) in whole per cent."""
    return lambda language: f"{count(100 * share)(language)}{HARD_SPACE}%"


def percent_range(lo: float, hi: float) -> Phrase:
    """Two shares (0-1) as one range in whole per cent."""
    return lambda language: f"{count(100 * lo)(language)}–{percent(hi)(language)}"


def day(value: date) -> Phrase:
    """A date: 14.11.2026 in Kazakh and Russian, 14 Nov 2026 in English."""
    english = f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    return lambda language: english if language == "en" else f"{value:%d.%m.%Y}"


def label(names: Mapping[str, str], *, quoted: bool = False) -> Phrase:
    """A name of the data, by language; in the language's quotation marks where asked."""
    if not quoted:
        return lambda language: names[language]
    return lambda language: names[language].join(_QUOTES[language])


def listing(phrases: Iterable[Phrase]) -> Phrase:
    """Phrases with commas between them."""
    parts = list(phrases)
    return lambda language: ", ".join(part(language) for part in parts)
