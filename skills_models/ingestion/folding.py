"""One spelling per code: the same fold as a Python function and as SQL.

Letters are mapped by an explicit table rather than by a library's idea of upper case, so that Python and
the database agree on every string. Letters outside the table (other scripts) stay as they are.
"""

from __future__ import annotations

import re

BLANKS = " \t\n\r\f\v\u00a0\u2002\u2003\u2007\u2009\u200b\u202f\u2060\u3000\ufeff"
_LOWER = "abcdefghijklmnopqrstuvwxyz" + "абвгдеёжзийклмнопрстуфхцчшщъыьэюя" + "әғқңөұүһі" + "ѕјўєї"
_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ" + "ӘҒҚҢӨҰҮҺІ" + "ЅЈЎЄЇ"
_LOOKS_LIKE = dict(zip("АВЕКМНОРСТУХІЅЈ–—‑−", "ABEKMHOPCTYXISJ----", strict=True))  # Cyrillic letters, then dashes


def _letter_table() -> dict[str, str]:
    """Letter -> folded letter, upper-casing and look-alikes in one step."""
    table = dict(_LOOKS_LIKE)
    for lower, upper in zip(_LOWER, _UPPER, strict=True):
        table[lower] = _LOOKS_LIKE.get(upper, upper)
    return table


_TABLE = _letter_table()
_FROM, _TO = "".join(_TABLE), "".join(_TABLE.values())
_TRANSLATION = str.maketrans(_TABLE)
_BLANK_RUN = re.compile(f"[{BLANKS}]+")


def fold(text: str) -> str:
    """A spelling without differences that mean nothing.

    Blanks of every width are collapsed and stripped, letters are put in upper case, Cyrillic letters that
    look like Latin ones become Latin (``С-3`` in Cyrillic equals ``C-3``), dashes become hyphens.
    """
    return _BLANK_RUN.sub(" ", text).strip(" ").translate(_TRANSLATION)


def fold_grade(text: str) -> str:
    """``fold``, and the digit zero read as the letter O: ``C-0-3`` is what people type for ``C-O-3``."""
    return fold(text).replace("0", "O")


def fold_for(list_code: str, text: str) -> str:
    """The fold that aliases of a code list are stored with: ``fold_grade`` for grades, else ``fold``."""
    return fold_grade(text) if list_code == "grade" else fold(text)


def fold_sql(expr: str) -> str:
    """SQL expression with the value of ``fold`` for the text expression ``expr``; null stays null."""
    return f"translate(trim(regexp_replace({expr}, '[{BLANKS}]+', ' ', 'g'), ' '), '{_FROM}', '{_TO}')"


def fold_grade_sql(expr: str) -> str:
    """SQL expression with the value of ``fold_grade``."""
    return f"replace({fold_sql(expr)}, '0', 'O')"


def fold_for_sql(list_code: str, expr: str) -> str:
    """SQL expression with the value of ``fold_for``."""
    return fold_grade_sql(expr) if list_code == "grade" else fold_sql(expr)
