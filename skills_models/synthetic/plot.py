"""The five findings that the demonstration must come upon, planted in the truth and nowhere else.

1. User centricity is the largest gap of the nation, and larger in district bodies.
2. One small body looks worst on fourteen replies although its people are like the nation's.
3. District bodies lag behind central ones overall.
4. Storytelling and insurgency are lacking and have no course (the catalogue sees to the second half).
5. Groups lack skills in three distinct shapes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from skills_models.packs.model import Pack

LARGEST_GAP = "USR"
PLOT_SIZE = 93
PLOT_REPLIES = 14
PLOT_BELOW = 10
WORST_OF_OTHERS = 0.665  # share that no other body may exceed, of all its people and of its replies
TARGET_BELOW = {"USR": 0.56, "DAT": 0.42, "STO": 0.41, "ITR": 0.38, "CUR": 0.37, "INS": 0.38}
KIND_SHIFT = {
    "central": 0.12,
    "oblast_unit": 0.03,
    "oblast_akimat": 0.0,
    "district_unit": -0.09,
    "district_akimat": -0.09,
}
LACKING = (("ITR", "DAT"), ("USR", "STO"), ("CUR", "INS"))
SEPARATION, SEPARATION_LARGEST = 1.2, 0.75
PATTERNS = {  # segment of the four bands, from junior to executive, and how usual the pattern is
    "central": (("0212", 0.3), ("0122", 0.25), ("0211", 0.25), ("0012", 0.2)),
    "oblast": (("0122", 0.4), ("0112", 0.2), ("1022", 0.2), ("0121", 0.2)),
    "district": (("1001", 0.2), ("1021", 0.2), ("1022", 0.2), ("0112", 0.25), ("2112", 0.15)),
}


@dataclass(frozen=True)
class Replies:
    """Who answered, after the plot saw to it that no other body looks worse than the small one."""

    answered: np.ndarray
    n_exchanged: int


def choose_plot_agency(pack: Pack) -> str:
    """The body of the second finding: the first district unit by number."""
    agencies = pack.tables["core_ref__codes_agency"].filter(pl.col("agency_kind_code") == "district_unit")
    if agencies.is_empty():
        raise ValueError("the plot needs at least one body of kind district_unit")
    return agencies["agency_id"].sort()[0]


def draw_segments(agency_kinds: list[str], rng: np.random.Generator) -> np.ndarray:
    """True segment (0, 1, 2) of each agency and band, shape (agencies, 4).

    Patterns keep their shares within each class of kinds; which body has which one is drawn.
    """
    place = np.array([kind if kind == "central" else kind.split("_")[0] for kind in agency_kinds])
    segments = np.zeros((len(place), 4), dtype=np.int8)
    for name, patterns in PATTERNS.items():
        rows = np.flatnonzero(place == name)
        edges = np.cumsum([share for _, share in patterns])
        spot = rng.permutation((np.arange(len(rows)) + 0.5) / max(len(rows), 1))
        chosen = np.minimum(np.searchsorted(edges, spot), len(patterns) - 1)
        bands = np.array([[int(digit) for digit in pattern] for pattern, _ in patterns], dtype=np.int8)
        segments[rows] = bands[chosen]
    return segments


def segment_shifts(skills: list[str]) -> np.ndarray:
    """Shift of the skills in each segment, shape (3, skills), on the latent scale; sums to about nil."""
    lacking = np.array([[skill in group for skill in skills] for group in LACKING])
    width = np.where(np.array(skills) == LARGEST_GAP, SEPARATION_LARGEST, SEPARATION)
    return np.where(lacking, -width * 2 / 3, width / 3).astype(np.float32)


def plant_replies(
    agency: np.ndarray,
    stratum: np.ndarray,
    below: np.ndarray,
    measured: np.ndarray,
    skill: np.ndarray,
    answered: np.ndarray,
    plot_agency: int,
    rng: np.random.Generator,
) -> Replies:
    """Choose who answers in the small body, and exchange replies where another one would look worse by chance.

    Parameters
    ----------
    agency, stratum : index of the body and of band x job family, shape (n,)
    below, measured, skill : on the skill of the first finding, for everybody, shape (n,)
    answered : who answers without a plot
    """
    answered = answered.copy()
    rows = np.flatnonzero(agency == plot_agency)
    answered[rows] = False
    answered[_mirror(rows[measured[rows]], stratum, below, skill, rng)] = True
    exchanged = 0
    for other in np.unique(agency[agency != plot_agency]):
        exchanged += _soften(np.flatnonzero((agency == other) & measured), stratum, below, answered, rng)
    return Replies(answered, exchanged)


def _mirror(
    rows: np.ndarray, stratum: np.ndarray, below: np.ndarray, skill: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Fourteen people, as the strata of the body stand to each other, ten of them below, and those not by much.

    A share looks bad on few replies; were those below far below, it would be bad.
    """
    n_replies = min(PLOT_REPLIES, len(rows))
    rows = rng.permutation(rows)
    order = rows[np.lexsort((stratum[rows],))]
    spots = ((np.arange(n_replies) + 0.5) * len(order) / n_replies).astype(int)
    wanted = stratum[order[spots]]  # proportional to strata
    want_below = np.zeros(n_replies, dtype=bool)
    want_below[((np.arange(PLOT_BELOW) + 0.5) * n_replies / PLOT_BELOW).astype(int).clip(max=n_replies - 1)] = True
    chosen: list[int] = []
    for place, is_low in zip(wanted, want_below, strict=True):
        free = rows[~np.isin(rows, chosen)]
        fit = free[below[free] == is_low]
        fit = fit[np.argsort(-skill[fit], kind="stable")] if is_low else fit
        near = fit[stratum[fit] == place]
        chosen.append(int((near if len(near) else fit if len(fit) else free)[0]))
    return np.array(chosen)


def _soften(
    rows: np.ndarray, stratum: np.ndarray, below: np.ndarray, answered: np.ndarray, rng: np.random.Generator
) -> int:
    """Exchange single replies, in place, until the body does not look worse than the plot allows; how many."""
    exchanged = 0
    while _looks(rows, stratum, below, answered) > WORST_OF_OTHERS:
        low, spare = rng.permutation(rows[answered[rows] & below[rows]]), rows[~answered[rows] & ~below[rows]]
        if not len(low) or not len(spare):
            break
        near = spare[stratum[spare] == stratum[low[0]]]
        answered[low[0]] = False
        answered[rng.choice(near if len(near) else spare)] = True
        exchanged += 1
    return exchanged


def _looks(rows: np.ndarray, stratum: np.ndarray, below: np.ndarray, answered: np.ndarray) -> float:
    """The greater of the raw share below and the post-stratified one, thin strata taken together."""
    if not answered[rows].any():
        return 0.0
    _, place = np.unique(stratum[rows], return_inverse=True)
    people, replies = np.bincount(place), np.bincount(place, weights=answered[rows])
    low = np.bincount(place, weights=answered[rows] & below[rows])
    thin = replies < 2
    people, replies, low = (np.append(values[~thin], values[thin].sum()) for values in (people, replies, low))
    share = np.where(replies > 0, low / np.maximum(replies, 1), low.sum() / replies.sum())
    return float(max(low.sum() / replies.sum(), (share * people).sum() / people.sum()))
