"""What is said of answer sheets and of double ratings isolates nobody."""

import polars as pl
import pytest
from disclosure_cases import PLACES, K, estimated, gap_marts, leniency, service

from skills_models.disclosure.coverage import protect_coverage, protect_flags
from skills_models.disclosure.priorities import protect_sensitivity
from skills_models.estimation.sensitivity import sensitivities
from skills_models.survey.coverage import coverage_by_agency


def test_leniency_is_shown_from_ten_double_ratings_on_and_of_shown_bodies_alone():
    found = service({("A", "s"): 30, ("B", "s"): 40, ("C", "s"): 40, ("D", "s"): 7}, PLACES)
    ratings = leniency(A=K, B=K - 1, C=1, D=K)
    coverage = protect_coverage(
        coverage_by_agency(found.cells, found.weights), ratings, gap_marts(found)["mart_gap__agency_skill"], K
    )

    rows = coverage.select("agency_id", "evidence_state_code", "n_double_ratings", "leniency_levels").rows()
    assert rows[1:] == [(body, "self_reported", None, None) for body in "BCD"]
    assert rows[0] == ("A", "self_reported", None, None)  # the smallest, hidden with D
    larger = service({("A", "s"): 50, ("B", "s"): 40, ("C", "s"): 41, ("D", "s"): 60}, PLACES)
    coverage = protect_coverage(
        coverage_by_agency(larger.cells, larger.weights), ratings, gap_marts(larger)["mart_gap__agency_skill"], K
    )
    assert coverage["n_double_ratings"].to_list() == [K, None, None, K]
    assert coverage["leniency_hi_levels"].to_list() == [0.8, None, None, 0.8]


@pytest.mark.parametrize(
    ("n_measured", "n_flagged", "shown"),
    [(100, K, True), (100, K - 1, False), (100, 0, False), (100, 91, False), (100, 90, True), (2 * K, K, True)],
)
def test_a_flag_is_reported_where_both_the_flagged_and_the_others_are_many(n_measured, n_flagged, shown):
    share = {"below_weighted_share": 0.4, "below_unflagged_share": 0.3}
    report = pl.DataFrame(
        {"flag_code": "fast", "skill_code": ["ITR"], "n_measured": n_measured, "n_flagged": n_flagged} | share
    )

    row = protect_flags(report, K).row(0, named=True)

    assert (row["n_flagged"], row["below_unflagged_share"]) == ((n_flagged, 0.3) if shown else (None, None))
    assert (row["n_measured"], row["below_weighted_share"]) == (n_measured, 0.4)
    assert protect_flags(report.with_columns(n_measured=K - 1), K).is_empty()


def test_all_flags_together_less_one_of_them_isolate_nobody():
    counts = {"straight_line": 20, "fast": 0, "repeat": K - 6, "any": 20 + K - 6}
    report = pl.DataFrame({"flag_code": list(counts), "skill_code": "ITR", "n_flagged": list(counts.values())})
    report = report.with_columns(n_measured=100, below_weighted_share=0.4, below_unflagged_share=0.3)

    shares = dict(protect_flags(report, K).select("flag_code", "below_unflagged_share").rows())
    apart = report.with_columns(n_flagged=pl.Series([20, 0, K, 20 + 2 * K]))

    assert shares == {"any": None, "fast": None, "repeat": None, "straight_line": 0.3}
    assert protect_flags(apart, K)["below_unflagged_share"].null_count() == 1  # the empty flag alone


def assumed(found, ratings, code):
    """Rows of ``mart_gap__sensitivity`` of a service under one assumption."""
    gaps = gap_marts(found)
    coverage = protect_coverage(
        coverage_by_agency(found.cells, found.weights), ratings, gaps["mart_gap__agency_skill"], K
    )
    rows = sensitivities(found.draws, ratings, found.draws)
    return protect_sensitivity(rows, gaps, coverage, ratings, estimated(found), K).filter(sensitivity_code=code)


def test_leniency_that_is_not_shown_cannot_be_read_off_the_sensitivity():
    found = service({("A", "s"): 50, ("B", "s"): 40, ("C", "s"): 41, ("D", "s"): 60}, PLACES)

    rows = assumed(found, leniency(A=50, B=K - 1, C=50, D=50), "double_ratings")

    assert set(rows["agency_id"]) == {"C", "D", "all"}  # without A the nation less the others would be B alone


@pytest.mark.parametrize(
    ("flagged", "shown"),
    [
        ({"A": K // 2, "B": 4, "C": 1}, {("A", "all"), ("all", "all")}),  # the others have ten together
        ({"A": K // 2, "B": 4}, {("all", "all")}),  # with A shown, the nation less A would be the eight of B
        ({"B": 4}, set()),  # nobody to hide B behind
    ],
)
def test_what_flagged_sheets_change_is_said_where_it_concerns_ten(flagged, shown):
    replies = {(body, band): 40 for body in "ABCD" for band in "sm"}
    found = service(replies, PLACES, flagged=flagged)

    rows = assumed(found, leniency(A=50, B=50, C=50, D=50), "with_flagged")

    assert set(rows.select("agency_id", "seniority_code").rows()) == shown


def test_a_group_is_hidden_where_flags_leave_too_few_behind_its_modelled_figures():
    replies = {(body, band): 40 for body in "ABCD" for band in "sm"}

    kept = gap_marts(service(replies, PLACES, flagged={"A": 30}))["mart_gap__group_skill"]
    hidden = gap_marts(service(replies, PLACES, flagged={"A": 31}))["mart_gap__group_skill"]

    assert kept["is_shown"].all()
    assert set(hidden.filter(~pl.col("is_shown"))["agency_id"]) >= {"A"}
