"""Units of a level and the roll-up of elements."""

import polars as pl
import pytest

from skills_models.measurement.scale import cut, rollup_level, units_per_level


@pytest.mark.parametrize(("n_items", "units"), [(1, 2), (2, 2), (3, 6), (4, 12), (5, 60)])
def test_every_mean_and_every_cut_is_a_whole_number_of_units(n_items, units):
    items = pl.DataFrame({"skill_code": ["ITR"] * n_items + [None] * 9}, schema={"skill_code": pl.String})

    assert units_per_level(items) == units
    assert all(units % n == 0 for n in range(1, n_items + 1))
    assert units * cut(2) == int(units * cut(2))


def test_a_survey_that_speaks_to_no_skill_is_refused():
    with pytest.raises(ValueError, match="no survey item"):
        units_per_level(pl.DataFrame({"skill_code": [None]}, schema={"skill_code": pl.String}))


@pytest.mark.parametrize(
    ("levels", "shown"), [((1, 2, 2, 3), 2), ((0, 3, 3, 3), 3), ((0, 0, 3, 3), 0), ((1, 1, 1, 3), 1), ((2,), 2)]
)
def test_a_skill_shows_the_level_three_quarters_of_its_elements_reach(levels, shown):
    assert rollup_level(levels) == shown


def test_partial_achievement_counts():
    assert rollup_level([1, 1, 2, 2]) == 1  # not 0 because the target of 2 is not reached everywhere


def test_an_element_nobody_rated_is_no_0():
    assert rollup_level([2, 2, None, None]) == 2
    assert rollup_level([None, None]) is None
