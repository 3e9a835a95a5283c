"""Training of the last four years: what the law wants, what people took besides, and what it did to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from skills_models.packs.model import Pack
from skills_models.synthetic.duties import duties, next_quarter_end
from skills_models.synthetic.forms import read_delivered
from skills_models.synthetic.population import draw_codes, reference_date
from skills_models.synthetic.streams import Streams

OVERDUE, DUE_NEXT = 0.033, 0.325
INNOVATION_HOURS = 0.12  # share of innovation courses in the hours of advanced and other training
EFFECT = 0.35  # rise of the trained skills on the latent scale, of everybody who completed an innovation course
ADVANCED_HOURS = np.array([16, 24, 36, 40, 72, 80])
OTHER_HOURS = np.array([4, 8, 16, 24])
OTHER_PER_PERSON = 0.9
RETRAINED = 0.93
PLAIN_COURSES = (
    "Делопроизводство и архив",
    "Государственные закупки",
    "Противодействие коррупции",
    "Бюджетный процесс",
    "Административные процедуры",
    "Этика государственного служащего",
    "Государственный язык в делопроизводстве",
)


@dataclass(frozen=True)
class Training:
    """Histories and what they did.

    Parameters
    ----------
    completions : contract columns of the training history
    due : identity number, kind of duty, its date and whether the date has passed, for everybody
    shift : rise of true skill, shape (n, skills)
    """

    completions: pl.DataFrame
    due: pl.DataFrame
    shift: np.ndarray


def draw_training(people: pl.DataFrame, pack: Pack, skills: list[str], as_of: date, streams: Streams) -> Training:
    """Four years of training for everybody; see ``Training``."""
    rng = streams.part("training")
    law = {code: rule.value for code, rule in pack.rules.on(as_of).items()}
    events = pl.concat(
        [_advanced(people, as_of, law, rng), _retraining(people, as_of, law, rng), _others(people, as_of, rng)]
    )
    catalogue = _innovation_courses(pack, skills, law)
    events = _with_courses(events, catalogue, rng)
    shift = _effects(events, catalogue, people.height, skills)
    due = duties(people, events, as_of, law)
    identity = people["identity_number"].to_numpy()
    completions = events.with_columns(person_id=pl.Series(identity[events["row"].to_numpy()])).select(
        "person_id",
        "course_name_ru",
        "training_kind_code",
        "course_hours",
        "completed_date",
        "completion_status_code",
        "is_innovation",
    )
    return Training(completions.sort("completed_date", "person_id"), due, shift)


def _effects(events: pl.DataFrame, catalogue: pl.DataFrame, n_people: int, skills: list[str]) -> np.ndarray:
    """Rise of each person's skills, shape (n, skills): that of one course, however many were completed."""
    shift = np.zeros((n_people, len(skills)), dtype=np.float32)
    done = events.filter((pl.col("completion_status_code") == "completed") & (pl.col("course") >= 0))
    if done.is_empty():
        return shift
    builds = catalogue.select(skills).to_numpy()[done["course"].to_numpy()]
    np.maximum.at(shift, done["row"].to_numpy(), np.float32(EFFECT) * builds)
    return shift


def _events(
    rows: np.ndarray, day: np.ndarray, hours: np.ndarray, kind: str, status: str | np.ndarray = "completed"
) -> pl.DataFrame:
    status = np.broadcast_to(np.asarray(status), rows.shape)
    return pl.DataFrame(
        {
            "row": rows.astype(np.int64),
            "completed_date": pl.Series(day.astype("datetime64[D]"), dtype=pl.Date),
            "course_hours": hours.astype(np.int64),
            "training_kind_code": pl.repeat(kind, len(rows), eager=True, dtype=pl.String),
            "completion_status_code": pl.Series(status, dtype=pl.String),
        }
    )


def _advanced(people: pl.DataFrame, as_of: date, law: dict[str, float], rng: np.random.Generator) -> pl.DataFrame:
    """The last completed advanced training, and attempts after it that failed."""
    n, years = people.height, int(law["advanced_interval_years"])
    today, quarter_end = np.datetime64(reference_date(as_of)), np.datetime64(next_quarter_end(as_of))
    back = np.timedelta64(round(365.25 * years), "D")
    start = people["service_start_date"].to_numpy()
    edges = (today - np.timedelta64(365 * 4, "D"), np.datetime64(as_of) - back, quarter_end - back, today)
    served = start < edges[2]  # later entrants are due three years after they entered
    share_served = max(served.mean(), 0.5)
    split = np.array([OVERDUE / share_served, DUE_NEXT / share_served, 1.0])
    split[2] = 1 - split[:2].sum()
    place = draw_codes(np.broadcast_to(split, (n, 3)), rng)
    lower, upper = np.array(edges[:3])[place], np.array(edges[1:])[place]
    lower, upper = lower + 2, upper - 2  # leap days must not move anybody over an edge
    day = lower + (rng.random(n) * (upper - lower).astype(np.int64)).astype("timedelta64[D]")
    kept = np.flatnonzero(day > start + np.timedelta64(60, "D"))
    last = _events(kept, day[kept], rng.choice(ADVANCED_HOURS, len(kept)), "advanced")
    tried = rng.choice(kept, round(0.04 * len(kept)), replace=False)
    later = day[tried] + (rng.random(len(tried)) * (today - day[tried]).astype(np.int64)).astype("timedelta64[D]")
    failed = np.where(rng.random(len(tried)) < 0.6, "withdrawn", "failed")
    return pl.concat([last, _events(tried, later, rng.choice(ADVANCED_HOURS, len(tried)), "advanced", failed)])


def _retraining(people: pl.DataFrame, as_of: date, law: dict[str, float], rng: np.random.Generator) -> pl.DataFrame:
    """Retraining after entry and after the first leading appointment; some recent ones still have it before them."""
    today = np.datetime64(reference_date(as_of))
    parts = []
    for column, owes in (("service_start_date", None), ("appointed_date", "is_first_leading_post")):
        start = people[column].to_numpy().astype("datetime64[D]")
        since = (today - start).astype(np.int64)
        is_kept = (rng.random(people.height) < RETRAINED) | (since > 365)
        if owes:
            is_kept &= people[owes].to_numpy()
        rows = np.flatnonzero(is_kept & (since < 4 * 365))
        day = start[rows] + rng.integers(20, 178, len(rows))
        rows, day = rows[day <= today], day[day <= today]
        hours = np.full(len(rows), law["retraining_min_hours"]) + rng.choice([0, 0, 24], len(rows))
        parts.append(_events(rows, day, hours, "retraining"))
    return pl.concat(parts)


def _others(people: pl.DataFrame, as_of: date, rng: np.random.Generator) -> pl.DataFrame:
    """Seminars and the like; a few degree programmes; some not completed."""
    today = np.datetime64(reference_date(as_of))
    n = round(OTHER_PER_PERSON * people.height)
    rows, day = rng.integers(0, people.height, n), today - rng.integers(0, 4 * 365, n)
    after = day > people["service_start_date"].to_numpy()[rows]
    rows, day = rows[after], day[after]
    status = np.array(["completed", "failed", "withdrawn", "enrolled"])[
        draw_codes(np.broadcast_to([0.92, 0.03, 0.04, 0.01], (len(rows), 4)), rng)
    ]
    degrees = rng.choice(len(rows), round(0.002 * len(rows)), replace=False)
    short = _events(rows, day, rng.choice(OTHER_HOURS, len(rows)), "other", status)
    return pl.concat([short, _events(rows[degrees], day[degrees], np.full(len(degrees), 240), "degree")])


def _with_courses(events: pl.DataFrame, catalogue: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Add the course; innovation courses, of their own length, for the wanted share of advanced and other hours."""
    if catalogue.is_empty():
        catalogue = pl.DataFrame({"course_name_ru": [""], "course_hours": [0]})
        wanted = 0.0
    else:
        wanted = INNOVATION_HOURS
    may = events["training_kind_code"].is_in(["advanced", "other"]).to_numpy()
    plain_hours = wanted * events["course_hours"].to_numpy()[may].mean()
    chance = plain_hours / max(plain_hours + (1 - wanted) * catalogue["course_hours"].to_numpy().mean(), 1e-9)
    is_innovation = may & (rng.random(events.height) < chance)
    course = rng.integers(0, catalogue.height, events.height)
    name, hours = (catalogue[column].to_numpy() for column in ("course_name_ru", "course_hours"))
    plain = np.array(PLAIN_COURSES)[rng.integers(0, len(PLAIN_COURSES), events.height)]
    return events.with_columns(
        course=pl.Series(np.where(is_innovation, course, -1)),
        is_innovation=pl.Series(is_innovation),
        course_name_ru=pl.Series(np.where(is_innovation, name[course], plain)),
        course_hours=pl.Series(np.where(is_innovation, hours[course], events["course_hours"].to_numpy())),
    )


def _innovation_courses(pack: Pack, skills: list[str], law: dict[str, float]) -> pl.DataFrame:
    """Courses that build a skill and are as long as advanced training: name, hours, and 1 or 0 for each skill."""
    courses, effects = read_delivered(pack, "courses"), read_delivered(pack, "course_effects")
    if courses is None or effects is None:
        return pl.DataFrame(schema={"course_name_ru": pl.String, "course_hours": pl.Int64})
    items = pack.tables["core_ref__entity_item"].select("element_code", "skill_code").drop_nulls().unique()
    effects = effects.with_columns(pl.col("element_code").str.strip_chars()).join(items, on="element_code")
    built = effects.group_by("course_id").agg(pl.col("skill_code").unique())
    hours = pl.col("course_hours").cast(pl.Int64)
    lawful = courses.filter(hours.is_between(law["advanced_min_hours"], law["advanced_max_hours"]))
    return (
        lawful.join(built, on="course_id")
        .sort("course_id")
        .select(
            pl.col("course_name_ru").str.strip_chars(),
            hours,
            *(pl.col("skill_code").list.contains(skill).cast(pl.Float32).alias(skill) for skill in skills),
        )
    )
