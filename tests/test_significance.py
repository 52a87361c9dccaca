"""What is claimed to have changed: seldom anything where nothing did, and what did change nearly always."""

import numpy as np
import pytest

from backend.significance import FALSE, Side, changes

CASES, PLANTED = 120, 6


def side(logs, within=0.003):
    """The summary of logarithms of times, an array (cases, processes)."""
    return Side(np.full(len(logs), logs.shape[1]), logs.mean(1), ((logs - logs.mean(1, keepdims=True)) ** 2).sum(1),
                np.full(len(logs), within))


def measured(seed, processes, *, planted=0.0, unlike=0.4, tails=None):
    """Two sets whose cases are more or less noisy, 1.5 % from process to process for the usual one; the first
    `PLANTED` of the second set take `1 + planted` times as long."""
    rng = np.random.default_rng(seed)
    noise = 0.015 * np.exp(unlike * rng.standard_normal((CASES, 1)))
    draw = rng.standard_normal if tails is None else lambda shape: rng.standard_t(tails, shape) / np.sqrt(2)
    first, second = (noise * draw((CASES, number)) for number in processes)
    second[:PLANTED] += np.log1p(planted)
    return changes(side(first), side(second))


@pytest.mark.parametrize(("processes", "tails"), [
    ((3, 3), None), ((5, 2), None), ((3, 3), 4), ((5, 5), 4), ((1, 1), None), ((1, 1), 4)])
def test_nothing_is_claimed_where_nothing_changed(processes, tails):
    claimed = [bool((found.slower | found.faster).any())
               for found in (measured(seed, processes, tails=tails) for seed in range(100))]
    assert sum(claimed) <= 5


def test_ten_percent_are_found():
    found = [measured(seed, (5, 5), planted=0.10, unlike=0.2) for seed in range(100)]
    assert np.mean([each.slower[:PLANTED].mean() for each in found]) > 0.95
    wrong = [(each.slower | each.faster)[PLANTED:].sum() / max(1, (each.slower | each.faster).sum()) for each in found]
    assert np.mean(wrong) < 2 * FALSE
    assert not any(each.faster[:PLANTED].any() for each in found)


def test_half_as_fast_is_found_in_one_process_each():
    assert measured(0, (1, 1), planted=1.0, unlike=0.0).slower[:PLANTED].all()


def test_the_intervals_hold_what_was_planted():
    holds = [(found.low[:PLANTED] < 1.1).mean() + (found.high[:PLANTED] > 1.1).mean() - 1
             for found in (measured(seed, (5, 5), planted=0.10) for seed in range(100))]
    assert np.mean(holds) > 0.95


def test_noise_is_known_of_replicates_else_of_the_cases_else_of_the_samples():
    found = measured(0, (5, 5), unlike=0.0)
    assert found.known_from == "replicates" and found.noise == pytest.approx(0.015, rel=0.1)
    found = measured(0, (1, 1), unlike=0.0)
    assert found.known_from == "cases" and found.noise == pytest.approx(0.015, rel=0.4)
    few = side(np.zeros((3, 1)), within=0.01)
    assert changes(few, few).known_from == "samples" and changes(few, few).noise == pytest.approx(0.01)


def test_no_interval_is_narrower_than_the_samples_leave():
    first, second = (side(np.full((20, 4), value) + 1e-6 * np.arange(4), within=0.05) for value in (0.0, 0.07))
    found = changes(first, second)
    assert not found.slower.any() and (found.high / found.low > 1.2).all()


def test_no_cases_have_no_changes():
    nothing = side(np.zeros((0, 2)))
    assert len(changes(nothing, nothing).ratio) == 0
