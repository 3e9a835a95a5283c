"""True skill of every person on every skill, on one latent scale with a spread of about one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from skills_models.packs.model import Pack
from skills_models.synthetic.plot import KIND_SHIFT, LARGEST_GAP, draw_segments, segment_shifts
from skills_models.synthetic.streams import Streams

LEVEL_SPACING = 1.6  # one level of the survey on the latent scale
FOLLOWS_ROLE = 0.9  # how far skill follows what the post requires
SD_WITHIN, SD_AGENCY, SD_GRADE, SD_FAMILY, SD_AGENCY_GRADE = 0.88, 0.30, 0.25, 0.20, 0.12
CALM = 0.25  # on the skill of the first finding kinds of bodies differ, single bodies, grades and families little
BETWEEN_SKILLS = 0.5  # correlation of skills, within persons and between bodies
LIMIT = 1.8  # largest agency effect, in standard deviations


@dataclass(frozen=True)
class Places:
    """Where each person stands, as indices of shape (n,)."""

    agency: np.ndarray
    kind: np.ndarray
    band: np.ndarray
    grade: np.ndarray
    family: np.ndarray


@dataclass(frozen=True)
class SkillTruth:
    """What is true of skills, kept apart from what is delivered.

    Parameters
    ----------
    theta : true skill before calibration of the scale, shape (n, skills)
    own : the part of it that is the person's own, neither post nor body, normal with SD ``SD_WITHIN``, same shape
    required : level that each person's post asks for, shape (n, skills)
    segments : true segment of each agency and band, shape (agencies, 4)
    """

    skills: list[str]
    theta: np.ndarray
    own: np.ndarray
    required: np.ndarray
    segments: np.ndarray


def find_places(people: pl.DataFrame, pack: Pack) -> Places:
    """Indices into the sorted code lists of the pack; bands by their order."""
    bands = pack.tables["core_ref__codes_seniority"].sort("seniority_order")["seniority_code"]
    return Places(
        agency=_index(people["agency_id"], pack.tables["core_ref__codes_agency"]["agency_id"].sort()),
        kind=_index(people["agency_kind_code"], pl.Series(sorted(KIND_SHIFT))),
        band=_index(people["seniority_code"], bands),
        grade=_index(people["grade_code"], pack.tables["core_ref__codes_grade"]["grade_code"].sort()),
        family=_index(people["job_family_code"], pack.tables["core_ref__codes_job_family"]["job_family_code"].sort()),
    )


def draw_skills(pack: Pack, places: Places, streams: Streams) -> SkillTruth:
    """Skill of everybody: post, body, grade, job family, segment and person."""
    skills = pack.tables["core_ref__entity_skill"].sort("skill_order")["skill_code"].to_list()
    kinds = pack.tables["core_ref__codes_agency"].sort("agency_id")["agency_kind_code"].to_list()
    segments = draw_segments(kinds, streams.part("segments"))
    required = required_levels(pack, places, skills)
    rng = streams.part("skill effects")
    calm = np.array([CALM if skill == LARGEST_GAP else 1.0 for skill in skills])
    agency = np.clip(_correlated((len(kinds), len(skills)), rng), -LIMIT, LIMIT) * SD_AGENCY * calm
    grade = _correlated((places.grade.max() + 1, len(skills)), rng) * SD_GRADE * calm
    family = _correlated((places.family.max() + 1, len(skills)), rng) * SD_FAMILY * calm
    both = rng.normal(0, SD_AGENCY_GRADE, (len(kinds), places.band.max() + 1, len(skills))) * calm
    kind = np.array([KIND_SHIFT[code] for code in sorted(KIND_SHIFT)])
    own = _correlated((len(places.agency), len(skills)), streams.part("persons")).astype(np.float32) * SD_WITHIN
    theta = own + (required - 1.5) * np.float32(FOLLOWS_ROLE * LEVEL_SPACING)
    for effect, place in ((agency, places.agency), (grade, places.grade), (family, places.family)):
        theta += (effect - effect.mean(axis=0)).astype(np.float32)[place]
    theta += both.astype(np.float32)[places.agency, places.band]
    theta += kind.astype(np.float32)[places.kind][:, None]
    theta += segment_shifts(skills)[segments[places.agency, places.band]]
    return SkillTruth(skills, theta, own, required, segments)


def required_levels(pack: Pack, places: Places, skills: list[str]) -> np.ndarray:
    """Level that each person's job family and band asks for, shape (n, skills)."""
    bands = pack.tables["core_ref__codes_seniority"].sort("seniority_order")["seniority_code"]
    families = pack.tables["core_ref__codes_job_family"]["job_family_code"].sort()
    profile = pack.tables["core_ref__assn_role_profile"].filter(pl.col("skill_code").is_in(skills))
    table = np.zeros((len(families), len(bands), len(skills)), dtype=np.int8)
    table[
        _index(profile["job_family_code"], families),
        _index(profile["seniority_code"], bands),
        _index(profile["skill_code"], pl.Series(skills)),
    ] = profile["required_level"].to_numpy()
    return table[places.family, places.band]


def _correlated(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Standard normals whose columns correlate."""
    common = rng.standard_normal((shape[0], 1), dtype=np.float32)
    own = rng.standard_normal(shape, dtype=np.float32)
    return np.sqrt(BETWEEN_SKILLS) * common + np.sqrt(1 - BETWEEN_SKILLS) * own


def _index(values: pl.Series, codes: pl.Series) -> np.ndarray:
    return values.replace_strict(codes.to_list(), list(range(len(codes))), return_dtype=pl.Int64).to_numpy()
