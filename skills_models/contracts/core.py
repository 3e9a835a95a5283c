"""Records: reference data of the pack, judged deliveries, and what they amount to."""

from __future__ import annotations

from skills_models.contracts.fields import names, select
from skills_models.contracts.model import Column, Table
from skills_models.contracts.raw import RAW_TABLES

ANCHORED = ("anchored",)


def intake_table(raw: Table) -> Table:
    """The judged twin of a raw table: every delivered row with its typed values and its fate."""
    typed: dict[str, Column] = {name: column.optional() for name, column in raw.columns.items()}
    for column in select("delivery_id source_file source_row"):
        typed[column] = raw.columns[column]
    unchecked = {
        name: Column(c.dtype, c.description, c.unit, c.nullable, pii=c.pii, disclosure=c.disclosure)
        for name, c in typed.items()
    }
    fate = select("fate_code reason_code? column_name? value_shape? n_repaired n_unmapped")
    return Table(
        "core_intake__entity_" + raw.name.removeprefix("raw_").replace("__", "_"),
        f"row of {raw.name} with typed values and where it ends",
        raw.key,
        unchecked | fate,
        raw.scales,
    )


INTAKE_TABLES = {raw.name: intake_table(raw) for raw in RAW_TABLES}

REFERENCE_TABLES = (
    Table(
        "core_ref__codes_agency",
        "state body",
        ("agency_id",),
        select(
            f"agency_id agency_kind_code {names('agency_name')} parent_agency_id? region_code? valid_from? valid_to? "
            "successor_agency_id? aliases? is_synthetic"
        ),
    ),
    Table(
        "core_ref__codes_agency_kind",
        "kind of state body",
        ("agency_kind_code",),
        select(f"agency_kind_code agency_kind_order {names('agency_kind_name')}"),
    ),
    Table(
        "core_ref__codes_region",
        "region",
        ("region_code",),
        select(f"region_code {names('region_name')} aliases? geometry_geojson?"),
    ),
    Table(
        "core_ref__codes_seniority",
        "seniority band",
        ("seniority_code",),
        select(f"seniority_code seniority_order {names('seniority_name')}"),
    ),
    Table(
        "core_ref__codes_grade",
        "category of posts",
        ("grade_code",),
        select("grade_code series_code seniority_code status_code source_name"),
    ),
    Table(
        "core_ref__codes_job_family",
        "job family",
        ("job_family_code",),
        select(f"job_family_code {names('job_family_name')} aliases?"),
        ANCHORED,
    ),
    Table(
        "core_ref__codes_alias",
        "spelling of a code in deliveries",
        ("list_code", "alias_folded"),
        select("list_code alias_folded code"),
    ),
    Table(
        "core_ref__entity_item",
        "survey item",
        ("item_code",),
        select(f"item_code element_code? skill_code? {names('item_text')} status_code source_name note?"),
    ),
    Table(
        "core_ref__entity_item_option",
        "option of a survey item",
        ("item_code", "option_order"),
        select(f"item_code option_order answer_level? {names('option_text')}"),
    ),
    Table(
        "core_ref__entity_skill",
        "skill of the pack's framework",
        ("skill_code",),
        select(f"skill_code skill_order {names('skill_name')}"),
    ),
    Table(
        "core_ref__assn_role_profile",
        "requirement of a job family and band on a skill",
        ("job_family_code", "seniority_code", "skill_code"),
        select("job_family_code seniority_code skill_code required_level status_code source_name"),
        ANCHORED,
    ),
    Table(
        "core_ref__assn_skill_weight",
        "weight of a skill in a named scenario",
        ("weight_scenario_code", "skill_code"),
        select(f"weight_scenario_code {names('weight_scenario_name')} skill_code skill_weight status_code"),
        ANCHORED,
    ),
    Table(
        "core_ref__fit_bank_item",
        "item of a version of the item bank, in all languages ('all') or in one of its own",
        ("bank_version", "item_code", "language_code"),
        select(
            "bank_version item_code language_code skill_code slope slope_error? threshold_1 threshold_2 threshold_3 "
            "threshold_error? n_calibration misfit_rmsea? language_shift?"
        ),
        ANCHORED,
    ),
    Table(
        "core_ref__fit_bank_scale",
        "skill in a version of the item bank",
        ("bank_version", "skill_code"),
        select(
            "bank_version skill_code calibrated_on n_calibration n_items reliability population_mean population_sd "
            "link_code functioning_code quadrature_change status_code source_name"
        ),
        ANCHORED,
    ),
    Table(
        "core_framework__entity_competency",
        "competency of a framework",
        ("framework_id", "competency_id"),
        select(
            "framework_id competency_id parent_competency_id? competency_kind_code competency_order "
            f"{names('competency_name')} {names('competency_text').replace(' ', '? ')}? status_code source_name"
        ),
    ),
    Table(
        "core_framework__assn_crosswalk",
        "mapping of a competency to a counterpart",
        ("subject_framework_id", "subject_id", "object_framework_id", "object_id"),
        select(
            "subject_framework_id subject_id object_framework_id object_id predicate_id ext_weight confidence "
            "status_code comment?"
        ),
    ),
)

RECORD_TABLES = (
    Table(
        "core_hr__scd_employee",
        "person in one register period, by main posting",
        ("person_id", "reference_date"),
        select(
            "person_id reference_date valid_from valid_to? agency_id region_code? grade_code seniority_code "
            "job_family_code service_start_date? appointed_date? is_first_leading_post? speaks_kk? speaks_ru? "
            "speaks_en?"
        ),
        ANCHORED,
    ),
    Table(
        "core_hr__entity_staff_ref",
        "staff number of a person, for shortlists alone",
        ("person_id",),
        select("person_id agency_id staff_ref"),
        ANCHORED,
    ),
    Table(
        "core_hr__wave_headcount",
        "head count of a body's grade on one register date",
        ("reference_date", "agency_id", "grade_code", "seniority_code"),
        select("reference_date agency_id grade_code seniority_code n_people"),
    ),
    Table(
        "core_survey__entity_respondent",
        "answer sheet that counts",
        ("respondent_id",),
        select(
            "respondent_id person_id wave_id agency_id? seniority_code? language_code? submitted_at? duration_seconds? "
            "may_use_for_nomination design_weight?"
        ),
    ),
    Table(
        "core_survey__assn_answer",
        "valid answer",
        ("respondent_id", "item_code"),
        select("respondent_id item_code answer_level"),
    ),
    Table(
        "core_rating__assn_answer",
        "valid answer of a supervisor about a person",
        ("person_id", "rater_id", "wave_id", "item_code"),
        select("person_id rater_id wave_id item_code answer_level"),
        ANCHORED,
    ),
    Table(
        "core_training__entity_completion",
        "course taken by a person",
        (),
        select("person_id training_kind_code course_hours completed_date completion_status_code is_innovation?"),
        ANCHORED,
    ),
    Table(
        "core_training__entity_course",
        "course of the catalogue",
        ("course_id",),
        select(
            f"course_id topic_code {names('course_name')} training_kind_code course_hours seat_cost mode_code "
            "track_code status_code"
        ),
        ANCHORED,
    ),
    Table(
        "core_training__entity_session",
        "session of a course",
        ("session_id",),
        select("session_id course_id start_date quarter_code language_code region_code? seats_per_session min_seats"),
        ANCHORED,
    ),
    Table(
        "core_training__assn_course_effect",
        "effect of a course on an element",
        ("course_id", "element_code"),
        select("course_id element_code skill_code effect_levels effect_sd_levels status_code source_reference?"),
        ANCHORED,
    ),
    Table(
        "core_ingest__wave_profile",
        "column of one kind of data in one delivery",
        ("delivery_id", "source_code", "column_name"),
        select("delivery_id source_code column_name n_rows n_distinct null_share out_of_list_share"),
    ),
    Table(
        "core_ingest__entity_quarantine",
        "delivered row set aside",
        ("delivery_id", "source_file", "source_row"),
        select("delivery_id source_file source_row source_code reason_code column_name? value_shape? hint"),
    ),
    Table(
        "core_ingest__entity_duplicate",
        "delivered row that repeats or is replaced by another",
        ("delivery_id", "source_file", "source_row"),
        select("delivery_id source_file source_row source_code reason_code"),
    ),
    Table(
        "core_ingest__entity_delivery",
        "kind of data in one delivery",
        ("delivery_id", "source_code"),
        select(
            "delivery_id source_code reference_date? n_delivered n_core n_quarantined n_duplicate n_repaired n_unmapped"
        ),
    ),
)

CORE_TABLES = (*REFERENCE_TABLES, *INTAKE_TABLES.values(), *RECORD_TABLES)
