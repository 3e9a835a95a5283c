"""Numbers and free text as a reader of one language expects them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

NARROW_SPACE, HARD_SPACE, WORD_JOINER = "\u202f", "\u00a0", "\u2060"
NOTHING = "–"
_PUNCTUATION = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$&^=])")
_LINES = re.compile(r"[ \t\r\n\f\v]+")
_LINKING = re.compile(r":(?=[A-Za-z/])|@|(?<=www)(?=\.)", re.IGNORECASE)


def number(value: float | None, language: str, digits: int = 0) -> str:
    """A number with the thousands and decimal marks of the language; a dash where there is none."""
    if value is None:
        return NOTHING
    text = f"{value:,.{digits}f}".replace("-", "−")
    if language == "en":
        return text
    return text.replace(",", NARROW_SPACE).replace(".", ",")


def share(value: float | None, language: str, digits: int = 0) -> str:
    """A share (0-1) in per cent."""
    return NOTHING if value is None else f"{number(100 * value, language, digits)}{HARD_SPACE}%"


def interval(low: float | None, high: float | None, language: str) -> str:
    """Two shares as one range in per cent."""
    if low is None or high is None:
        return NOTHING
    return f"{number(100 * low, language)}–{number(100 * high, language)}{HARD_SPACE}%"


def number_interval(low: float | None, high: float | None, language: str, digits: int = 0) -> str:
    """Two numbers, neither negative, as one range."""
    if low is None or high is None:
        return NOTHING
    return f"{number(low, language, digits)}–{number(high, language, digits)}"


def signed(value: float | None, language: str, digits: int = 2) -> str:
    """A difference, always with its sign."""
    if value is None:
        return NOTHING
    rounded = round(value, digits)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return f"{sign}{number(abs(rounded), language, digits)}"


def signed_interval(low: float | None, high: float | None, language: str, digits: int = 2) -> str:
    """Two differences as one range, each with its sign."""
    if low is None or high is None:
        return NOTHING
    return f"{signed(low, language, digits)} … {signed(high, language, digits)}"


def points(value: float | None, language: str, digits: int = 1) -> str:
    """A difference of shares in percentage points, always with its sign."""
    return NOTHING if value is None else signed(100 * value, language, digits)


def points_interval(low: float | None, high: float | None, language: str) -> str:
    """Two differences of shares as one range in whole percentage points."""
    if low is None or high is None:
        return NOTHING
    return signed_interval(100 * low, 100 * high, language, digits=0)


def day(value: date | None, language: str) -> str:
    """A date: 14.11.2026 in Kazakh and Russian, 14 Nov 2026 in English."""
    if value is None:
        return NOTHING
    return f"{value.day} {value:%b} {value.year}" if language == "en" else f"{value:%d.%m.%Y}"


def moment(value: datetime, zone: str, language: str) -> str:
    """A UTC time as day and local time of the pack's zone."""
    local = value.astimezone(ZoneInfo(zone))
    return f"{day(local.date(), language)}, {local:%H:%M}"


def hours_of(age: timedelta) -> int:
    """Whole hours of an age."""
    return int(age.total_seconds() // 3600)


def inert(text: str | None) -> str:
    """Text from data such that Markdown shows it letter by letter: no markup, link, emoji or formula."""
    if text is None:
        return ""
    broken = _LINKING.sub(lambda found: found.group(0) + WORD_JOINER, str(text))
    return _PUNCTUATION.sub(r"\\\1", _LINES.sub(" ", broken).strip())
