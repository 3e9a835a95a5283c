"""Do items mean the same in every language? Likelihood-ratio tests in a multi-group graded response model.

Speakers of two languages may differ in skill: that is impact, and no fault of an item. An item functions differently
when people of the same skill answer it differently by language, most often a matter of the translation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2, false_discovery_control

from skills_models.measurement.graded_response import GradedResponseModel

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]

MIN_ANSWERS: Final = 500  # to every item, in a language that is compared
FALSE_DISCOVERIES: Final = 0.05
MIN_SHIFT: Final = 0.25  # of the mean threshold, in SDs of the reference language's skill
MIN_CLEAN: Final = 3  # items without parameters of their own that a comparison needs


@dataclass(frozen=True)
class LanguageFunctioning:
    """How the items of one scale function by language.

    ``state``: "alike"; "partly", where the items in ``is_flagged`` need parameters per language (``split_columns``)
    and the others carry the comparison; "not_comparable", where too few would be left; "not_testable", where fewer
    than two languages have enough answers.

    ``languages``: codes that were compared, the reference (most answers) first. Arrays of shape (items,): ``shift``
    of the mean threshold against the reference (harder is positive; the largest over languages), ``p_value``,
    ``q_value`` (Benjamini-Hochberg), ``is_flagged``. NaN and False where not testable.
    """

    state: str
    languages: Codes
    shift: Floats
    p_value: Floats
    q_value: Floats
    is_flagged: Flags


def language_functioning(answers: Codes, pattern_weight: Floats | None, language: Codes) -> LanguageFunctioning:
    """Test every item of a scale, all other items being the anchors, and once more without those found.

    An item is flagged when freeing its parameters by language improves the likelihood (Benjamini-Hochberg, 5 % over
    the items) and its mean threshold shifts by 0.25 or more; with tens of thousands of answers every trifle is
    significant. A flagged item among the anchors makes others look shifted, so the test is repeated with the flagged
    ones freed, largest shift first, as far as three anchors remain (Thissen, Steinberg and Wainer 1993; purified once).
    Means and SDs of skill are free in every language but the reference.

    Parameters
    ----------
    answers, pattern_weight : (rows, items) and (rows,), -1 where missing and how often each row occurs
    language : (rows,), codes 0, 1, ...
    """
    weight = np.ones(len(answers)) if pattern_weight is None else np.asarray(pattern_weight, np.float64)
    languages = _testable_languages(answers, weight, language)
    n_items = answers.shape[1]
    if len(languages) < 2:
        unknown = np.full(n_items, np.nan)
        return LanguageFunctioning("not_testable", languages, unknown, unknown, unknown, np.zeros(n_items, np.bool_))
    rows = np.isin(language, languages)
    group = np.argmax(language[rows, None] == languages, axis=1).astype(np.int64)
    fits = _Fits(answers[rows], weight[rows], group, len(languages))
    shift, p_value, q_value, flagged = _test(fits, n_items, frozenset())
    if flagged.any():
        by_size = sorted(np.flatnonzero(flagged).tolist(), key=lambda item: (-abs(shift[item]), item))
        freed = frozenset(by_size[: max(n_items - MIN_CLEAN, 0)])
        shift, p_value, q_value, flagged = _test(fits, n_items, freed)
    return LanguageFunctioning(_state(flagged), languages, shift, p_value, q_value, flagged)


def split_columns(answers: Codes, language: Codes, items: Flags, languages: Codes) -> tuple[Codes, Codes, Codes]:
    """Answers with a column of its own per language for each item in ``items`` (missing for the other languages).

    Returns the columns (rows, columns), the item of each column, and its language code, -1 where it is for all.
    """
    columns, owner, spoken = [], [], []
    for item, is_split in enumerate(items):
        for code in languages.tolist() if is_split else [-1]:
            own = language == code if is_split else np.ones(len(answers), np.bool_)
            columns.append(np.where(own, answers[:, item], -1))
            owner.append(item)
            spoken.append(code)
    return np.stack(columns, axis=1), np.array(owner), np.array(spoken)


class _Fits:
    """Multi-group fits of one scale with some items free by language, each set of items fitted once."""

    def __init__(self, answers: Codes, weight: Floats, group: Codes, n_groups: int) -> None:
        self._data = (answers, weight, group)
        self._groups = np.arange(n_groups)
        self._done: dict[frozenset[int], tuple[float, Floats]] = {}

    def __call__(self, free: frozenset[int]) -> tuple[float, Floats]:
        """Log-likelihood, and mean thresholds of all items by group, (items, groups, K - 1)."""
        if free not in self._done:
            self._done[free] = self._fit(free)
        return self._done[free]

    def _fit(self, free: frozenset[int]) -> tuple[float, Floats]:
        answers, weight, group = self._data
        is_free = np.isin(np.arange(answers.shape[1]), list(free))
        columns, owner, spoken = split_columns(answers, group, is_free, self._groups)
        model = GradedResponseModel().fit(columns, weight, group=group)
        thresholds = np.empty((answers.shape[1], len(self._groups), model.thresholds_.shape[1]))
        for column, (item, code) in enumerate(zip(owner, spoken, strict=True)):
            thresholds[item, slice(None) if code < 0 else code] = model.thresholds_[column]
        return float(model.log_likelihood_), thresholds


def _testable_languages(answers: Codes, weight: Floats, language: Codes) -> Codes:
    """Codes with enough answers to every item, most answers first."""
    counts = np.stack([np.bincount(language, weight * (column >= 0)) for column in answers.T])
    fewest = counts.min(axis=0)
    order = np.argsort(-counts.sum(axis=0), kind="stable")
    return np.asarray(order[fewest[order] >= MIN_ANSWERS], np.int64)


def _test(fits: _Fits, n_items: int, freed: frozenset[int]) -> tuple[Floats, Floats, Floats, Flags]:
    """Shift, p, q and flag of every item; the items in ``freed`` are no anchors."""
    shift, p_value = np.zeros(n_items), np.ones(n_items)
    for item in range(n_items):
        constrained, _ = fits(freed - {item})
        free, thresholds = fits(freed | {item})
        moved = thresholds[item, 1:] - thresholds[item, 0]  # (groups - 1, K - 1)
        by_group = np.nanmean(moved, axis=1)
        shift[item] = by_group[np.argmax(np.abs(by_group))]
        n_parameters = len(moved) + np.isfinite(moved).sum()
        p_value[item] = chi2.sf(max(2 * (free - constrained), 0.0), n_parameters)
    q_value = false_discovery_control(p_value)
    return shift, p_value, q_value, (q_value <= FALSE_DISCOVERIES) & (np.abs(shift) >= MIN_SHIFT)


def _state(flagged: Flags) -> str:
    if not flagged.any():
        return "alike"
    return "partly" if (~flagged).sum() >= MIN_CLEAN else "not_comparable"
