"""Fronts of planted points: what is certain, what is tied, and what no amount of doubt brings to the front."""

import numpy as np
import pytest

from backend.front import BEHIND, ON, TIED, front


def of(*points, **more):
    """The front of points (expressivity, cost, half its interval as a part of it)."""
    reach, middle, part = np.array(points, dtype=float).T
    return front(reach, (middle, middle * (1 - part), middle * (1 + part)), **more)


def test_a_clear_front():
    found = of((5, 1.0, 0.02), (10, 2.0, 0.02), (20, 8.0, 0.02), (9, 4.0, 0.02))
    assert found.state == (ON, ON, ON, BEHIND)
    assert found.probability.tolist() == [1, 1, 1, 0]
    assert found.steps.tolist() == [5, 9, 10, 20]
    assert (found.low <= [1, 2, 2, 8]).all() and (found.high >= [1, 2, 2, 8]).all()
    assert (found.high / found.low < 1.05).all()


def test_two_of_the_same_expressivity_whose_intervals_overlap_are_tied():
    found = of((10, 1.0, 0.1), (10, 1.01, 0.1), (5, 3.0, 0.1))
    assert found.state == (TIED, TIED, BEHIND)
    assert found.probability[:2].sum() == pytest.approx(1)   # one of them is, in every draw
    assert 0.5 < found.probability[0] < 0.7


def test_many_that_nothing_tells_apart_are_all_tied_although_each_is_seldom_first():
    found = of(*[(10, 1.0, 0.1)] * 40)
    assert set(found.state) == {TIED} and found.probability.max() < 0.05


@pytest.mark.parametrize("cost", [1.5, 100.0])
def test_a_dominated_point_far_away_is_behind(cost):
    found = of((10, 1.0, 0.02), (8, cost, 0.02))
    assert found.state == (ON, BEHIND) and found.probability[1] == 0


def test_a_point_with_a_huge_interval_is_tied_and_takes_certainty_from_the_others():
    found = of((10, 1.0, 0.02), (10, 1.5, 0.95))
    assert found.state == (TIED, TIED)
    sure = of((10, 1.0, 0.02), (20, 1.5, 0.95))
    assert sure.state[1] == ON   # nothing else does so much, whatever it takes
    assert sure.state[0] == TIED and sure.high[1] / sure.low[1] > 5


def test_equal_expressivity_and_cost_without_doubt_are_both_on_the_front():
    found = of((10, 1.0, 0), (10, 1.0, 0), (10, 2.0, 0), (5, 1.0, 0))
    assert found.state == (ON, ON, BEHIND, BEHIND)   # the last costs as much as what does more


def test_an_interval_on_one_side_alone_doubts_that_side_alone():
    one, two = np.array([10.0, 10.0]), np.array([1.0, 1.2])
    assert front(one, (two, two * [1, 0.7], two)).state == (TIED, TIED)
    assert front(one, (two, two, two * [1, 1.9])).state == (ON, BEHIND)


def test_what_differs_between_processes_widens_the_interval_of_one_process():
    points = (10, 1.0, 0.01), (10, 1.05, 0.01), (30, 9.0, 0.01)
    assert of(*points).state == (ON, BEHIND, ON)
    of_many = of(*points, between=np.array([np.nan, np.nan, 0.05]))
    assert of_many.state == (TIED, TIED, ON)
    assert of(*points, between=np.array([0.05, 0.05, 0.05])).state == (ON, BEHIND, ON)   # their intervals hold it


def test_probabilities_are_those_of_the_normal_distribution():
    """P(one is faster) = Phi(difference of the logarithms / sqrt(2) sigma), where both have the same interval."""
    wide = np.exp(1.959964 * 0.1)
    middle = np.array([1.0, np.exp(0.1 * np.sqrt(2))])   # one standard deviation of the difference apart
    found = front(np.ones(2), (middle, middle / wide, middle * wide))
    assert found.probability[0] == pytest.approx(0.8413, abs=0.03)


def test_a_seed_repeats_itself_and_the_order_of_points_is_none_of_its_business():
    points = [(10, 1.0, 0.1), (10, 1.1, 0.1), (5, 0.9, 0.2)]
    assert of(*points).probability.tolist() == of(*points).probability.tolist()
    other = of(*points, seed=1).probability
    assert other.tolist() != of(*points).probability.tolist()
    assert of(*points).probability == pytest.approx(other, abs=0.05)
    assert of(*points).probability == pytest.approx(of(*reversed(points)).probability[::-1], abs=0.05)


@pytest.mark.parametrize(("middle", "low", "high"), [(0, 0, 1), (1, 2, 3), (3, 1, 2), (float("nan"), 1, 2)])
def test_a_cost_that_is_none_is_refused(middle, low, high):
    with pytest.raises(ValueError, match="within its interval"):
        front(np.ones(1), tuple(np.array([float(each)]) for each in (middle, low, high)))
