"""Random inputs of a case: the same seed gives every framework and dtype the same numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backend.spec import Case
from backend.tensor_products.layout import ORDER, from_layout, to_layout

__all__ = ["Inputs", "draw", "draw_cotangent", "from_layout", "head", "to_layout"]


@dataclass(frozen=True)
class Inputs:
    """x, y of shape (batch, channels, dim), float32 values; y may have one channel for all of x."""

    x: np.ndarray
    y: np.ndarray


def draw(case: Case, dim1: int, dim2: int, *, channels2: int = 0) -> Inputs:
    """Standard normal numbers for inputs of these dimensions, drawn in float32 so that no dtype rounds them; y has
    the problem's channels or `channels2`."""
    problem, random = case.problem, np.random.default_rng(case.seed)
    shapes = (problem.channels, dim1), (channels2 or problem.channels, dim2)
    x, y = (random.standard_normal((problem.batch, *shape), dtype=np.float32) for shape in shapes)
    return Inputs(x, y)


def draw_cotangent(case: Case, dim: int) -> np.ndarray:
    """A cotangent of the output, shape (batch, channels, dim)."""
    random = np.random.default_rng([case.seed, 1])
    return random.standard_normal((case.problem.batch, case.problem.channels, dim), dtype=np.float32)


def head(array, layout: str, rows: int, channels: int):
    """The first rows and channels of an array in that layout, of any framework."""
    cut = {"b": slice(rows), "c": slice(channels), "d": slice(None)}
    return array[tuple(cut["bcd"[axis]] for axis in ORDER[layout])]
