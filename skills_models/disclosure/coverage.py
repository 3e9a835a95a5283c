"""How well each body is heard, and what odd answer sheets change, behind the gate."""

from __future__ import annotations

import polars as pl

from skills_models.contracts import TABLES
from skills_models.disclosure.gate import USUAL_DECIMALS, rounded, where_shown, with_complement
from skills_models.sql.flags import ANY

COUNTS = ["n_respondents", "response_share", "heard_people_share", "design_effect", "effective_n"]
RATED = ["n_double_ratings", "leniency_levels", "leniency_lo_levels", "leniency_hi_levels"]


def protect_coverage(coverage: pl.DataFrame, leniency: pl.DataFrame, agency_mart: pl.DataFrame, k: int) -> pl.DataFrame:
    """mart_survey__coverage: counts of shown bodies; leniency where at least ``k`` of the body were rated twice.

    Where the bodies without that add up to fewer than ``k`` double-rated people, the smallest other body goes without
    it as well (``with_complement``): what double ratings say of the nation would isolate them.

    Parameters
    ----------
    coverage : ``coverage_by_agency``
    leniency : analysis_skill__fit_leniency; bodies it lacks have no double ratings
    agency_mart : mart_gap__agency_skill, whose judgement counts
    k : fewest double-rated people whose leniency is shown
    """
    joined = coverage.join(leniency, on="agency_id", how="left").with_columns(pl.col("n_double_ratings").fill_null(0))
    judged = where_shown(joined, agency_mart, ["agency_id"], COUNTS)
    enough = pl.col("is_shown") & (pl.col("n_double_ratings") >= k)
    calibrated = with_complement("n_double_ratings", enough, k)
    state = pl.when(calibrated).then(pl.lit("double_rated")).otherwise(pl.lit("self_reported"))
    gated = judged.with_columns(state.alias("evidence_state_code")).with_columns(
        pl.when(pl.col("evidence_state_code") == "double_rated").then(pl.col(name)).alias(name) for name in RATED
    )
    table = TABLES["mart_survey__coverage"]
    return table.enforce(rounded(gated.select(list(table.columns))))


def protect_flags(report: pl.DataFrame, k: int) -> pl.DataFrame:
    """mart_survey__flag: the share without the flagged only where no subtraction would isolate fewer than ``k``.

    Count and second share are null where fewer than ``k`` people are flagged or as few are left; those of 'any' also
    where single flags taken from it would isolate as few.

    Parameters
    ----------
    report : ``flag_report``
    k : fewest people a difference may isolate
    """
    flagged, left = pl.col("n_flagged"), pl.col("n_measured") - pl.col("n_flagged")
    together, single = pl.col("flag_code") == ANY, pl.col("flag_code") != ANY
    rest = flagged.filter(together).max() - flagged.filter(single)
    apart = flagged.filter(pl.col("flag_code").is_in(["straight_line", "repeat"])).sum()  # these exclude each other
    isolates = (rest.is_between(1, k - 1).any() | (flagged.filter(together).max() - apart).is_between(1, k - 1)).over(
        "skill_code"
    )
    few = (flagged < k) | (left < k) | (together & isolates)
    measured = pl.col("n_measured") >= k
    gated = report.filter(measured).with_columns(
        pl.col("below_weighted_share").round(USUAL_DECIMALS),  # of the nation: no cell of a few can be made out
        n_flagged=pl.when(few).then(None).otherwise(pl.col("n_flagged")),
        below_unflagged_share=pl.when(few).then(None).otherwise(pl.col("below_unflagged_share").round(USUAL_DECIMALS)),
    )
    return TABLES["mart_survey__flag"].enforce(gated)
