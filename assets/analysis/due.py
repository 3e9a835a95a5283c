"""Who must be trained by when, in law."""

import dagster as dg

from assets.resources.house import House
from assets.resources.tables import table_asset
from assets.resources.warehouse import Handle, Query
from skills_models.sql.due import due_sql


@table_asset()
def analysis_due__entity_person(
    house: dg.ResourceParam[House], core_hr__scd_employee: Handle, core_training__entity_completion: Handle
) -> Query:
    return Query(due_sql(house.today, house.rules))
