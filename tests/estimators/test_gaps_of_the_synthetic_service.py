"""From answer sheets to gaps and sentences on a civil service whose truth is known."""

from datetime import date, datetime

import duckdb
import numpy as np
import polars as pl
import pytest

from skills_models.contracts import TABLES
from skills_models.disclosure.gate import protect_gaps
from skills_models.estimation.gaps import group_gaps, scope_gaps
from skills_models.findings import overview_findings
from skills_models.measurement.scale import units_per_level
from skills_models.packs import find_pack, load_pack
from skills_models.sql.skill import cell_skill_sql, person_skill_sql
from skills_models.sql.survey import cell_sql, weighted_respondent_sql
from skills_models.survey.weights import cell_weights
from skills_models.synthetic import generate

AS_OF = date(2026, 11, 14)
PACK = load_pack(find_pack("kz"))
ITEMS, AGENCIES = PACK.tables["core_ref__entity_item"], PACK.tables["core_ref__codes_agency"]
GROUP_SKILL = ["agency_id", "seniority_code", "skill_code"]


def records(person):
    """The records that a clean delivery of these people amounts to."""
    replied = person.filter("is_respondent")
    answers = replied.select(pl.col("identity_number").alias("respondent_id"), pl.col("^answer_.*$").cast(pl.Int64))
    return {
        "core_hr__scd_employee": person.select(
            pl.col("identity_number").alias("person_id"), "agency_id", "seniority_code", "job_family_code",
            valid_from=pl.lit(date(2026, 10, 1)), valid_to=pl.lit(None, pl.Date),
        ),
        "core_survey__entity_respondent": replied.select(
            pl.col("identity_number").alias("person_id"), pl.col("identity_number").alias("respondent_id"),
            "language_code", wave_id=pl.lit("2026"), submitted_at=pl.lit(datetime(2026, 11, 1)),
            may_use_for_nomination=pl.lit(True),
        ),
        "core_survey__assn_answer": answers.unpivot(
            index="respondent_id", variable_name="item_code", value_name="answer_level"
        ).drop_nulls().with_columns(pl.col("item_code").str.strip_prefix("answer_")),
        "core_ref__entity_item": ITEMS,
        "core_ref__assn_role_profile": PACK.tables["core_ref__assn_role_profile"],
    }  # fmt: skip


def gaps_of(person):
    """analysis_gap__assn_group_skill and analysis_gap__assn_scope_skill."""
    units = units_per_level(ITEMS)
    with duckdb.connect() as connection:

        def keep(name, frame):
            connection.register("given", frame)
            connection.sql(f"CREATE TABLE {name} AS FROM given")

        def run(name, query):
            connection.sql(f"CREATE TABLE {name} AS {query}")
            return TABLES[name].enforce(connection.sql(f"FROM {name}").pl())

        for name, frame in records(person).items():
            keep(name, frame)
        cells = run("analysis_survey__assn_cell", cell_sql(AS_OF))
        weights = cell_weights(cells)
        keep("weights", weights)
        run("analysis_survey__entity_respondent", weighted_respondent_sql(AS_OF, "weights"))
        run("analysis_skill__assn_person_skill", person_skill_sql(units, PACK.survey.min_rated_items))
        cell_skill = run("analysis_skill__assn_cell_skill", cell_skill_sql())
    groups = group_gaps(cell_skill, cells, weights, units)
    return groups, scope_gaps(cell_skill, cells, weights, AGENCIES, units)


def coverage(groups, truth):
    """Per row of a group with at least ten respondents: whether the interval holds the truth of the whole group."""
    shown = groups.filter(pl.col("n_respondents") >= 10).join(truth, on=GROUP_SKILL, suffix="_true")
    share = pl.col("true_below_share")
    inside = share.is_between(pl.col("below_share_lo") - 1e-12, pl.col("below_share_hi") + 1e-12)
    return shown.select(inside.alias("inside"))["inside"].to_numpy()


@pytest.fixture(scope="module")
def service():
    return generate(PACK, 20_000, clean=True)


@pytest.fixture(scope="module")
def estimated(service):
    return gaps_of(service.truth["person"])


def test_intervals_cover_whole_groups_where_response_does_not_depend_on_skill(service, estimated):
    other = generate(PACK, 10_000, seed=7, clean=True)
    inside = [coverage(estimated[0], service.truth["group"])]
    inside.append(coverage(gaps_of(other.truth["person"])[0], other.truth["group"]))

    assert all(len(rows) > 500 and 0.85 <= rows.mean() <= 0.95 for rows in inside)


def test_nothing_repairs_a_response_that_depends_on_skill():
    service = generate(PACK, 10_000, clean=True, response_on_skill=1.0)

    assert coverage(gaps_of(service.truth["person"])[0], service.truth["group"]).mean() < 0.8


def test_people_and_replies_add_up_at_every_height(service, estimated):
    groups, scopes = estimated
    person = service.truth["person"]
    usr = pl.col("skill_code") == "USR"
    bands = groups.filter(usr & (pl.col("seniority_code") != "all"))
    bodies = groups.filter(usr & (pl.col("seniority_code") == "all"))

    for part in (bands, bodies, *(scopes.filter(usr & (pl.col("scope_code") == s)) for s in ("nation", "agency_kind"))):
        assert part["n_people"].sum() == person.height
        assert part["n_respondents"].sum() == person["is_respondent"].sum()


def test_the_planted_gaps_are_found_and_said(estimated):
    reference = {"skill": "entity_skill", "agency": "codes_agency", "agency_kind": "codes_agency_kind"}
    labels = {f"mart_ref__{name}": PACK.tables[f"core_ref__{table}"] for name, table in reference.items()}
    meta = {"scale_code": "anchored", "is_synthetic": True}
    marts = protect_gaps(*estimated, AGENCIES)
    found = overview_findings({**labels, **marts}, meta)
    said = dict(zip(found["finding_code"], found["finding_text_en"], strict=True))

    assert "“User centricity”" in said["where"]
    assert "District unit" in said["where"]
    assert "Central" not in said["where"]
    assert "replies number 14 " in said["unknown_agency"]
    assert "do not overlap" in said["contrast"]


def test_most_people_are_in_groups_that_can_be_shown(estimated):
    shown = protect_gaps(*estimated, AGENCIES)["mart_gap__group_skill"].filter(pl.col("skill_code") == "USR")
    people = shown["n_people"].to_numpy()

    assert people[shown["is_shown"].to_numpy()].sum() / people.sum() > 0.8
    assert np.unique(shown["hidden_reason_code"].drop_nulls()).size > 1
