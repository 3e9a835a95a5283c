"""The tables of a night on a synthetic civil service, made by the pipeline's own SQL and models without its files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

import duckdb
import polars as pl

from skills_models.contracts import TABLES
from skills_models.estimation.draws import SkillDraws, skill_draws
from skills_models.estimation.gaps import group_gaps, scope_gaps
from skills_models.estimation.skill_model import fit_skill_models
from skills_models.measurement.bank import scale_table
from skills_models.measurement.scale import units_per_level
from skills_models.measurement.scoring import score_patterns
from skills_models.packs import find_pack, load_pack
from skills_models.sql.flags import flag_sql
from skills_models.sql.skill import (
    cell_pattern_sql,
    cell_skill_sql,
    joint_measure_sql,
    pattern_sql,
    person_skill_sql,
)
from skills_models.sql.survey import cell_sql, weighted_respondent_sql
from skills_models.survey.weights import cell_weights
from skills_models.synthetic import generate

SERVICES = ((20_000, 20261114), (20_000, 7))
"""People and seed of the services that the tests share."""

AS_OF = date(2026, 11, 14)
WAVE = "2026-Q4"
PACK = load_pack(find_pack("kz"))
ITEMS, AGENCIES, BANK = (PACK.tables[f"core_ref__{name}"] for name in ("entity_item", "codes_agency", "fit_bank_item"))
UNITS, N_LEVELS, MIN_RATED = units_per_level(ITEMS), len(PACK.survey.levels), PACK.survey.min_rated_items
N_DRAWS = 150  # fewer than in a night, and enough for the ends of an interval


@dataclass(frozen=True)
class House:
    """A warehouse filled up to the scored answers, and the truth it was made from."""

    truth: dict[str, pl.DataFrame]
    connection: duckdb.DuckDBPyConnection

    def read(self, query: str) -> pl.DataFrame:
        return self.connection.sql(query).pl()

    def table(self, name: str) -> pl.DataFrame:
        return TABLES[name].enforce(self.read(f"FROM {name}"))

    def keep(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        self.connection.register("given", frame)
        self.connection.sql(f"CREATE TABLE {name} AS FROM given")
        return frame

    def build(self, name: str, query: str) -> pl.DataFrame:
        self.connection.sql(f"CREATE TABLE {name} AS {query}")
        return self.table(name)


@cache
def house(n_people: int, seed: int, response_on_skill: float = 0.0) -> House:
    """Answers, weights, flags, patterns and scores of a synthetic service, without dirt."""
    service = generate(PACK, n_people, seed=seed, clean=True, response_on_skill=response_on_skill)
    made = House(service.truth, duckdb.connect())
    for name, frame in _records(service).items():
        made.keep(name, frame)
    cells = made.build("analysis_survey__assn_cell", cell_sql(AS_OF))
    made.keep("analysis_survey__fit_weight", cell_weights(cells))
    made.build("analysis_survey__entity_respondent", weighted_respondent_sql(AS_OF, "analysis_survey__fit_weight"))
    made.build("analysis_survey__entity_flag", flag_sql())
    made.build("analysis_skill__assn_person_skill", person_skill_sql(UNITS, N_LEVELS, MIN_RATED))
    made.build("analysis_skill__assn_cell_skill", cell_skill_sql())
    made.keep("analysis_skill__fit_pattern", score_patterns(made.read(pattern_sql()), BANK, ITEMS, N_LEVELS))
    made.keep("analysis_skill__fit_scale", scale_table(BANK, ITEMS))
    return made


def bands(figures: pl.DataFrame, service: tuple) -> pl.DataFrame:
    """Figures of the bands of bodies beside their superpopulation shares."""
    key = ["agency_id", "seniority_code", "skill_code"]
    shares = house(*service).truth["group"].select(*key, "reported_share", "lacking_share")
    return figures.filter(pl.col("seniority_code") != "all").join(shares, on=key)


@dataclass(frozen=True)
class Estimates:
    """Draws of every skill, and analysis_gap__assn_group_skill and analysis_gap__assn_scope_skill made of them."""

    draws: list[SkillDraws]
    groups: pl.DataFrame
    scopes: pl.DataFrame


@cache
def estimates(n_people: int, seed: int, response_on_skill: float = 0.0, *, with_flagged: bool = False) -> Estimates:
    """What the model makes of a house; ``with_flagged`` takes the odd answer sheets for good ones."""
    made = house(n_people, seed, response_on_skill)
    cells, scales = made.table("analysis_survey__assn_cell"), made.table("analysis_skill__fit_scale")
    variances, means = fit_skill_models(
        made.read(cell_pattern_sql(with_flagged=with_flagged)),
        made.read(joint_measure_sql(sorted(scales["skill_code"]))),
        cells,
        scales,
        AGENCIES,
        N_DRAWS,
    )
    draws = skill_draws(means, variances, scales, PACK.tables["core_ref__assn_role_profile"], cells)
    counted = made.table("analysis_skill__assn_cell_skill"), cells, made.table("analysis_survey__fit_weight")
    return Estimates(
        draws,
        TABLES["analysis_gap__assn_group_skill"].enforce(group_gaps(draws, *counted, UNITS)),
        TABLES["analysis_gap__assn_scope_skill"].enforce(scope_gaps(draws, *counted, AGENCIES, UNITS)),
    )


def _records(service) -> dict[str, pl.DataFrame]:
    """The core records that the deliveries amount to."""
    person = service.truth["person"].rename({"identity_number": "person_id"})
    replied = person.filter("is_respondent")
    sheets, ratings = (
        pl.concat([file.frame for file in service.deliveries if file.source_code == source], how="diagonal")
        for source in ("survey_answers", "supervisor_ratings")
    )
    seconds = sheets.select("person_id", pl.col("duration_seconds").cast(pl.Int64))
    answers = replied.select(
        pl.col("person_id").alias("respondent_id"), *(pl.col(f"answer_{i}").alias(i) for i in ITEMS["item_code"])
    )
    key = ["person_id", "rater_id", "wave_id"]
    return {
        "core_hr__scd_employee": person.select(
            "person_id", "agency_id", "seniority_code", "job_family_code",
            valid_from=pl.lit(date(2026, 10, 1)), valid_to=pl.lit(None, pl.Date),
        ),
        "core_survey__entity_respondent": replied.join(seconds, on="person_id").select(
            "person_id", "language_code", "duration_seconds", respondent_id="person_id", wave_id=pl.lit(WAVE),
            submitted_at=pl.lit(datetime(2026, 11, 1)), may_use_for_nomination=pl.lit(True),
        ),
        "core_survey__assn_answer": _long(answers, ["respondent_id"]),
        "core_rating__assn_answer": _long(ratings.select(*key, *ITEMS["item_code"]), key),
        "core_ref__entity_item": ITEMS,
        "core_ref__assn_role_profile": PACK.tables["core_ref__assn_role_profile"],
    }  # fmt: skip


def _long(wide: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    long = wide.unpivot(index=key, variable_name="item_code", value_name="answer_level")
    return long.drop_nulls().with_columns(pl.col("answer_level").cast(pl.Int64))
