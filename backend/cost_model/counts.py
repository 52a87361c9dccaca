"""Paths, bytes and FLOP of cases that are not measured, from those that are: lines in the batch, powers in between."""

from __future__ import annotations

import numpy as np

from backend.cost_model.groups import BATCH, ROW

_LEAST = 1e-9


class Counts:
    """The counts (n, 3) of measured sizes (n, 7): paths, bytes, FLOP."""

    def __init__(self, sizes: np.ndarray, counts: np.ndarray) -> None:
        self._rows, inverse = np.unique(np.delete(sizes, BATCH, axis=1), axis=0, return_inverse=True)
        lines = [_line(sizes[inverse.ravel() == at, BATCH], counts[inverse.ravel() == at])
                 for at in range(len(self._rows))]
        self._lines = np.array(lines)                                       # (rows, 2, 3)
        self._degrees = np.unique(self._rows[:, :ROW], axis=0)              # (degrees, 3)

    def at(self, sizes: np.ndarray) -> np.ndarray:
        """(m, 3) at sizes (m, 7) that differ in their batch alone."""
        asked = np.delete(sizes[0], BATCH)
        places = degree_place(self._degrees)
        known = (self._degrees == asked[:ROW]).all(axis=1)
        if known.any():
            fixed, per_row = self._of_degrees(self._degrees[known][0], asked[ROW:])
        else:
            found = np.array([self._of_degrees(each, asked[ROW:]) for each in self._degrees])
            fixed, per_row = along(places, found, float(degree_place(asked[None, :ROW])[0]))
        return fixed + per_row * sizes[:, BATCH, None]

    def _of_degrees(self, degrees: np.ndarray, row: np.ndarray) -> np.ndarray:
        """(2, 3) what does not grow with the batch and what a row adds, at these channels, inner channels and
        neighbours; where only other channels were measured, by powers of them."""
        here = (self._rows[:, :ROW] == degrees).all(axis=1)
        rows, lines = self._rows[here][:, ROW:], self._lines[here]
        alike = (rows[:, 1:] == row[1:]).all(axis=1)
        if not alike.any():   # the nearest in inner channels and neighbours
            distance = np.abs(np.log1p(rows[:, 1:]) - np.log1p(row[1:])).sum(axis=1)
            alike = distance == distance.min()
        rows, lines = rows[alike], lines[alike]
        if len(np.unique(rows[:, 0])) > 1:
            return along(np.log(rows[:, 0]), lines, float(np.log(row[0])))
        return lines[0] * np.array([[1.0], [row[0] / rows[0, 0]]])


def degree_place(degrees: np.ndarray) -> np.ndarray:
    """(n,) where degrees (n, 3) lie on an axis: on it costs are near to powers."""
    return np.log(1.0 + degrees.sum(axis=1))


def along(places: np.ndarray, values: np.ndarray, place: float) -> np.ndarray:
    """The values (n, ...) of the places (n,), at another one: powers between neighbours and beyond the last."""
    order = np.argsort(places, kind="stable")
    places, values = places[order], values[order]
    if places[0] == places[-1]:
        return values[0]
    right = int(np.clip(np.searchsorted(places, place), 1, len(places) - 1))
    while places[right] == places[right - 1]:
        right += 1 if right < len(places) - 1 else -1
    part = (place - places[right - 1]) / (places[right] - places[right - 1])
    low, high = values[right - 1], values[right]
    return np.where(low + high > 0, np.maximum(low, _LEAST) ** (1 - part) * np.maximum(high, _LEAST) ** part, 0.0)


def _line(batches: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """(2, 3) the line through the smallest and the largest batch; of one batch, in proportion to it. Paths do not
    grow."""
    first, last = counts[batches.argmin()], counts[batches.argmax()]
    most, grown = batches.max(), np.ptp(batches)
    slope = np.clip((last - first) / grown, 0.0, last / most) if grown else last / most
    slope[0] = 0.0
    return np.array([last - slope * most, slope])
