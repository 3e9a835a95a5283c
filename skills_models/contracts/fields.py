"""Every column of the house, once: one quantity, one name, one meaning.

A table refers to columns by name (``select``); a fact about a column is written nowhere else.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl

from skills_models.contracts.model import Column

LANGUAGES = ("kk", "ru", "en")


def _with(facts: dict[str, Any], **defaults: Any) -> dict[str, Any]:
    """Facts of a column, defaults where nothing is said."""
    return defaults | facts


def _text(description: str, **facts: Any) -> Column:
    return Column(pl.String, description, **facts)


def _int(description: str, **facts: Any) -> Column:
    return Column(pl.Int64, description, **_with(facts, minimum=0))


def _float(description: str, **facts: Any) -> Column:
    return Column(pl.Float64, description, **facts)


def _share(description: str, **facts: Any) -> Column:
    return Column(pl.Float64, description, **_with(facts, unit="share", minimum=0, maximum=1))


def _flag(description: str, **facts: Any) -> Column:
    return Column(pl.Boolean, description, **facts)


def _draws(description: str, **facts: Any) -> Column:
    return Column(pl.List, description, **facts)


def _date(description: str, **facts: Any) -> Column:
    return Column(pl.Date, description, **facts)


def _at(description: str, **facts: Any) -> Column:
    return Column(pl.Datetime, description, unit="UTC", **facts)


STATUSES = ("official", "expert", "project_draft")
SENSITIVITIES = (
    "requirement_minus_1",
    "requirement_plus_1",
    "leniency_025",
    "leniency_050",
    "nonresponse_025",
    "nonresponse_050",
    "double_ratings",
    "with_flagged",
)

FIELDS: dict[str, Column] = {
    # -- persons ---------------------------------------------------------------------------------
    "person_id": _text("pseudonym of a civil servant: keyed hash of the identity number", pii="pseudonym"),
    "rater_id": _text("pseudonym of the rating supervisor", pii="pseudonym"),
    "respondent_id": _text("one answer sheet that counts: pseudonym of person and wave", pii="pseudonym"),
    "staff_ref": _text("the agency's own staff number, never a national one", pii="restricted"),
    # -- keys and codes ---------------------------------------------------------------------------
    "agency_id": _text("state body (in Kazakhstan its BIN)", codes="agency", disclosure="key"),
    "parent_agency_id": _text("the body this one reports to"),
    "successor_agency_id": _text("the body that took over when this one was closed"),
    "agency_kind_code": _text("kind of state body, as named by the pack", disclosure="key"),
    "agency_kind_order": _int("position of the kind from centre to district"),
    "region_code": _text("region of the seat", codes="region", disclosure="key"),
    "grade_code": _text("category of the post, folded to the pack's spelling", codes="grade"),
    "unit_code": _text("unit inside the body, as the register names it"),
    "occupation_code": _text("occupation, as the register names it"),
    "series_code": _text("series the category belongs to"),
    "seniority_code": _text("seniority band, or 'all' for a body as a whole", codes="seniority", disclosure="key"),
    "seniority_order": _int("position of the band from junior to executive"),
    "job_family_code": _text("job family of the post", codes="job_family", disclosure="key"),
    "language_code": _text("language of the questionnaire or of instruction", codes="language"),
    "skill_code": _text("skill of the pack's framework", disclosure="key"),
    "skill_order": _int("position of the skill in its framework"),
    "element_code": _text("element of a skill"),
    "item_code": _text("survey item", disclosure="key"),
    "framework_id": _text("competency framework and its version"),
    "competency_id": _text("node of a competency framework"),
    "parent_competency_id": _text("node above in the same framework"),
    "competency_kind_code": _text(
        "cluster, skill, competency or element", allowed=("cluster", "skill", "competency", "element")
    ),
    "subject_framework_id": _text("framework the mapped competency comes from"),
    "object_framework_id": _text("framework it is mapped to"),
    "subject_id": _text("mapped competency"),
    "object_id": _text("its counterpart; sssom:NoTermFound where there is none; 'residual' for what is left over"),
    "predicate_id": _text("SKOS mapping relation"),
    "course_id": _text("course of the catalogue", disclosure="key"),
    "session_id": _text("one run of a course"),
    "topic_code": _text("topic of the catalogue"),
    "wave_id": _text("survey wave"),
    "quarter_code": _text("calendar quarter, YYYY-Qn, or 'overdue'", disclosure="key"),
    "segment_id": _int("needs segment, 1 = greatest need", minimum=1, disclosure="key"),
    "rule_code": _text("rule of the quota plan", disclosure="key"),
    "plan_code": _text("way of allotting seats that is compared", disclosure="key"),
    "scope_code": _text(
        "nation, kind of body, region or body the figure stands for",
        allowed=("nation", "agency_kind", "region", "agency"),
        disclosure="key",
    ),
    "scope_id": _text("which one: 'all', an agency kind, a region code or a body", disclosure="key"),
    "delivery_id": _text("delivery: source, period and hash of its content"),
    "delivery_rank": _int("place of the delivery in the order in which deliveries were made", minimum=1),
    "source_code": _text("kind of delivery, as named by the pack's source mapping"),
    "source_file": _int("number of the file inside its delivery, from 1", minimum=1),
    "source_row": _int("data row inside the file, from 1, header not counted", minimum=1),
    "column_name": _text("column of the contract that a problem concerns"),
    "fate_code": _text("where a delivered row ends", allowed=("core", "quarantine", "duplicate")),
    "reason_code": _text("why a row, group or seat is treated as it is"),
    "hidden_reason_code": _text(
        "why a figure is not shown; null where it is shown",
        allowed=("too_few_respondents", "complement", "no_respondents", "not_calibrated"),
        nullable=True,
    ),
    "position_code": _text(
        "against the nation, by the 90 % interval: more people below, fewer, or not distinguishable",
        allowed=("worse", "better", "not_distinguishable"),
        disclosure="figure",
    ),
    "list_code": _text("pack code list an alias belongs to"),
    "alias_folded": _text("folded spelling of a code or label as deliveries write it"),
    "code": _text("the code it stands for"),
    "status_code": _text("official, expert or project draft", allowed=STATUSES),
    "source_name": _text("where the row comes from"),
    "training_kind_code": _text("kind of training in law", allowed=("advanced", "retraining", "degree", "other")),
    "mode_code": _text("how a course is taught", allowed=("classroom", "online", "blended")),
    "track_code": _text("whom a course is for", allowed=("practitioner", "manager", "all")),
    "posting_kind_code": _text("main or additional post", allowed=("main", "additional")),
    "completion_status_code": _text(
        "how a course ended for a person", allowed=("completed", "failed", "withdrawn", "enrolled")
    ),
    "weight_scenario_code": _text("named set of skill weights", disclosure="key"),
    "screen_code": _text("screen that shows more"),
    "finding_code": _text("what a sentence of the overview is about", disclosure="key"),
    "check_name": _text("rule that was checked"),
    "table_name": _text("table that was checked"),
    "severity_code": _text("whether a failure stops the refresh", allowed=("blocking", "warning")),
    # -- labels ------------------------------------------------------------------------------------
    "reason_text": _text("the reason in words, in the language of the operator"),
    "hint": _text("what to do about it"),
    "value_shape": _text("spelling of the offending value where it is safe to show, else its shape"),
    "note": _text("remark of the people who keep the data"),
    "source_reference": _text("law, document or study a number rests on"),
    "geometry_geojson": _text("boundary as a GeoJSON geometry"),
    "aliases": _text("other spellings, separated by |"),
    # -- people: dates and flags -------------------------------------------------------------------
    "reference_date": _date("day the register describes"),
    "valid_from": _date("first day on which the row holds"),
    "valid_to": _date("last day on which the row holds; null while it still does"),
    "service_start_date": _date("day the person entered the civil service"),
    "appointed_date": _date("day of appointment to the present post"),
    "is_first_leading_post": _flag("the present post is the person's first leading one"),
    "speaks_kk": _flag("can be taught in Kazakh"),
    "speaks_ru": _flag("can be taught in Russian"),
    "speaks_en": _flag("can be taught in English"),
    "may_use_for_nomination": _flag("the person agreed that own answers may serve nominations"),
    "completed_date": _date("day the course ended for the person"),
    "start_date": _date("first day of the session"),
    "submitted_at": _at("when the answer sheet was handed in"),
    "duration_seconds": _int("time spent on the answer sheet", unit="seconds"),
    "due_date": _date("last day by which the law wants the training done"),
    # -- survey and measurement ----------------------------------------------------------------------
    "answer_level": _int("answer on the survey's scale; missing answers have no row"),
    "option_order": _int("position of the option on the questionnaire"),
    "required_level": _int("level the role profile asks for", unit="level", minimum=0, maximum=3),
    "n_items": _int("items of the scale"),
    "n_rated": _int("items of the skill that the person rated"),
    "sum_levels": _int("sum of the rated items' levels", unit="level"),
    "gap_units": _int(
        "required level - 1/2 - mean answer, exact in units of 1/lcm(2..items of a skill) level (1/12 for four items); "
        "negative = above",
        minimum=None,
    ),
    "is_below": _flag("mean answer lies below the cut of the required level (level - 1/2)"),
    "pattern_id": _int(
        "the answers to the items of the skill as one number: (level + 1) times 5 to the place of the item, summed; "
        "the digit of a missing answer is 0"
    ),
    "response_weight": _float("people of the register one respondent stands for, trimmed", minimum=0, unit="people"),
    "design_weight": _float("weight delivered with the survey", minimum=0),
    "is_trimmed": _flag("the weight was cut at its cap"),
    "sum_shortfall_units": _int("sum of the positive part of gap_units"),
    "below_share": _share(
        "share of people whose self-reported skill lies below requirement, modelled", disclosure="figure"
    ),
    "below_share_lo": _share("lower end of its 90 % interval", disclosure="figure"),
    "below_share_hi": _share("upper end of its 90 % interval", disclosure="figure"),
    "below_weighted_share": _share(
        "plain weighted share of respondents whose mean answer lies below requirement", disclosure="figure"
    ),
    "relative_share": _float(
        "below_share less that of the nation", unit="share", minimum=-1, maximum=1, disclosure="figure"
    ),
    "relative_share_lo": _float("lower end of its 90 % interval", minimum=-1, maximum=1, disclosure="figure"),
    "relative_share_hi": _float("upper end of its 90 % interval", minimum=-1, maximum=1, disclosure="figure"),
    "shortfall_levels": _float(
        "mean shortfall below the cut, over all people of the group, modelled",
        unit="level",
        minimum=0,
        disclosure="figure",
    ),
    "shortfall_direct_levels": _float(
        "mean shortfall of the mean answers below the cut, post-stratified, without a model", unit="level", minimum=0
    ),
    "gap_mean_levels": _float("mean of cut minus self-reported level, over people; negative = above", unit="level"),
    "gap_sd_levels": _float(
        "standard deviation of the same for a person drawn from the group: between people and of not knowing",
        unit="level",
        minimum=0,
    ),
    "evidence_code": _text(
        "whether the group's own answers or only the model speak for a predictive gap", allowed=("group", "model")
    ),
    # -- item bank and scales -----------------------------------------------------------------------
    "bank_version": _int("version of the item bank, from 1", minimum=1),
    "calibrated_on": _date("day of the calibration"),
    "slope": _float("discrimination of the item in the graded response model", minimum=0),
    "slope_error": _float("its standard error; null where it was held fixed", minimum=0),
    "threshold_1": _float("skill at which half of the people answer level 1 or above", unit="theta"),
    "threshold_2": _float("the same for level 2", unit="theta"),
    "threshold_3": _float("the same for level 3", unit="theta"),
    "threshold_error": _float("largest standard error of the three thresholds", unit="theta", minimum=0),
    "misfit_rmsea": _float("how far observed answers lie from the model's, RMSEA of the item; 0 = none", minimum=0),
    "language_shift": _float(
        "how much harder the item is in this language than in the others, people of equal skill", unit="theta"
    ),
    "n_calibration": _int("answer sheets the calibration rests on", disclosure="count"),
    "reliability": _share("marginal reliability of the scale in the population of the calibration"),
    "population_mean": _float("mean of the calibrated population on the scale of the bank", unit="theta"),
    "population_sd": _float("standard deviation of the same", unit="theta", minimum=0),
    "quadrature_change": _float("change of the log-likelihood from 61 to 121 nodes; at most 0.05 is accepted"),
    "link_code": _text(
        "how the version continues the one before: first of its scale, linked, or not linkable (a new scale, no trend)",
        allowed=("first", "linked", "not_linkable"),
    ),
    "functioning_code": _text(
        "whether people of equal skill answer alike in every language: yes, with parameters of their own for one item, "
        "not comparable, or too few answers to tell",
        allowed=("alike", "partly", "not_comparable", "not_testable"),
    ),
    "cut_1": _float("skill from which level 1 is met: expected mean answer 0.5", unit="theta"),
    "cut_2": _float("the same for level 2: 1.5", unit="theta"),
    "cut_3": _float("the same for level 3: 2.5", unit="theta"),
    "theta_per_level": _float("length of one level on the scale: half the way from cut 1 to cut 3", minimum=0),
    "theta_eap": _float("expected skill given the answers", unit="theta"),
    "theta_psd": _float("its posterior standard deviation", unit="theta", minimum=0),
    "measure": _float("what the answers say of the skill without a prior", unit="theta"),
    "measure_variance": _float("error variance of that measure", unit="theta squared", minimum=0),
    "component_code": _text("source of differences between people: agency, seniority, ..., cell, within"),
    "component_sd_levels": _float("standard deviation of that source", unit="level", minimum=0),
    "component_sd_lo_levels": _float("lower end of its 90 % interval", unit="level", minimum=0),
    "component_sd_hi_levels": _float("upper end of its 90 % interval", unit="level", minimum=0),
    "sd_draws": _draws("posterior draws of the standard deviation, in theta"),
    "mean_draws": _draws("posterior draws of the cell's mean skill, in theta"),
    # -- sensitivity, priorities, coverage ------------------------------------------------------------
    "sensitivity_code": _text("what is assumed otherwise", allowed=SENSITIVITIES, disclosure="key"),
    "need_levels": _float("weighted mean shortfall over the skills", unit="level", minimum=0, disclosure="figure"),
    "need_lo_levels": _float("lower end of its 90 % interval", unit="level", minimum=0, disclosure="figure"),
    "need_hi_levels": _float("upper end of its 90 % interval", unit="level", minimum=0, disclosure="figure"),
    "top_probability": _share("probability to be among the tenth of groups in greatest need", disclosure="figure"),
    "rank_lo": _int("best place that the draws support (5 %), 1 = greatest need", minimum=1, disclosure="figure"),
    "rank_hi": _int("worst place that the draws support (95 %)", minimum=1, disclosure="figure"),
    "tied_bracket": _int(
        "bracket of groups that cannot be told apart from its first one, 1 = greatest need",
        minimum=1,
        disclosure="figure",
    ),
    "is_named_top": _flag("among the greatest needs with a probability of at least 80 %"),
    "design_effect": _float("factor by which unequal weights raise a variance: 1 + CV squared", minimum=1),
    "heard_people_share": _share("share of people in cells of the register in which somebody replied"),
    "n_double_ratings": _int("respondents whom a supervisor rated as well", unit="people", disclosure="count"),
    "leniency_levels": _float(
        "how much higher people rate themselves than supervisors rate them, shrunk to the nation's",
        unit="level",
        disclosure="figure",
    ),
    "leniency_lo_levels": _float("lower end of its 90 % interval", unit="level", disclosure="figure"),
    "leniency_hi_levels": _float("upper end of its 90 % interval", unit="level", disclosure="figure"),
    "leniency_own_sd_levels": _float(
        "posterior standard deviation of it, the body's own part", unit="level", minimum=0
    ),
    "leniency_shared_sd_levels": _float(
        "the part that all bodies share: not knowing the mean", unit="level", minimum=0
    ),
    "evidence_state_code": _text(
        "what stands beside the self-reports of a body",
        allowed=("self_reported", "double_rated"),
    ),
    "at_level_1_share": _share("weighted share of respondents who answered level 1 or above", disclosure="figure"),
    "at_level_2_share": _share("the same for level 2", disclosure="figure"),
    "at_level_3_share": _share("the same for level 3", disclosure="figure"),
    "flag_code": _text(
        "what is odd about an answer sheet",
        allowed=("straight_line", "fast", "repeat", "any"),
        disclosure="key",
    ),
    "is_straight_line": _flag("the same answer to every rated item, at least twelve of them"),
    "is_fast": _flag("filled in faster than the items can be read"),
    "is_repeat": _flag("the same answers, sheet for sheet, as somebody else of the body"),
    "n_flagged": _int("of those measured, people whose sheet carries the flag", unit="people", disclosure="count"),
    "below_unflagged_share": _share("plain weighted share below requirement without them", disclosure="figure"),
    "response_share": _share("respondents among people on the register", disclosure="figure"),
    "is_shown": _flag("the disclosure gate lets the figures of this row be shown"),
    # -- counts -------------------------------------------------------------------------------------
    "n_people": _int("people on the register", unit="people", disclosure="register"),
    "n_respondents": _int("people whose answer sheet counts", unit="people", disclosure="count"),
    "n_measured": _int("respondents with enough rated items", unit="people", disclosure="count"),
    "n_unflagged": _int(
        "of those, people whose sheet carries no quality flag: behind modelled figures",
        unit="people",
        disclosure="count",
    ),
    "n_below": _int("measured respondents below requirement", unit="people", disclosure="count"),
    "n_people_below": _float("people below requirement, estimated", unit="people", minimum=0, disclosure="figure"),
    "n_people_below_lo": _float("lower end of its 90 % interval", unit="people", minimum=0, disclosure="figure"),
    "n_people_below_hi": _float("upper end of its 90 % interval", unit="people", minimum=0, disclosure="figure"),
    "n_answers": _int("valid answers", disclosure="count"),
    "n_positive": _int("answers in the positive categories", disclosure="count"),
    "n_missing": _int("answers that say 'cannot judge' or are blank", disclosure="count"),
    "missing_share": _share("missing among all asked", disclosure="figure"),
    "n_groups": _int("agency x seniority groups"),
    "n_groups_hidden": _int("groups with too few respondents to show"),
    "n_eligible": _int("people on the register who may take the course", unit="people", disclosure="register"),
    "n_due": _int("people whom the law wants trained", unit="people", disclosure="register"),
    "n_seats": _int("seats allotted", unit="seats", disclosure="register"),
    "n_seats_statutory": _int("of those, for people whose advanced training is due", unit="seats"),
    "n_seats_pro_rata": _int("seats the same sessions would give by head count alone", unit="seats"),
    "n_seats_offered": _int("seats of the course in the period", unit="seats"),
    "seats_per_session": _int("places in one session", unit="seats", minimum=1),
    "min_seats": _int("fewest participants with which a session is held", unit="seats"),
    "n_sessions": _int("sessions in the period"),
    "n_courses": _int("courses of the catalogue that build the skill"),
    "n_delivered": _int("rows delivered"),
    "n_core": _int("rows that reached the records"),
    "n_quarantined": _int("rows set aside with a reason"),
    "n_duplicate": _int("rows that repeat or are replaced by another"),
    "n_repaired": _int("values whose spelling was repaired"),
    "n_unmapped": _int("answers outside the item's list, treated as missing"),
    "n_rows": _int("rows concerned"),
    "n_failed": _int("rows that break the rule"),
    "n_distinct": _int("different values"),
    "out_of_list_share": _share("values outside the code list"),
    "null_share": _share("values missing"),
    # -- plan ---------------------------------------------------------------------------------------
    "course_hours": _int("length of the course", unit="academic hours", minimum=1),
    "seat_cost": _float("cost of one seat", unit="thousand tenge or the pack's currency", minimum=0),
    "n_hours": _int("planned academic hours", unit="academic hours", disclosure="register"),
    "allowed_hours": _int("hours the pack's quota allows the body in the year", unit="academic hours"),
    "used_hours": _int("hours already completed in the year", unit="academic hours"),
    "recent_hours": _int(
        "hours completed in the last twelve months, as far as the history names the course", unit="academic hours"
    ),
    "recent_innovation_hours": _int("of those, in courses that build a framework skill", unit="academic hours"),
    "planned_hours": _int("hours of this plan", unit="academic hours"),
    "innovation_planned_share": _share("planned hours in courses that build a framework skill"),
    "innovation_used_share": _share("the same among the hours of the last twelve months"),
    "total_cost": _float("cost of the seats", minimum=0, unit="thousand tenge or the pack's currency"),
    "closure_levels": _float("expected weighted gap closure", unit="person levels", minimum=0),
    "seat_value_levels": _float("expected weighted gap closure of one seat", unit="level", minimum=0),
    "effect_levels": _float("rise on the skill expected from the course", unit="level", minimum=0, maximum=3),
    "effect_sd_levels": _float("uncertainty of that effect", unit="level", minimum=0),
    "skill_weight": _float("weight of the skill in the plan", minimum=0),
    "rule_limit": _float("what the rule allows", minimum=0),
    "rule_used": _float("what the plan uses of it", minimum=0),
    "rule_unit": _text("unit of limit and use", allowed=("seats", "hours", "people", "cost", "sessions")),
    "is_binding": _flag("the rule keeps the plan from giving another seat"),
    "binding_rule_code": _text("rule that stopped a further seat here"),
    "top_skill_code": _text("skill that gives a seat here most of its value"),
    "is_innovation": _flag("the course builds at least one skill of the framework"),
    "is_statutory": _flag("the course counts as the advanced training the law asks for"),
    "has_course": _flag("the catalogue has a course that builds the skill"),
    "due_kind_code": _text("duty in law", allowed=("advanced", "retraining"), disclosure="key"),
    "n_served": _int("of those due, people the plan gives a seat", unit="people", disclosure="register"),
    # -- segments -----------------------------------------------------------------------------------
    "segment_shortfall_levels": _float("weighted mean shortfall of the segment's groups", unit="level", minimum=0),
    "segment_deviation_levels": _float(
        "the same less the mean over all groups, level of the group removed", unit="level"
    ),
    "headcount_share": _share("share of all people of segmented groups"),
    "distance_ratio": _share("distance to the own centre over distance to the next one; near 1 = between segments"),
    # -- mapping ------------------------------------------------------------------------------------
    "ext_weight": _share("share of the source competency that lies in the counterpart"),
    "confidence": _share("the mapper's confidence; not a weight"),
    "draft_share": _share("share of reference rows that are drafts of the project"),
    "comment": _text("why they are related"),
    "competency_order": _int("position in the framework"),
    # -- agreement scale ----------------------------------------------------------------------------
    "positive_share": _share("positive answers among valid ones, unweighted", disclosure="figure"),
    "positive_weighted_share": _share("the same, weighted by the survey's own weight", disclosure="figure"),
    "positive_poststratified_share": _share("the same, bodies weighted by head count", disclosure="figure"),
    "positive_share_lo": _share("lower end of the 90 % interval of the weighted share", disclosure="figure"),
    "positive_share_hi": _share("upper end of the 90 % interval of the weighted share", disclosure="figure"),
    "relative_position_share": _float(
        "weighted share less that of all bodies", unit="share", minimum=-1, maximum=1, disclosure="figure"
    ),
    "effective_n": _float("respondents a simple random sample would need for the same precision", minimum=0),
    # -- run ----------------------------------------------------------------------------------------
    "run_id": _text("run of the refresh"),
    "pack_id": _text("country pack"),
    "pack_version": _text("version of the country pack"),
    "scale_code": _text("what the survey measures", allowed=("anchored", "agreement")),
    "as_of_date": _date("day the run looks at"),
    "data_date": _date("latest reference date of the register"),
    "published_at": _at("when the snapshot was made"),
    "code_version": _text("version of the code"),
    "is_synthetic": _flag("the data are invented"),
    "time_zone": _text("time zone of the pack"),
    "content_hash": _text("hash of every mart but quality and meta"),
    "min_respondents": _int("fewest respondents a shown figure rests on"),
    "passed": _flag("the rule holds"),
    "finding_order": _int("place in the list of sentences"),
    "figure": _float("the number a sentence speaks of"),
    "languages": _text("languages of the pack, separated by blanks"),
    "currency_code": _text("currency of costs"),
}

for _stem, _what in {
    "agency_name": "name of the body",
    "agency_kind_name": "name of the kind of body",
    "region_name": "name of the region",
    "seniority_name": "name of the band",
    "job_family_name": "name of the job family",
    "skill_name": "name of the skill",
    "competency_name": "name of the competency",
    "competency_text": "what the competency means",
    "item_text": "wording of the item",
    "option_text": "wording of the option",
    "course_name": "name of the course",
    "segment_name": "name of the segment",
    "weight_scenario_name": "name of the weight scenario",
    "rule_name": "name of the rule",
    "finding_text": "the sentence",
    "pack_name": "name of the country or service",
    "subject_name": "name of the mapped competency",
    "object_name": "name of its counterpart",
}.items():
    for _language in LANGUAGES:
        FIELDS[f"{_stem}_{_language}"] = _text(f"{_what} in {_language}")


def names(stem: str) -> str:
    """``stem_kk stem_ru stem_en``, for use inside ``select``."""
    return " ".join(f"{stem}_{language}" for language in LANGUAGES)


def select(listing: str) -> dict[str, Column]:
    """Columns by name, in order; a trailing ``?`` says that a row may lack the value."""
    chosen = {}
    for word in listing.split():
        column = FIELDS[word.rstrip("?")]
        chosen[word.rstrip("?")] = replace(column, nullable=True) if word.endswith("?") else column
    return chosen
