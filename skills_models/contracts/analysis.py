"""Estimates before the disclosure gate: nothing here leaves the house."""

from __future__ import annotations

from skills_models.contracts.fields import names, select
from skills_models.contracts.model import Table

ANCHORED, AGREEMENT = ("anchored",), ("agreement",)

_COUNTS = "n_people n_respondents n_measured n_unflagged response_share"
_SHARES = (
    "effective_n? below_share? below_share_lo? below_share_hi? below_weighted_share? relative_share? "
    "relative_share_lo? relative_share_hi? shortfall_levels? shortfall_direct_levels? n_people_below? "
    "n_people_below_lo? n_people_below_hi?"
)

ANALYSIS_TABLES = (
    # -- survey: who answered, and for how many people they stand
    Table(
        "analysis_survey__entity_respondent",
        "respondent of the current wave with the register's facts",
        ("person_id",),
        select(
            "person_id respondent_id agency_id seniority_code job_family_code language_code? "
            "may_use_for_nomination response_weight is_trimmed"
        ),
        ANCHORED,
    ),
    Table(
        "analysis_survey__entity_flag",
        "respondent of the current wave and what is odd about the sheet",
        ("person_id",),
        select("person_id is_straight_line is_fast is_repeat"),
        ANCHORED,
    ),
    Table(
        "analysis_survey__assn_cell",
        "agency x seniority x job family on the register",
        ("agency_id", "seniority_code", "job_family_code"),
        select("agency_id seniority_code job_family_code n_people n_respondents"),
        ANCHORED,
    ),
    Table(
        "analysis_survey__fit_weight",
        "cell of the register with respondents and what one of them stands for",
        ("agency_id", "seniority_code", "job_family_code"),
        select("agency_id seniority_code job_family_code n_people n_respondents response_weight is_trimmed"),
        ANCHORED,
    ),
    # -- skill: answers against the requirement
    Table(
        "analysis_skill__assn_person_skill",
        "respondent and skill with enough rated items",
        ("person_id", "skill_code"),
        select(
            "person_id skill_code agency_id seniority_code job_family_code language_code required_level n_rated "
            "sum_levels pattern_id gap_units is_below response_weight"
        ),
        ANCHORED,
    ),
    Table(
        "analysis_skill__assn_cell_skill",
        "agency x seniority x job family and skill: exact counts",
        ("agency_id", "seniority_code", "job_family_code", "skill_code"),
        select(
            "agency_id seniority_code job_family_code skill_code n_people n_measured n_unflagged n_below "
            "sum_shortfall_units"
        ),
        ANCHORED,
    ),
    Table(
        "analysis_skill__fit_scale",
        "skill with the scale of the item bank in force",
        ("skill_code",),
        select("skill_code bank_version cut_1 cut_2 cut_3 theta_per_level"),
        ANCHORED,
    ),
    Table(
        "analysis_skill__fit_pattern",
        "pattern of answers to the items of a skill, scored",
        ("skill_code", "language_code", "pattern_id"),
        select("skill_code language_code pattern_id theta_eap theta_psd measure measure_variance"),
        ANCHORED,
    ),
    Table(
        "analysis_skill__fit_variance",
        "skill and source of differences between people",
        ("skill_code", "component_code"),
        select("skill_code component_code component_sd_levels component_sd_lo_levels component_sd_hi_levels sd_draws"),
        ANCHORED,
    ),
    Table(
        "analysis_skill__fit_cell_draw",
        "agency x seniority x job family and skill: posterior of its mean skill",
        ("agency_id", "seniority_code", "job_family_code", "skill_code"),
        select("agency_id seniority_code job_family_code skill_code mean_draws"),
        ANCHORED,
    ),
    Table(
        "analysis_skill__fit_leniency",
        "agency and how much higher its people rate themselves than supervisors do",
        ("agency_id",),
        select(
            "agency_id n_double_ratings leniency_levels leniency_lo_levels leniency_hi_levels leniency_own_sd_levels "
            "leniency_shared_sd_levels"
        ),
        ANCHORED,
    ),
    # -- gaps
    Table(
        "analysis_gap__assn_group_skill",
        "agency, seniority band ('all' for the body) and skill",
        ("agency_id", "seniority_code", "skill_code"),
        select(f"agency_id seniority_code skill_code {_COUNTS} {_SHARES}"),
        ANCHORED,
    ),
    Table(
        "analysis_gap__assn_scope_skill",
        "nation, kind of body or region, and skill",
        ("scope_code", "scope_id", "skill_code"),
        select(f"scope_code scope_id skill_code {_COUNTS} {_SHARES}"),
        ANCHORED,
    ),
    Table(
        "analysis_gap__assn_sensitivity",
        "body or band ('all' for the nation and for whole bodies), skill and assumption",
        ("agency_id", "seniority_code", "skill_code", "sensitivity_code"),
        select("agency_id seniority_code skill_code sensitivity_code below_share below_share_lo below_share_hi"),
        ANCHORED,
    ),
    Table(
        "analysis_gap__assn_priority",
        "agency x seniority group that may be shown, ranked by need",
        ("weight_scenario_code", "agency_id", "seniority_code"),
        select(
            "weight_scenario_code agency_id seniority_code need_levels need_lo_levels need_hi_levels top_probability "
            "rank_lo rank_hi tied_bracket is_named_top"
        ),
        ANCHORED,
    ),
    Table(
        "analysis_gap__assn_element",
        "nation, kind of body, region or body, and survey item",
        ("scope_code", "scope_id", "item_code"),
        select(
            "scope_code scope_id item_code n_people n_respondents n_answers at_level_1_share? at_level_2_share? "
            "at_level_3_share?"
        ),
        ANCHORED,
    ),
    Table(
        "analysis_gap__assn_predictive",
        "predictive distribution of the gap of a person of the group",
        ("agency_id", "seniority_code", "skill_code"),
        select("agency_id seniority_code skill_code gap_mean_levels gap_sd_levels evidence_code n_respondents"),
        ANCHORED,
    ),
    # -- needs
    Table(
        "analysis_needs__fit_segment",
        "segment and skill",
        ("segment_id", "skill_code"),
        select("segment_id skill_code segment_shortfall_levels segment_deviation_levels"),
        ANCHORED,
    ),
    Table(
        "analysis_needs__assn_group_segment",
        "segmented agency x seniority group",
        ("agency_id", "seniority_code"),
        select("agency_id seniority_code segment_id distance_ratio n_people n_respondents"),
        ANCHORED,
    ),
    # -- law and plan
    Table(
        "analysis_due__entity_person",
        "person and duty in law",
        ("person_id", "due_kind_code"),
        select("person_id due_kind_code agency_id seniority_code due_date"),
        ANCHORED,
    ),
    Table(
        "analysis_quota__assn_eligible",
        "agency x seniority x language x due state: people who can take a seat",
        ("agency_id", "seniority_code", "language_code", "is_statutory", "allowed_hours"),
        select("agency_id seniority_code language_code is_statutory allowed_hours n_people"),
        ANCHORED,
    ),
    Table(
        "analysis_quota__entity_agency_hours",
        "agency and the hours of its people on the register",
        ("agency_id",),
        select("agency_id n_people used_hours recent_hours recent_innovation_hours"),
        ANCHORED,
    ),
    Table(
        "analysis_quota__assn_course_group",
        "course and agency x seniority group with seats",
        ("quarter_code", "course_id", "agency_id", "seniority_code"),
        select(
            "quarter_code course_id agency_id seniority_code n_eligible n_seats n_seats_statutory n_seats_pro_rata "
            "n_hours total_cost seat_value_levels closure_levels top_skill_code? reason_code binding_rule_code?"
        ),
        ANCHORED,
    ),
    Table(
        "analysis_quota__entity_rule",
        "rule of the plan",
        ("rule_code",),
        select(
            f"rule_code {names('rule_name')} rule_limit rule_used rule_unit is_binding source_reference status_code"
        ),
        ANCHORED,
    ),
    Table(
        "analysis_quota__entity_plan",
        "way of allotting the same sessions",
        ("plan_code",),
        select("plan_code n_seats n_hours total_cost closure_levels n_served"),
        ANCHORED,
    ),
    # -- agreement scale
    Table(
        "analysis_climate__assn_agency_item",
        "agency ('all' for the survey) and item",
        ("agency_id", "item_code"),
        select(
            "agency_id item_code n_respondents n_answers n_positive n_missing positive_share? "
            "positive_weighted_share? positive_poststratified_share? positive_share_lo? positive_share_hi? "
            "effective_n? relative_position_share? position_code?"
        ),
        AGREEMENT,
    ),
)
