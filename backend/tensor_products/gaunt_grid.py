"""Gaunt product on the S2 grid: evaluate both signals, multiply pointwise, project back. Exact, minimal grid."""

from __future__ import annotations

import numpy as np

from backend.so3 import Irreps, S2Grid, legendre, s2_grid
from backend.tensor_products.sphere import degrees_of, harmonics, order_index, order_positions, projection
from backend.tensor_products.tensor_product import TensorProduct

CATALOGUE = {
    "key": "gaunt_grid",
    "label": "Gaunt grid",
    "family": "gaunt",
    "group": "O3",
    "symbol": "square",
    "frameworks": ["numpy", "jax", "torch"],
    "variants": {
        "dense": "each transform is one dense matrix",
        "separable": "each transform is a Legendre stage and a Fourier stage",
    },
    "layouts": ["batch_last", "channels_dim", "dim_channels"],
    "summary": "Pointwise product of signals on the sphere. Symmetric: only paths with even l1+l2+l3, one output "
               "copy per l.",
    "formula": r"z_{l_3 m_3} = \int_{S^2} Y_{l_3 m_3} \Big(\sum x_{l_1 m_1} Y_{l_1 m_1}\Big) "
               r"\Big(\sum y_{l_2 m_2} Y_{l_2 m_2}\Big)\, d\Omega",
    "source": "arXiv:2506.13523, section 3; arXiv:2401.10216; costs: arXiv:2506.13523, table 1 (grid)",
    "coupling": "gaunt",
    "claims": {"siso": "L^2 log L", "simo": "L^3", "mimo": "L^3", "mimo_per_degree_of_freedom": "L^2"},
}


class GauntGrid(TensorProduct):
    def prepare(self):
        degrees = degrees_of(self.problem, odd=False, product="Gaunt")
        self.irreps_out = Irreps.natural(degrees)
        self.grid = s2_grid(self.problem.degrees_in1[-1] + self.problem.degrees_in2[-1] + degrees[-1])
        self.product_flops = self.grid.n_theta * self.grid.n_phi
        self.product_backward_flops = 2 * self.product_flops
        self.work_size = 3 * self.product_flops
        if self.variant == "dense":
            self._prepare_dense(degrees)
        else:
            self._prepare_separable(degrees)

    def __call__(self, x, y):
        layout = self.layout
        if self.variant == "dense":
            return layout.apply(self._from, layout.apply(self._to[0], x) * layout.apply(self._to[1], y))
        return self._analyse(self._synthesise(x, *self._to[0]) * self._synthesise(y, *self._to[1]))

    def _prepare_dense(self, degrees):
        to = [harmonics(self.grid, each) for each in (self.problem.degrees_in1, self.problem.degrees_in2)]
        back = projection(self.grid, degrees)
        self._to = [self.constant(matrix) for matrix in to]
        self._from = self.constant(back)
        self.linear_in_flops = 2 * (to[0].size + to[1].size)
        self.y_flops = 2 * to[1].size
        self.linear_flops = self.linear_in_flops + 2 * back.size

    def _prepare_separable(self, degrees):
        self._to, self.linear_flops = [], 0
        for each in (self.problem.degrees_in1, self.problem.degrees_in2):
            index, theta, phi = _stages(self.grid, each)
            self._to.append((self.constant(index.ravel()), self.constant(theta), self.constant(phi), index.shape))
            self.y_flops = 2 * (theta.size + phi.size * self.grid.n_theta)   # y comes last
            self.linear_flops += self.y_flops
        self.linear_in_flops = self.linear_flops
        index, theta, phi = _stages(self.grid, degrees)
        weighted = theta * self.grid.theta_weights * (2 * np.pi / self.grid.n_phi)
        self._back = (self.constant(np.ascontiguousarray(phi.T)), self.constant(weighted))
        self._order = self.constant(order_positions(degrees))
        self.linear_flops += 2 * (theta.size + phi.size * self.grid.n_theta)

    def _synthesise(self, x, index, theta, phi, shape):
        layout = self.layout
        by_order = layout.split(layout.take(x, index), *shape)
        return layout.einsum("MT,mp->TP", layout.einsum("ML,mlt->MT", by_order, theta), phi)

    def _analyse(self, signal):
        layout = self.layout
        phi, theta = self._back
        by_order = layout.einsum("MT,mlt->ML", layout.einsum("TP,pm->MT", signal, phi), theta)
        return layout.take(layout.merge(by_order, 2), self._order)


def _stages(grid: S2Grid, degrees) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Y_lm(theta, phi) = theta[m, l, t] phi[m, p], m over -L..L and l over the degrees, and where (l, m) stands."""
    top, orders = degrees[-1], np.arange(-degrees[-1], degrees[-1] + 1)
    table = legendre(top, grid.cos_theta)[:, list(degrees)]                       # (t, l, |m|)
    theta = np.transpose(table[:, :, np.abs(orders)], (2, 1, 0))                  # (m, l, t)
    wave = np.where(orders[:, None] < 0, np.sin(np.abs(orders)[:, None] * grid.phi),
                    np.cos(orders[:, None] * grid.phi))
    phi = np.where(orders[:, None] == 0, 1.0, np.sqrt(2) * wave)
    return order_index(degrees), theta, phi
