"""How wrong the timed function is: against the float64 oracle, under a rotation, under inversion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from backend.bench.inputs import Inputs, from_layout, head, to_layout
from backend.frameworks import framework_class
from backend.so3 import random_rotation, representation
from backend.spec import Case
from backend.tensor_products import TensorProduct, make

ROWS, CHANNELS = 4, 8   # of the batch that are checked
_STEP = 1e-5            # of central differences in float64: their error is about 1e-10


def output_error(case: Case, product: TensorProduct, output: np.ndarray, inputs: Inputs) -> float:
    """The largest deviation of the output's head from the oracle, relative to the oracle's largest value."""
    return _relative(output, _oracle(case, product, *_head(inputs)))


def gradient_error(
    case: Case, product: TensorProduct, gradients: tuple[np.ndarray, np.ndarray], inputs: Inputs, cotangent: np.ndarray
) -> float:
    """The same for the gradients by x and y. Where the map is linear, the oracle's gradients are its values on basis
    vectors; by the direction of an edge they are central differences."""
    # a y that all channels share takes the gradients of all of them
    shared = product.channels_in2 < case.problem.channels
    channels = case.problem.channels if shared else 2
    x, y, weight = (np.asarray(part[:1, :channels], dtype=np.float64) for part in (inputs.x, inputs.y, cotangent))
    worst = 0.0
    for gradient, (given, other), first in ((gradients[0], (x, y), True), (gradients[1], (y, x), False)):
        dim = given.shape[-1]
        basis = np.broadcast_to(np.eye(dim)[:, None], (dim, given.shape[1], dim))
        others = np.broadcast_to(other, (dim, *other.shape[1:]))

        def oracle(values, others=others, first=first):
            return _oracle(case, product, *((values, others) if first else (others, values)))

        if first or not product.directional:
            values = oracle(basis)
        else:
            values = (oracle(given + _STEP * basis) - oracle(given - _STEP * basis)) / (2 * _STEP)
        expected = np.einsum("ick,ck->ci", values, weight[0])
        if shared and not first:
            expected = expected.sum(axis=0, keepdims=True)
        checked = min(len(expected), gradient.shape[1])
        worst = max(worst, _relative(gradient[0, :checked], expected[:checked]))
    return worst


def equivariance_error(
    case: Case, product: TensorProduct, output: np.ndarray, inputs: Inputs,
    call: Callable[[np.ndarray, np.ndarray], np.ndarray], *, inversion: bool,
) -> float:
    """|T(Dx, Dy) - D T(x, y)| / |T(x, y)|, largest values over the head's rows, for a random rotation or for
    inversion. `call` is the timed function from arrays in (batch, channels, dim) to the head of its output."""
    rotation = -np.eye(3) if inversion else random_rotation(np.random.default_rng([case.seed, 2]))
    turned = []
    for values, irreps in ((inputs.x, product.irreps_in1), (inputs.y, product.irreps_in2)):
        matrix = representation(irreps, rotation)
        copy = values.astype(case.dtype)   # turned inputs are as exact as the arithmetic that they check
        copy[:ROWS, :CHANNELS] = np.asarray(values[:ROWS, :CHANNELS], dtype=np.float64) @ matrix.T
        turned.append(copy)
    return _relative(call(*turned), output @ representation(product.irreps_out, rotation).T)


def output_head(case: Case, product: TensorProduct, output) -> np.ndarray:
    """The first rows and channels of an output, in float64, (batch, channels, dim)."""
    part = head(output, case.layout, ROWS, CHANNELS)
    return from_layout(product.framework.to_numpy(part), case.layout)


def _oracle(case: Case, product: TensorProduct, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The float64 NumPy product on (rows, channels, dim), in the order of the product's own output."""
    numpy = framework_class("numpy")(device="cpu", dtype="float64", precision="highest", compilation="eager")
    problem = replace(case.problem, batch=x.shape[0], channels=x.shape[1])
    key, variant = (product.oracle_key, "") if product.oracle_key else (case.product, case.variant)
    oracle = make(key, problem, numpy, variant=variant, layout="channels_dim")
    values = oracle(numpy.asarray(x), numpy.asarray(y))
    order = product.oracle_order()
    return values if order is None else values[..., order]


def _head(inputs: Inputs) -> tuple[np.ndarray, np.ndarray]:
    return tuple(np.asarray(part[:ROWS, :CHANNELS], dtype=np.float64) for part in (inputs.x, inputs.y))


def _relative(values: np.ndarray, expected: np.ndarray) -> float:
    scale = np.abs(expected).max(initial=0.0)
    return float(np.abs(values - expected).max(initial=0.0) / (scale or 1.0))


__all__ = ["equivariance_error", "gradient_error", "output_error", "output_head", "to_layout"]
