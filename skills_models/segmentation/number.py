"""How many segments the data carry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from sklearn.metrics import adjusted_rand_score

from skills_models.segmentation.needs_segments import Floats, Labels, NeedsSegments

CANDIDATES: Final = (2, 3, 4, 5, 6)
MIN_HEADCOUNT_SHARE: Final = 0.05
MIN_STABILITY: Final = 0.75
N_SUBSAMPLES: Final = 15
SUBSAMPLE: Final = 0.8


@dataclass(frozen=True)
class Candidate:
    """What speaks for a number of segments.

    Parameters
    ----------
    k : number of segments
    separation : Calinski-Harabasz index, weighted: variance between over variance within, per degree of freedom
    stability : mean adjusted Rand index of the labels with those of fits on 80 % of the groups
    smallest_share : head count of the smallest segment over all
    """

    k: int
    separation: float
    stability: float
    smallest_share: float

    @property
    def is_admissible(self) -> bool:
        """Stable, and no segment of a handful of people."""
        return self.stability >= MIN_STABILITY and self.smallest_share >= MIN_HEADCOUNT_SHARE


def judge_numbers(
    needs: Floats,
    respondents: Floats,
    n_people: Floats,
    *,
    level_weight: float,
    random_state: int,
    numbers: Sequence[int] = CANDIDATES,
) -> list[Candidate]:
    """Every number of segments that the groups allow, with what speaks for it.

    Parameters
    ----------
    needs : (n_groups, n_skills), levels
    respondents, n_people : (n_groups,), weights of the fit and head counts
    level_weight, random_state : of ``NeedsSegments``
    numbers : to be tried
    """
    judged = []
    for k in (k for k in numbers if k < len(needs)):
        model = NeedsSegments(k, level_weight=level_weight, random_state=random_state)
        labels = model.fit(needs, sample_weight=respondents).labels_
        share = np.bincount(labels, weights=n_people, minlength=k) / n_people.sum()
        stability = _stability(needs, respondents, labels, model, random_state)
        separation = _separation(needs - (1 - level_weight) * needs.mean(axis=1, keepdims=True), respondents, labels)
        judged.append(Candidate(k, separation, stability, float(share.min())))
    return judged


def choose_k(candidates: Sequence[Candidate]) -> int:
    """The admissible number with the greatest separation; 1, no distinct segments, where none is admissible.

    A number is admissible when fits on 80 % of the groups repeat its labels (mean adjusted Rand index of at least
    0.75) and every segment holds at least 5 % of the people. This says which number describes the data best; it
    is no proof against data without classes, for which a permutation null is needed.
    """
    admissible = [c for c in candidates if c.is_admissible]
    return max(admissible, key=lambda c: (c.separation, -c.k)).k if admissible else 1


def _stability(needs: Floats, respondents: Floats, labels: Labels, model: NeedsSegments, seed: int) -> float:
    rng = np.random.default_rng(seed)
    size = max(model.n_clusters, round(SUBSAMPLE * len(needs)))
    agreements = []
    for _ in range(N_SUBSAMPLES):
        rows = np.sort(rng.choice(len(needs), size, replace=False))
        part = NeedsSegments(model.n_clusters, level_weight=model.level_weight, n_init=3, random_state=seed)
        part.fit(needs[rows], sample_weight=respondents[rows])
        agreements.append(adjusted_rand_score(labels[rows], part.labels_))
    return float(np.mean(agreements))


def _separation(features: Floats, weights: Floats, labels: Labels) -> float:
    """Calinski and Harabasz (1974), with weights scaled to sum to the number of groups."""
    n, k = len(features), int(labels.max()) + 1
    weights = weights * n / weights.sum()
    centre = np.average(features, axis=0, weights=weights)
    within = between = 0.0
    for label in range(k):
        rows = labels == label
        own = np.average(features[rows], axis=0, weights=weights[rows])
        within += float((weights[rows, None] * (features[rows] - own) ** 2).sum())
        between += float(weights[rows].sum() * ((own - centre) ** 2).sum())
    return between / max(within, 1e-12) * (n - k) / (k - 1)
