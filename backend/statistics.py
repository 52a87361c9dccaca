"""What samples say: the median with a distribution-free interval, and the ratio of two with its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from math import comb, exp, log, sqrt

CONFIDENCE = 0.95        # of a median
OF_A_VERDICT = 0.99     # of a ratio: what differs from itself in one run of a hundred is seldom called different
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
    tail, below = (1 - confidence) / 2, 0.0
    rank = 0
    while rank < n // 2:
        below += comb(n, rank) / 2**n
        if below > tail:
            break
        rank += 1
    rank = max(rank, 1)
    return ordered[rank - 1], ordered[n - rank]


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
    half = _student(count - 1, (1 + confidence) / 2) * spread
    return Ratio(*map(exp, (mean, mean - half, mean + half)), count)


def _student(freedom: int, probability: float) -> float:
    """The quantile of Student's distribution."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, probability))
