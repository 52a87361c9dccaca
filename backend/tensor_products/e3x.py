"""e3x's Tensor (JAX, flax): every path with a weight of each channel, summed into one copy of each irrep."""

from __future__ import annotations

import numpy as np

from backend.tensor_products.coupling import collapsed_irreps
from backend.tensor_products.e3x_product import E3xProduct
from backend.tensor_products.mixing_weights import path_weights

CATALOGUE = {
    "key": "e3x",
    "label": "e3x Tensor",
    "family": "library",
    "group": "O3",
    "symbol": "triangle-se",
    "frameworks": ["jax"],
    "variants": {"dense": "e3x.nn.Tensor: one contraction with all coefficients and all weights"},
    "layouts": ["dim_channels"],
    "settings": ["mimo", "layer"],
    "mixings": ["uuu"],
    "summary": "The library e3x's tensor product: a weight for each path and channel, all paths of an irrep summed. "
               "Here its weights are those of the output irrep, so that it equals our collapsed product with weights.",
    "formula": r"z^{l_3 p_3}_{c m_3} = \sum_{l_1 l_2} w_{c l_1 l_2 l_3} \sum_{m_1 m_2}"
               r" Q^{l_3 m_3}_{l_1 m_1, l_2 m_2}\, x_{c l_1 m_1} y_{c l_2 m_2}",
    "source": "arXiv:2401.07595 (Tensor)",
    "claims": {"mimo": "L^6"},
    "library": "e3x",
}


class E3x(E3xProduct):
    oracle_key = "clebsch_gordan_collapsed"
    freedom_key = "clebsch_gordan_dense"

    def prepare_module(self):
        from e3x.nn import Tensor

        problem = self.problem
        self.irreps_out = collapsed_irreps(problem)
        self._shape = (1, problem.l1 + 1, 1, problem.l2 + 1, self.parities, self.top + 1, problem.channels)
        self._module = Tensor(max_degree=self.top, include_pseudotensors=self.parities == 2, cartesian_order=False,
                              precision=self.framework.precision)
        self.weight_size = int(np.prod(self._shape))
        pair, dim = self.irreps_in1.dim * self.irreps_in2.dim, (self.top + 1) ** 2
        self.constant_bytes = pair * dim * self.framework.itemsize
        self.linear_flops, self.product_flops = 2 * pair * dim * self.parities, pair
        self.product_backward_flops = 4 * pair
        self.work_size = pair + dim * self.parities

    def __call__(self, x, y, kernel):
        return self._module.apply({"params": {"kernel": kernel}}, x[:, None], y[:, None])

    def weights(self):
        kernel = np.zeros(self._shape)
        values = path_weights(self.problem, self.irreps_out)[0]
        for copy, (irrep, parity) in enumerate(zip(self.irreps_out, self.parity_of(self.irreps_out), strict=True)):
            kernel[0, :, 0, :, parity, irrep.l] = values[:, copy]
        return (kernel,)
