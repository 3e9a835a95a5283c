"""Who serves where: bodies of uneven size, categories, job families, languages and dates of service."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from skills_models.packs.model import Pack
from skills_models.synthetic.identity import draw_identity_numbers
from skills_models.synthetic.streams import Streams

SERIES_OF_KIND = {
    "central": ("C",),
    "oblast_unit": ("C-O",),
    "district_unit": ("C-R",),
    "oblast_akimat": ("D", "D-O"),
    "district_akimat": ("E", "E-R"),
}
DISTRICT_KINDS = ("district_unit", "district_akimat")
SIZE_OF_KIND = {
    "central": 1400,
    "oblast_unit": 900,
    "district_unit": 700,
    "oblast_akimat": 1700,
    "district_akimat": 900,
}
SIZE_SPREAD = 0.75
SMALLEST_AGENCY = 30
BAND_SHARES = (0.46, 0.30, 0.19, 0.05)
FAMILIES_OF_KIND: dict[str, dict[str, float]] = {
    "central": {"policy_strategy": 4, "digital_data": 2, "regulation_inspection": 2, "project_management": 1.5},
    "oblast_unit": {"service_delivery": 3, "regulation_inspection": 4, "policy_strategy": 1.5},
    "district_unit": {"service_delivery": 5, "regulation_inspection": 3},
    "oblast_akimat": {"policy_strategy": 2, "service_delivery": 3, "project_management": 2},
    "district_akimat": {"service_delivery": 5, "communication_engagement": 1.5, "project_management": 1.2},
}
PLAIN_FAMILIES = 0.8  # weight of every family that a kind does not emphasise
LANGUAGES_SPOKEN = {"central": (0.12, 0.20, 0.68), "district": (0.32, 0.16, 0.52), "other": (0.22, 0.20, 0.58)}


def draw_population(
    pack: Pack, n_people: int, as_of: date, plot_agency: str, plot_size: int, streams: Streams
) -> pl.DataFrame:
    """People by main posting, sorted by agency: one row per person, codes as the pack spells them.

    ``plot_agency`` gets exactly ``plot_size`` people and two job families in the lower bands, so that a
    handful of replies can mirror it.
    """
    agencies = pack.tables["core_ref__codes_agency"].sort("agency_id")
    sizes = _agency_sizes(agencies, n_people, plot_agency, plot_size, streams.part("agency sizes"))
    people = agencies.select("agency_id", "agency_kind_code", "region_code").select(
        pl.all().repeat_by(pl.Series(sizes)).explode()
    )
    people = _with_posts(people, pack, plot_agency, streams.part("posts"))
    people = _with_languages(people, streams.part("languages"))
    people = _with_dates(people, as_of, streams.part("dates"))
    birth = _birth_dates(people["service_start_date"].to_numpy(), streams.part("births"))
    staff = pl.Series(streams.part("staff").permutation(people.height)).cast(pl.String).str.zfill(6)
    return people.with_columns(
        identity_number=draw_identity_numbers(birth, streams.part("identity")),
        staff_ref="T-" + pl.lit(staff),
    )


def reference_date(as_of: date) -> date:
    """Last day of the month before ``as_of``: the day the register describes."""
    return as_of.replace(day=1) - timedelta(days=1)


def draw_codes(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One column index per row, by row weights of shape (n, k)."""
    edges = np.cumsum(weights, axis=1, dtype=np.float32)
    edges /= edges[:, -1:]
    return np.minimum((rng.random((len(weights), 1), dtype=np.float32) > edges).sum(axis=1), weights.shape[1] - 1)


def _agency_sizes(
    agencies: pl.DataFrame, n_people: int, plot_agency: str, plot_size: int, rng: np.random.Generator
) -> np.ndarray:
    """People per agency, lognormal within kinds; sums to ``n_people``."""
    kinds = agencies["agency_kind_code"].to_list()
    if unknown := sorted(set(kinds) - set(SIZE_OF_KIND)):
        raise ValueError(f"no size is known for agencies of kind {', '.join(unknown)}")
    if n_people < 2 * len(kinds) + plot_size:
        raise ValueError(f"{len(kinds)} agencies need at least {2 * len(kinds) + plot_size} people, not {n_people}")
    is_plot = (agencies["agency_id"] == plot_agency).to_numpy()
    weights = np.array([SIZE_OF_KIND[kind] for kind in kinds]) * rng.lognormal(0, SIZE_SPREAD, len(kinds))
    weights[is_plot] = 0
    rest = n_people - plot_size
    least = np.where(is_plot, 0, min(SMALLEST_AGENCY, rest // (2 * (len(kinds) - 1))))
    exact = least + weights / weights.sum() * (rest - least.sum())
    sizes = np.floor(exact).astype(np.int64)
    sizes[np.argsort(sizes - exact, kind="stable")[: rest - sizes.sum()]] += 1
    sizes[is_plot] = plot_size
    return sizes


def _with_posts(people: pl.DataFrame, pack: Pack, plot_agency: str, rng: np.random.Generator) -> pl.DataFrame:
    """Add grade, seniority and job family; grades only of the series that the kind of body has."""
    grades = pack.tables["core_ref__codes_grade"].with_columns(series=pl.col("grade_code").str.replace(r"-[^-]+$", ""))
    bands = pack.tables["core_ref__codes_seniority"].sort("seniority_order")["seniority_code"].to_list()
    families = pack.tables["core_ref__codes_job_family"]["job_family_code"].sort().to_list()
    kind = people["agency_kind_code"].to_numpy()
    grade = np.empty(people.height, dtype=object)
    family = np.empty(people.height, dtype=object)
    is_plot = (people["agency_id"] == plot_agency).to_numpy()
    for name, series in SERIES_OF_KIND.items():
        rows = np.flatnonzero(kind == name)
        fit = grades.filter(pl.col("series").is_in(series)).sort("grade_code")
        per_band = fit["seniority_code"].value_counts()
        share = fit.join(per_band, on="seniority_code").with_columns(
            weight=pl.col("seniority_code").replace_strict(dict(zip(bands, BAND_SHARES, strict=True))) / pl.col("count")
        )
        drawn = draw_codes(np.broadcast_to(share["weight"].to_numpy(), (len(rows), share.height)), rng)
        grade[rows] = share["grade_code"].to_numpy()[drawn]
        weights = np.array([FAMILIES_OF_KIND[name].get(code, PLAIN_FAMILIES) for code in families])
        family[rows] = np.array(families)[draw_codes(np.broadcast_to(weights, (len(rows), len(families))), rng)]
    narrow = np.array(["service_delivery", "regulation_inspection"])
    if is_plot.any() and set(narrow) <= set(families):
        family[is_plot] = narrow[(rng.random(int(is_plot.sum())) < 0.35).astype(int)]
    return people.with_columns(
        grade_code=pl.Series(grade, dtype=pl.String), job_family_code=pl.Series(family, dtype=pl.String)
    ).with_columns(
        seniority_code=pl.col("grade_code").replace_strict(
            dict(zip(grades["grade_code"], grades["seniority_code"], strict=True))
        )
    )


def _with_languages(people: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Add what each person can be taught in, and the language of the questionnaire chosen."""
    kind = people["agency_kind_code"].to_numpy()
    place = np.where(kind == "central", 0, np.where(np.isin(kind, DISTRICT_KINDS), 1, 2))
    shares = np.array([LANGUAGES_SPOKEN[key] for key in ("central", "district", "other")])
    tongue = draw_codes(shares[place], rng)  # 0 Kazakh alone, 1 Russian alone, 2 both
    english = rng.random(people.height) < np.array([0.24, 0.06, 0.12])[place]
    answers_kk = (tongue == 0) | ((tongue == 2) & (rng.random(people.height) < 0.45))
    return people.with_columns(
        speaks_kk=pl.Series(tongue != 1),
        speaks_ru=pl.Series(tongue != 0),
        speaks_en=pl.Series(english),
        language_code=pl.Series(np.where(answers_kk, "kk", "ru")),
    )


def _with_dates(people: pl.DataFrame, as_of: date, rng: np.random.Generator) -> pl.DataFrame:
    """Add entry into service, appointment to the post and whether it is the first leading post."""
    today = np.datetime64(reference_date(as_of))
    served = np.minimum(rng.gamma(1.6, 2300, people.height), 30 * 365).astype(np.int64)
    in_post = np.minimum((rng.exponential(1100, people.height)).astype(np.int64), served)
    in_post = np.where(served < 240, served, in_post)  # a recent entrant holds the first post
    leads = people["seniority_code"].is_in(["deputy_or_unit_head", "executive"]).to_numpy()
    return people.with_columns(
        service_start_date=pl.Series(today - served),
        appointed_date=pl.Series(today - in_post),
        is_first_leading_post=pl.Series(leads & (rng.random(people.height) < 0.6)),
    )


def _birth_dates(service_start: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return service_start.astype("datetime64[D]") - rng.integers(21 * 365, 33 * 365, len(service_start))
