"""What samples say: the median with a distribution-free interval, what disturbs it, and the ratio of two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from math import comb, exp, floor, log, sqrt

CONFIDENCE = 0.95        # of a median
_WITH_PEEKING = 0.99     # of an interval that is looked at again and again until it is narrow: then it holds 95 %
OF_A_VERDICT = 0.99     # of a ratio: what differs from itself in one run of a hundred is seldom called different
_KNOWN = 6               # processes from which the interval of their medians is one of 95 %
_SLOWER = 1.05           # than later samples: those of a warm-up
_DRIFT = 0.03            # of the median: less is not worth a word
VERDICTS = ("faster", "slower", "not distinguishable")


def median(samples: Sequence[float]) -> float:
    """The middle of the sorted samples, or the mean of the two middle ones."""
    ordered = sorted(samples)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def median_interval(samples: Sequence[float], confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Two order statistics that hold the true median with at least this confidence, whatever the distribution of
    independent samples: ranks k and n+1-k with P(Binomial(n, 1/2) < k) at most half the rest. With fewer than 6
    samples (at 95 %) no such pair exists, and the least and greatest sample are returned."""
    ordered = sorted(samples)
    n = len(ordered)
    rank = max(_rank(n, confidence), 1)
    return ordered[rank - 1], ordered[n - rank]


@lru_cache(maxsize=1000)
def _rank(count: int, confidence: float) -> int:
    """The largest k with P(Binomial(count, 1/2) < k) at most half of what the confidence leaves."""
    below = 0.0
    for rank in range(count // 2):
        below += comb(count, rank) / 2**count
        if below > (1 - confidence) / 2:
            return rank
    return count // 2


def effective_count(samples: Sequence[float]) -> float:
    """How many independent samples say as much of the median: n over the correlation time of which samples lie above
    it, summed over pairs of lags as long as they stand out of the noise (Geyer 1992), each raised by what estimating
    their mean takes from them."""
    import numpy as np  # commands that measure nothing do without it

    n = len(samples)
    signs = np.sign(np.asarray(samples) - median(samples))
    signs = signs - signs.mean()
    if n < 4 or not signs.any():
        return float(n)
    variance, time = float((signs * signs).mean()), 1.0
    for _ in range(3):   # the correction depends on the time itself
        bias, total = 2 * time / n, 1.0
        for lag in range(1, n - 2, 2):
            pair = sum(float((signs[:-each] * signs[each:]).mean()) for each in (lag, lag + 1)) / variance
            if pair <= n**-0.5:
                break
            total += 2 * (pair + bias)
        time = total
    return max(1.0, n / time)


def interval(samples: Sequence[float]) -> tuple[float, float]:
    """An interval of the median for samples that depend on one another and are taken until it is narrow: order
    statistics as of `effective_count` independent ones, and never narrower than the medians of the thirds in order."""
    ordered, n = sorted(samples), len(samples)
    count = floor(effective_count(samples))
    rank = _rank(count, _WITH_PEEKING)
    place = max(1, rank if count == n else floor(rank / count * n))
    third = n // 3
    parts = [median(samples[start : start + third]) for start in (0, third, n - third)] if third > 3 else []
    return min([ordered[place - 1], *parts]), max([ordered[n - place], *parts])


def combined(processes: Sequence[tuple[float, float, float]]) -> tuple[float, float, float]:
    """(median, low, high) of several processes' (median, low, high): the median of their medians, and the interval of
    that, which with fewer than six processes is all that theirs hold."""
    middles = [each[0] for each in processes]
    low, high = median_interval(middles)
    if len(processes) < _KNOWN:
        low, high = min(each[1] for each in processes), max(each[2] for each in processes)
    return median(middles), low, high


def variation(values: Sequence[float]) -> float:
    """The coefficient of variation: standard deviation over mean, of two values or more."""
    mean = sum(values) / len(values)
    return sqrt(sum((each - mean) ** 2 for each in values) / (len(values) - 1)) / mean


def warm_up(samples: Sequence[float]) -> int:
    """How many of the first samples are slower than all of the later half: what has to be left out of a median."""
    limit = _SLOWER * max(samples[len(samples) // 2 :], default=0.0)
    return next((number for number, sample in enumerate(samples) if sample <= limit), 0)


def findings(samples: Sequence[float]) -> list[str]:
    """What a reader should know before believing a median: a drift, or two speeds."""
    found, third = [], len(samples) // 3
    if third >= 5:
        first, last = samples[:third], samples[-third:]
        (low1, high1), (low2, high2) = (median_interval(each, OF_A_VERDICT) for each in (first, last))
        change = median(last) / median(first) - 1
        if abs(change) > _DRIFT and (high1 < low2 or high2 < low1):
            found.append(f"it became {abs(change):.0%} {'slower' if change > 0 else 'faster'} while it was measured")
    if len(samples) >= 20 and (both := _two_speeds(sorted(samples))):
        share, ratio = both
        found.append(f"it has two speeds: {share:.0%} of the samples take {ratio:.2f} times as long")
    return found


def _two_speeds(ordered: Sequence[float]) -> tuple[float, float] | None:
    """(share of the slower, ratio of the medians) where a gap parts the samples into two groups of at least a tenth
    each, wider than `_DRIFT` of the median and than either group (but for its own tails)."""
    n = len(ordered)
    least = -(-n // 10)
    cut = max(range(least, n - least + 1), key=lambda place: ordered[place] - ordered[place - 1])
    slow, fast = ordered[cut:], ordered[:cut]
    widest = max(each[-1 - len(each) // 10] - each[len(each) // 10] for each in (slow, fast))
    gap = ordered[cut] - ordered[cut - 1]
    if gap <= max(widest, _DRIFT * median(ordered)):
        return None
    return len(slow) / n, median(slow) / median(fast)


def undisturbed(samples: Sequence[float], contested: Sequence[int], least: int = 3) -> list[float]:
    """The samples but for those of contested rounds; all where fewer than `least` would be left."""
    left = [sample for number, sample in enumerate(samples) if number not in set(contested)]
    return left if len(left) >= least else list(samples)


@dataclass(frozen=True)
class Ratio:
    """How many times as fast the first is as the second: the second's time over the first's."""

    ratio: float
    low: float
    high: float
    processes: int

    @property
    def verdict(self) -> str:
        """Of the first, by the interval alone."""
        return "faster" if self.low > 1 else "slower" if self.high < 1 else "not distinguishable"


def paired_ratio(
    processes: Sequence[tuple[Sequence[float], Sequence[float]]], confidence: float = OF_A_VERDICT
) -> Ratio:
    """The ratio of two from the times of each process, (first, second), whose samples of one round are neighbours.

    Each process gives the median of its rounds' ratios. Their logarithms vary by noise and by what a process draws
    anew (addresses, autotuning), so the interval is Student's of their mean. One process alone knows nothing of the
    latter: its interval is that of its rounds. Raises ValueError where no process has both.
    """
    ratios = [[log(b / a) for a, b in zip(*both, strict=True)] for both in processes if all(both)]
    if not ratios:
        raise ValueError("no process has samples of both")
    middles = [median(each) for each in ratios]
    count = len(middles)
    if count == 1:
        low, high = median_interval([*chain.from_iterable(ratios)], confidence)
        return Ratio(*map(exp, (middles[0], low, high)), 1)
    mean = sum(middles) / count
    spread = sqrt(sum((each - mean) ** 2 for each in middles) / (count - 1) / count)
    half = student(count - 1, (1 + confidence) / 2) * spread
    return Ratio(*map(exp, (mean, mean - half, mean + half)), count)


def independent_ratio(first: tuple[float, float, float], second: tuple[float, float, float]) -> Ratio:
    """The ratio of two (median, low, high) that were measured apart. Its interval joins the distances of theirs, in
    logarithms, as the variances of independent numbers add (Zou and Donner 2008, MOVER); it covers as often as
    theirs. Raises ValueError unless all are above 0."""
    (middle1, low1, high1), (middle2, low2, high2) = first, second
    if not min(*first, *second) > 0:
        raise ValueError(f"times must be above 0, got {first} and {second}")
    below = sqrt(log(middle2 / low2) ** 2 + log(high1 / middle1) ** 2)
    above = sqrt(log(high2 / middle2) ** 2 + log(middle1 / low1) ** 2)
    ratio = middle2 / middle1
    return Ratio(ratio, ratio * exp(-below), ratio * exp(above), 1)


def student(freedom: int, probability: float) -> float:
    """The quantile of Student's distribution."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, probability))
