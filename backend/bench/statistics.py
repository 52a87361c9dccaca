"""The median of samples and its distribution-free interval."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb


def median(samples: Sequence[float]) -> float:
    """The middle of the sorted samples, or the mean of the two middle ones."""
    ordered = sorted(samples)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def median_interval(samples: Sequence[float], confidence: float = 0.95) -> tuple[float, float]:
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
