from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planning_cases import course, effect, gap, make_problem, pool, random_problem, session

from skills_models.planning import InfeasiblePlan, check_plan, plan_by_sorted_list, plan_pro_rata, tabulate_rules
from skills_models.planning.allotment import Allotment, Grant
from skills_models.planning.reserve import give_reserve
from skills_models.planning.tables import tabulate_course_groups

SHARE = "unmeasured_needs_hours_share"


def two_bodies(*, minimum: int = 0, due: bool = True, **changes: float):
    """160 hours for 40 people: ten seats of 16 hours. Body A has a gap in data; nobody asks who needs the law."""
    return make_problem(
        [course("data"), course("law"), course("text")],
        [session("d", "data", 40), session("l", "law", 30), session("t", "text", 10, minimum=minimum)],
        [effect("data", "DAT", 1.0)],
        [gap("A", "specialist", "DAT", 1.0, 0.0)],
        [pool("A", "specialist", 10, due=due), pool("B", "specialist", 30, due=due)],
        **({"quarter_budget_hours_per_1000": 4000} | changes),
    )


def seats(plan: Allotment) -> dict[str, list[int]]:
    """Seats of bodies A and B by course."""
    return dict(zip(plan.problem.courses["course_id"], plan.seats.tolist(), strict=True))


def rule_row(plan: Allotment) -> dict:
    hours = pl.DataFrame({"n_people": [40], "used_hours": [0]})
    return tabulate_rules(plan, hours).row(by_predicate=pl.col("rule_code") == SHARE, named=True)


def test_without_the_rule_courses_of_unmeasured_need_get_nothing():
    assert seats(plan_by_sorted_list(two_bodies())) == {"data": [10, 0], "law": [0, 0], "text": [0, 0]}


def test_the_share_goes_by_seats_offered_and_head_count_and_the_rest_by_value():
    """0.4 x 160 hours are four seats: courses 30 to 10 places, bodies 10 to 30 people."""
    plan = plan_by_sorted_list(two_bodies(**{SHARE: 0.4}))
    assert seats(plan) == {"data": [6, 0], "law": [1, 2], "text": [0, 1]}
    assert plan.seats_for("unmeasured_need").sum() == 4
    assert check_plan(plan) == []
    row = rule_row(plan)
    assert (row["rule_limit"], row["rule_used"], row["rule_unit"], row["is_binding"]) == (64, 64, "hours", True)


def test_rows_name_the_reason_and_what_stops_the_next_seat():
    plan = plan_by_sorted_list(two_bodies(**{SHARE: 0.4}))
    rows = tabulate_course_groups(plan, plan_pro_rata(plan)).filter(pl.col("course_id") != "data")
    assert set(rows["reason_code"]) == {"unmeasured_need"}
    assert set(rows["binding_rule_code"]) == {SHARE}
    assert rows["n_seats_statutory"].sum() == 4
    assert rows["top_skill_code"].null_count() == rows.height


def test_a_course_whose_session_would_be_too_empty_leaves_its_part_to_the_others():
    plan = plan_by_sorted_list(two_bodies(minimum=3, **{SHARE: 0.4}))
    assert seats(plan) == {"data": [6, 0], "law": [1, 3], "text": [0, 0]}


def offered_twice(hours: tuple[int, int], languages: tuple[str, str], budget: float):
    """Two courses of unmeasured need with ten places each, forty people who speak Russian, all hours reserved."""
    return make_problem(
        [course(c, hours=h) for c, h in zip("xy", hours, strict=True)],
        [session(c, c, 10, language=code) for c, code in zip("xy", languages, strict=True)],
        [],
        [],
        [pool("A", "specialist", 40, due=True)],
        quarter_budget_hours_per_1000=budget / 40 * 1000,
        **{SHARE: 1.0},
    )


def test_what_a_course_cannot_fill_goes_to_the_others():
    problem = offered_twice((16, 16), ("ru", "kk"), 64)
    assert Allotment(problem, give_reserve(problem), frozenset()).seats.tolist() == [[4], [0]]


def test_rounding_to_whole_seats_never_overdraws_the_reserve():
    """80 hours are a sixth of all, three seats of twenty: two of 40 hours leave nothing for the one of eight."""
    problem = offered_twice((40, 8), ("ru", "ru"), 80)
    assert Allotment(problem, give_reserve(problem), frozenset()).seats.tolist() == [[2], [0]]


def test_money_is_kept_by_the_same_share():
    """200 of money at 10 a seat, 0.2 of it for the reserve: four seats though the hours would pay for twenty."""
    plan = plan_by_sorted_list(
        two_bodies(quarter_budget_hours_per_1000=40_000, quarter_budget_cost_per_1000=5000, **{SHARE: 0.2})
    )
    assert plan.seats_for("unmeasured_need").sum() == 4
    assert check_plan(plan) == []


def test_where_nobody_is_due_the_reserve_goes_back_unless_the_law_does_not_come_first():
    assert seats(plan_by_sorted_list(two_bodies(due=False, **{SHARE: 0.4})))["data"] == [10, 0]
    everybody = plan_by_sorted_list(two_bodies(due=False, statutory_first=0, **{SHARE: 0.4}))
    assert everybody.seats_for("unmeasured_need").sum() == 4


def test_caps_hold_and_seats_of_the_reserve_count_for_floors():
    capped = plan_by_sorted_list(two_bodies(agency_cap_share=0.05, **{SHARE: 0.4}))
    assert capped.seats.sum(axis=0).tolist() == [1, 2]
    floored = plan_by_sorted_list(two_bodies(agency_floor_seats_per_1000=100, **{SHARE: 0.4}))
    assert seats(floored) == {"data": [6, 0], "law": [1, 2], "text": [0, 1]}


def test_floors_come_before_the_reserve():
    """Ten seats of 16 hours are owed and paid for; two of 40 hours from the reserve would leave only eighty hours."""
    problem = make_problem(
        [course("data"), course("law", hours=40)],
        [session("d", "data", 40), session("l", "law", 30)],
        [effect("data", "DAT", 1.0)],
        [gap("A", "specialist", "DAT", 1.0, 0.0)],
        [pool("A", "specialist", 20, due=True), pool("B", "specialist", 20, due=True)],
        quarter_budget_hours_per_1000=4000,
        agency_floor_seats_per_1000=250,
        **{SHARE: 0.5},
    )
    assert sum(grant.n_seats for grant in give_reserve(problem)) == 2
    plan = plan_by_sorted_list(problem)
    assert seats(plan) == {"data": [5, 5], "law": [0, 0]}
    assert rule_row(plan)["rule_used"] == 0


def test_nothing_is_kept_of_hours_without_a_limit_and_shares_lie_between_nought_and_one():
    unlimited = two_bodies(**{SHARE: 0.4})
    book = {code: rule for code, rule in unlimited.rules.items() if code != "quarter_budget_hours_per_1000"}
    assert give_reserve(replace(unlimited, rules=book)) == ()
    with pytest.raises(ValueError, match=SHARE):
        plan_by_sorted_list(two_bodies(**{SHARE: 1.4}))


def test_the_check_sees_a_reserve_that_is_overdrawn_or_misused():
    problem = two_bodies(quarter_budget_cost_per_1000=1000, **{SHARE: 0.4})
    law, data = Grant(1, 0, 1, 5, "unmeasured_need"), Grant(0, 0, 1, 1, "unmeasured_need")
    words = [w for w in check_plan(Allotment(problem, (law, data), frozenset({"l", "d"}))) if SHARE in w]
    assert [w.split(": ")[1].split(" ")[0] for w in words] == ["32", "44", "1"]  # hours, money, seats


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    share=st.sampled_from([0.1, 0.4, 1.0]),
    cap=st.sampled_from([0.05, 1.0]),
    hours=st.sampled_from([400.0, 3000.0, 1e6]),
    cost=st.sampled_from([100.0, 1e6]),
    floor=st.sampled_from([0.0, 5.0]),
    law_first=st.sampled_from([0, 1]),
)
def test_no_random_quarter_with_a_reserve_breaks_a_rule(seed, share, cap, hours, cost, floor, law_first):
    bounds = {
        "agency_cap_share": cap,
        "quarter_budget_hours_per_1000": hours,
        "quarter_budget_cost_per_1000": cost,
        "agency_floor_seats_per_1000": floor,
        "statutory_first": law_first,
    }
    try:
        plain = plan_by_sorted_list(random_problem(seed, n_courses=12, **bounds))
    except InfeasiblePlan:
        plain = None
    problem = random_problem(seed, n_courses=12, **bounds, **{SHARE: share})
    try:
        plan = plan_by_sorted_list(problem)
    except InfeasiblePlan:
        assert plain is None  # a reserve never costs a floor
        return
    assert check_plan(plan) == []
    reserve = [grant for grant in plan.grants if grant.purpose == "unmeasured_need"]
    assert all(problem.is_unmeasured[grant.course] for grant in reserve)
    due = problem.pools["is_statutory"].to_list()
    assert not law_first or all(due[grant.pool] for grant in reserve)


@pytest.mark.parametrize("seed", [3, 5, 8])
def test_shuffled_tables_give_the_same_reserve(seed):
    bounds = {"quarter_budget_hours_per_1000": 3000.0, SHARE: 0.4}
    first, second = (random_problem(seed, n_courses=12, reverse=turn, **bounds) for turn in (False, True))
    assert give_reserve(first) == give_reserve(second)


def test_a_share_of_nought_is_the_plan_without_the_rule():
    for seed in range(20):
        bounds = {"quarter_budget_hours_per_1000": 2000.0, "agency_cap_share": 0.3}
        stated = plan_by_sorted_list(random_problem(seed, **bounds, **{SHARE: 0}))
        absent = plan_by_sorted_list(random_problem(seed, **bounds))
        assert (stated.grants, stated.held_sessions) == (absent.grants, absent.held_sessions)


def test_bodies_share_the_reserve_in_proportion_to_their_people():
    """Twelve courses of ten seats, 600, 300 and 100 people: no body is off its share by a whole seat."""
    problem = make_problem(
        [course(f"c{i:02d}") for i in range(12)],
        [session(f"s{i}", f"c{i:02d}", 10) for i in range(12)],
        [],
        [],
        [pool(a, "specialist", n, due=True) for a, n in (("A", 600), ("B", 300), ("C", 100))],
        quarter_budget_hours_per_1000=16 * 84,
        **{SHARE: 0.5},
    )
    reserve = Allotment(problem, give_reserve(problem), frozenset())
    assert reserve.seats.sum() == 42
    assert np.abs(reserve.seats.sum(axis=0) - 42 * np.array([0.6, 0.3, 0.1])).max() < 1
    assert set(reserve.seats.sum(axis=1).tolist()) == {3, 4}
