"""Estimates before the disclosure gate: nothing here leaves the house."""

from __future__ import annotations

from skills_models.contracts.fields import names, select
from skills_models.contracts.model import Table

ANCHORED, AGREEMENT = ("anchored",), ("agreement",)

_SHARES = "below_share? below_share_lo? below_share_hi? below_weighted_share? shortfall_levels?"

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
            "person_id skill_code agency_id seniority_code job_family_code required_level n_rated sum_levels "
            "gap_units is_below response_weight"
        ),
        ANCHORED,
    ),
    Table(
        "analysis_skill__assn_cell_skill",
        "agency x seniority x job family and skill: exact counts",
        ("agency_id", "seniority_code", "job_family_code", "skill_code"),
        select(
            "agency_id seniority_code job_family_code skill_code n_people n_measured n_below sum_gap_units "
            "sum_sq_gap_units sum_shortfall_units"
        ),
        ANCHORED,
    ),
    # -- gaps
    Table(
        "analysis_gap__assn_group_skill",
        "agency, seniority band ('all' for the body) and skill",
        ("agency_id", "seniority_code", "skill_code"),
        select(f"agency_id seniority_code skill_code n_people n_respondents n_measured response_share {_SHARES}"),
        ANCHORED,
    ),
    Table(
        "analysis_gap__assn_scope_skill",
        "nation, kind of body or region, and skill",
        ("scope_code", "scope_id", "skill_code"),
        select(f"scope_code scope_id skill_code n_people n_respondents n_measured response_share {_SHARES}"),
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
