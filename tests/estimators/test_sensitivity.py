"""Shares under other assumptions, on draws small enough to check by hand."""

import numpy as np
import polars as pl
import pytest
from scipy.stats import norm

from skills_models.contracts import TABLES
from skills_models.estimation.sensitivity import sensitivities
from tests.estimators.drawn_by_hand import BELOW, CUTS, N_DRAWS, PEOPLE, THETA_PER_LEVEL, WITHIN, drawn, means, row

NO_RATINGS = TABLES["analysis_skill__fit_leniency"].empty()
MEAN = means()[:, 0]


def leniency(a, b, own=0.0, shared=0.0):
    """What the assumption takes of analysis_skill__fit_leniency; two SDs, of each body and of both together."""
    frame = pl.DataFrame({"agency_id": ["B", "A"], "leniency_levels": [b, a]})
    return frame.with_columns(leniency_own_sd_levels=pl.lit(own), leniency_shared_sd_levels=pl.lit(shared))


def figures(code, draws=None, rated=NO_RATINGS, flagged=()):
    """Share of (A head, A staff, A, B staff, nation) under an assumption."""
    found = sensitivities([draws or drawn()], rated, flagged).filter(pl.col("sensitivity_code") == code)
    places = [("A", "head"), ("A", "staff"), ("A", "all"), ("B", "staff"), ("all", "all")]
    return [row(found, agency_id=a, seniority_code=s)["below_share"] for a, s in places]


def by_hand(cells):
    """The same five figures from shares of the four cells."""
    cells = np.asarray(cells)
    groups = [[0], [1, 2], [0, 1, 2], [3], [0, 1, 2, 3]]
    return pytest.approx([PEOPLE[g] @ cells[g] / PEOPLE[g].sum() for g in groups])


def below(cut, lower=0.0):
    return norm.cdf((np.asarray(cut) - MEAN + lower) / WITHIN)


def test_every_body_band_and_the_nation_have_a_row_for_every_assumption():
    found = sensitivities([drawn()], leniency(0.3, 0.3), [drawn()])

    assert found.group_by("sensitivity_code").len()["len"].to_list() == [6] * 8
    assert set(found["sensitivity_code"]) == {
        "requirement_minus_1", "requirement_plus_1", "leniency_025", "leniency_050", "nonresponse_025",
        "nonresponse_050", "double_ratings", "with_flagged",
    }  # fmt: skip


def test_requirements_a_level_up_or_down_are_other_cuts():
    assert figures("requirement_plus_1") == by_hand(below(CUTS[3]))
    assert figures("requirement_minus_1") == by_hand(below(CUTS[1]))


def test_no_requirement_is_above_level_3_or_below_level_0():
    highest, lowest = drawn(required=[3, 3, 2, 2]), drawn(required=[0, 0, 1, 2])

    assert figures("requirement_plus_1", highest) == by_hand(below(CUTS[3]))
    assert figures("requirement_minus_1", lowest) == by_hand(below(CUTS[[0, 0, 0, 1]]))
    assert figures("requirement_minus_1", lowest)[0] == 0
    assert figures("requirement_plus_1", lowest) == by_hand(below(CUTS[[1, 1, 2, 3]]))


def test_leniency_raises_shares_by_so_many_levels_and_not_thetas():
    quarter, half = figures("leniency_025"), figures("leniency_050")

    assert quarter == by_hand(below(CUTS[2], 0.25 * THETA_PER_LEVEL))
    assert half == by_hand(below(CUTS[2], 0.50 * THETA_PER_LEVEL))
    assert quarter != by_hand(below(CUTS[2], 0.25))


def test_only_those_who_did_not_reply_are_lower():
    silent, replied = below(CUTS[2], 0.5 * THETA_PER_LEVEL), np.array([0, 15 / 30, 15 / 90, 20 / 50])
    found = figures("nonresponse_050")

    assert found == by_hand(replied * BELOW + (1 - replied) * silent)
    assert found[0] == pytest.approx(figures("leniency_050")[0]), "nobody replied: the same as if all were lower"
    assert np.all(np.array(found)[1:] < figures("leniency_050")[1:])
    assert np.all(np.array(figures("nonresponse_025"))[1:] < found[1:])


def test_double_ratings_lower_each_body_by_its_own_leniency():
    rated = leniency(a=0.5, b=-0.2)
    lower = np.array([0.5, 0.5, 0.5, -0.2]) * THETA_PER_LEVEL

    assert figures("double_ratings", rated=rated) == by_hand(below(CUTS[2], lower))


def test_without_double_ratings_there_is_no_such_row():
    assert "double_ratings" not in set(sensitivities([drawn()], NO_RATINGS, [])["sensitivity_code"])


def test_without_draws_there_is_nothing_to_assume():
    assert sensitivities([], leniency(0.3, 0.3), []).equals(TABLES["analysis_gap__assn_sensitivity"].empty())


def test_what_is_not_known_of_a_bodys_leniency_does_not_average_out_over_its_cells():
    ends = norm.cdf((0.3 + 0.25 * norm.ppf([0.05, 0.95])) * THETA_PER_LEVEL / WITHIN)

    band, body, nation = widths(leniency(0.3, 0.3, own=0.25))
    assert [band, body] == pytest.approx([ends[1] - ends[0]] * 2, abs=0.06)
    assert nation < 0.9 * body, "over bodies it does"


def test_what_is_not_known_of_everybodys_leniency_does_not_average_out_at_all():
    band, body, nation = widths(leniency(0.3, 0.3, shared=0.25))

    assert body == pytest.approx(band)
    assert nation == pytest.approx(band)
    assert band == pytest.approx(widths(leniency(0.3, 0.3, own=0.25))[0], abs=0.05)


def widths(rated):
    """Width of the intervals of a band, its body and the nation, whose cells are all alike."""
    found = sensitivities([drawn(means([0.5] * 4))], rated, [])
    rows = found.filter(pl.col("sensitivity_code") == "double_ratings")
    places = [row(rows, agency_id=a, seniority_code=s) for a, s in (("A", "head"), ("A", "all"), ("all", "all"))]
    return [place["below_share_hi"] - place["below_share_lo"] for place in places]


def test_sheets_with_a_flag_have_rows_of_their_own():
    flagged = [0.6, 0.3, 0.7, 0.5]

    assert figures("with_flagged", flagged=[drawn(means(flagged))]) == by_hand(flagged)
    assert "with_flagged" not in set(sensitivities([drawn()], NO_RATINGS, [])["sensitivity_code"])


def test_the_order_of_rows_changes_no_bit():
    draws = [drawn(skill="ITR"), drawn(means() + np.linspace(-1, 1, N_DRAWS), skill="DAT")]
    rated = leniency(0.3, 0.1, own=0.2, shared=0.1)
    key = ["agency_id", "seniority_code", "skill_code", "sensitivity_code"]

    one, two = sensitivities(draws, rated, draws), sensitivities(draws[::-1], rated.reverse(), draws[::-1])
    assert one.sort(key).equals(two.sort(key))
