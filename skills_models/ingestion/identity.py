"""Whether a delivered identity can be one, judged for whole columns at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from skills_models.packs.model import IdentityRule

OPAQUE = IdentityRule(kind="opaque")


def normalise(identities: pa.Array) -> pa.Array:
    """Identities without surrounding blanks; a blank one is null."""
    trimmed = pc.utf8_trim_whitespace(identities)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def valid_identities(normalised: pa.Array, rule: IdentityRule, is_synthetic: bool) -> npt.NDArray[np.bool_]:
    """For each normalised identity whether it keeps the rule; null never does.

    Parameters
    ----------
    is_synthetic : whether the pack's data are invented; only then may the synthetic mark appear
    """
    if rule.kind == "opaque":
        return np.asarray(pc.is_valid(normalised))
    shaped = pc.fill_null(pc.match_substring_regex(normalised, f"^[0-9]{{{rule.digits}}}$"), False)
    valid = np.zeros(len(normalised), dtype=bool)
    if rows := np.flatnonzero(np.asarray(shaped)).tolist():
        text = "".join(normalised.take(pa.array(rows)).to_pylist())
        digits = np.frombuffer(text.encode("ascii"), dtype=np.uint8).reshape(len(rows), rule.digits) - ord("0")
        valid[rows] = _keeps_rule(digits.astype(np.int64), rule, is_synthetic)
    return valid


def _keeps_rule(digits: npt.NDArray[np.int64], rule: IdentityRule, is_synthetic: bool) -> npt.NDArray[np.bool_]:
    """The weighted checksum: the first weight row whose remainder is a digit gives the last digit."""
    check = np.full(len(digits), -1)
    for weights in rule.weights:
        remainder = digits[:, : len(weights)] @ np.array(weights) % rule.modulus
        check = np.where((check < 0) & (remainder < 10), remainder, check)
    kept = check == digits[:, -1]
    if rule.synthetic_position is not None and not is_synthetic:
        kept &= digits[:, rule.synthetic_position - 1] != rule.synthetic_digit
    return kept
