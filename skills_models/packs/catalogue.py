"""Whether the catalogue shipped with a pack holds together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from skills_models.packs.model import Rules


def problems(sheets: Mapping[str, pl.DataFrame], rules: Rules, languages: tuple[str, ...]) -> Iterator[str]:
    """Courses outside the hours of the law, sessions too full or in no language, courses never held."""
    courses, sessions = sheets.get("catalogue/courses.csv"), sheets.get("catalogue/sessions.csv")
    if courses is not None and {"training_kind_code", "course_hours", "course_id"} <= set(courses.columns):
        yield from _hours(courses, rules)
    wanted = {"session_id", "language_code", "seats_per_session", "min_seats", "course_id"}
    if sessions is None or not wanted <= set(sessions.columns):
        return
    for row in sessions.filter(~pl.col("language_code").is_in(list(languages))).to_dicts():
        yield (
            f"catalogue/sessions.csv, session_id={row['session_id']}: language_code {row['language_code']!r} is not a "
            "language of pack.yaml; correct it"
        )
    seats, least = (pl.col(name).cast(pl.Int64, strict=False) for name in ("seats_per_session", "min_seats"))
    for code in sessions.filter(least > seats)["session_id"]:
        yield f"catalogue/sessions.csv, session_id={code}: min_seats is above seats_per_session; correct one of them"
    if courses is not None and "course_id" in courses.columns:
        for code in courses.join(sessions, on="course_id", how="anti")["course_id"].drop_nulls().sort():
            yield f"catalogue/courses.csv, course_id={code}: no session is planned; add one or remove the course"


def _hours(courses: pl.DataFrame, rules: Rules) -> Iterator[str]:
    """Courses whose length no version of the law allows for their kind."""
    bounds = {"advanced": ("advanced_min_hours", "advanced_max_hours"), "retraining": ("retraining_min_hours", None)}
    values: dict[str, list[float]] = {}
    for rule in rules.versions:
        values.setdefault(rule.rule_code, []).append(rule.value)
    hours = pl.col("course_hours").cast(pl.Float64, strict=False)
    for kind, (low, high) in bounds.items():
        least = min(values.get(low, [0.0]))
        most = max(values.get(high, [float("inf")])) if high else float("inf")
        outside = courses.filter((pl.col("training_kind_code") == kind) & ~hours.is_between(least, most))
        for row in outside.to_dicts():
            yield (
                f"catalogue/courses.csv, course_id={row['course_id']}: {row['course_hours']} hours are outside "
                f"{least:g}-{most:g}, which the rules allow for {kind} training; correct hours or kind"
            )
