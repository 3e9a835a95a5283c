"""Sentences of the overview: said where the marts carry them, and not said where they do not."""

from datetime import date

import polars as pl
import pytest

from skills_models.contracts import LANGUAGES, TABLES
from skills_models.findings import overview_findings
from skills_models.findings.gaps import unknown
from skills_models.findings.marts import Marts
from skills_models.findings.plan import innovation_planned_share, quotas
from skills_models.findings.sentences import SENTENCES

META = {
    "scale_code": "anchored",
    "is_synthetic": True,
    "data_date": date(2026, 10, 31),
    "n_people": 90000,
    "n_respondents": 43200,
    "response_share": 0.48,
}
NAMES = {"ITR": "Iteration", "USR": "User centricity", "DAT": "Data literacy"}


def named(key, stem, names, **columns):
    frame = pl.DataFrame({key: list(names), **{f"{stem}_{lang}": list(names.values()) for lang in LANGUAGES}})
    return frame.with_columns(**columns)


APART = {"worse": (0.02, 0.08), "better": (-0.08, -0.02), "not_distinguishable": (-0.05, 0.05), None: (None, None)}


def gap_rows(keys, *rows, plain=None):
    """Rows: key values..., skill, share, lo, hi, position; a share of None is a hidden row.

    The plain share of those who replied is the modelled one, except where ``plain`` gives another by the first key.
    """
    records = []
    for *place, skill, share, lo, hi, position in rows:
        relative_lo, relative_hi = APART[position]
        figures = {
            "below_share": share, "below_share_lo": lo, "below_share_hi": hi,
            "below_weighted_share": (plain or {}).get(place[0], share), "shortfall_levels": share,
            "n_people_below": share and 100 * share, "n_people_below_lo": lo and 100 * lo,
            "n_people_below_hi": hi and 100 * hi, "relative_share": position and (relative_lo + relative_hi) / 2,
            "relative_share_lo": relative_lo, "relative_share_hi": relative_hi, "position_code": position,
            "response_share": share and 0.5, "effective_n": share and 12.0,
            "n_respondents": None if share is None else 14,
        }  # fmt: skip
        hidden = "too_few_respondents" if share is None else None
        key = dict(zip(keys, place, strict=True)) | {"skill_code": skill, "n_people": 100}
        records.append(key | figures | {"is_shown": share is not None, "hidden_reason_code": hidden})
    return pl.DataFrame(records, infer_schema_length=None)


def scopes(*rows):
    table = TABLES["mart_gap__scope_skill"]
    return {table.name: table.enforce(gap_rows(("scope_code", "scope_id"), *rows))}


def bodies(*rows, plain=None):
    table = TABLES["mart_gap__agency_skill"]
    return {table.name: table.enforce(gap_rows(("agency_id",), *rows, plain=plain))}


def nation(**shares):
    return [("nation", "all", skill, (lo + hi) / 2, lo, hi, None) for skill, (lo, hi) in shares.items()]


LABELS = {
    "mart_ref__skill": named("skill_code", "skill_name", NAMES),
    "mart_ref__agency_kind": named(
        "agency_kind_code",
        "agency_kind_name",
        {"central": "Central body", "district": "District body"},
        agency_kind_order=pl.Series([1, 2]),
    ),
    "mart_ref__agency": named("agency_id", "agency_name", {"A": "Agency for Lakes", "B": "Agency for Hills"}),
}
CERTAIN = nation(USR=(0.55, 0.59), DAT=(0.40, 0.44))
KINDS = [
    ("agency_kind", "central", "USR", 0.45, 0.42, 0.48, "better"),
    ("agency_kind", "district", "USR", 0.66, 0.63, 0.69, "worse"),
]


def said(marts, meta=META, language="en"):
    found = overview_findings({**LABELS, **marts}, meta)
    return dict(zip(found["finding_code"], found[f"finding_text_{language}"], strict=True))


def test_the_largest_gap_is_named_where_its_interval_lies_above_all_others():
    text = said(scopes(*CERTAIN, *KINDS))["where"]

    assert text == (
        "The largest certain gap is “User centricity”: 57\u00a0% of staff are below requirement "
        "(90 % interval 55–59\u00a0%). It is above the national share mostly in: District body."
    )


def test_overlapping_intervals_name_no_largest_gap():
    found = said(scopes(*nation(USR=(0.42, 0.46), DAT=(0.40, 0.44), ITR=(0.30, 0.32))))

    assert "where" not in found
    assert "No gap is certain to be the largest" in found["where_uncertain"]
    assert "Data literacy" in found["where_uncertain"]
    assert "Iteration" not in found["where_uncertain"]


def test_no_kind_of_body_is_named_whose_interval_includes_the_nation():
    level = [(*row[:6], "not_distinguishable") for row in KINDS]

    assert "mostly in" not in said(scopes(*CERTAIN, *level))["where"]


def test_a_kind_only_just_above_the_nation_is_not_among_the_foremost():
    third = ("agency_kind", "oblast", "USR", 0.59, 0.58, 0.60, "worse")

    assert said(scopes(*CERTAIN, *KINDS, third))["where"].endswith("mostly in: District body.")


def test_a_narrow_interval_has_a_decimal():
    text = said(scopes(*nation(USR=(0.555, 0.562), DAT=(0.40, 0.44))))["where"]

    assert "(90 % interval 55.5–56.2\u00a0%)" in text


SHRUNK = [("A", "USR", 0.59, 0.51, 0.67, "not_distinguishable"), ("B", "USR", 0.6, 0.56, 0.64, "not_distinguishable")]


def test_nothing_is_said_about_the_body_that_looks_worst_on_few_replies():
    text = said(scopes(*CERTAIN) | bodies(*SHRUNK, plain={"A": 0.71}))["unknown_agency"]

    assert text.startswith("Agency for Lakes looks worst on “User centricity” (71\u00a0% of those who replied)")
    assert "the replies number 14" in text
    assert "90 % interval (51–67\u00a0%) includes the national share (57\u00a0%)" in text
    assert "Nothing can be said about this body." in text


def test_looks_are_those_of_the_plain_share_and_not_of_the_model():
    marts = scopes(*CERTAIN)

    assert said(marts | bodies(*SHRUNK))["unknown_agency"].startswith("Agency for Hills")
    assert said(marts | bodies(*SHRUNK, plain={"A": 0.71}))["unknown_agency"].startswith("Agency for Lakes")


def test_a_body_that_is_certainly_worse_is_not_called_unknown():
    other = ("B", "USR", 0.6, 0.5, 0.7, "not_distinguishable")
    worse, level = (("A", "USR", 0.71, 0.55, 0.77, position) for position in ("worse", "not_distinguishable"))

    assert "unknown_agency" not in said(scopes(*CERTAIN) | bodies(worse, other))  # though its interval holds 57 %
    assert "unknown_agency" in said(scopes(*CERTAIN) | bodies(level, other))


def test_the_contrast_says_whether_the_intervals_are_apart():
    other = [
        ("agency_kind", "central", "DAT", 0.4, 0.3, 0.5, None),
        ("agency_kind", "district", "DAT", 0.45, 0.35, 0.55, None),
    ]

    text = said(scopes(*CERTAIN, *KINDS, *other))["contrast"]

    assert "“District body” 66\u00a0%, “Central body” 45\u00a0%" in text
    assert text.endswith("do not overlap; that is so on 1 of 2 skills.")


def test_an_overlapping_contrast_is_no_difference():
    near = [
        ("agency_kind", "central", "USR", 0.55, 0.5, 0.6, None),
        ("agency_kind", "district", "USR", 0.58, 0.54, 0.62, None),
    ]

    assert said(scopes(*CERTAIN, *near))["contrast"].endswith("the difference is not certain.")


def test_groups_hidden_for_every_skill_are_unknown_and_not_free_of_gaps():
    table = TABLES["mart_gap__group_skill"]
    rows = gap_rows(
        ("agency_id", "seniority_code"),
        ("A", "staff", "USR", 0.5, 0.4, 0.6, "worse"),
        ("A", "head", "USR", None, None, None, None),
        ("B", "staff", "USR", None, None, None, None),
        ("B", "staff", "DAT", 0.5, 0.4, 0.6, "worse"),
    )

    text = said({table.name: table.enforce(rows)})["unknown"]

    assert text.startswith("Unknown: 1 of 3 groups")
    assert "does not mean they have no gap" in text


def plan_marts(served=2700):
    hours = {"agency_id": ["A", "B"], "planned_hours": [300, 100], "innovation_planned_share": [0.5, 0.1]}
    rule = {f"rule_name_{lang}": ["Budget", "Floor"] for lang in LANGUAGES} | {"rule_code": ["b", "f"]}
    due = {"quarter_code": ["overdue", "2027-Q1"], "n_due": [3100, 500], "n_served": [served, 100]}
    return {
        "mart_quota__course_group": pl.DataFrame({"n_seats": [1000, 240], "binding_rule_code": ["b", None]}),
        "mart_quota__agency_hours": pl.DataFrame(hours),
        "mart_quota__rule": pl.DataFrame(rule),
        "mart_due__agency_quarter": pl.DataFrame(due),
    }


def test_the_plan_is_summed_over_bodies_and_not_averaged():
    text = said(plan_marts(), META | {"innovation_used_share": 0.12})["quotas"]

    assert text == (
        "Seats in the plan: 1,240. Innovation courses take 40\u00a0% of the planned hours. "
        "In the last twelve months: 12\u00a0%."
    )
    assert innovation_planned_share(plan_marts()["mart_quota__agency_hours"]) == pytest.approx(
        0.4
    )  # mean of rates: 0.3


def test_last_years_share_is_left_out_where_nobody_knows_it():
    assert "twelve months" not in said(plan_marts())["quotas"]


def test_the_law_counts_the_overdue_alone_and_names_the_rule_that_stops_seats():
    assert said(plan_marts())["law"] == (
        "Overdue by law: 3,100. Served by the plan: 2,700; not served: 400. "
        "What most often stops a further seat: Budget."
    )
    assert "stops" not in said(plan_marts(served=3100))["law"]


def test_need_without_a_course_needs_a_need():
    coverage = pl.DataFrame(
        {"skill_code": ["USR", "DAT", "ITR"], "n_people_below": [10.0, 5.0, None], "has_course": [False, True, False]}
    )

    assert said({"mart_needs__course_coverage": coverage})["no_course"] == "Need without a course: “User centricity”."
    covered = coverage.with_columns(has_course=True)
    assert "no_course" not in said({"mart_needs__course_coverage": covered})


@pytest.mark.parametrize(
    ("n", "text"), [(2, "Segments of need: 2 (“s1”, “s2”)."), (1, "The groups form no distinct segments.")]
)
def test_segments_are_counted_and_named_or_denied(n, text):
    names = {f"segment_name_{lang}": [f"s{i + 1}" for i in range(n)] for lang in LANGUAGES}

    assert (
        said({"mart_needs__segment": pl.DataFrame({"segment_id": list(range(1, n + 1))} | names)})["segments"] == text
    )


def climate(*rows):
    frame = pl.DataFrame(rows, schema=["agency_id", "item_code", "position_code"], orient="row")
    return {"mart_climate__agency_item": frame.with_columns(is_shown=True)}


def test_a_survey_of_agreement_speaks_of_position_and_never_of_gaps():
    marts = climate(("A", "q1", "better"), ("A", "q2", "better"), ("B", "q1", "worse"), ("B", "q2", "better"))
    found = said(marts | scopes(*CERTAIN), META | {"scale_code": "agreement", "is_synthetic": False})

    assert list(found) == ["freshness_response", "climate_above", "climate_below"]
    assert found["climate_above"].startswith(
        "Furthest above the whole: Agency for Lakes; certain by the 90 % interval on 2 of 2"
    )
    assert "not for skill" in found["freshness_response"]


def test_a_tie_names_no_body():
    marts = climate(("A", "q1", "better"), ("B", "q1", "better"))

    assert "climate_above" not in said(marts, META | {"scale_code": "agreement"})


def test_without_marts_only_the_response_is_said():
    found = said({})

    assert list(found) == ["freshness_response"]
    assert found["freshness_response"] == (
        "SYNTHETIC DATA. Register as of 31 Oct 2026. 43,200 of 90,000 people replied (48\u00a0%). "
        "Levels are self-reported."
    )
    assert said({}, META | {"n_respondents": 0}) == {}


def test_numbers_and_dates_follow_the_language():
    text = said({}, language="ru")["freshness_response"]

    assert "43\u202f200 из 90\u202f000 (48\u00a0%)" in text
    assert "31.10.2026" in text


@pytest.mark.parametrize("code", SENTENCES)
def test_every_language_has_its_own_sentence_with_the_same_values(code):
    texts = SENTENCES[code]
    fields = {language: sorted(part.split("}")[0] for part in text.split("{")[1:]) for language, text in texts.items()}

    assert set(texts) == set(LANGUAGES)
    assert fields["kk"] == fields["ru"] == fields["en"]
    assert len(set(texts.values())) == len(LANGUAGES)


def test_a_country_where_nobody_replied_is_unknown_for_that_reason():
    groups = pl.DataFrame({"agency_id": ["a", "b"], "seniority_code": ["x", "x"], "is_shown": [False, False]})
    scopes = pl.DataFrame({"n_respondents": pl.Series([None], dtype=pl.Int64)})
    found = unknown(Marts({"mart_gap__group_skill": groups, "mart_gap__scope_skill": scopes}))
    assert found.templates == ("nobody_replied",)
    some = groups.with_columns(is_shown=pl.Series([True, False]))
    assert unknown(Marts({"mart_gap__group_skill": some, "mart_gap__scope_skill": scopes})).templates == ("unknown",)


def test_an_infeasible_plan_is_said_and_an_empty_one_is_not():
    assert quotas(Marts({}), {"is_plan_infeasible": True}).templates == ("no_plan",)
    assert quotas(Marts({}), {"is_plan_infeasible": False}) is None
