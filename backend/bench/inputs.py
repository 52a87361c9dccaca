"""Random inputs of a case: the same seed gives every framework and dtype the same numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backend.spec import Case
from backend.tensor_products import Operation


@dataclass(frozen=True)
class Inputs:
    """x, y of shape (rows, channels, dim), float32 values; y may have one channel for all of x. `rest` are weights
    and graph, as the call takes them."""

    x: np.ndarray
    y: np.ndarray
    rest: tuple[np.ndarray, ...] = ()


def draw(case: Case, operation: Operation) -> Inputs:
    """Standard normal numbers for the operation, drawn in float32 so that no dtype rounds them, and its weights and
    graph."""
    problem, random = case.problem, np.random.default_rng(case.seed)
    shapes = ((operation.rows_in1, problem.channels, operation.irreps_in1.dim),
              (problem.batch, operation.channels_in2, operation.irreps_in2.dim))
    x, y = (random.standard_normal(shape, dtype=np.float32) for shape in shapes)
    return Inputs(x, y, (*operation.weights(), *operation.graph()))


def draw_behind(case: Case, operation: Operation) -> tuple[np.ndarray, ...]:
    """What the call of a direction takes behind the arguments of the product, (rows, channels, dim): with gradients a
    cotangent of the output; in double backward h_x and h_y as well, along which the gradients by x and y go on."""
    if case.direction == "forward":
        return ()
    shapes = {1: (operation.rows_out, case.problem.channels, operation.irreps_out.dim)}
    if case.direction == "double_backward":
        shapes |= {4: (operation.rows_in1, case.problem.channels, operation.irreps_in1.dim),
                   5: (case.problem.batch, operation.channels_in2, operation.irreps_in2.dim)}
    return tuple(np.random.default_rng([case.seed, number]).standard_normal(shape, dtype=np.float32)
                 for number, shape in shapes.items())
