"""The interval of the median covers it as often as it says."""

import numpy as np
import pytest
from noises import drifting, heavy_tail, two_speeds, waves

from backend.statistics import (
    effective_count,
    findings,
    interval,
    median,
    median_interval,
    paired_ratio,
    undisturbed,
    warm_up,
)


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


def rounds(random, *, slower=1.0, processes=8, count=15):
    """(first, second) of each process: 0.4 % of noise in a round's ratio, 1 % between processes, and now and then a
    round that something disturbed; the machine's own moods are larger and the same for both."""
    for _ in range(processes):
        mood = 1e-3 * np.exp(0.1 * random.standard_t(3, count))
        drawn = slower * np.exp(0.01 * random.standard_normal() + 0.004 * random.standard_t(3, count))
        drawn *= np.where(random.random(count) < 0.03, 1.5, 1.0)
        yield mood.tolist(), (mood * drawn).tolist()


def test_a_product_is_not_told_from_itself():
    random = np.random.default_rng(0)
    found = [paired_ratio(list(rounds(random))) for _ in range(300)]
    assert np.mean([each.verdict == "not distinguishable" for each in found]) >= 0.97
    assert np.mean([each.low <= 1 <= each.high for each in found]) >= 0.97


@pytest.mark.parametrize(("slower", "verdict"), [(1.05, "faster"), (1 / 1.05, "slower")])
def test_five_percent_are_found(slower, verdict):
    random = np.random.default_rng(1)
    found = [paired_ratio(list(rounds(random, slower=slower))) for _ in range(100)]
    assert np.mean([each.verdict == verdict for each in found]) >= 0.95
    assert np.mean([each.low <= slower <= each.high for each in found]) >= 0.95


def test_one_process_knows_only_its_rounds():
    one = paired_ratio([([1.0] * 30, [2.0 + 0.001 * each for each in range(30)])])
    assert one.processes == 1
    assert one.low < one.ratio < one.high
    assert one.verdict == "faster"


def test_a_process_without_samples_counts_for_nothing():
    assert paired_ratio([([], [1.0]), ([1.0], [2.0])]).processes == 1
    with pytest.raises(ValueError, match="no process has samples of both"):
        paired_ratio([([], [1.0])])


def test_contested_rounds_are_left_out_if_enough_are_left():
    assert undisturbed([1, 2, 3, 4], [0, 2], least=2) == [2, 4]
    assert undisturbed([1, 2, 3, 4], [0, 2], least=3) == [1, 2, 3, 4]


def until_known(stream, *, least=30, width=0.02):
    """As the clock's loop does: looked at again and again until the interval is narrow."""
    samples, look = [], least
    for sample in stream:
        samples.append(float(sample))
        if len(samples) >= look:
            look = int(1.25 * len(samples)) + 1
            low, high = interval(samples)
            if high - low <= 2 * width * median(samples) and effective_count(samples) >= least / 2:
                return low, high
        if len(samples) == 10 * least:
            return interval(samples)


@pytest.mark.parametrize("noise", [heavy_tail, two_speeds, drifting, waves])
def test_the_interval_holds_the_long_run_median(noise):
    """However it is disturbed, and though one looks until it is narrow."""
    random = np.random.default_rng(0)
    streams = [noise(random) for _ in range(200)]
    long_run = median([float(next(stream)) for stream in streams for _ in range(300)])
    held = [low <= long_run <= high for low, high in (until_known(noise(random)) for _ in range(200))]
    assert np.mean(held) >= 0.9


def test_samples_that_depend_on_one_another_count_less():
    random = np.random.default_rng(0)
    independent = random.standard_normal(200)
    assert effective_count(independent.tolist()) > 100
    assert effective_count(np.repeat(independent[:40], 5).tolist()) < 70
    assert effective_count([1.0, 1.0, 1.0, 1.0]) == 4


def test_the_first_slow_samples_are_a_warm_up():
    assert warm_up([3.0, 2.0, 1.3, *[1.0, 1.01] * 10]) == 3
    assert warm_up([1.0, 1.01] * 10) == 0
    assert warm_up([1.0] * 5 + [9.0] + [1.0] * 14) == 0   # an outlier is none


def test_drift_and_two_speeds_are_said():
    random = np.random.default_rng(0)
    noise = np.exp(0.004 * random.standard_normal(60))
    assert findings(noise.tolist()) == []
    assert "became 11% slower" in findings((noise * np.linspace(1, 1.15, 60)).tolist())[0]
    assert "faster" in findings((noise * np.linspace(1.15, 1, 60)).tolist())[0]
    both = findings((noise * np.where(np.arange(60) % 3 == 0, 1.2, 1.0)).tolist())
    assert both == ["it has two speeds: 33% of the samples take 1.20 times as long"]
    assert findings([*noise.tolist(), 5.0, 6.0]) == []   # outliers are not a speed
