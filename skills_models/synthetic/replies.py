"""Who replies, how, and whom supervisors rate a second time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl

from skills_models.synthetic.answers import Answers, ItemBank, graded_answers
from skills_models.synthetic.skills import Places
from skills_models.synthetic.streams import Streams

RESPONSE_LOGIT, SD_AGENCY_LOGIT, LOGIT_LIMIT = -0.12, 0.7, 1.0
BAND_LOGIT = (-0.12, 0.06, 0.30, -0.25)
CONSENT = 0.60
DOUBLE_RATED = 0.10
SD_RATER, SD_RATING, SLOPE_OF_RATING = 0.55, 1.2, 0.5


def wave_of(as_of: date) -> str:
    """The wave of a survey that closed shortly before ``as_of``: its quarter."""
    return f"{as_of.year}-Q{(as_of.month - 1) // 3 + 1}"


def draw_response(places: Places, theta: np.ndarray, streams: Streams, response_on_skill: float) -> np.ndarray:
    """Who answers, shape (n,): depends on band and body, and on skill only where that is asked for.

    ``response_on_skill`` is the change of the logit per standard deviation of a person's mean skill.
    """
    rng = streams.part("response")
    agency = np.clip(rng.normal(0, SD_AGENCY_LOGIT, places.agency.max() + 1), -LOGIT_LIMIT, LOGIT_LIMIT)
    logit = RESPONSE_LOGIT + agency[places.agency] + np.array(BAND_LOGIT)[places.band]
    mean = theta.mean(axis=1)
    logit += response_on_skill * (mean - mean.mean()) / mean.std()
    return rng.random(len(logit)) < 1 / (1 + np.exp(-logit))


def answer_sheets(
    people: pl.DataFrame, answers: Answers, bank: ItemBank, answered: np.ndarray, as_of: date, streams: Streams
) -> pl.DataFrame:
    """Answer sheets of those who answered, as contract columns and one integer column per item."""
    rng = streams.part("sheets")
    n = people.height
    seconds = np.where(answers.is_straight_liner, rng.lognormal(5.0, 0.4, n), rng.lognormal(6.55, 0.38, n))
    frame = people.select(
        person_id="identity_number",
        wave_id=pl.lit(wave_of(as_of)),
        agency_id="agency_id",
        seniority_code="seniority_code",
        language_code="language_code",
        submitted_at=pl.Series(_moments(as_of, n, rng)),
        duration_seconds=pl.Series(seconds.astype(np.int64)),
        may_use_for_nomination=pl.Series(rng.random(n) < CONSENT),
    )
    items = {item: pl.Series(answers.level[:, i]) for i, item in enumerate(bank.items)}
    kept = frame.with_columns(**items).filter(pl.Series(answered))
    return kept.with_columns(pl.when(pl.col(item) >= 0).then(pl.col(item)).alias(item) for item in bank.items)


def supervisor_ratings(
    people: pl.DataFrame,
    places: Places,
    answers: Answers,
    bank: ItemBank,
    answered: np.ndarray,
    as_of: date,
    streams: Streams,
) -> pl.DataFrame:
    """Ratings of a tenth of the respondents by a superior of the same body, without leniency.

    Of validity about .3 against the self-rating: raters differ, and see a part of what there is to see.
    """
    rng = streams.part("ratings")
    rows = np.flatnonzero(answered)
    rows = np.sort(rng.choice(rows, round(DOUBLE_RATED * len(rows)), replace=False))
    rater = _find_raters(places, rows, rng)
    rows, rater = rows[rater >= 0], rater[rater >= 0]
    strictness = rng.normal(0, SD_RATER, len(places.agency)).astype(np.float32)[rater]
    mean = answers.theta.mean(axis=0)
    seen = mean + SLOPE_OF_RATING * (answers.theta[rows] - mean) + strictness[:, None]
    seen += rng.normal(0, SD_RATING, len(rows)).astype(np.float32)[:, None]
    chance = rng.random((len(rows), len(bank.items)), dtype=np.float32)
    level = np.empty(chance.shape, dtype=np.int8)
    for s in range(seen.shape[1]):
        columns = bank.skill == s
        level[:, columns] = graded_answers(
            seen[:, s], bank.slope[columns], bank.thresholds[columns], np.zeros(1), chance[:, columns]
        )
    level[rng.random(level.shape, dtype=np.float32) < bank.cannot_judge] = -1
    identity = people["identity_number"]
    frame = pl.DataFrame(
        {
            "person_id": identity[rows],
            "rater_id": identity[rater],
            "wave_id": pl.repeat(wave_of(as_of), len(rows), eager=True),
            "submitted_at": _moments(as_of, len(rows), rng),
            **{item: level[:, i] for i, item in enumerate(bank.items)},
        }
    )
    return frame.with_columns(pl.when(pl.col(item) >= 0).then(pl.col(item)).alias(item) for item in bank.items)


def _find_raters(places: Places, rows: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """For each rated person somebody of the two upper bands of the same body, not the person; else -1."""
    leaders = np.flatnonzero(places.band >= 2)
    leaders = leaders[np.argsort(places.agency[leaders], kind="stable")]
    edges = np.searchsorted(places.agency[leaders], np.arange(places.agency.max() + 2))
    first, count = edges[places.agency[rows]], np.diff(edges)[places.agency[rows]]
    spot = first + (rng.random(len(rows)) * count).astype(np.int64)
    rater = np.where(count > 0, leaders[np.minimum(spot, len(leaders) - 1)], -1)
    other = np.where(spot + 1 < first + count, spot + 1, first)
    rater = np.where(rater == rows, leaders[np.minimum(other, len(leaders) - 1)], rater)
    return np.where(rater == rows, -1, rater)


def _moments(as_of: date, n: int, rng: np.random.Generator) -> np.ndarray:
    """Moments of the four weeks that end three days before ``as_of``, to the second."""
    end = np.datetime64(datetime.combine(as_of, datetime.min.time(), UTC).replace(tzinfo=None) - timedelta(days=3), "s")
    return (end - rng.integers(1, 28 * 86_400, n)).astype("datetime64[us]")
