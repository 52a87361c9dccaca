"""FLOP, bytes and paths of a case that is not measured, from those that are: exact in the batch, a curve in between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from backend.cost_model.groups import SIZES

_DEGREES = ["l1", "l2", "l_out"]
_ROW = ["channels", "inner", "neighbours"]


@dataclass(frozen=True)
class _Level:
    """What is counted at one choice of degrees: for each (channels, inner, neighbours) the part that does not grow with
    the batch, and that of one row."""

    rows: np.ndarray        # (n, 3)
    fixed: np.ndarray       # (n, 3) of flops, bytes, paths
    per_row: np.ndarray     # (n, 3)


class Counts:
    """The counts of a group, whose table has SIZES and `flops`, `bytes`, `interactable`."""

    def __init__(self, table: pd.DataFrame) -> None:
        self._levels = {degrees: _level(found) for degrees, found in table.groupby(_DEGREES, sort=True)}
        self._places = np.array([_place(degrees) for degrees in self._levels])

    def terms(self, sizes: np.ndarray) -> np.ndarray:
        """(4,) what a call is paid for: itself, paths, bytes, FLOP."""
        degrees, row, batch = sizes[:3], sizes[[3, 5, 6]], sizes[SIZES.index("batch")]
        level = self._levels.get(tuple(degrees.astype(int)))
        if level is None:
            found = np.array([_at_row(each, row) for each in self._levels.values()])   # (levels, 2, 3)
            fixed, per_row = _along(self._places, found, _place(degrees))
        else:
            fixed, per_row = _at_row(level, row)
        flops, moved, paths = fixed + per_row * batch
        return np.array([1.0, paths, moved, flops])


def _place(degrees) -> float:
    return float(np.log(1.0 + sum(degrees)))


def _level(found: pd.DataFrame) -> _Level:
    rows, fixed, per_row = [], [], []
    for row, each in found.groupby(_ROW, sort=True):
        each = each.sort_values("batch")
        first, last = (each.iloc[place] for place in (0, -1))
        names, grown = ["flops", "bytes"], last["batch"] - first["batch"]
        high = last[names].to_numpy(float)
        slope = (high - first[names].to_numpy(float)) / grown if grown else high / last["batch"]
        slope = np.clip(slope, 0.0, high / last["batch"])
        rows.append(row)
        per_row.append([*slope, 0.0])
        fixed.append([*(high - slope * last["batch"]), float(each["interactable"].median())])
    return _Level(np.array(rows, float), np.nan_to_num(np.array(fixed)), np.nan_to_num(np.array(per_row)))


def _at_row(level: _Level, row: np.ndarray) -> np.ndarray:
    """(2, 3): fixed and per row, at these channels, inner channels and neighbours."""
    same = (level.rows == row).all(axis=1)
    if same.any():
        at = int(same.argmax())
        return np.array([level.fixed[at], level.per_row[at]])
    alike = (level.rows[:, 1:] == row[1:]).all(axis=1)
    if alike.any():   # other channels alone
        rows, both = level.rows[alike, 0], np.stack([level.fixed[alike], level.per_row[alike]], axis=1)
        if len(rows) > 1:
            return _along(np.log(rows), both, float(np.log(row[0])))
        return np.array([both[0, 0], both[0, 1] * row[0] / rows[0]])
    near = int(np.abs(np.log1p(level.rows) - np.log1p(row)).sum(axis=1).argmin())
    return np.array([level.fixed[near], level.per_row[near] * row[0] / level.rows[near, 0]])


def _along(places: np.ndarray, values: np.ndarray, place: float) -> np.ndarray:
    """The values (n, ...) at the places (n,), at another place: powers between neighbours and beyond the last."""
    if len(places) == 1:
        return values[0]
    right = int(np.clip(np.searchsorted(places, place), 1, len(places) - 1))
    part = (place - places[right - 1]) / (places[right] - places[right - 1])
    low, high = np.maximum(values[right - 1], 1e-9), np.maximum(values[right], 1e-9)
    return np.where(values[right - 1] + values[right] > 0, low ** (1 - part) * high**part, 0.0)
