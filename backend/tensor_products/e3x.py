"""e3x's Tensor (JAX, flax): every path with a weight of each channel, summed into one copy of each irrep."""

from __future__ import annotations

import numpy as np

from backend.frameworks import Unsupported
from backend.tensor_products.coupling import collapsed_irreps
from backend.tensor_products.mixing_weights import path_weights
from backend.tensor_products.tensor_product import TensorProduct

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


class E3x(TensorProduct):
    """It holds (rows, parity, all degrees, channels), with zeros where no path goes."""

    oracle_key = "clebsch_gordan_collapsed"

    def prepare(self):
        from e3x.nn import Tensor

        problem = self.problem
        if problem.scope == "layer" or problem.neighbours or problem.weights != "shared":
            raise Unsupported("e3x's Tensor is the operation alone, with weights that all rows share; choose scope op, "
                              "weights shared and no neighbours")
        self.irreps_out = collapsed_irreps(problem)
        top = min(problem.l_out, problem.l1 + problem.l2)
        parities = 2 if problem.parity == "both" and min(problem.l1, problem.l2, top) > 0 else 1
        self._dim = (top + 1) ** 2
        self._parities = [0 if parities == 1 or irrep.p == 1 else 1 for irrep in self.irreps_out]
        self._shape = (1, problem.l1 + 1, 1, problem.l2 + 1, parities, top + 1, problem.channels)
        self._module = Tensor(max_degree=top, include_pseudotensors=parities == 2, cartesian_order=False,
                              precision=self.framework.precision)
        self.weight_size = int(np.prod(self._shape))
        pair = self.irreps_in1.dim * self.irreps_in2.dim
        self.constant_bytes = pair * self._dim * self.framework.itemsize
        self.linear_flops, self.product_flops = 2 * pair * self._dim * parities, pair
        self.product_backward_flops = 4 * pair
        self.work_size = pair + self._dim * parities

    def __call__(self, x, y, kernel):
        return self._module.apply({"params": {"kernel": kernel}}, x[:, None], y[:, None])

    def weights(self):
        kernel = np.zeros(self._shape)
        values = path_weights(self.problem, self.irreps_out)[0]
        for copy, (irrep, parity) in enumerate(zip(self.irreps_out, self._parities, strict=True)):
            kernel[0, :, 0, :, parity, irrep.l] = values[:, copy]
        return (kernel,)

    def place_z(self, values):
        placed = np.zeros((len(values), *self._shape[4:5], self._dim, values.shape[1]))
        for irrep, parity, part in zip(self.irreps_out, self._parities, self.irreps_out.slices, strict=True):
            placed[:, parity, irrep.l**2 : (irrep.l + 1) ** 2] = values[:, :, part].swapaxes(1, 2)
        return placed

    def values_of(self, z):
        return np.concatenate([
            z[:, parity, irrep.l**2 : (irrep.l + 1) ** 2].swapaxes(1, 2)
            for irrep, parity in zip(self.irreps_out, self._parities, strict=True)], axis=2)
