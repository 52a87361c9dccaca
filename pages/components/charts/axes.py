"""Ranges and ticks of the chart's axes: from the visible data, in the axis's own SI prefix."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Axis:
    """A range in SI units, drawn in units of `scale`, logarithmic or not."""

    low: float
    high: float
    logarithmic: bool
    scale: float = 1.0

    @property
    def plotly_range(self) -> list[float]:
        """The range in the numbers that Plotly is given."""
        return [self.coordinate(self.low), self.coordinate(self.high)]

    def coordinate(self, value: float) -> float:
        """Where Plotly puts an SI value: the scaled value, or its logarithm."""
        return math.log10(value / self.scale) if self.logarithmic else value / self.scale

    def position(self, value: float) -> float:
        """0 at the low end, 1 at the high end."""
        low, high = self.plotly_range
        return (self.coordinate(value) - low) / (high - low)

    def ticks(self) -> list[float] | None:
        """Scaled values: 1, 2, 5 in every decade of a short logarithmic axis, powers of ten of a long one.

        None where Plotly's own ticks are right.
        """
        if not self.logarithmic:
            return None
        low, high = self.plotly_range
        steps = (1, 2, 5) if high - low < 3 else (1,)
        candidates = (step * 10.0**decade
                      for decade in range(math.floor(low), math.ceil(high) + 1) for step in steps)
        inside = [tick for tick in candidates if low <= math.log10(tick) <= high]
        return inside if len(inside) > 1 else None


def axis(values: Iterable[float], *, logarithmic: bool, scale: float = 1.0, room: float = 0.0,
         kept: Axis | None = None) -> Axis:
    """The axis that shows these values with some air, and `room` (a part of its length) free at the high end.

    It shows at least what `kept` showed, so that a picture keeps still while a run adds points.
    """
    finite = [float(value) for value in values if value == value and (value > 0 or not logarithmic)]
    low, high = (min(finite), max(finite)) if finite else (1.0, 10.0)
    if logarithmic:
        air = max((high / low) ** 0.07, 1.3)
        low, high = low / air, high * air
        high *= (high / low) ** (room / (1 - room))
    else:
        low, high = min(0.0, low), high * 1.06 if high > 0 else 1.0
        high += (high - low) * room / (1 - room)
    if kept is not None and kept.logarithmic == logarithmic:
        low, high = min(low, kept.low), max(high, kept.high)
    return Axis(low, high, logarithmic, scale)
