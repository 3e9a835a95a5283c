"""Records: what the judged deliveries amount to, one table per kind of fact."""

import dagster as dg

from assets.raw.landing import raw_tables
from assets.resources.house import House
from assets.resources.tables import describe
from assets.resources.warehouse import Handle, Query
from skills_models.contracts import FILE_TABLE, INTAKE_TABLES, TABLES
from skills_models.sql.profile import profile_sql
from skills_models.sql.records import records_sql

PERSONS = "core_intake__entity_hr_employee"
SHEETS = "core_intake__entity_survey_answer_sheet"
RATINGS = "core_intake__entity_rating_answer_sheet"

READS: dict[str, tuple[str, ...]] = {
    "core_hr__scd_employee": (PERSONS, "core_ref__codes_grade", "core_ref__codes_agency"),
    "core_hr__entity_staff_ref": (PERSONS,),
    "core_survey__entity_respondent": (SHEETS,),
    "core_survey__assn_answer": (SHEETS, "raw_survey__answer_sheet"),
    "core_rating__assn_answer": (RATINGS, "raw_rating__answer_sheet"),
    "core_training__entity_completion": ("core_intake__entity_training_completion",),
    "core_training__entity_course": ("core_intake__entity_training_course",),
    "core_training__entity_session": ("core_intake__entity_training_session",),
    "core_training__assn_course_effect": (
        "core_intake__entity_training_course_effect",
        "core_ref__entity_item",
        "core_ref__entity_skill",
        "core_framework__entity_competency",
    ),
}
LEDGERS = ("core_ingest__entity_quarantine", "core_ingest__entity_duplicate", "core_ingest__entity_delivery")


def record_asset(name: str, reads: tuple[str, ...]) -> dg.AssetsDefinition:
    """The asset that fills one table of records from the tables it reads."""

    @dg.asset(
        name=name,
        code_version="1",
        ins={table: dg.AssetIn(dagster_type=Handle) for table in reads},
        **describe(TABLES[name]),
    )
    def record(house: dg.ResourceParam[House], **tables: Handle) -> Query:
        return Query(records_sql(name, house.pack, house.today))

    return record


def profile_asset(scale: str) -> dg.AssetsDefinition:
    """``core_ingest__wave_profile``: what each column of each delivery looks like."""
    raw = raw_tables(scale)
    judged = [INTAKE_TABLES[table.name].name for table in raw]

    @dg.asset(
        name="core_ingest__wave_profile",
        code_version="1",
        ins={name: dg.AssetIn(dagster_type=Handle) for name in [*(t.name for t in raw), *judged]},
        **describe(TABLES["core_ingest__wave_profile"]),
    )
    def profile(house: dg.ResourceParam[House], **tables: Handle) -> Query:
        sources = {source.source_code: TABLES[source.table] for source in house.pack.sources.values()}
        return Query(profile_sql(sources))

    return profile


def record_assets(scale: str) -> list[dg.AssetsDefinition]:
    """Record assets of packs with this survey scale."""
    judged = tuple(INTAKE_TABLES[table.name].name for table in raw_tables(scale))
    persons = "core_hr__scd_employee" if scale == "anchored" else "core_intake__entity_hr_headcount"
    reads = READS | {"core_hr__wave_headcount": (persons, "core_ref__codes_grade")}
    reads |= dict.fromkeys(LEDGERS, (FILE_TABLE.name, *judged))
    of_scale = [record_asset(name, tables) for name, tables in reads.items() if scale in TABLES[name].scales]
    return [*of_scale, profile_asset(scale)]
