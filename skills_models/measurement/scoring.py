"""From patterns of answers to measures: each pattern is scored once, whoever and however many gave it."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skills_models.contracts import TABLES
from skills_models.measurement.bank import in_force, item_parameters, skill_items
from skills_models.measurement.graded_response import eap_scores
from skills_models.measurement.measures import prior_free


def decode_patterns(pattern_id: NDArray[np.int64], n_items: int, n_levels: int) -> NDArray[np.int64]:
    """Answers behind pattern numbers, shape (patterns, items): 0 .. n_levels - 1, -1 where missing."""
    digits = (n_levels + 1) ** np.arange(n_items, dtype=np.int64)
    return np.asarray(pattern_id)[:, None] // digits % (n_levels + 1) - 1


def score_patterns(patterns: pl.DataFrame, bank: pl.DataFrame, items: pl.DataFrame, n_levels: int) -> pl.DataFrame:
    """analysis_skill__fit_pattern: expected skill, its deviation, and the measure without a prior.

    Parameters
    ----------
    patterns : skill_code, language_code, pattern_id; one row per pattern that occurs
    bank : core_ref__fit_bank_item; the version in force scores
    items : core_ref__entity_item
    n_levels : answers an item allows

    Notes
    -----
    Items the bank does not know are left out as if missing.
    """
    current, parts = in_force(bank, items), []
    for skill, codes in skill_items(items).items():
        for (language,), rows in patterns.filter(pl.col("skill_code") == skill).group_by(
            ["language_code"], maintain_order=True
        ):
            slopes, thresholds = item_parameters(current, codes, str(language))
            known = ~np.isnan(slopes)
            if not known.any():
                continue  # nothing to score with: the skill stays unmeasured
            answers = decode_patterns(rows["pattern_id"].to_numpy(), len(codes), n_levels)[:, known]
            scores = eap_scores(answers, slopes[known], thresholds[known])
            measure, variance = prior_free(scores[:, 0], scores[:, 1])
            parts.append(
                rows.select("skill_code", "language_code", "pattern_id").with_columns(
                    theta_eap=pl.Series(scores[:, 0]),
                    theta_psd=pl.Series(scores[:, 1]),
                    measure=pl.Series(measure),
                    measure_variance=pl.Series(variance),
                )
            )
    table = TABLES["analysis_skill__fit_pattern"]
    return table.enforce(pl.concat(parts)) if parts else table.empty()
