"""e3nn's S2 grid (PyTorch): ToS2Grid of both inputs, pointwise product, FromS2Grid, as its authors ship them."""

from __future__ import annotations

from backend.frameworks import Unsupported
from backend.so3 import Irreps
from backend.tensor_products.library import grid_cost
from backend.tensor_products.sphere import degrees_of
from backend.tensor_products.tensor_product import TensorProduct

CATALOGUE = {
    "key": "e3nn_grid",
    "label": "e3nn S2 grid",
    "family": "library",
    "group": "O3",
    "symbol": "star-square",
    "frameworks": ["torch"],
    "variants": {"module": "o3.ToS2Grid and o3.FromS2Grid, plain modules"},
    "layouts": ["channels_dim"],
    "summary": "The library e3nn's Gaunt product: its transforms to and from a grid that is uniform in both angles, "
               "the smallest exact one of odd width.",
    "formula": r"z_{l_3 m_3} = \int_{S^2} Y_{l_3 m_3} \Big(\sum x_{l_1 m_1} Y_{l_1 m_1}\Big) "
               r"\Big(\sum y_{l_2 m_2} Y_{l_2 m_2}\Big)\, d\Omega",
    "source": "arXiv:2207.09453; costs: grid, arXiv:2506.13523, table 1",
    "coupling": "gaunt",
    "claims": {"mimo": "L^3", "mimo_per_degree_of_freedom": "L^2"},
    "library": "e3nn",
}


class E3nnGrid(TensorProduct):
    oracle_key = "gaunt_grid"

    def prepare(self):
        from e3nn import o3

        if self.problem.setting in ("siso", "simo"):
            raise Unsupported("e3nn's ToS2Grid takes every degree from 0 to l_max; choose the setting mimo or layer")
        degrees = degrees_of(self.problem, odd=False, product="Gaunt")
        self.irreps_out = Irreps.natural(degrees)
        l1, l2, l_out = self.problem.l1, self.problem.l2, degrees[-1]
        degree = l1 + l2 + l_out
        n_beta = degree + 2 - degree % 2    # even; its quadrature is exact to degree n_beta - 1
        n_alpha = degree + 1 + degree % 2   # odd, so that e3nn takes its FFT; exact above the degree
        resolution, mode = (n_beta, n_alpha), {"normalization": "integral"}
        with self.framework.default_dtype():   # e3nn rounds its tables to it
            modules = [o3.ToS2Grid(l1, resolution, **mode), o3.ToS2Grid(l2, resolution, **mode),
                       o3.FromS2Grid(resolution, l_out, lmax_in=l1 + l2, **mode)]
        self._to1, self._to2, self._from = (module.to(self.framework.device) for module in modules)
        self.effective = {"transform": "FFT", "grid": f"{n_beta} x {n_alpha}"}
        transforms = [(top, (top + 1) ** 2) for top in (l1, l2, l_out)]
        self.linear_flops, self.work_size, tables = grid_cost(transforms, n_beta, n_alpha, fft=True)
        self.linear_in_flops = grid_cost(transforms[:2], n_beta, n_alpha, fft=True)[0]
        self.constant_bytes = tables * self.framework.itemsize
        self.product_flops = n_beta * n_alpha
        self.product_backward_flops = 2 * self.product_flops

    def __call__(self, x, y):
        return self._from(self._to1(x) * self._to2(y))
