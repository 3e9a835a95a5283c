"""Intake: every delivered row typed and judged; it ends in the records, in quarantine or as a duplicate."""

import dagster as dg

from assets.raw.landing import raw_tables
from assets.resources.house import House
from assets.resources.tables import describe
from assets.resources.warehouse import Handle, Query
from skills_models.contracts import FILE_TABLE, INTAKE_TABLES, Table
from skills_models.sql.intake import intake_sql

ELEMENT_LISTS = ("core_ref__entity_item", "core_ref__entity_skill", "core_framework__entity_competency")


def intake_asset(raw: Table) -> dg.AssetsDefinition:
    """The asset that judges the rows of one raw table."""
    judged = INTAKE_TABLES[raw.name]
    elements = ELEMENT_LISTS if "element_code" in raw.columns else ()
    read = (raw.name, FILE_TABLE.name, "core_ref__codes_alias", *elements)

    @dg.asset(
        name=judged.name,
        code_version="1",
        ins={name: dg.AssetIn(dagster_type=Handle) for name in read},
        **describe(judged),
    )
    def intake(house: dg.ResourceParam[House], **tables: Handle) -> Query:
        return Query(intake_sql(raw, house.pack, house.today))

    return intake


def intake_assets(scale: str) -> list[dg.AssetsDefinition]:
    """Intake assets of packs with this survey scale."""
    return [intake_asset(raw) for raw in raw_tables(scale)]
