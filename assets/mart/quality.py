"""How the data were read and judged, and which refresh this is."""

from datetime import UTC, datetime

import dagster as dg
import polars as pl

from assets.resources.house import House
from assets.resources.publisher import content_hash
from assets.resources.results import read_results
from assets.resources.tables import describe, table_asset
from assets.resources.warehouse import Handle, Query, Warehouse
from skills_models.contracts import MART_TABLES, REFERENCE_TABLES, TABLES
from skills_models.sql.quality import file_sql, quarantine_sql
from skills_models.sql.reference import draft_sql
from skills_models.version import code_version

LAST_MARTS = ("mart_overview__finding", "mart_quality__check", "mart_meta__run")


@table_asset()
def mart_quality__file(raw_ingest__entity_file: Handle) -> Query:
    return Query(file_sql())


@table_asset()
def mart_quality__delivery(core_ingest__entity_delivery: pl.DataFrame) -> pl.DataFrame:
    return core_ingest__entity_delivery


@table_asset()
def mart_quality__quarantine(core_ingest__entity_quarantine: Handle) -> Query:
    return Query(quarantine_sql())


def coverage_mart(scale: str) -> dg.AssetsDefinition:
    """``mart_quality__coverage`` over the reference tables that carry a status."""
    names = [t.name for t in REFERENCE_TABLES if scale in t.scales and "status_code" in t.columns]

    @dg.asset(
        name="mart_quality__coverage",
        code_version="1",
        ins={name: dg.AssetIn(dagster_type=Handle) for name in names},
        **describe(TABLES["mart_quality__coverage"]),
    )
    def coverage(**handles: Handle) -> Query:
        return Query(draft_sql(sorted(handles.values())))

    return coverage


def figure_marts(scale: str) -> list[str]:
    """Names of the marts that sentences, check results and the run's own row look back on."""
    return [table.name for table in MART_TABLES if scale in table.scales and table.name not in LAST_MARTS]


def check_mart(scale: str) -> dg.AssetsDefinition:
    """``mart_quality__check``: after every other mart, so that their checks are among the results."""

    @dg.asset(
        name="mart_quality__check",
        code_version="1",
        ins={name: dg.AssetIn(dagster_type=Handle) for name in [*figure_marts(scale), "mart_overview__finding"]},
        **describe(TABLES["mart_quality__check"]),
    )
    def check(warehouse: dg.ResourceParam[Warehouse], **marts: Handle) -> pl.DataFrame:
        return read_results(warehouse)

    return check


def run_mart(scale: str) -> dg.AssetsDefinition:
    """``mart_meta__run``: what this refresh is, with the hash of everything else it shows."""

    @dg.asset(
        name="mart_meta__run",
        code_version="1",
        ins={name: dg.AssetIn(dagster_type=Handle) for name in [*figure_marts(scale), "mart_overview__finding"]},
        **describe(TABLES["mart_meta__run"]),
    )
    def run(
        context: dg.AssetExecutionContext,
        house: dg.ResourceParam[House],
        warehouse: dg.ResourceParam[Warehouse],
        **marts: Handle,
    ) -> pl.DataFrame:
        frames = {name: warehouse.read_table(handle) for name, handle in marts.items()}
        facts = run_facts(house, frames) | {
            "run_id": context.run_id,
            "published_at": datetime.now(UTC).replace(tzinfo=None, microsecond=0),
            "content_hash": content_hash(frames),
        }
        return pl.DataFrame([facts], schema=TABLES["mart_meta__run"].polars_schema())

    return run


def run_facts(house: House, marts: dict[str, pl.DataFrame]) -> dict[str, object]:
    """What a refresh looked at: pack, day, counts. Nothing here depends on when it ran."""
    pack, agencies, register = house.pack, marts["mart_ref__agency"], marts["mart_hr__headcount"]
    groups = marts.get("mart_gap__group_skill")
    by_group = (
        groups.group_by("agency_id", "seniority_code").agg(pl.col("is_shown").any()) if groups is not None else None
    )
    n_people, n_respondents = respondents_of(marts, agencies)
    is_same_people = pack.scale == "anchored"  # a register of head counts says nothing on who could have replied
    return {
        "pack_id": pack.pack_id,
        "pack_version": pack.version,
        **{f"pack_name_{language}": pack.name[language] for language in ("kk", "ru", "en")},
        "is_synthetic": pack.is_synthetic,
        "scale_code": pack.scale,
        "languages": " ".join(pack.languages),
        "time_zone": pack.time_zone,
        "currency_code": pack.currency_code,
        "as_of_date": house.today,
        "data_date": register["reference_date"].max(),
        "code_version": code_version(),
        "min_respondents": house.min_respondents,
        "n_people": n_people,
        "n_respondents": n_respondents,
        "response_share": n_respondents / n_people if is_same_people and 0 < n_respondents <= n_people else None,
        "n_groups": by_group.height if by_group is not None else None,
        "n_groups_hidden": by_group.filter(~pl.col("is_shown")).height if by_group is not None else None,
    }


def respondents_of(marts: dict[str, pl.DataFrame], agencies: pl.DataFrame) -> tuple[int, int]:
    """(people, respondents) of the whole country, as the marts show them."""
    n_people = int(agencies["n_people"].sum())
    if "mart_climate__agency_item" in marts:
        whole = marts["mart_climate__agency_item"].filter(pl.col("agency_id") == "all")
        return n_people, int(whole["n_respondents"].max() or 0)
    nation = marts["mart_gap__scope_skill"].filter(pl.col("scope_code") == "nation")
    return n_people, int(nation["n_respondents"].max() or 0)
