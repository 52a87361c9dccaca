"""How far arrays deviate from what they should be, relative to their largest value."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np


def worst(errors: Iterable[float]) -> float:
    """The largest; not a number where one is not, which Python's own `max` may pass over."""
    return float(np.max([*errors]))


def sum_error(whole: np.ndarray, one: np.ndarray, two: np.ndarray) -> float:
    """|whole - one - two|, relative to the larger term."""
    return relative(whole, one + two, scale=max(np.abs(one).max(), np.abs(two).max()))


def relative(values: np.ndarray, expected: np.ndarray, scale: float | None = None) -> float:
    """The largest |values - expected|, relative to the largest expected value, or to `scale`."""
    scale = np.abs(expected).max(initial=0.0) if scale is None else scale
    return float(np.abs(values - expected).max(initial=0.0) / (scale or 1.0))
