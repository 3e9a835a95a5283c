"""Values inside sentences, as each language writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

Phrase = Callable[[str], str]  # language -> words

NARROW_SPACE, HARD_SPACE = "\u202f", "\u00a0"
_QUOTES = {"en": "“”", "ru": "«»", "kk": "«»"}
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def count(value: float, digits: int = 0) -> Phrase:
    """A number with the thousands and decimal marks of the language; whole unless ``digits`` says otherwise."""
    text = f"{value:,.{digits}f}"
    return lambda language: text if language == "en" else text.replace(",", NARROW_SPACE).replace(".", ",")


def percent(share: float, digits: int = 0) -> Phrase:
    """A share (0-1) in per cent."""
    return lambda language: f"{count(100 * share, digits)(language)}{HARD_SPACE}%"


def percent_range(lo: float, hi: float) -> Phrase:
    """Two shares (0-1) as one range in per cent: whole, or with one decimal where it is narrower than two points."""
    digits = 1 if hi - lo < 0.02 else 0
    return lambda language: f"{count(100 * lo, digits)(language)}–{percent(hi, digits)(language)}"


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
