"""Poisson (curl) product: the bracket r . (grad f x grad g) of signals on the sphere. Only antisymmetric paths."""

from __future__ import annotations

import numpy as np

from backend.so3 import Irrep, Irreps, s2_grid
from backend.tensor_products.sphere import curls, degrees_of, projection
from backend.tensor_products.tensor_product import TensorProduct

CATALOGUE = {
    "key": "poisson",
    "label": "Poisson",
    "family": "vector",
    "group": "O3",
    "symbol": "hourglass",
    "frameworks": ["numpy", "jax", "torch"],
    "variants": {"dense": "each transform is one dense matrix"},
    "layouts": ["batch_last", "channels_dim", "dim_channels"],
    "summary": "Antisymmetric partner of Gaunt: every path with odd l1+l2+l3, pseudo outputs, one copy per l.",
    "formula": r"z_{l_3 m_3} = \int_{S^2} Y_{l_3 m_3}\, \hat r \cdot (\nabla f_x \times \nabla f_y)\, d\Omega",
    "source": "arXiv:2603.08630; arXiv:2605.15073; costs: as Gaunt on the grid, arXiv:2506.13523, table 1",
    "coupling": "poisson",
    "claims": {"siso": "L^2 log L", "simo": "L^3", "mimo": "L^3", "mimo_per_degree_of_freedom": "L^2"},
}


class Poisson(TensorProduct):
    def prepare(self):
        problem = self.problem
        degrees = degrees_of(problem, odd=True, product="Poisson")
        self.irreps_out = Irreps(tuple(Irrep(l, -((-1) ** l)) for l in degrees))
        # the bracket of degrees L1 and L2 has degree L1 + L2 - 1 at most
        grid = s2_grid(problem.degrees_in1[-1] + problem.degrees_in2[-1] + degrees[-1] - 1)
        to = [np.stack(curls(grid, each), axis=1) for each in (problem.degrees_in1, problem.degrees_in2)]
        back = projection(grid, degrees)
        self._points = back.shape[0]
        self._to = [self.constant(matrix.reshape(matrix.shape[0], -1)) for matrix in to]
        self._from = self.constant(back)
        self.linear_in_flops = 2 * (to[0].size + to[1].size)
        self.y_flops = 2 * to[1].size
        self.linear_flops = self.linear_in_flops + 2 * back.size
        self.product_flops = 3 * self._points
        self.product_backward_flops = 6 * self._points
        self.work_size = 6 * self._points

    def __call__(self, x, y):
        layout, n = self.layout, self._points
        f, g = (layout.apply(matrix, each) for matrix, each in zip(self._to, (x, y), strict=True))
        f1, f2, g1, g2 = (layout.slice(each, low, low + n) for each in (f, g) for low in (0, n))
        return layout.apply(self._from, f1 * g2 - f2 * g1)
