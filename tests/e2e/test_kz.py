"""The synthetic country from files to published snapshot: planted truth is found, nothing depends on order."""

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import adjusted_rand_score

from assets.resources.ledger import read_runs
from assets.resources.warehouse import refresh_lock
from pipelines.demo import DEMO_DAY, DEMO_PERIOD
from skills_models.ingestion.manifest import FileToDeliver, write_delivery
from tests.e2e.homes import Home

GROUP = ["agency_id", "seniority_code"]


@pytest.fixture(scope="session")
def home(demo_home):
    return demo_home[0]


def findings(home):
    frame = home.mart("mart_overview__finding")
    return dict(zip(frame["finding_code"], frame["finding_text_en"], strict=True))


def truth_of(service, column):
    return dict(zip(service.truth["plot"]["fact"], service.truth["plot"]["value"], strict=True))[column]


# -- the five planted findings ---------------------------------------------------------------------------


def test_user_centricity_is_found_as_the_largest_certain_gap_mostly_in_district_bodies(home):
    nation = home.mart("mart_gap__scope_skill").filter(pl.col("scope_code") == "nation").sort("below_share")
    largest, next_one = nation[-1], nation[-2]
    assert largest["skill_code"].item() == "USR"
    assert largest["below_share_lo"].item() > next_one["below_share_hi"].item()
    assert "“User centricity”" in findings(home)["where"]
    assert "District" in findings(home)["where"]


def test_nothing_is_said_about_the_body_that_looks_worst_on_fourteen_replies(home, service):
    plotted = truth_of(service, "plot_agency_id")
    shares = home.mart("mart_gap__agency_skill").filter((pl.col("skill_code") == "USR") & pl.col("is_shown"))
    worst = shares.sort("below_weighted_share")[-1].row(0, named=True)
    assert (worst["agency_id"], worst["n_respondents"]) == (plotted, 14)
    assert worst["position_code"] == "not_distinguishable"
    assert "14" in findings(home)["unknown_agency"]
    assert "Nothing can be said" in findings(home)["unknown_agency"]


def test_the_contrast_of_district_and_central_bodies_is_certain(home):
    kinds = home.mart("mart_gap__scope_skill").filter(
        (pl.col("scope_code") == "agency_kind") & (pl.col("skill_code") == "USR")
    )
    by_kind = {row["scope_id"]: row for row in kinds.iter_rows(named=True)}
    assert by_kind["district_akimat"]["below_share_lo"] > by_kind["central"]["below_share_hi"]
    assert "do not overlap" in findings(home)["contrast"]


def test_the_needs_without_a_course_are_named(home):
    coverage = home.mart("mart_needs__course_coverage")
    assert set(coverage.filter(~pl.col("has_course"))["skill_code"]) == {"STO", "INS"}
    assert (coverage.filter(~pl.col("has_course"))["n_people_below"] > 0).all()
    assert "“Insurgency”, “Storytelling”" in findings(home)["no_course"]


def test_the_three_true_segments_are_found(home, service):
    found = home.mart("mart_needs__group_segment").filter("is_shown")
    assert home.mart("mart_needs__segment").height == 3
    true = service.truth["person"].group_by(GROUP).agg(true_segment=pl.col("true_segment").first())
    both = found.join(true, on=GROUP)
    shuffled = np.random.default_rng(0).permutation(both["segment_id"].to_numpy())
    assert adjusted_rand_score(both["true_segment"], both["segment_id"]) >= 0.75
    assert adjusted_rand_score(both["true_segment"], shuffled) < 0.2
    assert findings(home)["segments"].startswith("Segments of need: 3")


# -- intervals against the truth ---------------------------------------------------------------------------


def covered(rows, truth, lo="below_share_lo", hi="below_share_hi"):
    """Share of the rows whose interval holds the truth."""
    return rows.select(pl.col(truth).is_between(lo, hi).mean()).item()


def test_intervals_cover_the_share_of_people_like_those_of_the_group(home, service):
    truth = service.truth["group"].select(*GROUP, "skill_code", "reported_share")
    with home.warehouse() as connection:
        estimated = connection.sql("FROM analysis_gap__assn_group_skill").pl()
    groups = estimated.filter(pl.col("seniority_code") != "all").join(truth, on=[*GROUP, "skill_code"])
    assert groups.height == estimated.filter(pl.col("seniority_code") != "all").height
    plain, n = pl.col("below_weighted_share"), pl.col("effective_n")
    half = 1.645 * (plain * (1 - plain) / n).sqrt()
    naive = groups.drop_nulls("effective_n").with_columns(lo=plain - half, hi=plain + half)
    assert 0.87 <= covered(groups, "reported_share") <= 0.93
    assert covered(naive, "reported_share", "lo", "hi") < 0.87


def test_shown_intervals_are_those_of_the_estimates(home):
    shown = home.mart("mart_gap__group_skill").filter("is_shown")
    with home.warehouse() as connection:
        estimated = connection.sql("FROM analysis_gap__assn_group_skill").pl()
    both = shown.join(estimated, on=[*GROUP, "skill_code"], suffix="_estimated")
    assert both.height == shown.height > 0
    for column in ("below_share", "below_share_lo", "below_share_hi"):
        assert both[column].to_list() == pytest.approx(both[f"{column}_estimated"].to_list(), abs=5e-4)
        assert both[column].to_list() == both[column].round(3).to_list()  # more digits would tell people apart


def test_double_ratings_bring_the_shares_nearer_to_true_skill(home, service):
    truth = service.truth["group"].select(*GROUP, "skill_code", "lacking_share")
    sensitivity = home.mart("mart_gap__sensitivity").filter(pl.col("seniority_code") != "all")
    rated = sensitivity.filter(pl.col("sensitivity_code") == "double_ratings").join(truth, on=[*GROUP, "skill_code"])
    alone = home.mart("mart_gap__group_skill").filter("is_shown").join(truth, on=[*GROUP, "skill_code"])
    assert covered(rated, "lacking_share") > covered(alone, "lacking_share") + 0.1


def test_the_order_of_needs_is_published_with_its_uncertainty(home):
    priorities = home.mart("mart_gap__priority")
    shown = priorities.filter("is_shown")
    assert priorities.filter(~pl.col("is_shown"))["need_levels"].null_count() == priorities.height - shown.height
    assert (shown["rank_lo"] <= shown["rank_hi"]).all()
    assert shown.filter("is_named_top")["top_probability"].min() >= 0.8
    wide = shown.filter(pl.col("rank_hi") - pl.col("rank_lo") > 10).height
    assert wide > shown.height / 2  # a place alone would be noise


def test_flagged_sheets_are_counted_and_reported_both_ways(home, service):
    straight = service.truth["person"].filter(pl.col("is_respondent") & pl.col("is_straight_liner")).height
    flags = home.mart("mart_survey__flag").filter(pl.col("flag_code") == "straight_line")
    assert flags["n_flagged"].max() == pytest.approx(straight, rel=0.1)
    assert flags["below_unflagged_share"].null_count() == 0
    with_flagged = home.mart("mart_gap__sensitivity").filter(pl.col("sensitivity_code") == "with_flagged")
    assert with_flagged.height > 0


# -- order, names, repetition --------------------------------------------------------------------------------


def shuffled(service, folder, rng):
    """The same files: renamed, rows in another order."""
    folder.mkdir()
    for number, (path, file) in enumerate(zip(service.write(folder), service.deliveries, strict=True)):
        if path.suffix == ".csv":
            header, *rows = path.read_text(encoding="utf-8-sig").splitlines()
            rng.shuffle(rows)
            path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        yield FileToDeliver(
            path.rename(folder / f"renamed_{number}{path.suffix}"), file.source_code, file.reference_date
        )


def test_renamed_shuffled_and_reordered_deliveries_give_the_same_content(home, service, tmp_path):
    other = Home(tmp_path / "other")
    files = list(shuffled(service, tmp_path / "files", np.random.default_rng(1)))
    for minute, file in enumerate(reversed(files)):
        made_at = datetime(2026, 11, 14, 0, minute, tzinfo=UTC)
        write_delivery([file], other.folder / "landing", "kz", DEMO_PERIOD, made_at)
    other.materialise(DEMO_DAY)
    assert other.pointer["content_hash"] == home.pointer["content_hash"]


def test_a_second_run_on_the_same_deliveries_publishes_nothing(home):
    before = home.pointer
    home.materialise(DEMO_DAY)
    assert read_runs(home.folder / "history")[-1].status == "unchanged"
    assert home.pointer["snapshot"] == before["snapshot"]
    assert home.pointer["checked_at"] >= before["checked_at"]


# -- rows and persons ----------------------------------------------------------------------------------------


def test_every_delivered_row_ends_once_and_known_dirt_is_counted(home, service):
    deliveries = home.mart("mart_quality__delivery")
    parts = deliveries["n_core"] + deliveries["n_quarantined"] + deliveries["n_duplicate"]
    assert deliveries["n_delivered"].to_list() == parts.to_list()
    assert deliveries["n_delivered"].sum() == sum(file.frame.height for file in service.deliveries)
    dirt = dict(service.truth["dirt"].select("kind", "n").iter_rows())
    reasons = dict(
        home.mart("mart_quality__quarantine").group_by("reason_code").agg(pl.col("n_rows").sum()).iter_rows()
    )
    assert reasons == {"unknown_code": dirt["unknown_grade"], "identity_invalid": dirt["bad_check_digit"]}
    assert home.mart("mart_quality__check")["passed"].all()


def test_no_identity_number_is_anywhere_but_in_landing(home, service):
    identities = service.truth["person"]["identity_number"]
    with home.warehouse() as connection:
        connection.register("identity", identities.to_frame("number").to_arrow())
        columns = connection.sql(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE data_type = 'VARCHAR' AND NOT internal "
            "AND table_name <> 'identity'"
        ).fetchall()
        for table, column in columns:
            sql = f'SELECT count(*) FROM "{table}" AS t SEMI JOIN identity AS i ON i.number = t."{column}"'
            assert connection.sql(sql).fetchall() == [(0,)], f"{table}.{column}"
    needles = [number.encode() for number in identities.sample(200, seed=1)]
    for path in home.folder.rglob("*"):
        if path.is_file() and "landing" not in path.relative_to(home.folder).parts:
            content = path.read_bytes()
            assert not any(needle in content for needle in needles), path.name


def test_small_groups_are_hidden_with_a_reason_and_without_a_figure(home):
    groups = home.mart("mart_gap__group_skill")
    hidden = groups.filter(~pl.col("is_shown"))
    assert hidden.height > 0
    assert hidden["hidden_reason_code"].null_count() == 0
    assert (
        hidden.select("below_share", "below_weighted_share", "n_respondents").null_count().row(0)
        == (hidden.height,) * 3
    )
    assert groups.filter("is_shown")["n_respondents"].min() >= 10


# -- the plan --------------------------------------------------------------------------------------------------


def test_the_plan_keeps_its_rules_and_beats_head_count(home):
    rules = {row["rule_code"]: row for row in home.mart("mart_quota__rule").iter_rows(named=True)}
    for code in ("quarter_budget_cost_per_1000", "quarter_budget_hours_per_1000", "sessions"):
        assert rules[code]["rule_used"] <= rules[code]["rule_limit"]
    plans = {row["plan_code"]: row for row in home.mart("mart_quota__plan").iter_rows(named=True)}
    assert plans["sorted_list"]["closure_levels"] > plans["pro_rata_random"]["closure_levels"]
    seats = home.mart("mart_quota__course_group")
    assert seats["n_seats"].sum() == plans["sorted_list"]["n_seats"]
    assert seats.filter(pl.col("seniority_code") != "all")["n_eligible"].min() >= 10


# -- commands --------------------------------------------------------------------------------------------------


def test_status_and_doctor_are_content_after_a_run(home):
    assert home.command("status").exit_code == 0
    assert home.command("doctor").exit_code == 0


def test_a_home_without_deliveries_says_what_to_do(tmp_path):
    home = Home(tmp_path / "empty")
    assert home.command("check").exit_code == 1
    assert not (home.folder / "keys").exists()
    answer = home.command("status", as_json=False)
    assert answer.exit_code == 1
    assert "skillsgap deliver" in answer.text


def test_check_reports_and_writes_nothing(home):
    before = {p: p.stat().st_mtime_ns for p in home.folder.rglob("*") if p.is_file() and "lock" not in p.name}
    answer = home.command("check")
    assert answer.exit_code == 0
    assert sum(row["n_delivered"] for row in answer.facts["deliveries"]) > 0
    assert before == {p: p.stat().st_mtime_ns for p in home.folder.rglob("*") if p.is_file() and "lock" not in p.name}


def test_a_second_refresh_is_refused_while_one_runs(home):
    with refresh_lock(home.folder / "refresh.lock"):
        answer = home.command("run", "--as-of", DEMO_DAY, as_json=False)
    assert answer.exit_code == 1
    assert "another refresh is running" in answer.text


def test_another_pack_is_refused_before_anything_is_read(home):
    answer = Home(home.folder, "us_federal").command("run", as_json=False)
    assert answer.exit_code == 1
    assert "serves pack kz, not us_federal" in answer.text
    with home.warehouse() as connection:
        assert connection.sql("SELECT count(*) FROM core_ref__codes_agency").fetchall() == [(60,)]


@pytest.mark.parametrize("what", ["quotas", "gaps", "due", "dictionary"])
@pytest.mark.parametrize("file_format", ["csv", "xlsx", "parquet"])
def test_exports_carry_labels_and_the_run(home, tmp_path, what, file_format):
    path = tmp_path / f"{what}.{file_format}"
    answer = home.command("export", what, "--format", file_format, "--lang", "kk", "--to", path)
    assert answer.exit_code == 0
    assert path.stat().st_size > 0
    if file_format == "csv" and what != "dictionary":
        frame = pl.read_csv(path)
        assert frame["run_id"].unique().to_list() == [home.pointer["run_id"]]
        assert "agency_name" in frame.columns


def test_a_filled_in_template_is_a_delivery(home, tmp_path):
    path = tmp_path / "courses.xlsx"
    assert home.command("template", "courses", "--to", path).exit_code == 0
    answer = Home(tmp_path / "new").command("deliver", path, "--source", "courses")
    assert answer.exit_code == 0, answer.text
    assert answer.facts["files"] == {"courses.xlsx": "courses"}
