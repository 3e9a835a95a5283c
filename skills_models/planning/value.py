"""What a seat is worth: the part of a gap a course is expected to close. A forecast, never a measured change."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

Floats = npt.NDArray[np.float64]


def expected_closure(effect_levels: Floats, gap_mean_levels: Floats, gap_sd_levels: Floats) -> Floats:
    """E[min(e, max(gap, 0))] for gap ~ N(m, s^2), in levels; arguments broadcast.

    Closed form e - (f(e) - f(0)) with f(t) = (t - m) Phi((t - m) / s) + s phi((t - m) / s) = E[max(t - gap, 0)],
    because min(e, max(gap, 0)) = e - max(e - gap, 0) + max(-gap, 0). With s = 0 it is min(e, max(m, 0)).
    Lies between 0 and e: a course closes at most its effect, whatever the gap.
    """
    effect, mean, sd = np.broadcast_arrays(effect_levels, gap_mean_levels, gap_sd_levels)
    closed = effect - (_expected_excess(effect, mean, sd) - _expected_excess(np.zeros_like(effect), mean, sd))
    return np.clip(closed, 0.0, effect)


def _expected_excess(level: Floats, mean: Floats, sd: Floats) -> Floats:
    """E[max(t - gap, 0)] for gap ~ N(m, s^2)."""
    distance = level - mean
    standard = distance / np.where(sd > 0, sd, 1.0)
    density = np.exp(-0.5 * standard**2) / np.sqrt(2 * np.pi)
    return np.where(sd > 0, distance * ndtr(standard) + sd * density, np.maximum(distance, 0.0))


def seat_values(
    effects: Floats, skill_weights: Floats, gap_means: Floats, gap_sds: Floats
) -> tuple[Floats, npt.NDArray[np.intp]]:
    """Value of one seat per course and group, and the skill that gives most of it.

    Parameters
    ----------
    effects : (n_courses, n_skills), levels
    skill_weights : (n_skills,)
    gap_means, gap_sds : (n_groups, n_skills), levels; predictive distribution of the gap of a person of the group

    Returns
    -------
    values : (n_courses, n_groups), weighted levels per seat
    top_skill : (n_courses, n_groups), index of the skill; -1 where the seat closes nothing
    """
    parts = skill_weights * expected_closure(effects[:, None, :], gap_means[None], gap_sds[None])
    values = np.round(parts.sum(axis=2), 12)
    return values, np.where(values > 0, parts.argmax(axis=2), -1)
