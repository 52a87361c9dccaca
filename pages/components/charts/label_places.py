"""Where labels stand beside their points so that they do not cover one another, in pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_CHARACTER, _LINE, _GAP, _MARK = 6.6, 16.0, 9.0, 6.0
_RISES = (0.0, -13.0, 13.0, -26.0, 26.0, -39.0, 39.0, -52.0, 52.0)
_TRIED = np.array([(side, rise) for rise in _RISES for side in (1.0, -1.0)])   # sides: right, left
_DISLIKED = 0.8 * abs(_TRIED[:, 1]) + 4.0 * (_TRIED[:, 0] < 0)


@dataclass(frozen=True)
class Point:
    """A point in pixels from the upper left corner of the plot, and the text that belongs to it."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Place:
    """The shift of a label from its point: `anchor` is the side of the text that faces the point."""

    x_shift: float
    y_shift: float
    anchor: str


def places(points: Sequence[Point], *, obstacles: Sequence[Point] = (), width: float) -> list[Place]:
    """A place for each label: right of its point if that is free, else left, else higher or lower.

    `obstacles` are marks that no label should cover; `width` is that of the plot.
    """
    centres = np.array([(point.x, point.y) for point in (*points, *obstacles)]).reshape(-1, 2)
    marks = np.hstack([centres - _MARK, centres + _MARK])
    taken: list[np.ndarray] = []
    chosen: dict[int, Place] = {}
    for index in sorted(range(len(points)), key=lambda each: points[each].y):
        boxes = _boxes(points[index])
        outside = np.maximum(0.0, -boxes[:, 0]) + np.maximum(0.0, boxes[:, 2] - width)
        covered = 4 * _overlap(boxes, np.array(taken).reshape(-1, 4)) + _overlap(boxes, marks)
        best = int(np.argmin(covered + 40 * outside + _DISLIKED))
        taken.append(boxes[best])
        side, rise = _TRIED[best]
        chosen[index] = Place(float(side * _GAP), float(rise), "left" if side > 0 else "right")
    return [chosen[index] for index in range(len(points))]


def _boxes(point: Point) -> np.ndarray:
    """(tried, 4) left, top, right and bottom of the label at every place that is tried."""
    sides, rises = _TRIED.T
    length = len(point.text) * _CHARACTER
    left = point.x + np.where(sides > 0, _GAP, -_GAP - length)
    middle = point.y + rises
    return np.column_stack([left, middle - _LINE / 2, left + length, middle + _LINE / 2])


def _overlap(boxes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """(n,) the area that each of n boxes has in common with all of the others."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    return np.maximum(0.0, high - low).prod(axis=-1).sum(axis=-1)
