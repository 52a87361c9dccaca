"""e3x's FusedTensor (JAX, flax): matrices of even and odd degrees, with weights of degrees, not of paths."""

from __future__ import annotations

import numpy as np

from backend.frameworks import Unsupported
from backend.so3 import Irreps
from backend.tensor_products.e3x_product import E3xProduct
from backend.tensor_products.matrices import by_parity, half_of
from backend.tensor_products.mixing_weights import path_weights

CATALOGUE = {
    "key": "e3x_fused",
    "label": "e3x FusedTensor",
    "family": "library",
    "group": "O3",
    "symbol": "triangle-sw",
    "frameworks": ["jax"],
    "variants": {"fused": "e3x.nn.FusedTensor: four matrix products, of even and odd degrees of each input"},
    "layouts": ["dim_channels"],
    "settings": ["mimo", "layer"],
    "mixings": ["uuu"],
    "summary": "The library e3x's fused tensor product. It has no weight of a path: it has weights a of the degree and "
               "channel of each input, and b of the degree, the channel and the two inputs' parities of the output. "
               "Here a is 1 and b the weight of the output irrep, so that it equals our collapsed matrix product with "
               "weights.",
    "formula": r"Z^{st} = \Big(\sum_{(-1)^{l_1} = s} a_{c l_1} \tilde x_{l_1}\Big)"
               r"\Big(\sum_{(-1)^{l_2} = t} a'_{c l_2} \tilde y_{l_2}\Big),\quad"
               r" z_{c l m p} = \sum_{st = p} b_{c l s t}\, \mathrm{tr}(Q^{lm\,\top} Z^{st})",
    "source": "arXiv:2401.07595 (FusedTensor); costs: as the matrix product, arXiv:2506.13523, table 1 (naive)",
    "claims": {"mimo": "L^4"},
    "library": "e3x",
}


class E3xFused(E3xProduct):
    """Its weights are three arrays, and it is linear in each: of x (even, odd), of y (even, odd), and of z (even with
    even, odd with odd, even with odd, odd with even)."""

    oracle_key = "matrix_collapsed"
    freedom_key = "matrix_fused"

    def prepare_module(self):
        from e3x.nn import FusedTensor

        problem = self.problem
        half = half_of(problem.l1, problem.l2, problem.l_out)
        if half != half_of(problem.l1, problem.l2, self.top):
            raise Unsupported(f"e3x's FusedTensor goes to the degree l1 + l2 = {self.top} at most, and its function "
                              f"changes with that degree; choose l_out {self.top}, got {problem.l_out}")
        self.irreps_out = Irreps(tuple(irrep for irreps in by_parity(problem).values() for irrep in irreps))
        self._module = FusedTensor(max_degree=self.top, include_pseudotensors=self.parities == 2,
                                   cartesian_order=False, precision=self.framework.precision)
        dims = self.irreps_in1.dim, self.irreps_in2.dim, (self.top + 1) ** 2
        self.weight_size = (2 * (problem.l1 + 1) + 2 * (problem.l2 + 1) + 4 * (self.top + 1)) * problem.channels
        side = 2 * half + 1
        self.effective = {"matrices": f"four products of {side} x {side}"}
        self.constant_bytes = side**2 * max(dims) * self.framework.itemsize
        self.linear_in_flops = 4 * (dims[0] + dims[1]) * side**2
        self.linear_flops = self.linear_in_flops + 8 * dims[2] * side**2
        self.product_flops = 8 * side**3
        self.product_backward_flops = 2 * self.product_flops
        self.work_size = 8 * side**2 + 4 * dims[2]

    def __call__(self, x, y, of_x, of_y, of_z):
        kernels = {"kernel_e1": of_x[0], "kernel_o1": of_x[1], "kernel_e2": of_y[0], "kernel_o2": of_y[1],
                   "kernel_eee": of_z[0], "kernel_ooe": of_z[1], "kernel_eoo": of_z[2], "kernel_oeo": of_z[3]}
        return self._module.apply({"params": kernels}, x[:, None], y[:, None])

    def weights(self):
        problem = self.problem
        of_x, of_y = (np.ones((2, top + 1, problem.channels)) for top in (problem.l1, problem.l2))
        of_z = np.zeros((4, self.top + 1, problem.channels))
        values = path_weights(problem, self.irreps_out)[0]
        for copy, irrep in enumerate(self.irreps_out):
            both = slice(0, 2) if irrep.p == 1 else slice(2, 4)
            of_z[both, irrep.l] = values[:, copy]
        return of_x, of_y, of_z
