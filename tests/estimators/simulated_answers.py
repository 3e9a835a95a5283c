"""Answers of people with known skill to graded items with known parameters."""

import numpy as np
from scipy.special import expit


def planted_items(rng, n_items=4, slopes=(1.0, 2.0)):
    """Slopes (items,) and ordered thresholds (items, 3) of items with four answers."""
    places = rng.normal(0, 0.3, (n_items, 1)) + np.array([-1.2, 0.1, 1.3]) + rng.normal(0, 0.1, (n_items, 3))
    return rng.uniform(*slopes, n_items), np.sort(places, axis=1)


def answer(theta, slopes, thresholds, rng):
    """Answers (people, items), 0 .. 3, by the graded response model."""
    reached = expit(slopes[:, None] * (theta[:, None, None] - thresholds))
    return (rng.random((len(theta), len(slopes), 1)) < reached).sum(axis=2)


def patterns(answers, group=None):
    """Distinct rows, how often each occurs, and the group of each."""
    group = np.zeros(len(answers), dtype=np.int64) if group is None else group
    rows, n = np.unique(np.column_stack([answers, group]), axis=0, return_counts=True)
    return rows[:, :-1], n.astype(np.float64), rows[:, -1]
