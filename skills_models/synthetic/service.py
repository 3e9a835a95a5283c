"""A whole civil service as its sources would deliver it, and its truth beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from skills_models.packs.model import Pack
from skills_models.synthetic import dirt, plot
from skills_models.synthetic.answers import ItemBank, draw_answers, draw_items
from skills_models.synthetic.forms import (
    CATALOGUE_FILES,
    DeliveryFile,
    as_text,
    catalogue_file,
    with_delivered_headers,
)
from skills_models.synthetic.population import draw_population, reference_date
from skills_models.synthetic.replies import answer_sheets, draw_response, supervisor_ratings, wave_of
from skills_models.synthetic.skills import LEVEL_SPACING, SkillTruth, draw_skills, find_places
from skills_models.synthetic.streams import Streams
from skills_models.synthetic.training import EFFECT, Training, draw_training
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
    is_plot = (people["agency_id"] == plot_agency).to_numpy()
    plot_index = int(places.agency[is_plot][0])
    skills = draw_skills(pack, places, streams)
    training = draw_training(people, pack, skills.skills, as_of, streams)
    skills = SkillTruth(skills.skills, skills.theta + training.shift, skills.required, skills.segments)
    bank = draw_items(pack, skills.skills, streams.part("items"))
    in_kk = (people["language_code"] == "kk").to_numpy()
    answers = draw_answers(skills, bank, in_kk, streams, places.agency, plot_index, straight_liners)
    largest = skills.skills.index(plot.LARGEST_GAP)
    replies = plot.plant_replies(
        places.agency,
        places.band * 100 + places.family,
        answers.below[:, largest],
        answers.measured[:, largest],
        draw_response(places, answers.theta, streams, response_on_skill),
        plot_index,
        streams.part("plot"),
    )
    sheets = answer_sheets(people, answers, bank, replies.answered, as_of, streams)
    ratings = supervisor_ratings(people, places, answers, bank, replies.answered, as_of, streams)
    files, counts = _Delivery(
        pack, as_of, bank, clean, people.filter(pl.Series(is_plot))["identity_number"], streams
    ).files(people, sheets, ratings, training)
    segment = skills.segments[places.agency, places.band]
    person = person_truth(people, skills, answers, bank, replies.answered, segment)
    truth = {
        "person": person,
        "group": group_truth(person, skills.skills),
        "item": item_truth(bank, skills.skills),
        "due": training.due,
        "dirt": counts,
        "plot": facts(
            {
                "plot_agency_id": plot_agency,
                "largest_gap": plot.LARGEST_GAP,
                "n_plot_replies": int(replies.answered[is_plot].sum()),
                "n_replies_exchanged_elsewhere": replies.n_exchanged,
                "training_effect_theta": EFFECT,
                "theta_per_level": LEVEL_SPACING,
            }
        ),
    }
    return CivilService(tuple(files), truth)


def _plot_size(pack: Pack, n_people: int) -> int:
    """People of the small body: as planted, fewer in a very small service."""
    mean = n_people // max(pack.tables["core_ref__codes_agency"].height, 1)
    return min(plot.PLOT_SIZE, max(mean, 2))


@dataclass(frozen=True)
class _Delivery:
    """Turns contract columns into files."""

    pack: Pack
    as_of: date
    bank: ItemBank
    clean: bool
    spared: pl.Series
    streams: Streams

    def files(
        self, people: pl.DataFrame, sheets: pl.DataFrame, ratings: pl.DataFrame, training: Training
    ) -> tuple[list[DeliveryFile], pl.DataFrame]:
        """Every file of the service, and the counts of dirt in them."""
        counts: list[dict[str, int]] = []
        files = [
            *self._register(people, counts),
            *self._survey(sheets, counts),
            self._file("supervisor_ratings", "supervisor_ratings.csv", dirt.plain_sheets(ratings, self.bank.items)),
            self._file("training_history", "training_history.csv", training.completions),
            *self._catalogue(),
        ]
        return files, dirt.merge_counts(counts)

    def _register(self, people: pl.DataFrame, counts: list[dict[str, int]]) -> list[DeliveryFile]:
        """The register in two files, of central bodies with their units and of local executive bodies."""
        day = reference_date(self.as_of)
        register = people.with_columns(reference_date=pl.lit(day), posting_kind_code=pl.lit("main")).rename(
            {"identity_number": "person_id"}
        )
        local = pl.col("agency_kind_code").str.ends_with("akimat")
        files = []
        for variant, (name, part) in enumerate({"central": ~local, "local": local}.items(), 1):
            frame = register.filter(part).select(_REGISTER_COLUMNS)
            if not self.clean:
                rng = self.streams.part(f"dirt of register {name}")
                frame, found = dirt.soil_register(frame, self.pack, self.spared, rng)
                counts.append(found)
            files.append(self._file("hr_register", f"hr_register_{name}.csv", frame, variant, day))
        return files

    def _survey(self, sheets: pl.DataFrame, counts: list[dict[str, int]]) -> list[DeliveryFile]:
        """The answer sheets in one file per language of the questionnaire."""
        files = []
        for variant, language in enumerate(("ru", "kk"), 1):
            part = sheets.filter(pl.col("language_code") == language)
            if self.clean:
                frame = dirt.plain_sheets(part, self.bank.items)
            else:
                rng = self.streams.part(f"dirt of survey {language}")
                frame, found = dirt.soil_sheets(part, self.bank.items, self.pack, self.spared, rng)
                counts.append(found)
            files.append(self._file("survey_answers", f"survey_answers_{language}.csv", frame, variant))
        return files

    def _catalogue(self) -> list[DeliveryFile]:
        """The pack's catalogue as it lies there; the courses as a workbook."""
        files = []
        for source in CATALOGUE_FILES:
            frame = catalogue_file(self.pack, source)
            if frame is not None:
                suffix = "xlsx" if source == "courses" else "csv"
                files.append(DeliveryFile(f"{source}.{suffix}", source, None, wave_of(self.as_of), frame))
        return files

    def _file(
        self, source: str, name: str, frame: pl.DataFrame, variant: int = 1, day: date | None = None
    ) -> DeliveryFile:
        mapping = self.pack.sources[source]
        variant = 0 if self.clean else variant
        text = with_delivered_headers(as_text(frame, mapping, variant), mapping, variant)
        return DeliveryFile(name, source, day, wave_of(self.as_of), text)


_REGISTER_COLUMNS = (
    "person_id",
    "staff_ref",
    "reference_date",
    "agency_id",
    "region_code",
    "grade_code",
    "job_family_code",
    "posting_kind_code",
    "service_start_date",
    "appointed_date",
    "is_first_leading_post",
    "speaks_kk",
    "speaks_ru",
    "speaks_en",
)
