"""How wrong the timed function is: against the float64 oracle, in its gradients, under rotation and inversion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt

import numpy as np

from backend.bench.derivatives import first, second
from backend.bench.head import Head, Oracle, first_rows, output_head
from backend.bench.inputs import Inputs
from backend.so3 import random_rotation, representation
from backend.spec import Case
from backend.tensor_products import Operation

_DIRECTIONS = 3     # random ones along which each gradient is taken


def output_error(output: np.ndarray, oracle: Oracle, head: Head) -> float:
    """The largest deviation of the output's head from the oracle, relative to the oracle's largest value."""
    return _relative(output, oracle(head.x, head.y))


def head_cotangent(cotangent: np.ndarray, head: Head) -> np.ndarray:
    """The cotangent of the head alone, (rows, channels, dim), zero elsewhere: gradients then rest on the head."""
    alone = np.zeros_like(cotangent)
    alone[: head.rows, : head.channels] = cotangent[: head.rows, : head.channels]
    return alone


def every_gradient_error(
    operation: Operation, oracle: Oracle, head: Head, given: Inputs, gradients: Sequence, cotangent: np.ndarray,
    tangents: Sequence[np.ndarray],
) -> float:
    """The larger of the two below, of what a call returns behind z; without tangents there is but the first."""
    if not tangents:
        return gradient_error(operation, oracle, head, given, gradients, cotangent)
    return _worst(gradient_error(operation, oracle, head, given, gradients[:2], cotangent),
                  second_gradient_error(operation, oracle, head, given, gradients[2:], cotangent, tangents))


def gradient_error(
    operation: Operation, oracle: Oracle, head: Head, given: Inputs, gradients: Sequence, cotangent: np.ndarray
) -> float:
    """The largest deviation of the gradients, of a cotangent of the head alone, along random directions of x and y and
    along each array of weights, from the derivatives of the oracle. Relative to what a product of random vectors has
    as its size."""
    weight = cotangent[: head.rows, : head.channels].astype(np.float64)
    at = head.x, head.y
    worst = _by_inputs(operation, head, given, gradients[:2], weight,
                       lambda v: first(oracle, at, v, directional=operation.directional))
    if gradients[2:]:   # z is linear in each array of weights: along the weights themselves it is z
        worst = _worst(worst, _by_weights(operation, gradients[2:], given, oracle(*at), weight))
    return worst


def second_gradient_error(
    operation: Operation, oracle: Oracle, head: Head, given: Inputs, gradients: Sequence, cotangent: np.ndarray,
    tangents: Sequence[np.ndarray],
) -> float:
    """The same of the gradients of S = <h_x, g_x> + <h_y, g_y>, the `tangents` h given as they were drawn: by x and y
    they are second derivatives, by each array of weights the first along h, and that by the cotangent is this
    derivative itself."""
    h = tuple(each.astype(np.float64) for each in (
        tangents[0][head.senders][:, : head.channels], tangents[1][: head.edges, : head.channels]))
    at, weight = (head.x, head.y), cotangent[: head.rows, : head.channels].astype(np.float64)
    *by_floats, by_cotangent = gradients
    worst = _by_inputs(operation, head, given, by_floats[:2], weight,
                       lambda v: second(oracle, at, h, v, directional=operation.directional))
    along = first(oracle, at, h, directional=operation.directional)
    if by_floats[2:]:
        worst = _worst(worst, _by_weights(operation, by_floats[2:], given, along, weight))
    return _worst(worst, _relative(output_head(operation, by_cotangent, head), along))


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


def _by_inputs(operation, head, given, gradients, weight, derivative) -> float:
    """The largest deviation of the gradients by x and y along random directions (v_x, 0) and (0, v_y) of them."""
    worst, random = 0.0, np.random.default_rng(3)
    sources = len(given.x) if operation.problem.neighbours else head.edges   # a message may come from any node
    for _ in range(_DIRECTIONS):
        v = random.standard_normal((sources, *head.x.shape[1:]))
        expected = derivative((v[head.senders], np.zeros_like(head.y)))
        worst = _worst(worst, _along(operation, gradients[0], operation.place_x, v, expected, weight, given.x))
        if head.y.size:
            v = random.standard_normal(head.y.shape)
            expected = derivative((np.zeros_like(head.x), v))
            worst = _worst(worst, _along(operation, gradients[1], operation.place_y, v, expected, weight, given.y))
    return worst


def _by_weights(operation, gradients, given, expected, weight) -> float:
    """The largest deviation of the gradients by weights along the weights themselves."""
    found = [float(np.vdot(operation.framework.to_numpy(gradient), values.astype(np.float64)))
             for gradient, values in zip(gradients, given.rest, strict=False)]
    return _worst(*(_deviation(each, expected, weight) for each in ([sum(found)] if operation.weights_add else found)))


def _along(operation, gradient, place, direction, derivative, weight, given) -> float:
    """The deviation of a gradient along a direction of the head's channels, whose rows are the first of all."""
    rows, channels = direction.shape[:2]
    padded = np.zeros((rows, *given.shape[1:]))
    padded[:, :channels] = direction
    found = np.vdot(first_rows(operation, gradient, rows), place(padded))
    return _deviation(float(found), derivative, weight)


def _worst(*errors: float) -> float:
    """The largest; NaN where one is, which Python's own max may pass over."""
    return float(np.max(errors))


def _deviation(found: float, derivative: np.ndarray, weight: np.ndarray) -> float:
    """|found - <weight, derivative>| relative to the size that it has for random vectors."""
    size = float(np.linalg.norm(weight) * np.linalg.norm(derivative)) / sqrt(weight.size)
    return abs(found - float(np.vdot(weight, derivative))) / (size or 1.0)


def _relative(values: np.ndarray, expected: np.ndarray) -> float:
    scale = np.abs(expected).max(initial=0.0)
    return float(np.abs(values - expected).max(initial=0.0) / (scale or 1.0))
