import polars as pl
import pytest
from planning_cases import course, effect, fill, gap, make_problem, pool, random_problem, rules, session

from skills_models.contracts import TABLES
from skills_models.planning import (
    check_plan,
    compare_plans,
    describe_courses,
    plan_by_sorted_list,
    plan_pro_rata,
    protect_course_groups,
    tabulate_agency_hours,
    tabulate_course_groups,
    tabulate_coverage,
    tabulate_rules,
)


def hours_used(problem, used: int = 0) -> pl.DataFrame:
    """Rows as ``agency_hours_sql`` gives them."""
    return (
        problem.groups.group_by("agency_id")
        .agg(pl.col("n_people").sum())
        .sort("agency_id")
        .with_columns(used_hours=pl.lit(used), recent_hours=pl.lit(10), recent_innovation_hours=pl.lit(4))
    )


def one_course(n_seats: int, people: list[dict], **changes: float):
    problem = make_problem(
        [course("data"), course("users", hours=40)],
        [session("s1", "data", n_seats), session("s2", "users", 1)],
        [effect("data", "DAT", 1.0), effect("users", "USR", 0.2)],
        [gap(a, b, "DAT", 1.0) for a in ("A", "B") for b in ("specialist", "unit_head")],
        people,
        **changes,
    )
    return plan_by_sorted_list(problem)


def binding(plan) -> set[str | None]:
    return set(tabulate_course_groups(plan, plan_pro_rata(plan))["binding_rule_code"])


@pytest.mark.parametrize(
    ("n_seats", "changes", "rule"),
    [
        (5, {}, "sessions"),
        (50, {}, "no_more_eligible"),
        (50, {"agency_cap_share": 0.2}, "agency_cap_share"),
        (50, {"quarter_budget_hours_per_1000": 3200}, "quarter_budget_hours_per_1000"),
        (50, {"quarter_budget_cost_per_1000": 2000}, "quarter_budget_cost_per_1000"),
    ],
)
def test_a_row_says_which_rule_stopped_the_next_seat(n_seats, changes, rule):
    assert binding(one_course(n_seats, [pool("A", "specialist", 20)], **changes)) == {rule}


def test_a_second_session_waits_for_its_fewest_participants():
    problem = make_problem(
        [course("data")],
        [session("s1", "data", 10, minimum=8), session("s2", "data", 10, minimum=5)],
        [effect("data", "DAT", 1.0)],
        [gap("A", "specialist", "DAT", 1.0)],
        [pool("A", "specialist", 12)],
    )
    plan = plan_by_sorted_list(problem)
    assert plan.held_sessions == {"s1"}
    assert binding(plan) == {"min_seats"}


def test_rows_add_up_to_the_plan_and_name_the_skill():
    plan = one_course(30, [pool("A", "specialist", 20), pool("B", "unit_head", 15, due=True)])
    table = tabulate_course_groups(plan, plan_pro_rata(plan))
    rows = table.select("agency_id", "n_eligible", "n_seats", "n_seats_statutory", "n_hours", "reason_code").rows()
    assert rows == [("A", 20, 15, 0, 240, "gap_value"), ("B", 15, 15, 15, 240, "statutory")]
    assert table["top_skill_code"].to_list() == ["DAT", "DAT"]
    assert table["closure_levels"].sum() == pytest.approx(plan.closure_levels)


def test_closure_of_a_row_never_exceeds_the_effect_times_its_seats():
    plan = plan_by_sorted_list(random_problem(5))
    table = tabulate_course_groups(plan, plan_pro_rata(plan))
    effects = pl.DataFrame({"course_id": plan.problem.courses["course_id"], "effect": plan.problem.effects.sum(axis=1)})
    joined = table.join(effects, on="course_id")
    assert (joined["closure_levels"] <= joined["n_seats"] * joined["effect"] + 1e-9).all()


def test_rules_say_limit_use_and_whether_they_bind():
    plan = one_course(50, [pool("A", "specialist", 20)], quarter_budget_hours_per_1000=3200, agency_cap_share=0.9)
    table = tabulate_rules(plan, hours_used(plan.problem, used=100))
    rows = {row["rule_code"]: row for row in table.iter_rows(named=True)}
    hours = rows["quarter_budget_hours_per_1000"]
    assert (hours["rule_limit"], hours["rule_used"], hours["is_binding"]) == (64, 64, True)
    assert (rows["agency_cap_share"]["rule_limit"], rows["agency_cap_share"]["is_binding"]) == (18, False)
    assert rows["hours_per_person_year"]["rule_used"] == 164
    assert (table["rule_used"] <= table["rule_limit"]).all()


@pytest.mark.parametrize("seed", range(6))
def test_every_reason_that_stops_a_seat_has_a_row_with_names(seed):
    plan = plan_by_sorted_list(random_problem(seed, agency_cap_share=0.4, quarter_budget_hours_per_1000=1500.0))
    said = set(tabulate_course_groups(plan, plan_pro_rata(plan))["binding_rule_code"].drop_nulls())
    listed = tabulate_rules(plan, hours_used(plan.problem))
    assert said <= set(listed["rule_code"])
    assert listed.filter(pl.col("rule_code").is_in(list(said)))["is_binding"].all()


def test_bands_with_few_eligible_people_are_merged_and_hidden_figures_stay_hidden():
    plan = one_course(
        60,
        [
            pool("A", "specialist", 20),
            pool("A", "unit_head", 6),
            pool("B", "specialist", 12),
            pool("B", "unit_head", 9),
        ],
    )
    gaps = fill(
        "mart_gap__group_skill",
        [
            {
                "agency_id": "A",
                "seniority_code": "specialist",
                "skill_code": "DAT",
                "is_shown": True,
                "below_share": 0.4,
            },
            {"agency_id": "B", "seniority_code": "specialist", "skill_code": "DAT", "is_shown": False},
        ],
    )
    mart = protect_course_groups(tabulate_course_groups(plan, plan_pro_rata(plan)), gaps)
    rows = mart.filter(course_id="data").select("agency_id", "seniority_code", "n_eligible", "below_share").rows()
    assert rows == [
        ("A", "all", 6, None),
        ("A", "specialist", 20, 0.4),
        ("B", "all", 9, None),
        ("B", "specialist", 12, None),
    ]
    assert mart["n_seats"].sum() == plan.seats.sum()


def test_hours_of_a_body_add_up():
    plan = one_course(5, [pool("A", "specialist", 20), pool("B", "specialist", 10)])
    facts = describe_courses(
        fill("core_training__entity_course", [course("data"), course("users", hours=40)]),
        fill("core_training__assn_course_effect", [effect("data", "DAT", 1.0)]),
        rules(),
    )
    table = tabulate_agency_hours(
        hours_used(plan.problem, 3), tabulate_course_groups(plan, plan_pro_rata(plan)), facts, rules()
    )
    first = table.row(0, named=True)
    assert (first["allowed_hours"], first["used_hours"], first["planned_hours"]) == (800, 3, 80)
    assert (first["innovation_planned_share"], first["innovation_used_share"]) == (1.0, 0.4)
    assert table.row(1, named=True)["innovation_planned_share"] is None  # nothing planned is not a share of 0


def test_a_need_without_a_course_is_said():
    plan = one_course(5, [pool("A", "specialist", 20)])
    nation = {"scope_code": "nation", "scope_id": "all", "skill_code": "STO", "n_people_below": 9.0}
    coverage = tabulate_coverage(
        fill("core_ref__entity_skill", [{"skill_code": s} for s in ("DAT", "STO")]),
        fill("mart_gap__scope_skill", [nation]),
        fill("core_training__assn_course_effect", [effect("data", "DAT", 1.0)]),
        fill("mart_ref__course", [{"course_id": "data", "n_seats_offered": 5}]),
        tabulate_course_groups(plan, plan_pro_rata(plan)),
    )
    assert coverage.rows() == [("DAT", None, 1, 5, 5, True), ("STO", 9.0, 0, 0, 0, False)]


def test_ways_of_allotting_are_compared_on_the_same_sessions():
    plan = plan_by_sorted_list(random_problem(2, n_agencies=10, agency_cap_share=0.3))
    table = compare_plans(plan, plan_pro_rata(plan))
    assert table["plan_code"].to_list() == ["pro_rata_random", "sorted_list"]
    other, own = table["closure_levels"].to_list()
    assert own > other
    assert TABLES["mart_quota__plan"].enforce(table).equals(table)


def test_a_quarter_without_sessions_is_an_empty_plan_not_a_crash():
    problem = make_problem(
        [course("data")],
        [],
        [effect("data", "DAT", 1.0)],
        [],
        [pool("A", "specialist", 20)],
        agency_floor_seats_per_1000=5,
    )
    plan = plan_by_sorted_list(problem)
    pro_rata = plan_pro_rata(plan)
    assert check_plan(plan) == []
    assert tabulate_course_groups(plan, pro_rata).is_empty()
    assert compare_plans(plan, pro_rata)["n_seats"].to_list() == [0, 0]
    assert tabulate_rules(plan, hours_used(problem))["rule_used"].sum() == 0
