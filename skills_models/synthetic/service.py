"""A whole civil service as its sources would deliver it, and its truth beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from skills_models.packs.model import Pack
from skills_models.synthetic import plot
from skills_models.synthetic.answers import Answers, draw_answers, draw_items
from skills_models.synthetic.delivering import Delivering
from skills_models.synthetic.forms import DeliveryFile
from skills_models.synthetic.population import draw_population
from skills_models.synthetic.replies import answer_sheets, draw_response, supervisor_ratings
from skills_models.synthetic.skills import LEVEL_SPACING, Places, SkillTruth, draw_skills, find_places
from skills_models.synthetic.streams import Streams
from skills_models.synthetic.training import EFFECT, draw_training
from skills_models.synthetic.truth import facts, group_truth, item_truth, person_truth


@dataclass(frozen=True)
class CivilService:
    """Deliveries and truth of one synthetic civil service.

    Parameters
    ----------
    deliveries : files as the sources would send them
    truth : tables keyed by identity number or group: ``person``, ``group``, ``item``, ``due``, ``dirt``, ``plot``;
        for tests alone, never part of a delivery
    """

    deliveries: tuple[DeliveryFile, ...]
    truth: dict[str, pl.DataFrame]

    def write(self, folder: Path) -> list[Path]:
        """Write every delivery into a folder; returns the paths in the order of ``deliveries``."""
        folder.mkdir(parents=True, exist_ok=True)
        return [file.write(folder) for file in self.deliveries]

    def write_truth(self, folder: Path) -> list[Path]:
        """Write the truth as Parquet files, one per table; returns their paths."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = [folder / f"{name}.parquet" for name in self.truth]
        for path, frame in zip(paths, self.truth.values(), strict=True):
            frame.write_parquet(path)
        return paths


def generate(
    pack: Pack,
    n_people: int = 90_000,
    seed: int = 20261114,
    as_of: date = date(2026, 11, 14),
    clean: bool = False,
    response_on_skill: float = 0.0,
    straight_liners: bool = True,
) -> CivilService:
    """Draw a civil service; equal arguments give equal files.

    Parameters
    ----------
    pack : a pack with an anchored survey, agencies of the known kinds and role profiles
    n_people : people on the register
    seed : of every draw
    as_of : day the deliveries are looked at; the survey closed three days before
    clean : leave out every kind of dirt
    response_on_skill : change of the logit of replying per standard deviation of skill
    straight_liners : whether some respondents give one answer to everything

    Raises
    ------
    ValueError
        If the pack lacks what is needed or ``n_people`` is too small for its agencies.
    """
    streams = Streams(seed)
    plot_agency = plot.choose_plot_agency(pack)
    people = draw_population(pack, n_people, as_of, plot_agency, _plot_size(pack, n_people), streams)
    places = find_places(people, pack)
    small = people["agency_id"] == plot_agency
    plot_index = int(places.agency[small.to_numpy()][0])
    skills = draw_skills(pack, places, streams)
    training = draw_training(people, pack, skills.skills, as_of, streams)
    skills = replace(skills, theta=skills.theta + training.shift)
    bank = draw_items(pack, skills.skills)
    in_kk = (people["language_code"] == "kk").to_numpy()
    answers = draw_answers(skills, bank, in_kk, streams, places.agency, plot_index, straight_liners)
    response = draw_response(places, answers.theta, streams, response_on_skill)
    replies = _plant(skills, places, answers, response, plot_index, streams)
    sheets = answer_sheets(people, answers, bank, replies.answered, as_of, streams)
    ratings = supervisor_ratings(people, places, answers, bank, replies.answered, as_of, streams)
    delivering = Delivering(pack, as_of, bank.items, clean, people["identity_number"].filter(small), streams)
    files, soiled = delivering.files(people, sheets, ratings, training.completions)
    segment = skills.segments[places.agency, places.band]
    person = person_truth(people, skills, answers, bank, replies.answered, segment)
    truth = {
        "person": person,
        "group": group_truth(person, skills.skills),
        "item": item_truth(bank, skills.skills),
        "due": training.due,
        "dirt": soiled,
        "plot": _plot_facts(plot_agency, int(replies.answered[small.to_numpy()].sum()), replies.n_exchanged),
    }
    return CivilService(tuple(files), truth)


def _plant(
    skills: SkillTruth, places: Places, answers: Answers, response: np.ndarray, plot_index: int, streams: Streams
) -> plot.Replies:
    """Who answers, once the second finding is planted on the skill of the first."""
    largest = skills.skills.index(plot.LARGEST_GAP)
    stratum = places.band * 100 + places.family
    below, measured = answers.below[:, largest], answers.measured[:, largest]
    skill = answers.theta[:, largest]
    return plot.plant_replies(
        places.agency, stratum, below, measured, skill, response, plot_index, streams.part("plot")
    )


def _plot_facts(plot_agency: str, n_replies: int, n_exchanged: int) -> pl.DataFrame:
    return facts(
        {
            "plot_agency_id": plot_agency,
            "largest_gap": plot.LARGEST_GAP,
            "n_plot_replies": n_replies,
            "n_replies_exchanged_elsewhere": n_exchanged,
            "training_effect_theta": EFFECT,
            "theta_per_level": LEVEL_SPACING,
        }
    )


def _plot_size(pack: Pack, n_people: int) -> int:
    """People of the small body: as planted, fewer in a very small service."""
    mean = n_people // max(pack.tables["core_ref__codes_agency"].height, 1)
    return min(plot.PLOT_SIZE, max(mean, 2))
