"""Derivatives of the float64 oracle along directions: exact where it is bilinear or quadratic."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Map = Callable[[np.ndarray, np.ndarray], np.ndarray]
Pair = tuple[np.ndarray, np.ndarray]

_STEP, _WIDE = 1e-5, 1e-3   # of first and of second differences by the direction of an edge, of its length


def first(oracle: Map, at: Pair, along: Pair, *, directional: bool) -> np.ndarray:
    """DF(x, y)[v_x, v_y]: half the difference of the values at (x + v_x, y + v_y) and (x - v_x, y - v_y). By the
    direction of an edge it is a central difference, to about 1e-10."""
    (x, y), (v_x, v_y) = at, along
    if not directional:
        return (oracle(x + v_x, y + v_y) - oracle(x - v_x, y - v_y)) / 2
    return oracle(v_x, y) + _by_y(oracle, x, y, v_y)


def second(oracle: Map, at: Pair, one: Pair, other: Pair, *, directional: bool) -> np.ndarray:
    """D2F(x, y)[h, v] = (F(v + h) - F(v - h)) / 2, whatever x and y. By the direction of an edge it is a difference of
    differences, extrapolated to a step of zero."""
    (x, y), (h_x, h_y), (v_x, v_y) = at, one, other
    if not directional:
        return (oracle(v_x + h_x, v_y + h_y) - oracle(v_x - h_x, v_y - h_y)) / 2
    length = np.linalg.norm(y, axis=-1, keepdims=True)
    unit, h_y, v_y = y / length, h_y / length, v_y / length   # the length does not matter, so nor does that of a step

    def at_step(step: float) -> np.ndarray:
        both, apart = step * (h_y + v_y), step * (h_y - v_y)
        outer = oracle(x, unit + both) + oracle(x, unit - both)
        return (outer - oracle(x, unit + apart) - oracle(x, unit - apart)) / (4 * step**2)

    return (4 * at_step(_WIDE) - at_step(2 * _WIDE)) / 3 + _by_y(oracle, h_x, unit, v_y) + _by_y(oracle, v_x, unit, h_y)


def _by_y(oracle: Map, x: np.ndarray, y: np.ndarray, along: np.ndarray) -> np.ndarray:
    return (oracle(x, y + _STEP * along) - oracle(x, y - _STEP * along)) / (2 * _STEP)
