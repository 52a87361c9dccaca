"""The Pareto front as a light staircase, as wide as it is uncertain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backend.front import Front
from pages.components.charts import axes
from pages.components.charts.marks import MUTED_INKS, faint

NAME = "Pareto front"
_OPACITY = {"light": 0.2, "dark": 0.28}
_WIDTH, _HEIGHT = 0.003, 0.006   # parts of the axes that it is wider on each side, to be seen where nothing is in doubt


def front_band(front: Front, x: axes.Axis, y: axes.Axis, theme: str) -> dict[str, Any]:
    """The area between both ends of the front, from the left edge of the chart to its last step. It has no hover: it
    is not a point."""
    lower = _stairs(x.low, front.steps.tolist(), front.low.tolist())
    upper = _stairs(x.low, front.steps.tolist(), front.high.tolist())
    corners = [(_moved(x, place, _WIDTH), _moved(y, height, -_HEIGHT)) for place, height in lower]
    corners += [(_moved(x, place, -_WIDTH), _moved(y, height, _HEIGHT)) for place, height in reversed(upper)]
    places, heights = zip(*corners, strict=True)
    return {"x": places, "y": heights, "name": NAME, "mode": "lines", "fill": "toself", "hoverinfo": "skip",
            "line": {"width": 0}, "fillcolor": faint(MUTED_INKS[theme], _OPACITY[theme])}


def _stairs(left: float, steps: Sequence[float], heights: Sequence[float]) -> list[tuple[float, float]]:
    """The corners: each height from the step before it to its own."""
    starts = [left, *steps[:-1]]
    return [(place, height) for start, step, height in zip(starts, steps, heights, strict=True)
            for place in (start, step)]


def _moved(axis: axes.Axis, value: float, part: float) -> float:
    """The value in units of the axis, moved by a part of the axis's length."""
    low, high = axis.plotly_range
    moved = axis.coordinate(value) + part * (high - low)
    return 10**moved if axis.logarithmic else moved
