"""The dashboard's own words in every language of the product; labels of data come from the marts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from skills_models.contracts import LANGUAGES

LANGUAGE_NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Dotted key -> text of one language; keys are the same in all of them (a test holds this)."""
    path = Path(__file__).parent / f"{language}.yaml"
    return dict(_flatten(yaml.safe_load(path.read_text(encoding="utf-8")), ""))


def _flatten(node: Mapping[str, object], prefix: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in node.items():
        if isinstance(value, Mapping):
            pairs += _flatten(value, f"{prefix}{key}.")
        else:
            pairs.append((f"{prefix}{key}", str(value)))
    return pairs


class Texts:
    """Texts of one language: ``texts("gaps.title")``, ``texts("overview.of", part=1, whole=9)``."""

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"language {language!r} is none of {', '.join(LANGUAGES)}")
        self.language = language
        self._texts = catalogue(language)

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with its values filled in.

        Raises
        ------
        KeyError
            If the catalogue lacks the key.
        """
        return self._texts[key].format(**values) if values else self._texts[key]

    def code(self, family: str, code: str | None) -> str:
        """Words for a code of the data; a code nobody has words for is shown as it is."""
        return "" if code is None else self._texts.get(f"{family}.{code}", code)
