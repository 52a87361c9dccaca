"""Where labels stand beside their points so that they do not cover one another, in pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_CHARACTER, _LINE, _GAP = 6.6, 16.0, 9.0
_RISES = (0.0, -13.0, 13.0, -26.0, 26.0, -39.0, 39.0, -52.0, 52.0)


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


@dataclass(frozen=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: _Box) -> float:
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, wide) * max(0.0, high)


def places(points: Sequence[Point], *, obstacles: Sequence[Point] = (), width: float) -> list[Place]:
    """A place for each label: right of its point if that is free, else left, else higher or lower.

    `obstacles` are marks that no label should cover; `width` is that of the plot.
    """
    marks = [_Box(point.x - 6, point.y - 6, point.x + 6, point.y + 6) for point in (*points, *obstacles)]
    taken: list[_Box] = []
    chosen: dict[int, Place] = {}
    for index in sorted(range(len(points)), key=lambda each: points[each].y):
        point = points[index]
        candidates = [
            (Place(side * _GAP, rise, "left" if side > 0 else "right"), _box(point, side, rise))
            for rise in _RISES for side in (1, -1)
        ]
        place, box = min(candidates, key=lambda pair: _cost(pair, taken, marks, width))
        taken.append(box)
        chosen[index] = place
    return [chosen[index] for index in range(len(points))]


def _box(point: Point, side: int, rise: float) -> _Box:
    length = len(point.text) * _CHARACTER
    left = point.x + _GAP if side > 0 else point.x - _GAP - length
    middle = point.y + rise
    return _Box(left, middle - _LINE / 2, left + length, middle + _LINE / 2)


def _cost(pair: tuple[Place, _Box], taken: list[_Box], marks: list[_Box], width: float) -> float:
    place, box = pair
    outside = max(0.0, -box.left) + max(0.0, box.right - width)
    covered = sum(box.overlap(other) for other in taken) * 4 + sum(box.overlap(mark) for mark in marks)
    return covered + outside * 40 + abs(place.y_shift) * 0.8 + (4.0 if place.anchor == "right" else 0.0)
