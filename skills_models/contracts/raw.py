"""What deliveries bring: one table per kind of delivery, declared with the types its text must take.

The warehouse stores the delivered text (``raw_*``); the intake turns it into these types. Answer sheets
carry, besides these columns, one column per item of the pack, named by its item code.
"""

from __future__ import annotations

from skills_models.contracts.fields import names, select
from skills_models.contracts.model import Table

_PLACE = "delivery_id source_file source_row"


def _raw(name: str, row_is_a: str, listing: str, scales: tuple[str, ...] = ("anchored", "agreement")) -> Table:
    return Table(name, row_is_a, ("delivery_id", "source_file", "source_row"), select(f"{_PLACE} {listing}"), scales)


FILE_TABLE = Table(
    "raw_ingest__entity_file",
    "file of a complete delivery, read or rejected as a whole",
    ("delivery_id", "source_file"),
    select("delivery_id source_file source_code delivery_rank reference_date? n_rows reason_code? hint?"),
)

RAW_TABLES = (
    _raw(
        "raw_hr__employee",
        "posting of a person in one delivered register, as delivered",
        "person_id staff_ref? reference_date agency_id region_code? grade_code job_family_code posting_kind_code? "
        "service_start_date? appointed_date? is_first_leading_post? speaks_kk? speaks_ru? speaks_en?",
        ("anchored",),
    ),
    _raw(
        "raw_hr__headcount",
        "line of a register delivered as head counts",
        "reference_date agency_id unit_code? occupation_code? grade_code? n_people",
        ("agreement",),
    ),
    _raw(
        "raw_survey__answer_sheet",
        "answer sheet as delivered, items beside these columns",
        "person_id wave_id agency_id? seniority_code? language_code? submitted_at? duration_seconds? "
        "may_use_for_nomination? design_weight?",
    ),
    _raw(
        "raw_rating__answer_sheet",
        "supervisor's rating of one person as delivered, items beside these columns",
        "person_id rater_id wave_id submitted_at?",
        ("anchored",),
    ),
    _raw(
        "raw_training__completion",
        "course taken by a person, as delivered",
        "person_id course_name_ru? training_kind_code course_hours completed_date completion_status_code "
        "is_innovation?",
        ("anchored",),
    ),
    _raw(
        "raw_training__course",
        "course of the catalogue, as delivered",
        f"course_id topic_code {names('course_name')} training_kind_code course_hours seat_cost mode_code track_code "
        "status_code",
        ("anchored",),
    ),
    _raw(
        "raw_training__session",
        "session of a course, as delivered",
        "session_id course_id start_date language_code region_code? seats_per_session min_seats",
        ("anchored",),
    ),
    _raw(
        "raw_training__course_effect",
        "effect of a course on an element, as delivered",
        "course_id element_code effect_levels effect_sd_levels status_code source_reference?",
        ("anchored",),
    ),
)
