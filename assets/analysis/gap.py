"""Gaps of groups and scopes, their ranks and sensitivity, and what gap a person may be expected to have."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets.resources.house import House
from assets.resources.tables import describe, table_asset
from assets.resources.warehouse import Handle, Warehouse
from skills_models.contracts import TABLES
from skills_models.disclosure.gate import shown_groups
from skills_models.estimation.draws import skill_draws
from skills_models.estimation.gaps import group_gaps, scope_gaps
from skills_models.estimation.predictive import predictive_gaps
from skills_models.estimation.priorities import priorities
from skills_models.estimation.sensitivity import sensitivities
from skills_models.estimation.skill_model import fit_skill_models
from skills_models.measurement.scale import units_per_level
from skills_models.sql.elements import cell_item_sql
from skills_models.sql.skill import cell_pattern_sql, joint_measure_sql
from skills_models.survey.elements import element_shares

SENSITIVITY_DRAWS = 100  # enough for an interval that stands beside the published one

GAP_TABLES = (
    "analysis_gap__assn_group_skill",
    "analysis_gap__assn_scope_skill",
    "analysis_gap__assn_sensitivity",
    "analysis_gap__assn_priority",
    "analysis_gap__assn_predictive",
)


@dg.multi_asset(
    name="gap_estimates",
    outs={name: dg.AssetOut(**describe(TABLES[name]), code_version="1") for name in GAP_TABLES},
)
def gap_estimates(
    house: dg.ResourceParam[House],
    warehouse: dg.ResourceParam[Warehouse],
    analysis_skill__assn_person_skill: Handle,
    analysis_skill__fit_pattern: Handle,
    analysis_survey__entity_flag: Handle,
    analysis_skill__fit_cell_draw: pl.DataFrame,
    analysis_skill__fit_variance: pl.DataFrame,
    analysis_skill__fit_scale: pl.DataFrame,
    analysis_skill__fit_leniency: pl.DataFrame,
    analysis_skill__assn_cell_skill: pl.DataFrame,
    analysis_survey__assn_cell: pl.DataFrame,
    analysis_survey__fit_weight: pl.DataFrame,
    core_ref__entity_item: pl.DataFrame,
    core_ref__assn_role_profile: pl.DataFrame,
    core_ref__assn_skill_weight: pl.DataFrame,
    core_ref__codes_agency: pl.DataFrame,
) -> Iterator[dg.Output[pl.DataFrame]]:
    register = (analysis_skill__fit_scale, core_ref__assn_role_profile, analysis_survey__assn_cell)
    draws = skill_draws(analysis_skill__fit_cell_draw, analysis_skill__fit_variance, *register)
    variances, cell_draws = fit_skill_models(
        warehouse.read(cell_pattern_sql(with_flagged=True)),
        warehouse.read(joint_measure_sql(sorted(analysis_skill__fit_scale["skill_code"]))),
        analysis_survey__assn_cell,
        analysis_skill__fit_scale,
        core_ref__codes_agency,
        SENSITIVITY_DRAWS,
    )
    with_flagged = skill_draws(cell_draws, variances, *register)
    counted = (analysis_skill__assn_cell_skill, analysis_survey__assn_cell, analysis_survey__fit_weight)
    units = units_per_level(core_ref__entity_item)
    groups = group_gaps(draws, *counted, units)
    scopes = scope_gaps(draws, *counted, core_ref__codes_agency, units)
    ranked = shown_groups(groups, scopes, core_ref__codes_agency, house.min_respondents)
    frames = (
        groups,
        scopes,
        sensitivities(draws, analysis_skill__fit_leniency, with_flagged),
        priorities(draws, core_ref__assn_skill_weight, ranked),
        predictive_gaps(draws, analysis_skill__assn_cell_skill, house.min_respondents),
    )
    for name, frame in zip(GAP_TABLES, frames, strict=True):
        yield dg.Output(frame, name)


@table_asset()
def analysis_gap__assn_element(
    warehouse: dg.ResourceParam[Warehouse],
    analysis_survey__assn_cell: pl.DataFrame,
    analysis_survey__entity_respondent: Handle,
    core_survey__assn_answer: Handle,
    core_ref__entity_item: Handle,
    analysis_survey__fit_weight: pl.DataFrame,
    core_ref__codes_agency: pl.DataFrame,
) -> pl.DataFrame:
    return element_shares(
        warehouse.read(cell_item_sql()), analysis_survey__assn_cell, analysis_survey__fit_weight, core_ref__codes_agency
    )
