import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from skills_models.planning.value import expected_closure, seat_values


@pytest.mark.parametrize(
    ("effect", "mean", "sd"), [(0.5, 0.3, 0.4), (1.2, -0.5, 0.7), (0.2, 2.0, 0.3), (0.8, 0.8, 0.05), (0.3, -3.0, 0.5)]
)
def test_closed_form_equals_the_integral(effect, mean, sd):
    def integrand(gap):
        return min(effect, max(gap, 0.0)) * norm.pdf(gap, mean, sd)

    low, high = min(0, mean - 12 * sd), max(effect, mean + 12 * sd)
    exact = quad(integrand, low, high, points=[p for p in (0.0, effect, mean) if low < p < high], limit=400)[0]
    assert expected_closure(np.array(effect), np.array(mean), np.array(sd)) == pytest.approx(exact, abs=1e-9)
    if abs(mean) < 1:  # what ignores the spread between people is a different number
        assert min(effect, max(mean, 0.0)) != pytest.approx(exact, abs=1e-4)


def test_without_spread_a_seat_closes_the_gap_up_to_the_effect():
    closed = expected_closure(np.array([0.5, 0.5, 0.5]), np.array([-1.0, 0.2, 2.0]), np.zeros(3))
    assert closed.tolist() == [0.0, 0.2, 0.5]


def test_a_completed_course_closes_at_most_its_effect_never_the_gap():
    rng = np.random.default_rng(1)
    effect, mean, sd = rng.uniform(0, 1, 500), rng.normal(0.5, 2, 500), rng.uniform(0, 2, 500)
    closed = expected_closure(effect, mean, sd)
    assert (closed <= effect).all()
    assert (closed >= 0).all()
    large = mean > 2
    assert (closed[large] < mean[large]).all()  # "course completed = gap closed" would claim the whole gap


def test_value_sums_skills_by_weight_and_names_the_one_that_counts_most():
    values, top = seat_values(
        np.array([[0.4, 0.4], [0.0, 0.0]]), np.array([1.0, 3.0]), np.array([[1.0, 1.0]]), np.array([[0.0, 0.0]])
    )
    assert values == pytest.approx(np.array([[1.6], [0.0]]))
    assert top.tolist() == [[1], [-1]]
