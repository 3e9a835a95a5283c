"""Draws of the cells of the register, fitted and stored, with requirement and scale."""

import numpy as np
import polars as pl
import pytest

from skills_models.contracts import TABLES
from skills_models.estimation.draws import CELL, WITHIN, skill_draws
from skills_models.estimation.skill_model import fit_skill_models
from tests.estimators.drawn_by_hand import AGENCIES, CELLS


def stored():
    """The tables that hold draws: cells and skills in no order, and a family of which no skill is asked."""
    cell_draws = [
        CELLS.select("agency_id", "seniority_code", "job_family_code").with_columns(
            skill_code=pl.lit(skill), mean_draws=pl.Series([[i + 0.25, i + 0.5] for i in range(4)]) + offset
        )
        for skill, offset in (("ITR", 0.0), ("DAT", 10.0))
    ]
    names = {"skill_code": ["DAT", "DAT", "ITR", "ITR"], "component_code": ["within", "agency"] * 2}
    variances = pl.DataFrame(names | {"sd_draws": [[0.5, 0.75], [9.0, 9.0], [1.5, 1.75], [9.0, 9.0]]})
    cuts = {"cut_1": [-1.0, -2.0], "cut_2": [0.0, 0.5], "cut_3": [1.0, 2.0], "theta_per_level": [1.0, 2.0]}
    scales = pl.DataFrame({"skill_code": ["ITR", "DAT"], **cuts})
    profiles = pl.DataFrame(
        [("policy", "staff", "ITR", 3), ("policy", "staff", "DAT", 1), ("digital", "head", "ITR", 0)],
        orient="row",
        schema=["job_family_code", "seniority_code", "skill_code", "required_level"],
    )
    return pl.concat(cell_draws), variances, scales, profiles, CELLS


def test_stored_draws_are_placed_on_the_register_skill_by_skill():
    dat, itr = skill_draws(*stored())

    assert (dat.skill_code, itr.skill_code) == ("DAT", "ITR")
    assert itr.cells.select("agency_id", "seniority_code", "n_people", "required_level").rows() == [
        ("A", "head", 10, 0),
        ("A", "staff", 90, 3),
        ("B", "staff", 50, 3),
    ]  # nothing is said of (staff, digital): it has no requirement
    assert itr.mean.tolist() == [[0.25, 0.5], [2.25, 2.5], [3.25, 3.5]]
    assert dat.mean.tolist() == [[12.25, 12.5], [13.25, 13.5]]
    assert (dat.within_sd.tolist(), itr.within_sd.tolist()) == ([0.5, 0.75], [1.5, 1.75])
    assert itr.cut().tolist() == [-np.inf, 1.0, 1.0]
    assert dat.cut().tolist() == [-2.0, -2.0]
    assert (itr.theta_per_level, dat.theta_per_level) == (1.0, 2.0)


def test_the_order_of_stored_rows_changes_no_bit():
    tables = stored()
    for one, two in zip(skill_draws(*tables), skill_draws(*(t.reverse() for t in tables)), strict=True):
        assert one.cells.equals(two.cells)
        assert np.array_equal(one.mean, two.mean)
        assert np.array_equal(one.within_sd, two.within_sd)


def measured(**cells):
    """``cell_pattern_sql`` and ``joint_measure_sql`` of ten people of other skill in the named cells of each skill."""
    rng = np.random.default_rng(0)
    people = [
        (skill, *CELLS.select(CELL).row(c), m) for skill in cells for c in cells[skill] for m in rng.normal(c, 1, 10)
    ]
    long = pl.DataFrame(people, orient="row", schema=["skill_code", *CELL, "measure"])
    wide = long.with_columns(person=pl.int_range(pl.len()).over("skill_code")).pivot(
        on="skill_code", index=["person", *CELL], values="measure"
    )
    return long.with_columns(measure_variance=pl.lit(0.3), n_people=pl.lit(1)), wide.drop("person")


def fitted(pattern, joint, n_draws=20):
    return fit_skill_models(pattern, joint, CELLS, stored()[2], AGENCIES, n_draws)


def test_every_cell_of_the_register_has_draws_silent_ones_included_and_wider():
    variances, draws = fitted(*measured(ITR=[1, 2, 3], DAT=[1, 2, 3]), n_draws=200)

    assert draws.group_by("skill_code").len().sort("skill_code").rows() == [("DAT", 4), ("ITR", 4)]
    spread = draws.with_columns(sd=pl.col("mean_draws").list.std(), is_silent=pl.col("seniority_code") == "head")
    assert spread.filter("is_silent")["sd"].min() > 3 * spread.filter(~pl.col("is_silent"))["sd"].max()
    assert set(variances["component_code"]) >= {WITHIN, "cell", "agency", "seniority"}
    within = variances.filter((pl.col("component_code") == WITHIN) & (pl.col("skill_code") == "DAT"))
    thetas = np.array(within["sd_draws"].item())
    assert within["component_sd_levels"].item() == pytest.approx(np.median(thetas) / 2, rel=1e-6)


def test_a_skill_measured_in_one_cell_has_no_draws_and_the_others_keep_theirs():
    variances, draws = fitted(*measured(ITR=[1, 2, 3], DAT=[2]))

    assert set(draws["skill_code"]) == set(variances["skill_code"]) == {"ITR"}
    (itr,) = skill_draws(draws, variances, *stored()[2:])
    assert itr.skill_code == "ITR"
    nothing = fitted(*measured(ITR=[1], DAT=[2]))
    assert [t.height for t in nothing] == [0, 0]
    assert skill_draws(nothing[1], nothing[0], *stored()[2:]) == []
    assert nothing[1].schema == TABLES["analysis_skill__fit_cell_draw"].polars_schema()


def test_the_order_of_people_changes_no_bit_of_the_draws():
    pattern, joint = measured(ITR=[1, 2, 3], DAT=[1, 2, 3])
    one, two = fitted(pattern, joint), fitted(pattern.reverse(), joint.reverse())

    assert one[0].equals(two[0])
    assert one[1].equals(two[1])
