"""What to do about a row that was set aside, one sentence per reason."""

from __future__ import annotations

from skills_models.sql.literals import quote

HINTS = {
    "identity_missing": "fill in the identity number",
    "identity_invalid": "correct the identity number; keep the column as text so that zeros and digits are not lost",
    "identity_misplaced": "an identity number stands in a column that is not for it; check whether columns are shifted",
    "missing_value": "fill in the column; it must not be blank",
    "unknown_code": "use a code of the pack's list, or have the spelling added to the pack as an alias",
    "unknown_value": "use one of the values of the data dictionary, or have the spelling declared in the mapping",
    "not_a_date": "write an existing date in a format the pack's mapping declares",
    "not_a_time": "write date and time in a format the pack's mapping declares",
    "not_a_number": "write a number, with a decimal point or comma and nothing else",
    "not_a_whole_number": "write a whole number",
    "out_of_range": "correct the value; it lies outside the range of the data dictionary",
}
OTHER_HINT = "compare the row with the data dictionary"


def hint_sql(expr: str) -> str:
    """SQL expression: the hint for a reason code."""
    cases = " ".join(f"WHEN {quote(reason)} THEN {quote(hint)}" for reason, hint in HINTS.items())
    return f"CASE {expr} {cases} ELSE {quote(OTHER_HINT)} END"
