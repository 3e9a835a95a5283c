"""Protected aggregates: exactly what a screen or an export shows. No row concerns a person."""

from __future__ import annotations

from skills_models.contracts.fields import names, select
from skills_models.contracts.model import Table

ANCHORED, AGREEMENT = ("anchored",), ("agreement",)

_GAP = (
    "skill_code n_people n_respondents? response_share? effective_n? below_share? below_share_lo? below_share_hi? "
    "below_weighted_share? relative_share? relative_share_lo? relative_share_hi? position_code? shortfall_levels? "
    "n_people_below? n_people_below_lo? n_people_below_hi? is_shown hidden_reason_code"
)

GAP_MARTS = (
    Table(
        "mart_gap__group_skill",
        "agency, seniority band and skill",
        ("agency_id", "seniority_code", "skill_code"),
        select(f"agency_id seniority_code {_GAP}"),
        ANCHORED,
    ),
    Table(
        "mart_gap__agency_skill",
        "agency and skill",
        ("agency_id", "skill_code"),
        select(f"agency_id {_GAP}"),
        ANCHORED,
    ),
    Table(
        "mart_gap__scope_skill",
        "nation, kind of body or region, and skill",
        ("scope_code", "scope_id", "skill_code"),
        select(f"scope_code scope_id {_GAP}"),
        ANCHORED,
    ),
)

PRIORITY_MARTS = (
    Table(
        "mart_gap__sensitivity",
        "shown body or band ('all' for the nation and for whole bodies), skill and assumption",
        ("agency_id", "seniority_code", "skill_code", "sensitivity_code"),
        select("agency_id seniority_code skill_code sensitivity_code below_share below_share_lo below_share_hi"),
        ANCHORED,
    ),
    Table(
        "mart_gap__priority",
        "agency x seniority group and weights",
        ("weight_scenario_code", "agency_id", "seniority_code"),
        select(
            f"weight_scenario_code {names('weight_scenario_name')} agency_id seniority_code n_people n_respondents? "
            "need_levels? need_lo_levels? need_hi_levels? top_probability? rank_lo? rank_hi? tied_bracket? "
            "is_named_top? is_shown hidden_reason_code"
        ),
        ANCHORED,
    ),
    Table(
        "mart_gap__element",
        "nation, kind of body, region or body, and survey item",
        ("scope_code", "scope_id", "item_code"),
        select(
            "scope_code scope_id item_code skill_code n_people n_respondents? n_answers? at_level_1_share? "
            "at_level_2_share? at_level_3_share? is_shown hidden_reason_code"
        ),
        ANCHORED,
    ),
)

METHOD_MARTS = (
    Table(
        "mart_method__scale",
        "skill with its scale",
        ("skill_code",),
        select(
            "skill_code bank_version calibrated_on n_calibration n_items reliability link_code functioning_code "
            "quadrature_change cut_1 cut_2 cut_3 theta_per_level status_code"
        ),
        ANCHORED,
    ),
    Table(
        "mart_method__item",
        "survey item ('all' languages or one of its own) of the bank in force",
        ("item_code", "language_code"),
        select(
            "item_code language_code skill_code slope slope_error? threshold_1 threshold_2 threshold_3 "
            "threshold_error? n_calibration misfit_rmsea? language_shift?"
        ),
        ANCHORED,
    ),
    Table(
        "mart_method__variance",
        "skill and source of differences between people",
        ("skill_code", "component_code"),
        select("skill_code component_code component_sd_levels component_sd_lo_levels component_sd_hi_levels"),
        ANCHORED,
    ),
    Table(
        "mart_survey__flag",
        "flag of answer sheets and skill: the nation with and without the flagged",
        ("flag_code", "skill_code"),
        select("flag_code skill_code n_measured n_flagged? below_weighted_share? below_unflagged_share?"),
        ANCHORED,
    ),
    Table(
        "mart_survey__coverage",
        "body and how well its people are heard",
        ("agency_id",),
        select(
            "agency_id n_people n_respondents? response_share? heard_people_share? design_effect? effective_n? "
            "evidence_state_code n_double_ratings? leniency_levels? leniency_lo_levels? leniency_hi_levels? is_shown "
            "hidden_reason_code"
        ),
        ANCHORED,
    ),
)

NEEDS_MARTS = (
    Table(
        "mart_needs__segment",
        "needs segment",
        ("segment_id",),
        select(f"segment_id {names('segment_name')} n_groups n_people headcount_share"),
        ANCHORED,
    ),
    Table(
        "mart_needs__segment_skill",
        "needs segment and skill",
        ("segment_id", "skill_code"),
        select("segment_id skill_code segment_shortfall_levels segment_deviation_levels"),
        ANCHORED,
    ),
    Table(
        "mart_needs__group_segment",
        "agency x seniority group",
        ("agency_id", "seniority_code"),
        select("agency_id seniority_code n_people segment_id? distance_ratio? is_shown hidden_reason_code"),
        ANCHORED,
    ),
    Table(
        "mart_needs__course_coverage",
        "skill and what the catalogue offers for it",
        ("skill_code",),
        select("skill_code n_people_below? n_courses n_seats_offered n_seats has_course"),
        ANCHORED,
    ),
)

QUOTA_MARTS = (
    Table(
        "mart_quota__course_group",
        "course, agency and seniority band with seats ('all': bands under ten eligible)",
        ("quarter_code", "course_id", "agency_id", "seniority_code"),
        select(
            "quarter_code course_id agency_id seniority_code n_eligible n_seats n_seats_statutory n_seats_pro_rata "
            "n_hours total_cost reason_code top_skill_code? below_share? below_share_lo? below_share_hi? "
            "binding_rule_code?"
        ),
        ANCHORED,
    ),
    Table(
        "mart_quota__rule",
        "rule of the plan",
        ("rule_code",),
        select(
            f"rule_code {names('rule_name')} rule_limit rule_used rule_unit is_binding source_reference status_code"
        ),
        ANCHORED,
    ),
    Table(
        "mart_quota__agency_hours",
        "agency and its hours in the planning year",
        ("agency_id",),
        select(
            "agency_id n_people allowed_hours used_hours planned_hours n_seats innovation_planned_share? "
            "innovation_used_share?"
        ),
        ANCHORED,
    ),
    Table(
        "mart_quota__plan",
        "way of allotting the same sessions, for comparison",
        ("plan_code",),
        select("plan_code n_seats n_hours total_cost closure_levels n_served"),
        ANCHORED,
    ),
    Table(
        "mart_due__agency_quarter",
        "agency, duty and quarter in which it falls due",
        ("agency_id", "due_kind_code", "quarter_code"),
        select("agency_id due_kind_code quarter_code n_due n_served"),
        ANCHORED,
    ),
)

MAPPING_MARTS = (
    Table(
        "mart_framework__crosswalk",
        "competency and counterpart; 'residual' is what has none",
        ("subject_framework_id", "subject_id", "object_framework_id", "object_id"),
        select(
            f"subject_framework_id subject_id {names('subject_name')} object_framework_id object_id "
            f"{names('object_name').replace(' ', '? ')}? predicate_id? ext_weight confidence? status_code comment?"
        ),
    ),
    Table(
        "mart_framework__item",
        "survey item, what it speaks to and how often it is answered",
        ("item_code",),
        select(
            f"item_code element_code? skill_code? {names('item_text')} n_answers? n_missing? missing_share? "
            "status_code note?"
        ),
    ),
    Table(
        "mart_framework__role_profile",
        "requirement of a job family and band on a skill",
        ("job_family_code", "seniority_code", "skill_code"),
        select("job_family_code seniority_code skill_code required_level n_people status_code source_name"),
        ANCHORED,
    ),
)

REFERENCE_MARTS = (
    Table(
        "mart_ref__agency",
        "state body",
        ("agency_id",),
        select(
            f"agency_id agency_kind_code region_code? {names('agency_name')} is_synthetic n_people n_respondents? "
            "response_share?"
        ),
    ),
    Table(
        "mart_ref__agency_kind",
        "kind of state body",
        ("agency_kind_code",),
        select(f"agency_kind_code agency_kind_order {names('agency_kind_name')}"),
    ),
    Table(
        "mart_ref__region",
        "region with its boundary",
        ("region_code",),
        select(f"region_code {names('region_name')} geometry_geojson?"),
    ),
    Table(
        "mart_ref__seniority",
        "seniority band",
        ("seniority_code",),
        select(f"seniority_code seniority_order {names('seniority_name')}"),
    ),
    Table(
        "mart_ref__job_family",
        "job family",
        ("job_family_code",),
        select(f"job_family_code {names('job_family_name')}"),
        ANCHORED,
    ),
    Table(
        "mart_ref__skill",
        "skill of the framework",
        ("skill_code",),
        select(f"skill_code skill_order {names('skill_name')}"),
    ),
    Table(
        "mart_ref__course",
        "course of the catalogue",
        ("course_id",),
        select(
            f"course_id topic_code {names('course_name')} course_hours seat_cost mode_code track_code is_innovation "
            "is_statutory n_sessions n_seats_offered n_seats status_code"
        ),
        ANCHORED,
    ),
    Table(
        "mart_hr__headcount",
        "agency and register date",
        ("agency_id", "reference_date"),
        select("agency_id reference_date n_people"),
    ),
)

CLIMATE_MARTS = (
    Table(
        "mart_climate__agency_item",
        "agency ('all' for the survey) and item",
        ("agency_id", "item_code"),
        select(
            "agency_id item_code n_respondents? n_answers? positive_share? positive_weighted_share? "
            "positive_poststratified_share? positive_share_lo? positive_share_hi? relative_position_share? "
            "position_code? is_shown hidden_reason_code"
        ),
        AGREEMENT,
    ),
    Table(
        "mart_climate__agency_skill",
        "agency and skill: mean over the items that speak to it",
        ("agency_id", "skill_code"),
        select(
            "agency_id skill_code n_items n_respondents? positive_weighted_share? relative_position_share? is_shown "
            "hidden_reason_code"
        ),
        AGREEMENT,
    ),
)

QUALITY_MARTS = (
    Table(
        "mart_quality__delivery",
        "kind of data in one delivery",
        ("delivery_id", "source_code"),
        select(
            "delivery_id source_code reference_date? n_delivered n_core n_quarantined n_duplicate n_repaired n_unmapped"
        ),
    ),
    Table(
        "mart_quality__file",
        "delivered file, read or rejected as a whole",
        ("delivery_id", "source_file"),
        select("delivery_id source_file source_code reference_date? n_rows reason_code? hint?"),
    ),
    Table(
        "mart_quality__quarantine",
        "reason rows of a delivery were set aside",
        ("delivery_id", "source_code", "reason_code", "column_name", "value_shape"),
        select("delivery_id source_code reason_code column_name value_shape hint n_rows"),
    ),
    Table(
        "mart_quality__check",
        "rule checked in the run",
        ("table_name", "check_name"),
        select("table_name check_name reason_text severity_code passed n_failed"),
    ),
    Table(
        "mart_quality__coverage",
        "share of drafts among the reference rows of a table",
        ("table_name",),
        select("table_name n_rows draft_share"),
    ),
    Table(
        "mart_overview__finding",
        "sentence of the overview",
        ("finding_order",),
        select(f"finding_order finding_code {names('finding_text')} screen_code figure?"),
    ),
    Table(
        "mart_meta__run",
        "refresh that made this snapshot: one row",
        ("run_id",),
        select(
            f"run_id pack_id pack_version {names('pack_name')} is_synthetic scale_code languages time_zone "
            "currency_code as_of_date data_date? published_at code_version min_respondents "
            "n_people n_respondents response_share? n_groups? n_groups_hidden? content_hash"
        ),
    ),
)

MART_TABLES = (
    *GAP_MARTS,
    *PRIORITY_MARTS,
    *METHOD_MARTS,
    *NEEDS_MARTS,
    *QUOTA_MARTS,
    *MAPPING_MARTS,
    *REFERENCE_MARTS,
    *CLIMATE_MARTS,
    *QUALITY_MARTS,
)
