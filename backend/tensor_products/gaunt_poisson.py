"""Gaunt and Poisson together on one grid: pointwise product and bracket of the same transforms. Every path."""

from __future__ import annotations

import numpy as np

from backend.so3 import Irrep, Irreps, s2_grid
from backend.tensor_products.sphere import curls, degrees_of, harmonics, projection
from backend.tensor_products.tensor_product import TensorProduct

CATALOGUE = {
    "key": "gaunt_poisson",
    "label": "Gaunt + Poisson",
    "family": "gaunt",
    "group": "O3",
    "symbol": "cross",
    "frameworks": ["numpy", "jax", "torch"],
    "variants": {"dense": "each transform is one dense matrix"},
    "layouts": ["batch_last", "channels_dim", "dim_channels"],
    "summary": "Symmetric and antisymmetric paths at grid cost: one output copy per (l, p), the same function as "
               "collapsed Clebsch-Gordan up to one factor per path.",
    "formula": r"z^{+} = \langle Y,\, f_x f_y\rangle,\quad "
               r"z^{-} = \langle Y,\, \hat r \cdot (\nabla f_x \times \nabla f_y)\rangle",
    "source": "arXiv:2603.08630; arXiv:2605.15073; costs: as Gaunt on the grid, arXiv:2506.13523, table 1",
    "coupling": "gaunt_poisson",
    "claims": {"siso": "L^2 log L", "simo": "L^3", "mimo": "L^3", "mimo_per_degree_of_freedom": "L^2"},
}


class GauntPoisson(TensorProduct):
    """Outputs of natural parity come first, then those of pseudo parity, each by degree."""

    def prepare(self):
        problem = self.problem
        even = degrees_of(problem, odd=False, product="Gaunt") if _has(problem, 0) else []
        odd = degrees_of(problem, odd=True, product="Poisson") if _has(problem, 1) else []
        natural = Irreps.natural(even)
        self.irreps_out = Irreps((*natural, *(Irrep(l, -((-1) ** l)) for l in odd)))
        top = max(even[-1] if even else 0, odd[-1] - 1 if odd else 0)
        grid = s2_grid(problem.degrees_in1[-1] + problem.degrees_in2[-1] + top)
        self._points = len(grid.weights)
        to = []
        for each in (problem.degrees_in1, problem.degrees_in2):
            parts = ((harmonics(grid, each),) if even else ()) + (curls(grid, each) if odd else ())
            to.append(np.concatenate(parts, axis=1))
        back = [projection(grid, degrees) for degrees in (even, odd) if degrees]
        self._to = [self.constant(matrix) for matrix in to]
        self._from = [self.constant(matrix) for matrix in back]
        self._kinds = (bool(even), bool(odd))
        self.linear_in_flops = 2 * (to[0].size + to[1].size)
        self.y_flops = 2 * to[1].size
        self.linear_flops = self.linear_in_flops + 2 * sum(matrix.size for matrix in back)
        self.product_flops = self._points * (bool(even) + 3 * bool(odd))
        self.product_backward_flops = 2 * self.product_flops
        self.work_size = self._points * (3 * bool(even) + 5 * bool(odd))

    def __call__(self, x, y):
        layout, n = self.layout, self._points
        f, g = (layout.apply(matrix, each) for matrix, each in zip(self._to, (x, y), strict=True))

        def part(signal, number):
            return layout.slice(signal, number * n, (number + 1) * n)

        symmetric, antisymmetric = self._kinds
        signals = [part(f, 0) * part(g, 0)] if symmetric else []
        if antisymmetric:
            first = int(symmetric)
            signals.append(part(f, first) * part(g, first + 1) - part(f, first + 1) * part(g, first))
        return layout.concatenate(
            [layout.apply(matrix, signal) for matrix, signal in zip(self._from, signals, strict=True)])


def _has(problem, remainder: int) -> bool:
    return any(sum(path) % 2 == remainder for path in problem.paths)
