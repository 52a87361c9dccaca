"""The interval of the median covers it as often as it says."""

import numpy as np
import pytest

from backend.bench.statistics import median, median_interval


def test_median_of_odd_and_even_counts():
    assert median([3, 1, 2]) == 2
    assert median([4, 1, 2, 3]) == 2.5


@pytest.mark.parametrize(("n", "low", "high"), [(6, 1, 6), (10, 2, 9), (30, 10, 21), (100, 40, 61)])
def test_ranks_are_those_of_the_binomial_table(n, low, high):
    assert median_interval(range(1, n + 1)) == (low, high)


@pytest.mark.parametrize("samples", [[1.0], [1.0, 2.0], [3.0, 1.0, 2.0]])
def test_too_few_samples_give_their_range(samples):
    assert median_interval(samples) == (min(samples), max(samples))


@pytest.mark.parametrize("draw", [
    lambda random, n: random.standard_normal(n), lambda random, n: random.standard_cauchy(n),
    lambda random, n: random.exponential(size=n) - np.log(2)], ids=["normal", "cauchy", "exponential"])
def test_covers_the_median_of_any_distribution(draw):
    random = np.random.default_rng(0)
    held = [low <= 0 <= high for low, high in (median_interval(draw(random, 30)) for _ in range(2000))]
    assert 0.94 <= np.mean(held) <= 0.98   # 95.7 % at n = 30
