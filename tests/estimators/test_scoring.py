"""Patterns of answers scored on the scale of the item bank."""

import numpy as np
import polars as pl
import pytest

from skills_models.measurement.graded_response import eap_scores
from skills_models.measurement.measures import prior_free
from skills_models.measurement.scoring import decode_patterns, score_patterns
from tests.estimators.planted_bank import ITEMS, SLOPES, THRESHOLDS, bank_rows, pattern_of

BANK = bank_rows()


def patterns(*rows):
    """Rows of (language, answers)."""
    return pl.DataFrame(
        {"skill_code": "ITR", "language_code": [r[0] for r in rows], "pattern_id": [pattern_of(r[1]) for r in rows]}
    )


def test_a_pattern_is_its_answers_and_its_measure_has_no_prior():
    answers = np.array([[3, 2, -1, 3], [0, 0, 1, -1]])
    scored = score_patterns(patterns(*(("ru", row) for row in answers)), BANK, ITEMS, 4)
    eap = eap_scores(answers, SLOPES, THRESHOLDS)
    order = np.argsort(pattern_of(answers))

    assert decode_patterns(pattern_of(answers), 4, 4).tolist() == answers.tolist()
    assert scored["theta_eap"].to_list() == pytest.approx(eap[order, 0])
    measure, variance = prior_free(eap[order, 0], eap[order, 1])
    assert scored["measure"].to_list() == pytest.approx(measure)
    assert scored["measure_variance"].to_list() == pytest.approx(variance)
    assert (np.abs(scored["measure"]) > np.abs(scored["theta_eap"])).all()


def test_an_answer_means_more_in_the_language_in_which_the_item_is_harder():
    split = pl.concat([bank_rows(slice(0, 3)), bank_rows([3], "kk", 0.6), bank_rows([3], "ru")])
    scored = score_patterns(patterns(("kk", [2] * 4), ("ru", [2] * 4)), split, ITEMS, 4)
    alike = score_patterns(patterns(("kk", [2] * 4), ("ru", [2] * 4)), BANK, ITEMS, 4)

    kk, ru = scored.sort("language_code")["measure"]
    assert kk > ru + 0.1
    assert alike["measure"].n_unique() == 1


def test_an_item_that_the_bank_does_not_know_is_as_if_missing():
    fewer = score_patterns(patterns(("ru", [3, 2, 1, 0])), bank_rows(slice(0, 3)), ITEMS, 4)
    missing = score_patterns(patterns(("ru", [3, 2, 1, -1])), BANK, ITEMS, 4)

    assert fewer["measure"].item() == pytest.approx(missing["measure"].item())
