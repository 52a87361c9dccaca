"""Arguments of this package: turned into what the formulas need, or refused with a sentence."""

from __future__ import annotations

import operator

import numpy as np


def integer(value: int, what: str, *, least: int | None = 0) -> int:
    """The value as a Python int. Raises ValueError if it is no integer or below `least`."""
    try:
        number = operator.index(value)
    except TypeError:
        raise ValueError(f"{what} must be an integer, got {value!r}") from None
    if least is not None and number < least:
        raise ValueError(f"{what} must be at least {least}, got {number}")
    return number


def triangle(l1: int, l2: int, l3: int) -> bool:
    """Whether l3 occurs in l1 ⊗ l2."""
    return abs(l1 - l2) <= l3 <= l1 + l2


def orthogonal(matrix: np.ndarray) -> np.ndarray:
    """The matrix in float64. Raises ValueError unless it is 3 × 3 and orthogonal to 1e-8."""
    array = np.asarray(matrix, dtype=np.float64)
    if array.shape != (3, 3):
        raise ValueError(f"rotation must have shape (3, 3), got {array.shape}")
    deviation = np.abs(array @ array.T - np.eye(3)).max()
    if not deviation < 1e-8:
        raise ValueError(f"rotation must be orthogonal to 1e-8, got a deviation of {deviation:.1e}")
    return array


def read_only(array: np.ndarray) -> np.ndarray:
    """The same array, closed to writing, because a cache hands it to every caller."""
    array.setflags(write=False)
    return array
