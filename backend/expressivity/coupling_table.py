"""The coupling table of a product, read off its own outputs on basis vectors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from backend.frameworks import Framework
from backend.so3 import Irreps, wigner_3j
from backend.spec import Problem
from backend.tensor_products import TensorProduct, make

_TOLERANCE = 1e-9    # of float64 outputs, relative to the largest coupling


class CouplingError(ArithmeticError):
    """The map is not what a table of couplings describes; the message says where."""


@dataclass(frozen=True)
class Coupling:
    """On X^l1 x Y^l2 output copy number `copy`, of degree l3, is G w3j(l1, l2, l3); G is not zero."""

    l1: int
    l2: int
    l3: int
    copy: int
    g: float


def coupling_table(key: str, problem: Problem, framework: Framework, *, variant: str = "") -> list[Coupling]:
    """Every nonzero coupling of the product (Schur: the map is this table), measured in float64.

    The product is fed every pair of basis vectors of one channel; each block of its output is projected on
    w3j(l1, l2, l3). Raises CouplingError if the rest is not zero, that is if the map is not equivariant, or if
    a product with more channels is not the same map in each.
    """
    if framework.dtype != "float64":
        raise ValueError(f"dtype must be float64, got {framework.dtype}")
    one = replace(problem, channels=1, batch=1)
    found = _measure(key, one, framework, variant)
    if problem.channels > 1:
        _check_channels(key, problem, framework, variant, found)
    return found


def _measure(key, problem, framework, variant) -> list[Coupling]:
    dim1, dim2 = problem.dim_in1, problem.dim_in2
    cuts = (0, *np.cumsum([2 * l + 1 for l in problem.degrees_in1]).tolist())
    widest = max(2 * l + 1 for l in problem.degrees_in1)
    product = _build(key, problem, framework, variant, batch=widest * dim2)
    y = np.tile(np.eye(dim2), (widest, 1))
    call, blocks = None, []
    for low, high in pairwise(cuts):
        x = np.zeros((widest * dim2, dim1))   # of one size for every block, so that it compiles once
        x[: (high - low) * dim2] = np.repeat(np.eye(dim1)[low:high], dim2, axis=0)
        arrays = framework.asarray(x[:, None]), framework.asarray(y[:, None])
        call = call or framework.compile(product, *arrays).function
        output = framework.to_numpy(call(*arrays))[: (high - low) * dim2]
        blocks.append(output.reshape(high - low, dim2, -1))
    scale = max(np.abs(block).max() for block in blocks) or 1.0
    found: list[Coupling] = []
    for l1, block in zip(problem.degrees_in1, blocks, strict=True):
        start = 0
        for l2 in problem.degrees_in2:
            found += _project(block[:, start : start + 2 * l2 + 1], l1, l2, product.irreps_out, _TOLERANCE * scale)
            start += 2 * l2 + 1
    return found


def _project(block: np.ndarray, l1: int, l2: int, irreps_out: Irreps, tolerance: float) -> list[Coupling]:
    """The couplings of one (l1, l2); most copies are zero on it and need no more than a look."""
    slices = irreps_out.slices
    largest = np.maximum.reduceat(np.abs(block).max(axis=(0, 1)), [part.start for part in slices])
    found: list[Coupling] = []
    for copy in np.flatnonzero(largest > tolerance).tolist():
        l3, values, g = irreps_out[copy].l, block[:, :, slices[copy]], 0.0
        if abs(l1 - l2) <= l3 <= l1 + l2:
            table = wigner_3j(l1, l2, l3)
            g = float(np.vdot(table, values))
            values = values - g * table
        if (rest := np.abs(values).max()) > tolerance:
            raise CouplingError(f"the output of degree {l3} on ({l1}, {l2}) must be a multiple of w3j, got a rest of "
                                f"{rest:.2g}: the map is not equivariant")
        if abs(g) > tolerance:
            found.append(Coupling(l1, l2, l3, copy, g))
    return found


def _check_channels(key, problem, framework, variant, found) -> None:
    """A random probe: in each channel the product must be the map of the table (mixing shows with certainty 1)."""
    rows = 2
    product = _build(key, problem, framework, variant, batch=rows)
    random = np.random.default_rng(0)
    x = random.standard_normal((rows, problem.channels, problem.dim_in1))
    y = random.standard_normal((rows, problem.channels, problem.dim_in2))
    single = _build(key, replace(problem, channels=1), framework, variant, batch=rows * problem.channels)
    expected = _call(single, x.reshape(-1, 1, problem.dim_in1), y.reshape(-1, 1, problem.dim_in2))
    output = _call(product, x, y)
    rest = np.abs(output.reshape(expected.shape) - expected).max()
    if rest > _TOLERANCE * max(np.abs(expected).max(), 1e-300) and found:
        raise CouplingError(f"{problem.channels} channels must be as many copies of one, got a deviation of {rest:.2g}")


def _build(key, problem, framework, variant, *, batch: int) -> TensorProduct:
    return make(key, replace(problem, batch=batch), framework, variant=variant, layout="channels_dim")


def _call(product: TensorProduct, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    asarray = product.framework.asarray
    return product.framework.to_numpy(product(asarray(x), asarray(y)))
