"""Irreps as matrices on the space of degree l̃, and products of such matrices across a batch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backend.so3 import Irreps
from backend.spec import Problem
from backend.tensor_products.coupling import coefficients, path_irrep
from backend.tensor_products.layout import Layout


def packing(half: int, degrees: Sequence[int]) -> np.ndarray:
    """Q^{lm}_{ab} for the degrees on the space of degree `half`, shape (sum 2l+1, (2 half + 1)^2)."""
    side = 2 * half + 1
    return np.concatenate([coefficients(half, half, l).reshape(side * side, 2 * l + 1) for l in degrees], axis=1).T


def unpacking(half: int, degrees: Sequence[int]) -> np.ndarray:
    """The transpose, contiguous, shape ((2 half + 1)^2, sum 2l+1)."""
    return np.ascontiguousarray(packing(half, degrees).T)


def by_parity(problem: Problem) -> dict[int, Irreps]:
    """The outputs of natural parity (0) and the others (1), one copy each, by degree; what no path reaches is left
    out."""
    found: dict[int, dict] = {}
    for path in sorted(problem.paths, key=lambda path: (sum(path) % 2, path[2])):
        found.setdefault(sum(path) % 2, {})[path_irrep(*path)] = None
    return {odd: Irreps(tuple(irreps)) for odd, irreps in found.items()}


def half_of(*tops: int) -> int:
    """l̃: the least degree whose matrices hold every degree up to the highest of `tops`."""
    return -(-max(tops) // 2)


def multiply(layout: Layout, left, right, side: int, *, variant: str):
    """The products of flattened (side, side) matrices, flattened: `sums` adds over the inner index across the batch,
    `matmul` is the framework's own batched matrix product."""
    left, right = (layout.split(each, side, side) for each in (left, right))
    product = layout.einsum("IJ,JK->IK", left, right) if variant == "matmul" else _sum(layout, left, right, side)
    return layout.merge(product, 2)


def _sum(layout: Layout, left, right, side: int):
    head, every, total = (slice(None),) * layout.axis, slice(None), None
    for j in range(side):
        term = left[(*head, every, slice(j, j + 1))] * right[(*head, slice(j, j + 1))]
        total = term if total is None else total + term
    return total
