"""From a civil service in contract columns to the files that its sources would send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from skills_models.packs.model import Pack
from skills_models.synthetic import dirt
from skills_models.synthetic.forms import (
    CATALOGUE_FILES,
    DeliveryFile,
    as_text,
    catalogue_file,
    with_delivered_headers,
)
from skills_models.synthetic.population import reference_date
from skills_models.synthetic.replies import wave_of
from skills_models.synthetic.streams import Streams

REGISTER_COLUMNS = (
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


@dataclass(frozen=True)
class Delivering:
    """Turns contract columns into the files of the sources.

    Parameters
    ----------
    clean : leave out every kind of dirt
    spared : identity numbers whose rows stay clean
    """

    pack: Pack
    as_of: date
    items: list[str]
    clean: bool
    spared: pl.Series
    streams: Streams

    def files(
        self, people: pl.DataFrame, sheets: pl.DataFrame, ratings: pl.DataFrame, completions: pl.DataFrame
    ) -> tuple[list[DeliveryFile], pl.DataFrame]:
        """Every file of the service, and the counts of dirt in them."""
        counts: list[dict[str, int]] = []
        files = [
            *self._register(people, counts),
            *self._survey(sheets, counts),
            self._file("supervisor_ratings", "supervisor_ratings.csv", dirt.plain_sheets(ratings, self.items)),
            self._file("training_history", "training_history.csv", completions),
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
            frame = register.filter(part).select(REGISTER_COLUMNS)
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
                frame = dirt.plain_sheets(part, self.items)
            else:
                rng = self.streams.part(f"dirt of survey {language}")
                frame, found = dirt.soil_sheets(part, self.items, self.pack, self.spared, rng)
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
