"""How a cost grows: the slope of a line in logarithms with its interval, and what was claimed for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np

from backend.statistics import CONFIDENCE, student

_NORMAL = 1.959964       # a 95 % interval is this many standard deviations to either side
_LEAST_NOISE = 1e-3      # of what is given without an interval, and of what is given with a narrower one
_CLOSE = 0.25            # slopes that differ by less are called the same
_LEAST = 3               # points from which a slope has an interval
_CLAIM = re.compile(r"L(?:\^(\d))?(?: log(?:\^(\d))? ?L)?")


@dataclass(frozen=True)
class Slope:
    """d log y / d log x with its 95 % interval, None of two points; over `points` points from x = `first` to `last`."""

    slope: float
    low: float | None
    high: float | None
    points: int
    first: float
    last: float

    def holds(self, value: float) -> bool:
        """Whether a value lies in the interval."""
        return self.low is not None and self.low <= value <= self.high


def slope(
    x: Sequence[float], y: Sequence[float], low: Sequence[float | None] | None = None,
    high: Sequence[float | None] | None = None,
) -> Slope | None:
    """The slope of log y against log x; `low` and `high` are the ends of 95 % intervals of y where they are known.

    Points scatter about a line by their noise and by what the line does not know (steps, caches, what a process draws
    anew), of variance tau^2: weights are 1 / (sigma^2 + tau^2), with tau^2 such that the weighted squares of the
    residuals sum to what n - 2 points give on average (Paule and Mandel 1982). The interval is Student's, scaled by
    those squares where they are more than that (Knapp and Hartung 2003): it holds 95 % where all is noise, and is wide
    where the points lie on no line. None with fewer than two different x.
    """
    u, v = np.log(np.asarray(x, float)), np.log(np.asarray(y, float))
    if len(set(u.tolist())) < 2:
        return None
    sigma2 = _noise(low, high, len(u)) ** 2
    tau2 = _between(u, v, sigma2)
    weights = 1 / (sigma2 + tau2)
    value, squares, spread = _fit(u, v, weights)
    ends = {"points": len(u), "first": float(min(x)), "last": float(max(x))}
    freedom = len(u) - 2
    if len(u) < _LEAST:
        return Slope(value, None, None, **ends)
    half = student(freedom, (1 + CONFIDENCE) / 2) * sqrt(max(1.0, squares / freedom) * spread)
    return Slope(value, value - half, value + half, **ends)


def upper_half(x: Sequence[float]) -> list[int]:
    """The places of the larger half of the values, at least three of them where there are as many: where an asymptote
    is nearest."""
    order = sorted(range(len(x)), key=lambda place: x[place])
    return sorted(order[-max(-(-len(order) // 2), min(_LEAST, len(order))):])


def claimed_slope(claim: str, x: Sequence[float]) -> float | None:
    """The slope of a claim such as L^2 log L over these x: its power, and where it has a logarithm, that of the claim
    itself through the x above 1. None where it cannot be told."""
    match = _CLAIM.fullmatch(claim)
    if not match:
        return None
    power, logs = int(match[1] or 1), 0 if "log" not in claim else int(match[2] or 1)
    if not logs:
        return float(power)
    known = sorted({each for each in x if each > 1})
    if len(known) < 2:
        return None
    found = slope(known, [each**power * log(each) ** logs for each in known])
    return found.slope if found else None


def reading(measured: Slope, claimed: float | None, counted: Slope | None) -> str:
    """Where theory and practice part, without a subject: how it grows against its claim, and why by its FLOP. Empty
    where the interval holds the claim, or nobody can tell. `counted` is the slope of the declared FLOP over the same
    points."""
    if claimed is None or measured.low is None or measured.holds(claimed):
        return ""
    if measured.low > claimed:
        if counted is None:
            return "faster than claimed"
        if counted.slope > claimed + _CLOSE:
            return "faster than claimed, as the FLOP do: this implementation computes more than the claim counts"
        return "faster than claimed and than the FLOP: memory or the library, not arithmetic, decides"
    if counted is None:
        return "more slowly than claimed: not in the asymptotic regime"
    if counted.slope > max(measured.high, measured.slope + _CLOSE):
        return ("more slowly than claimed and than the FLOP: launching, moving bytes or a device that fills up decide, "
                "not arithmetic")
    return "more slowly than claimed, as the FLOP do: at these sizes the asymptote is not reached"


def _noise(low, high, count: int) -> np.ndarray:
    """The standard deviation of log y."""
    if low is None or high is None:
        return np.full(count, _LEAST_NOISE)
    ends = np.asarray([low, high], float)
    known = np.isfinite(ends).all(axis=0) & (ends > 0).all(axis=0)
    ends = np.where(known, ends, 1.0)
    widths = np.where(known, (np.log(ends[1]) - np.log(ends[0])) / (2 * _NORMAL), 0.0)
    return np.maximum(widths, _LEAST_NOISE)


def _between(u: np.ndarray, v: np.ndarray, sigma2: np.ndarray) -> float:
    """tau^2, found by halving; 0 where the noise explains the residuals."""
    freedom = len(u) - 2

    def excess(tau2: float) -> float:
        return _fit(u, v, 1 / (sigma2 + tau2))[1] - freedom

    if freedom < 1 or excess(0.0) <= 0:
        return 0.0
    low, high = 0.0, float(np.var(v)) + float(sigma2.max())
    while excess(high) > 0:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return (low + high) / 2


def _fit(u: np.ndarray, v: np.ndarray, weights: np.ndarray) -> tuple[float, float, float]:
    """The slope, the weighted squares of the residuals, and the variance of the slope for weights that are right."""
    total = weights.sum()
    du, dv = u - (weights @ u) / total, v - (weights @ v) / total
    width = float(weights @ du**2)
    value = float(weights @ (du * dv)) / width
    return value, float(weights @ (dv - value * du) ** 2), 1 / width
