from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planning_cases import course, effect, gap, make_problem, pool, random_problem, session

from skills_models.planning import InfeasiblePlan, check_plan, plan_by_sorted_list, plan_pro_rata
from skills_models.planning.allotment import Allotment, Grant
from skills_models.planning.headcount import Apportionment


def two_bodies(**changes):
    """Ten seats on data; body A has a gap of one level, body B of a fifth of one; twenty people each."""
    return make_problem(
        [course("data")],
        [session("s1", "data", 10)],
        [effect("data", "DAT", 1.0), effect("data", "DAT", 1.0, element=2)],
        [gap("A", "specialist", "DAT", 1.0, 0.0), gap("B", "specialist", "DAT", 0.2, 0.0)],
        [pool("A", "specialist", 20), pool("B", "specialist", 20)],
        **changes,
    )


def seats(plan: Allotment) -> dict[str, int]:
    return dict(zip(plan.problem.groups["agency_id"], plan.seats.sum(axis=0).tolist(), strict=True))


def test_seats_go_where_an_hour_closes_most():
    plan = plan_by_sorted_list(two_bodies())
    assert seats(plan) == {"A": 10, "B": 0}
    assert plan.closure_levels == pytest.approx(10.0)
    assert check_plan(plan) == []


def test_same_seats_by_head_count_close_less():
    plan = plan_by_sorted_list(two_bodies())
    pro_rata = plan_pro_rata(plan)
    assert seats(pro_rata) == {"A": 5, "B": 5}
    assert pro_rata.closure_levels == pytest.approx(5 * 1.0 + 5 * 0.2)


def test_small_bodies_get_their_share_over_the_courses():
    """Head counts 90 and 10, one seat a course: rounding each course alone would give the small body nothing."""
    shares = Apportionment(2)
    people, rows = np.array([90, 10]), np.arange(2)
    rounds = [shares.share(1, people, people, rows).tolist() for _ in range(20)]
    assert np.sum(rounds, axis=0).tolist() == [18, 2]
    assert shares.share(500, people, people, rows).tolist() == [90, 10]


def test_cap_sends_the_rest_to_the_next_body():
    assert seats(plan_by_sorted_list(two_bodies(agency_cap_share=0.3))) == {"A": 6, "B": 4}


def test_floor_comes_before_value():
    assert seats(plan_by_sorted_list(two_bodies(agency_floor_seats_per_1000=150))) == {"A": 7, "B": 3}


def test_a_region_gets_its_floor_and_the_row_says_so():
    problem = two_bodies(region_floor_seats_per_1000=200)
    regions = problem.groups.with_columns(region_code=pl.Series(["north", "south"]))
    plan = plan_by_sorted_list(replace(problem, groups=regions))
    assert seats(plan) == {"A": 6, "B": 4}
    assert plan.seats_for("floor").sum(axis=0).tolist() == [0, 4]  # A is above its floor: value gave its seats


def test_hours_budget_stops_the_list():
    plan = plan_by_sorted_list(two_bodies(quarter_budget_hours_per_1000=2000))  # 80 hours for 40 people
    assert plan.n_hours == 80
    assert seats(plan) == {"A": 5, "B": 0}


def test_money_stops_the_list():
    plan = plan_by_sorted_list(two_bodies(quarter_budget_cost_per_1000=750))  # 30 for 40 people, 10 a seat
    assert plan.total_cost == 30.0


def test_people_due_by_law_come_first_and_in_the_course_worth_most_to_them():
    plan = plan_by_sorted_list(
        make_problem(
            [course("compliance", hours=8), course("data")],
            [session("s1", "data", 5), session("s2", "compliance", 50)],
            [effect("data", "DAT", 1.0)],
            [gap("A", "specialist", "DAT", 1.0), gap("B", "specialist", "DAT", 0.2)],
            [pool("A", "specialist", 20), pool("B", "specialist", 8, due=True)],
        )
    )
    by_course = {c: plan.seats[i].tolist() for i, c in enumerate(plan.problem.courses["course_id"])}
    assert by_course == {"compliance": [0, 3], "data": [0, 5]}
    assert plan.statutory_seats.sum() == 8


def test_compliance_seats_are_not_given_to_people_who_are_not_due():
    plan = plan_by_sorted_list(
        make_problem([course("law")], [session("s", "law", 9)], [], [], [pool("A", "specialist", 9)])
    )
    assert plan.seats.sum() == 0


def test_nobody_sits_in_two_courses():
    plan = plan_by_sorted_list(
        make_problem(
            [course("a"), course("b")],
            [session("s1", "a", 30), session("s2", "b", 30)],
            [effect("a", "DAT", 1.0), effect("b", "USR", 1.0)],
            [gap("A", "specialist", "DAT", 1.0), gap("A", "specialist", "USR", 1.0)],
            [pool("A", "specialist", 20)],
        )
    )
    assert plan.seats.sum() == 20


def test_language_track_and_hours_left_decide_who_can_sit():
    problem = make_problem(
        [course("lead", hours=24, track="manager")],
        [session("s1", "lead", 30, language="kk")],
        [effect("lead", "DAT", 1.0)],
        [gap("A", band, "DAT", 1.0) for band in ("specialist", "unit_head")],
        [
            pool("A", "specialist", 5, "kk"),
            pool("A", "unit_head", 4, "ru"),
            pool("A", "unit_head", 3, "kk+ru"),
            pool("A", "unit_head", 2, "kk", hours=16),
            pool("A", "unit_head", 1, "none"),
        ],
    )
    assert plan_by_sorted_list(problem).people_seated.tolist() == [0, 0, 3, 0, 0]


def test_people_with_one_language_sit_before_those_who_have_a_choice():
    problem = make_problem(
        [course("data")],
        [session("s1", "data", 3, "ru"), session("s2", "data", 3, "kk")],
        [effect("data", "DAT", 1.0)],
        [gap("A", "specialist", "DAT", 1.0)],
        [pool("A", "specialist", 3, "kk+ru"), pool("A", "specialist", 3, "kk")],
    )
    assert plan_by_sorted_list(problem).seats.sum() == 6


def test_a_session_below_its_minimum_is_cancelled_and_its_people_sit_elsewhere():
    problem = make_problem(
        [course("best", hours=8), course("next")],
        [session("s1", "best", 30, minimum=15), session("s2", "next", 30, minimum=5)],
        [effect("best", "DAT", 1.0), effect("next", "DAT", 1.0)],
        [gap("A", "specialist", "DAT", 1.0)],
        [pool("A", "specialist", 12)],
    )
    plan = plan_by_sorted_list(problem)
    assert plan.held_sessions == {"s2"}
    assert plan.seats.tolist() == [[0], [12]]


def test_floors_nobody_can_meet_are_named_with_the_amount():
    with pytest.raises(InfeasiblePlan, match=r"agency_floor_seats_per_1000 asks for 20 seats.*10 seats are missing"):
        plan_by_sorted_list(two_bodies(agency_floor_seats_per_1000=500))
    with pytest.raises(InfeasiblePlan) as refused:
        plan_by_sorted_list(two_bodies(agency_floor_seats_per_1000=200, quarter_budget_hours_per_1000=1000))
    assert refused.value.shortfalls == (("agency_floor_seats_per_1000", 8 * 16 - 40, "hours"),)


def test_the_check_sees_what_a_broken_plan_does():
    problem = two_bodies(agency_cap_share=0.3, quarter_budget_hours_per_1000=2000)
    broken = Allotment(problem, (Grant(0, 0, 0, 25, "gap_value"),), frozenset({"s1"}))
    words = " ".join(check_plan(broken))
    for rule in ("one_course_per_quarter", "sessions", "quarter_budget_hours_per_1000", "agency_cap_share"):
        assert rule in words


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    cap=st.sampled_from([0.02, 0.2, 1.0]),
    hours=st.sampled_from([50.0, 800.0, 1e6]),
    cost=st.sampled_from([100.0, 1e6]),
    floor=st.sampled_from([0.0, 0.0, 5.0]),
)
def test_no_random_quarter_breaks_a_rule(seed, cap, hours, cost, floor):
    problem = random_problem(
        seed,
        agency_cap_share=cap,
        quarter_budget_hours_per_1000=hours,
        quarter_budget_cost_per_1000=cost,
        agency_floor_seats_per_1000=floor,
        region_floor_seats_per_1000=floor,
    )
    try:
        plan = plan_by_sorted_list(problem)
    except InfeasiblePlan:
        assert floor > 0
        return
    assert check_plan(plan) == []
    pro_rata = plan_pro_rata(plan)
    assert all(words.startswith("min_seats") for words in check_plan(pro_rata, with_bounds=False))
    assert (pro_rata.seats.sum(axis=1) <= plan.seats.sum(axis=1)).all()


def test_shuffled_tables_give_the_same_plan():
    first = plan_by_sorted_list(random_problem(3, agency_cap_share=0.2))
    second = plan_by_sorted_list(random_problem(3, reverse=True, agency_cap_share=0.2))
    assert first.grants == second.grants
    assert first.seats.sum() > 0


def test_the_list_beats_head_count_on_planted_gaps():
    """Planned on noisy gaps, scored on the true ones; a list fed with gaps of other groups has nothing to win by."""
    gains, blind = [], []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        truth = random_problem(seed, n_agencies=12, agency_cap_share=0.3)
        noisy = replace(truth, gap_means=truth.gap_means + rng.normal(0, 0.2, truth.gap_means.shape))
        strangers = replace(truth, gap_means=rng.permutation(truth.gap_means, axis=0))
        for known, into in ((noisy, gains), (strangers, blind)):
            plan = plan_by_sorted_list(known)
            by_head_count = plan_pro_rata(plan)
            won = (plan.seats - by_head_count.seats) * truth.values
            into.append(float(won.sum() / (by_head_count.seats * truth.values).sum()))
    assert min(gains) > 0.1
    assert np.mean(blind) < 0.3 * np.mean(gains)
