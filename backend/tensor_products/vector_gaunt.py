"""Vector spherical tensor product: cross product of two vector signals on the sphere, every irrep in all its copies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backend.frameworks import Unsupported
from backend.so3 import Irreps, S2Grid, s2_grid
from backend.tensor_products.coupling import coefficients
from backend.tensor_products.sphere import harmonics
from backend.tensor_products.tensor_product import TensorProduct

CATALOGUE = {
    "key": "vector_gaunt",
    "label": "Vector Gaunt",
    "family": "vector",
    "group": "SO3",
    "symbol": "bowtie",
    "frameworks": ["numpy", "jax", "torch"],
    "variants": {"dense": "each transform is one dense matrix"},
    "layouts": ["batch_last", "channels_dim", "dim_channels"],
    "summary": "Cross product of vector signals; each irrep j enters and leaves in up to three copies, the vector "
               "harmonics of degrees j-1, j and j+1. Every path but 0 x 0 -> 0; copies mix parities (SO(3) only).",
    "formula": r"V_x = \sum_{j l m} x_{j l m} Y^{l,1}_{j m},\quad "
               r"z_{j l m} = \int_{S^2} Y^{l,1}_{j m} \cdot (V_x \times V_y)\, d\Omega",
    "source": "arXiv:2602.21466; arXiv:2603.08630; costs: as Gaunt on the grid, arXiv:2506.13523, table 1",
    "coupling": "vector",
    "claims": {"siso": "L^2 log L", "simo": "L^3", "mimo": "L^3", "mimo_per_degree_of_freedom": "L^2"},
}


class VectorGaunt(TensorProduct):
    def prepare(self):
        problem = self.problem
        if problem.parity == "natural":
            raise Unsupported("copies of one j have both parities (SO(3) only), so there are no outputs of natural "
                              "parity alone; choose parity both")
        if set(problem.paths) == {(0, 0, 0)}:
            raise Unsupported("a cross product reaches no path 0 x 0 -> 0, the only one here")
        reached = sorted({l3 for path in problem.paths for l3 in path[2:] if path != (0, 0, 0)})
        copies = [_copies(each) for each in (problem.degrees_in1, problem.degrees_in2, reached)]
        self.irreps_in1, self.irreps_in2, self.irreps_out = (
            Irreps.natural(j for j, _ in each) for each in copies)
        # a signal's degree in each Cartesian component is its highest l
        grid = s2_grid(sum(max(l for _, l in each) for each in copies))
        fields = [_fields(grid, each) for each in copies]
        back = np.ascontiguousarray((fields[2].reshape(-1, 3, len(grid.weights)) * grid.weights).reshape(
            fields[2].shape).T)
        self._points = len(grid.weights)
        self._to, self._from = [self.constant(each) for each in fields[:2]], self.constant(back)
        self.linear_in_flops = 2 * (fields[0].size + fields[1].size)
        self.y_flops = 2 * fields[1].size
        self.linear_flops = self.linear_in_flops + 2 * back.size
        self.product_flops = 9 * self._points
        self.product_backward_flops = 18 * self._points
        self.work_size = 9 * self._points

    def __call__(self, x, y):
        layout, n = self.layout, self._points
        v, w = (layout.apply(matrix, each) for matrix, each in zip(self._to, (x, y), strict=True))
        (v0, v1, v2), (w0, w1, w2) = (
            [layout.slice(each, low * n, (low + 1) * n) for low in range(3)] for each in (v, w))
        cross = layout.concatenate([v1 * w2 - v2 * w1, v2 * w0 - v0 * w2, v0 * w1 - v1 * w0])
        return layout.apply(self._from, cross)


def _copies(degrees: Sequence[int]) -> list[tuple[int, int]]:
    """(j, l) of every vector harmonic: l = j-1, j, j+1, and l = 1 alone for j = 0."""
    return [(j, l) for j in degrees for l in (j - 1, j, j + 1) if l >= 1 or (j == 1 and l == 0)]


def _fields(grid: S2Grid, copies: Sequence[tuple[int, int]]) -> np.ndarray:
    """Y^{l,1}_jm at every grid point, shape (sum 2j+1, 3 points): x, y, z components one after another."""
    top = max(l for _, l in copies)
    values = harmonics(grid, range(top + 1))
    blocks = [
        np.einsum("acm,ap->mcp", coefficients(l, 1, j), values[l * l : (l + 1) ** 2]) for j, l in copies
    ]
    return np.concatenate(blocks).reshape(-1, 3 * len(grid.weights))
