"""What must hold between the files of a pack. Every function returns all problems it finds, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

import polars as pl

from skills_models.measurement.scale import most_items
from skills_models.packs.model import Rule, Rules
from skills_models.packs.sheets import CATALOGUE, SHEETS, row_label, sheet_key

Sheets = Mapping[str, pl.DataFrame]

ANCHORED_RULES = (
    "advanced_interval_years",
    "advanced_min_hours",
    "advanced_max_hours",
    "retraining_min_hours",
    "retraining_within_months",
    "hours_per_person_year",
    "quarter_budget_cost_per_1000",
    "quarter_budget_hours_per_1000",
    "agency_floor_seats_per_1000",
    "agency_cap_share",
    "region_floor_seats_per_1000",
    "one_course_per_quarter",
    "statutory_first",
)


class Reference(NamedTuple):
    """A column whose values must stand in a column of another file."""

    file: str
    column: str
    target_file: str
    target_column: str


REFERENCES = (
    Reference("agencies.csv", "agency_kind_code", "agency_kinds.csv", "agency_kind_code"),
    Reference("agencies.csv", "region_code", "regions.csv", "region_code"),
    Reference("agencies.csv", "parent_agency_id", "agencies.csv", "agency_id"),
    Reference("agencies.csv", "successor_agency_id", "agencies.csv", "agency_id"),
    Reference("grades.csv", "seniority_code", "seniority.csv", "seniority_code"),
    Reference("items.csv", "skill_code", "framework", "skill_code"),
    Reference("items.csv", "element_code", "framework", "element_code"),
    Reference("item_options.csv", "item_code", "items.csv", "item_code"),
    Reference("role_profiles.csv", "job_family_code", "job_families.csv", "job_family_code"),
    Reference("role_profiles.csv", "seniority_code", "seniority.csv", "seniority_code"),
    Reference("role_profiles.csv", "skill_code", "framework", "skill_code"),
    Reference("weights.csv", "skill_code", "framework", "skill_code"),
    Reference("catalogue/sessions.csv", "course_id", "catalogue/courses.csv", "course_id"),
    Reference("catalogue/sessions.csv", "region_code", "regions.csv", "region_code"),
    Reference("catalogue/course_effects.csv", "course_id", "catalogue/courses.csv", "course_id"),
    Reference("catalogue/course_effects.csv", "element_code", "framework", "element_code"),
)
_KEYS = {sheet.file: sheet_key(sheet) for sheet in (*SHEETS, *CATALOGUE)}


def reference_problems(sheets: Sheets) -> Iterator[str]:
    """Codes that stand in no list; ``sheets`` holds text frames by file, and the elements as "framework"."""
    for file, column, target_file, target_column in REFERENCES:
        if not (_has(sheets, file, column) and _has(sheets, target_file, target_column)):
            continue
        known = sheets[target_file][target_column].drop_nulls().unique()
        unknown = sheets[file].filter(pl.col(column).is_not_null() & ~pl.col(column).is_in(known.to_list()))
        for row in unknown.to_dicts():
            yield (
                f"{file}, {row_label(_KEYS[file], row)}: {column} {row[column]!r} is not in {target_file}; "
                "use a code of that list or add it there"
            )


def history_problems(sheets: Sheets) -> Iterator[str]:
    """Bodies that end before they begin, or have a successor without an end."""
    if not _has(sheets, "agencies.csv", "agency_id", "valid_from", "valid_to", "successor_agency_id"):
        return
    agencies = sheets["agencies.csv"]
    for code in agencies.filter(pl.col("valid_to") < pl.col("valid_from"))["agency_id"]:
        yield f"agencies.csv, agency_id={code}: valid_to lies before valid_from; correct one of them"
    alive = pl.col("valid_to").is_null() & pl.col("successor_agency_id").is_not_null()
    for code in agencies.filter(alive)["agency_id"]:
        yield f"agencies.csv, agency_id={code}: has a successor but no valid_to; write its last day"


def synthetic_problems(sheets: Sheets, is_synthetic: bool) -> Iterator[str]:
    """Invented bodies in a real pack, or bodies of an invented one that do not say so."""
    if not _has(sheets, "agencies.csv", "agency_id", "is_synthetic"):
        return
    wanted = str(is_synthetic).lower()
    for code in sheets["agencies.csv"].filter(pl.col("is_synthetic").str.to_lowercase() != wanted)["agency_id"]:
        yield f"agencies.csv, agency_id={code}: is_synthetic is not {wanted}, as in pack.yaml; correct one of them"


def profile_problems(sheets: Sheets) -> Iterator[str]:
    """Job family x band x skill without a required level."""
    lists = [("job_families.csv", "job_family_code"), ("seniority.csv", "seniority_code"), ("framework", "skill_code")]
    keys = [column for _, column in lists]
    if not all(_has(sheets, file, column) for file, column in lists) or not _has(sheets, "role_profiles.csv", *keys):
        return
    whole = sheets["framework"].select("skill_code").unique()
    for file, column in lists[:2]:
        whole = whole.join(sheets[file].select(column), how="cross")
    for row in whole.join(sheets["role_profiles.csv"], on=keys, how="anti").sort(keys).to_dicts():
        yield f"role_profiles.csv: no row for {row_label(tuple(keys), row)}; add the required level"


def item_problems(sheets: Sheets, levels: tuple[int, ...], scale: str) -> Iterator[str]:
    """Items without element or answer options, elements without item."""
    if not _has(sheets, "items.csv", "item_code", "element_code", "skill_code"):
        return
    items, elements = sheets["items.csv"], sheets["framework"]
    if scale == "anchored":
        for code in items.filter(pl.col("element_code").is_null())["item_code"]:
            yield f"items.csv, item_code={code}: has no element_code; name the element it measures"
        for code in elements.join(items, on="element_code", how="anti")["element_code"].drop_nulls().sort():
            yield f"items.csv: no item measures element {code}; add one"
    most = most_items(len(levels))
    for skill, n in items.drop_nulls("skill_code").group_by("skill_code").len().sort("skill_code").iter_rows():
        if scale == "anchored" and n > most:
            yield f"items.csv: skill {skill} has {n} items, more than {most}; leave out the weakest"
    pairs = items.drop_nulls("element_code").join(elements, on="element_code", suffix="_framework")
    for row in pairs.filter(pl.col("skill_code") != pl.col("skill_code_framework")).to_dicts():
        yield (
            f"items.csv, item_code={row['item_code']}: skill_code {row['skill_code']!r} is not the skill of "
            f"{row['element_code']}; write {row['skill_code_framework']!r}"
        )
    if _has(sheets, "item_options.csv", "item_code", "answer_level"):
        yield from _option_problems(items, sheets["item_options.csv"], {str(level) for level in levels})


def _option_problems(items: pl.DataFrame, options: pl.DataFrame, levels: set[str]) -> Iterator[str]:
    for code in items["item_code"]:
        given = set(options.filter(pl.col("item_code") == code)["answer_level"].drop_nulls())
        if lacking := sorted(levels - given):
            yield f"item_options.csv: item {code} has no option for level {', '.join(lacking)}; add it"
        if strange := sorted(given - levels):
            yield f"item_options.csv: item {code} has level {', '.join(strange)}, not one of the survey; correct it"


def weight_problems(sheets: Sheets) -> Iterator[str]:
    """Scenarios that leave out a skill or weigh nothing."""
    if not _has(sheets, "weights.csv", "weight_scenario_code", "skill_code", "skill_weight"):
        return
    skills = set(sheets["framework"]["skill_code"])
    for (scenario,), rows in sheets["weights.csv"].group_by(["weight_scenario_code"], maintain_order=True):
        for skill in sorted(skills - set(rows["skill_code"])):
            yield f"weights.csv: scenario {scenario} has no weight for skill {skill}; add it (0 is allowed)"
        if not rows["skill_weight"].cast(pl.Float64, strict=False).fill_null(0).sum() > 0:
            yield f"weights.csv: scenario {scenario} weighs nothing; give some skill a positive weight"


def bank_problems(sheets: Sheets) -> Iterator[str]:
    """Versions of the item bank that are not whole, and items that define no response model.

    Items of a version that has no scales are what a stopped ``skillsgap calibrate --accept`` left: they do not count.
    """
    items, scales = sheets.get("item_bank/items.csv"), sheets.get("item_bank/scales.csv")
    key = ["bank_version", "skill_code"]
    if items is None or scales is None or not _has(sheets, "item_bank/items.csv", *key, "slope", *_THRESHOLDS):
        return
    if not _has(sheets, "item_bank/scales.csv", *key):
        return
    items = items.join(scales.select("bank_version").unique(), on="bank_version", how="semi")
    for name, mine, theirs in (("items", items, scales), ("scales", scales, items)):
        lone = mine.select(key).unique().join(theirs, on=key, how="anti").group_by("bank_version").agg("skill_code")
        for version, skills in lone.sort("bank_version").iter_rows():
            other = "scales" if name == "items" else "items"
            yield (
                f"item_bank/{name}.csv, bank_version={version}: {', '.join(sorted(skills))} not in "
                f"item_bank/{other}.csv; restore both files as they were accepted"
            )
    number = items.with_columns(pl.col("slope", *_THRESHOLDS).cast(pl.Float64, strict=False))
    rising = (pl.col("threshold_1") <= pl.col("threshold_2")) & (pl.col("threshold_2") <= pl.col("threshold_3"))
    finite = pl.all_horizontal(pl.col(name).is_finite() & pl.col(name).abs().le(10) for name in ("slope", *_THRESHOLDS))
    for row in number.filter((pl.col("slope") <= 0) | ~rising | ~finite).to_dicts():
        label = row_label(_KEYS["item_bank/items.csv"], row)
        yield (
            f"item_bank/items.csv, {label}: want a slope above 0 and up to 10, and rising thresholds within 10 of 0; "
            "restore the file as it was accepted"
        )


_THRESHOLDS = ("threshold_1", "threshold_2", "threshold_3")


def rule_problems(rules: Rules, scale: str) -> Iterator[str]:
    """Required rules that are missing, and versions of one rule that hold at the same time."""
    by_code: dict[str, list[Rule]] = {}
    for rule in rules.versions:
        by_code.setdefault(rule.rule_code, []).append(rule)
    needed = ["min_respondents", *(ANCHORED_RULES if scale == "anchored" else ())]
    yield from (f"quota_rules.yaml: rule {code} is missing; add it" for code in needed if code not in by_code)
    for code, versions in by_code.items():
        for rule in versions:
            if rule.valid_to is not None and rule.valid_to < rule.valid_from:
                yield f"quota_rules.yaml, rule {code}: valid_to {rule.valid_to} lies before valid_from; correct it"
        for one, other in combinations(sorted(versions, key=lambda rule: rule.valid_from), 2):
            if one.valid_to is None or other.valid_from <= one.valid_to:
                yield (
                    f"quota_rules.yaml, rule {code}: the versions from {one.valid_from} and {other.valid_from} hold at "
                    "the same time; end the first one the day before the second begins"
                )


def _has(sheets: Sheets, file: str, *columns: str) -> bool:
    return file in sheets and set(columns) <= set(sheets[file].columns)
