"""How wrong the timed function is: against the float64 oracle, in its gradients, under rotation and inversion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt

import numpy as np

from backend.bench.head import Head, Oracle, first_rows
from backend.bench.inputs import Inputs
from backend.so3 import random_rotation, representation
from backend.spec import Case
from backend.tensor_products import Operation

_STEP = 1e-5        # of central differences in float64: their error is about 1e-10
_DIRECTIONS = 3     # random ones along which each gradient is taken


def output_error(output: np.ndarray, oracle: Oracle, head: Head) -> float:
    """The largest deviation of the output's head from the oracle, relative to the oracle's largest value."""
    return _relative(output, oracle(head.x, head.y))


def head_cotangent(cotangent: np.ndarray, head: Head) -> np.ndarray:
    """The cotangent of the head alone, (rows, channels, dim), zero elsewhere: gradients then rest on the head."""
    alone = np.zeros_like(cotangent)
    alone[: head.rows, : head.channels] = cotangent[: head.rows, : head.channels]
    return alone


def gradient_error(
    operation: Operation, oracle: Oracle, head: Head, given: Inputs, gradients: Sequence, cotangent: np.ndarray
) -> float:
    """The largest deviation of the gradients, of a cotangent of the head alone, along random directions of x and y and
    along each array of weights. Half the difference of the values at x + v and x - v is the derivative of a linear or
    quadratic map along v; by the direction of an edge it is a central difference. Relative to what a product of random
    vectors has as its size."""
    weight = cotangent[: head.rows, : head.channels].astype(np.float64)
    by_x, by_y, *by_weights = gradients
    worst, random = 0.0, np.random.default_rng(3)
    sources = len(given.x) if operation.problem.neighbours else head.edges   # a message may come from any node
    for _ in range(_DIRECTIONS):
        v = random.standard_normal((sources, *head.x.shape[1:]))
        step = v[head.senders]
        derivative = (oracle(head.x + step, head.y) - oracle(head.x - step, head.y)) / 2
        worst = max(worst, _along(operation, by_x, operation.place_x, v, derivative, weight, given.x))
        if not head.y.size:
            continue
        v = random.standard_normal(head.y.shape)
        if operation.directional:
            derivative = (oracle(head.x, head.y + _STEP * v) - oracle(head.x, head.y - _STEP * v)) / (2 * _STEP)
        else:
            derivative = oracle(head.x, v)
        worst = max(worst, _along(operation, by_y, operation.place_y, v, derivative, weight, given.y))
    if by_weights:   # z is linear in each array of weights: along the weights themselves it is z
        expected = oracle(head.x, head.y)
        for gradient, values in zip(by_weights, given.rest, strict=False):
            found = float(np.vdot(operation.framework.to_numpy(gradient), values.astype(np.float64)))
            worst = max(worst, _deviation(found, expected, weight))
    return worst


def equivariance_error(
    case: Case, operation: Operation, output: np.ndarray, given: Inputs, head: Head,
    call: Callable[[np.ndarray, np.ndarray], np.ndarray], *, inversion: bool,
) -> float:
    """|T(Dx, Dy) - D T(x, y)| / |T(x, y)|, largest values over the head's rows, for a random rotation or for
    inversion. `call` is the timed function from arrays in (rows, channels, dim) to the head of its output."""
    rotation = -np.eye(3) if inversion else random_rotation(np.random.default_rng([case.seed, 2]))
    turned = [_turned(values, rows, head.channels, representation(irreps, rotation), case.dtype)
              for values, rows, irreps in ((given.x, head.senders, operation.irreps_in1),
                                           (given.y, np.arange(head.edges), operation.irreps_in2))]
    return _relative(call(*turned), output @ representation(operation.irreps_out, rotation).T)


def _turned(values: np.ndarray, rows: np.ndarray, channels: int, matrix: np.ndarray, dtype: str) -> np.ndarray:
    """A copy whose rows are turned; turned inputs are as exact as the arithmetic that they check."""
    copy = values.astype(dtype)
    copy[rows, :channels] = values[rows, :channels].astype(np.float64) @ matrix.T
    return copy


def _along(operation, gradient, place, direction, derivative, weight, given) -> float:
    """The deviation of a gradient along a direction of the head's channels, whose rows are the first of all."""
    rows, channels = direction.shape[:2]
    padded = np.zeros((rows, *given.shape[1:]))
    padded[:, :channels] = direction
    found = np.vdot(first_rows(operation, gradient, rows), place(padded))
    return _deviation(float(found), derivative, weight)


def _deviation(found: float, derivative: np.ndarray, weight: np.ndarray) -> float:
    """|found - <weight, derivative>| relative to the size that it has for random vectors."""
    size = float(np.linalg.norm(weight) * np.linalg.norm(derivative)) / sqrt(weight.size)
    return abs(found - float(np.vdot(weight, derivative))) / (size or 1.0)


def _relative(values: np.ndarray, expected: np.ndarray) -> float:
    scale = np.abs(expected).max(initial=0.0)
    return float(np.abs(values - expected).max(initial=0.0) / (scale or 1.0))
