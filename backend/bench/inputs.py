"""Random inputs of a case: the same seed gives every framework and dtype the same numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backend.spec import Case

_ORDER = {"channels_dim": (0, 1, 2), "dim_channels": (0, 2, 1), "batch_last": (2, 1, 0)}


@dataclass(frozen=True)
class Inputs:
    """x, y of shape (batch, channels, dim), float32 values."""

    x: np.ndarray
    y: np.ndarray


def draw(case: Case, dim1: int, dim2: int) -> Inputs:
    """Standard normal numbers for inputs of these dimensions, drawn in float32 so that no dtype rounds them."""
    problem, random = case.problem, np.random.default_rng(case.seed)
    shape = (problem.batch, problem.channels)
    x, y = (random.standard_normal((*shape, dim), dtype=np.float32) for dim in (dim1, dim2))
    return Inputs(x, y)


def draw_cotangent(case: Case, dim: int) -> np.ndarray:
    """A cotangent of the output, shape (batch, channels, dim)."""
    random = np.random.default_rng([case.seed, 1])
    return random.standard_normal((case.problem.batch, case.problem.channels, dim), dtype=np.float32)


def to_layout(values: np.ndarray, layout: str) -> np.ndarray:
    """(batch, channels, dim) as the layout has it, contiguous."""
    return np.ascontiguousarray(np.transpose(values, _ORDER[layout]))


def from_layout(values: np.ndarray, layout: str) -> np.ndarray:
    """The layout's array as (batch, channels, dim)."""
    return np.transpose(values, np.argsort(_ORDER[layout]))


def head(array, layout: str, rows: int, channels: int):
    """The first rows and channels of an array in that layout, of any framework."""
    cut = {"b": slice(rows), "c": slice(channels), "d": slice(None)}
    return array[tuple(cut["bcd"[axis]] for axis in _ORDER[layout])]
