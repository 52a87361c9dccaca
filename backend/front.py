"""Which points are on the Pareto front, as far as their intervals tell: probabilities by resampling, and ties."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

ON, TIED, BEHIND = "on the front", "tied", "behind"
SURE = 0.95       # a share of the draws from which a thing is said without doubt
_DRAWS = 2000
_NORMAL = 1.959964   # standard deviations of a normal distribution to the ends of its 95 %


@dataclass(frozen=True)
class Front:
    """`probability` that each point is on the front; its `state`: ON in at least 95 % of the draws, BEHIND where one
    and the same point is better in 95 % of them, else TIED, since nothing tells it from the front. The band holds the
    front in 95 % of the draws: to have at least the expressivity `steps[k]` costs `low[k]` to `high[k]`."""

    probability: NDArray[np.float64]
    state: tuple[str, ...]
    steps: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def front(
    expressivity: NDArray[np.float64], cost: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]], *,
    between: NDArray[np.float64] | None = None, seed: int = 0,
) -> Front:
    """The front of points that have an `expressivity`, of which more is better, and a `cost` (its median and the low
    and high end of its 95 % interval), of which less is better; all of shape (points,), costs above 0.

    Each draw takes every cost anew, independently: its logarithm is normal on both sides of the median, with the
    width of that side. `between` is the coefficient of variation of a point's processes, NaN where its interval is
    of one process: then it is widened by the median of those that are known. A draw's front are the points of which
    none has at least their expressivity for a lower cost, or more for no higher one. Raises ValueError where a cost
    is not above 0 or not within its interval.
    """
    middle, low, high = (np.asarray(each, dtype=np.float64) for each in cost)
    reach = np.asarray(expressivity, dtype=np.float64)
    if not ((low > 0) & (low <= middle) & (middle <= high)).all():
        raise ValueError("each cost must be above 0 and within its interval")
    drawn = _draws(middle, low, high, _of_one_process(between, len(middle)), seed)
    steps = np.unique(reach)
    least = np.stack([drawn[reach >= step].min(axis=0) for step in steps])   # (steps, draws)
    beyond = np.append(least[1:], np.full((1, _DRAWS), np.inf), axis=0)
    place = np.searchsorted(steps, reach)
    on = (drawn <= least[place]) & (drawn < beyond[place])
    probability = on.mean(axis=1)
    beaten = _beaten(drawn, reach, np.flatnonzero(probability > 0))
    state = tuple(ON if share >= SURE else BEHIND if lost >= SURE else TIED
                  for share, lost in zip(probability, beaten, strict=True))
    ends = np.quantile(least, [(1 - SURE) / 2, (1 + SURE) / 2], axis=1)
    return Front(probability, state, steps, ends[0], ends[1])


def _of_one_process(between: NDArray[np.float64] | None, count: int) -> NDArray[np.float64]:
    """What an interval of one process lacks, as a standard deviation of the logarithm."""
    known = np.full(count, np.nan) if between is None else np.asarray(between, dtype=np.float64)
    if np.isnan(known).all():
        return np.zeros(count)
    return np.where(np.isnan(known), np.nanmedian(known), 0.0)


def _draws(middle: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64],
           more: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Costs of shape (points, draws)."""
    within, across = _normal(len(middle), seed)
    middle, low, high, more = (each[:, None] for each in (middle, low, high, more))
    width = np.where(within > 0, np.log(high / middle), np.log(middle / low)) / _NORMAL
    return middle * np.exp(within * width + across * more)


@lru_cache(maxsize=64)
def _normal(points: int, seed: int) -> NDArray[np.float64]:
    """Two for each point and draw, the same at every call."""
    return np.random.default_rng(seed).standard_normal((2, _DRAWS, points)).transpose(0, 2, 1).copy()


def _beaten(drawn: NDArray[np.float64], reach: NDArray[np.float64], front: NDArray[np.intp]) -> NDArray[np.float64]:
    """The share of the draws in which that one of the `front` which most often beats a point does so."""
    return np.array([
        max((np.count_nonzero((drawn[other] <= drawn[point]) if reach[other] > reach[point]
                              else (drawn[other] < drawn[point])) / _DRAWS
            for other in front if other != point and reach[other] >= reach[point]), default=0.0)
        for point in range(len(reach))])
