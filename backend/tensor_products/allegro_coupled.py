"""Allegro's Contracter (PyTorch) with a weight for each path and channel."""

from __future__ import annotations

import numpy as np

from backend.frameworks import Unsupported
from backend.tensor_products.allegro_contracter import contracter
from backend.tensor_products.coupling import collapsed_irreps, path_irrep
from backend.tensor_products.mixing_weights import path_weights
from backend.tensor_products.tensor_product import TensorProduct

CATALOGUE = {
    "key": "allegro_coupled",
    "label": "Allegro Contracter, coupled",
    "family": "library",
    "group": "O3",
    "symbol": "square-x",
    "frameworks": ["torch"],
    "variants": {"path_channel": "Contracter(path_channel_coupling=True): one dense tensor of all paths a channel"},
    "layouts": ["channels_dim"],
    "mixings": ["uuu"],
    "summary": "The library nequip-allegro's tensor product with a weight for each path and channel, all paths of an "
               "irrep summed. Here its weights are those of the output irrep, so that it equals our collapsed product "
               "with weights.",
    "formula": r"z^{l_3}_{c m_3} = \sum_{l_1 l_2} w_{c l_1 l_2 l_3} \sum_{m_1 m_2} Q^{l_3 m_3}_{l_1 m_1, l_2 m_2}\,"
               r"x_{c l_1 m_1} y_{c l_2 m_2}",
    "source": "arXiv:2204.05249; nequip-allegro",
    "library": "nequip-allegro",
}


class AllegroCoupled(TensorProduct):
    """Without a matrix product: every x_i y_j meets the tensor of its channel, and the terms are summed."""

    oracle_key = "clebsch_gordan_collapsed"
    freedom_key = "clebsch_gordan_dense"

    def prepare(self):
        problem = self.problem
        if problem.scope == "layer" or problem.neighbours or problem.weights != "shared":
            raise Unsupported("Allegro's Contracter is the operation alone, with weights that all rows share; it "
                              "gathers rows of y, where a message gathers rows of x; choose scope op, weights shared "
                              "and no neighbours")
        self.irreps_out = collapsed_irreps(problem)
        self._module, self._rows = contracter(problem, self.framework, coupled=True)
        self._shape = tuple(self._module.weights.shape)
        self.weight_size = self._module.weights.numel()
        self.effective = {"weights": f"{self._module.num_paths} of paths, of each channel", "gather": "identity"}
        pair, coefficients = self.irreps_in1.dim * self.irreps_in2.dim, self._module.w3j.numel()
        self.constant_bytes = coefficients * self.framework.itemsize + 8 * problem.batch
        self.linear_flops, self.product_flops = 0, 2 * pair * self.irreps_out.dim + pair
        self.product_backward_flops = 2 * self.product_flops
        self.work_size = self.irreps_in2.dim + pair * (1 + self.irreps_out.dim)

    def __call__(self, x, y, weights):
        from torch.func import functional_call

        return functional_call(self._module, {"weights": weights}, (x, y, self._rows))

    def weights(self):
        values = path_weights(self.problem, self.irreps_out)[0].astype(np.float64)
        copies = [self.irreps_out.copies.index(path_irrep(*path)) for path in self.problem.paths]
        return (np.ascontiguousarray(values[:, copies]).reshape(self._shape),)
