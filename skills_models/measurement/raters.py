"""How much higher people rate themselves than their supervisors do, agency by agency, partially pooled.

A self-report alone does not identify a level. Where some people are rated twice, on the same items, the difference
says how lenient the self-reports of an agency are; where nobody is, only the others' mean speaks for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

MIN_RATED_AGENCIES: Final = 3  # fewer say nothing about how much agencies differ


class TooFewDoubleRatings(ValueError):
    """Double ratings that cannot tell agencies, raters and people apart; the message says what is missing."""


@dataclass(frozen=True)
class RaterGap:
    """Self minus supervisor, on the scale of the measures.

    ``gap``, ``gap_sd`` (posterior mean and SD) and ``n_ratings`` (ratings) have shape (n_agencies,); an agency without
    ratings has the mean of all, and the whole spread of agencies around it. ``shared_sd`` is the part of ``gap_sd``
    that comes from not knowing the mean: errors of agencies go together by it. ``mean`` and
    ``mean_sd`` belong to a typical agency; ``agency_sd``, ``rater_sd``, ``residual_sd`` are the standard deviations
    of agencies, of supervisors within an agency and of people of one supervisor.
    """

    gap: Floats
    gap_sd: Floats
    shared_sd: Floats
    n_ratings: Codes
    mean: float
    mean_sd: float
    agency_sd: float
    rater_sd: float
    residual_sd: float


@dataclass(frozen=True)
class _Ratings:
    """Sufficient statistics, one row per supervisor within an agency."""

    agency: Codes
    n: Floats
    mean: Floats
    within_squares: float


def rater_gap(
    self_measure: Floats, supervisor_measure: Floats, agency: Codes, rater: Codes, n_agencies: int
) -> RaterGap:
    """Shrunk self-minus-supervisor gap of every agency.

    d_i = mean + u_agency + r_rater + e_i, normal, variances by restricted maximum likelihood; the SD of agencies has
    the boundary-avoiding prior p(sd) ~ sd (Chung et al. 2013), as an estimate of 0 would call all agencies equal with
    certainty. Posterior SDs count the uncertainty of the mean, not that of the variances.

    Parameters
    ----------
    self_measure, supervisor_measure : (people,), prior-free measures on one latent scale (EAPs are drawn towards 0,
        each by another amount); people with NaN in either count for nothing
    agency : (people,), codes 0 .. n_agencies - 1
    rater : (people,), code of the supervisor; one who rates in two agencies counts as two

    Raises
    ------
    TooFewDoubleRatings
        If fewer than three agencies have double ratings, or no agency has two.
    """
    ratings = _collapse(self_measure - supervisor_measure, agency, rater)
    n_ratings = np.bincount(ratings.agency, ratings.n, n_agencies).astype(np.int64)
    if (n_ratings > 0).sum() < MIN_RATED_AGENCIES or n_ratings.max() < 2:
        raise TooFewDoubleRatings(
            f"{n_ratings.sum()} double ratings in {(n_ratings > 0).sum()} agencies: at least {MIN_RATED_AGENCIES} "
            "agencies, one of them with two or more, are needed. Publish self-reports as not calibrated"
        )
    agency_var, rater_var, residual_var = _fit_variances(ratings, n_agencies)
    precision, own = _agency_means(ratings, rater_var, residual_var, n_agencies)
    mean, mean_var = _pooled_mean(precision, own, agency_var)
    keep = agency_var * precision / (1 + agency_var * precision)  # share of an agency's own mean in its gap
    variance = agency_var * (1 - keep) + (1 - keep) ** 2 * mean_var
    sds = [float(np.sqrt(part)) for part in (mean_var, agency_var, rater_var, residual_var)]
    shared = (1 - keep) * np.sqrt(mean_var)
    return RaterGap(keep * own + (1 - keep) * mean, np.sqrt(variance), shared, n_ratings, mean, *sds)


def _collapse(difference: Floats, agency: Codes, rater: Codes) -> _Ratings:
    """One row per supervisor, in the order of what they said: codes of people must not move the last digit."""
    known = np.isfinite(difference)
    difference, agency, rater = difference[known], agency[known], rater[known]
    order = np.lexsort((difference, rater, agency))
    difference = difference[order]
    pairs, cell = np.unique(np.column_stack([agency, rater])[order], axis=0, return_inverse=True)
    cell = cell.ravel()
    n = np.bincount(cell, minlength=len(pairs)).astype(np.float64)
    mean = np.bincount(cell, difference, len(pairs)) / n
    squares = np.sort((difference - mean[cell]) ** 2)
    place = np.lexsort((n, mean, pairs[:, 0]))
    return _Ratings(pairs[place, 0], n[place], mean[place], float(squares.sum()))


def _fit_variances(ratings: _Ratings, n_agencies: int) -> Floats:
    """Variances of agencies, raters and residuals at the mode of the restricted likelihood, shape (3,)."""
    scale = max(float(np.average((ratings.mean - ratings.mean.mean()) ** 2, weights=ratings.n)), 1e-6)
    spread = scale + ratings.within_squares / ratings.n.sum()
    start = np.log(np.array([0.2, 0.2, 0.6]) * spread)
    bounds = [(low - 14, low + 7) for low in start]
    found = minimize(_deviance, start, (ratings, n_agencies), method="L-BFGS-B", bounds=bounds)
    return np.asarray(np.exp(found.x))


def _deviance(log_variances: Floats, ratings: _Ratings, n_agencies: int) -> float:
    """-2 log restricted likelihood and prior: within raters, of raters within agencies, of agencies."""
    agency_var, rater_var, residual_var = np.exp(log_variances)
    precision, own = _agency_means(ratings, rater_var, residual_var, n_agencies)
    weight = 1 / (rater_var + residual_var / ratings.n)
    mean, mean_var = _pooled_mean(precision, own, agency_var)
    rated = precision > 0
    total = agency_var + 1 / precision[rated]
    within = (ratings.n.sum() - len(ratings.n)) * log_variances[2] + ratings.within_squares / residual_var
    raters = (weight * (ratings.mean - own[ratings.agency]) ** 2).sum() - np.log(weight).sum()
    raters += np.log(precision[rated]).sum()
    agencies = ((own[rated] - mean) ** 2 / total).sum() + np.log(total).sum() - np.log(mean_var)
    return float(within + raters + agencies - log_variances[0])


def _agency_means(ratings: _Ratings, rater_var: float, residual_var: float, n_agencies: int) -> tuple[Floats, Floats]:
    """Precision and value of each agency's own mean; 0 and 0 without ratings."""
    weight = 1 / (rater_var + residual_var / ratings.n)
    precision = np.asarray(np.bincount(ratings.agency, weight, n_agencies), np.float64)
    total = np.bincount(ratings.agency, weight * ratings.mean, n_agencies)
    return precision, total / np.where(precision > 0, precision, 1.0)


def _pooled_mean(precision: Floats, own: Floats, agency_var: float) -> tuple[float, float]:
    weight = precision / (1 + agency_var * precision)
    return float(weight @ own / weight.sum()), float(1 / weight.sum())
