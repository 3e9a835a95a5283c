"""Does an item behave as the model says? Observed against expected answers, at each score on the other items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2 as chi_squared
from scipy.stats import false_discovery_control

from skills_models.measurement.graded_items import category_probabilities

Floats = NDArray[np.float64]

MIN_EXPECTED: Final = 5.0  # people expected in a cell of the table, else it is merged with its neighbour
FALSE_DISCOVERIES: Final = 0.05
MAX_RMSEA: Final = 0.025  # fitting items stay below 0.015 with 5,000 people; one the ablest understate has about 0.04
NODES: Final = np.linspace(-6, 6, 61)


@dataclass(frozen=True)
class ItemFit:
    """Fit of each item; arrays of shape (items,).

    ``chi2``, ``df``, ``p_value``; ``rmsea`` = sqrt(max(0, (chi2 - df) / (df n))), the size of the misfit whatever the
    number of people; ``is_misfit`` where both the test (Benjamini-Hochberg, 5 %) and the size (0.025) say so. NaN and
    no misfit where people are too few for a test. ``n_people`` answered every item.
    """

    chi2: Floats
    df: NDArray[np.int64]
    p_value: Floats
    rmsea: Floats
    is_misfit: NDArray[np.bool_]
    n_people: float


def item_fit(
    answers: NDArray[np.int64],
    pattern_weight: Floats,
    slopes: Floats,
    thresholds: Floats,
    mean: float = 0.0,
    sd: float = 1.0,
) -> ItemFit:
    """S-X2 on rest scores: answers to an item among people with the same sum of answers to the other items.

    After Orlando and Thissen (2000), who condition on the sum of all items: with four items the rest score leaves
    every answer possible at every score. What the model expects at a rest score comes from the recursion of Lord and
    Wingersky (1984), so that no estimated theta enters. Cells with fewer than five people expected are merged with
    neighbouring answers; degrees of freedom are cells less scores less the item's parameters. Only rows without a
    missing answer count.

    Parameters
    ----------
    answers, pattern_weight : (rows, items) and (rows,), -1 where missing and how often each row occurs
    slopes, thresholds : (items,), (items, K - 1), the calibration of these answers
    mean, sd : of the latent population
    """
    complete = (answers >= 0).all(axis=1)
    answers, weight = answers[complete], np.asarray(pattern_weight, np.float64)[complete]
    probability = category_probabilities(mean + sd * NODES, slopes, thresholds)
    tables = [_table(answers, weight, probability, item) for item in range(len(slopes))]
    parameters = 1 + np.isfinite(thresholds).sum(axis=1)
    chi2 = np.array([((observed - expected) ** 2 / expected).sum() for observed, expected, _ in tables])
    df = np.array([len(observed) - n_scores for observed, _, n_scores in tables]) - parameters
    testable = df > 0
    n_people = float(weight.sum())
    chi2 = np.where(testable, chi2, np.nan)
    p_value = np.where(testable, chi_squared.sf(chi2, np.maximum(df, 1)), np.nan)
    rmsea = np.sqrt(np.maximum(chi2 - df, 0) / np.where(testable, df * max(n_people, 1.0), np.nan))
    is_misfit = testable & (rmsea > MAX_RMSEA)
    is_misfit[testable] &= false_discovery_control(p_value[testable]) <= FALSE_DISCOVERIES
    return ItemFit(chi2, df, p_value, rmsea, is_misfit, n_people)


def _table(answers: NDArray[np.int64], weight: Floats, probability: Floats, item: int) -> tuple[Floats, Floats, int]:
    """Observed and expected people in the merged cells of one item, and the number of rest scores that have any."""
    others = np.arange(probability.shape[1]) != item
    scores = _score_distribution(probability[:, others])
    n_scores, n_answers = scores.shape[1], probability.shape[2]
    cell = answers[:, others].sum(axis=1) * n_answers + answers[:, item]
    counted = np.asarray(np.bincount(cell, weight, n_scores * n_answers), np.float64)
    observed = counted.reshape(n_scores, n_answers)
    prior = np.exp(-(NODES**2) / 2)
    joint = np.einsum("q,qr,qk->rk", prior / prior.sum(), scores, probability[:, item])
    share = np.divide(joint, joint.sum(axis=1, keepdims=True), out=np.zeros_like(joint), where=joint > 0)
    expected = observed.sum(axis=1, keepdims=True) * share
    merged = [_merge(o, e) for o, e in zip(observed, expected, strict=True) if o.sum() >= MIN_EXPECTED]
    if not merged:
        return np.zeros(0), np.zeros(0), 0
    counts = np.concatenate(merged, axis=1)
    return counts[0], counts[1], len(merged)


def _score_distribution(probability: Floats) -> Floats:
    """P(sum of answers = r | node), shape (nodes, scores): items added one by one (Lord and Wingersky 1984)."""
    n_nodes, n_items, n_answers = probability.shape
    scores = np.ones((n_nodes, 1))
    for item in range(n_items):
        longer = np.zeros((n_nodes, scores.shape[1] + n_answers - 1))
        for answer in range(n_answers):
            longer[:, answer : answer + scores.shape[1]] += scores * probability[:, item, answer, None]
        scores = longer
    return scores


def _merge(observed: Floats, expected: Floats) -> Floats:
    """Cells of one rest score with neighbouring answers merged until each expects five people, shape (2, cells)."""
    cells: list[Floats] = []
    open_cell = np.zeros(2)
    for pair in zip(observed, expected, strict=True):
        open_cell = open_cell + pair
        if open_cell[1] >= MIN_EXPECTED:
            cells.append(open_cell)
            open_cell = np.zeros(2)
    if cells:
        cells[-1] = cells[-1] + open_cell
    else:
        cells.append(open_cell)
    return np.stack(cells, axis=1)
