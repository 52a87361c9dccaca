"""Allegro's Contracter (PyTorch) with a weight for each path that all channels share."""

from __future__ import annotations

from backend.tensor_products.allegro_contracter import contracter
from backend.tensor_products.coupling import collapsed_irreps
from backend.tensor_products.tensor_product import TensorProduct

CATALOGUE = {
    "key": "allegro",
    "label": "Allegro Contracter",
    "family": "library",
    "group": "O3",
    "symbol": "square-cross",
    "frameworks": ["torch"],
    "variants": {"path": "Contracter(path_channel_coupling=False): one dense tensor of all paths, by a matrix product"},
    "layouts": ["channels_dim"],
    "summary": "The library nequip-allegro's tensor product, channel by channel, with a weight for each path that all "
               "channels and rows share. Here those weights are 1; each call multiplies them with the coefficients "
               "and gathers rows of y, all of them in order, as the library does.",
    "formula": r"z^{l_3}_{c m_3} = \sum_{l_1 l_2} w_{l_1 l_2 l_3} \sum_{m_1 m_2} Q^{l_3 m_3}_{l_1 m_1, l_2 m_2}\,"
               r"x_{c l_1 m_1} y_{c l_2 m_2}",
    "source": "arXiv:2204.05249; nequip-allegro",
    "coupling": "component",
    "library": "nequip-allegro",
}


class Allegro(TensorProduct):
    """The weights are the module's parameters, not arguments: gradients by them are not part of a measurement."""

    oracle_key = "clebsch_gordan_collapsed"

    def prepare(self):
        import torch

        self.irreps_out = collapsed_irreps(self.problem)
        self._module, self._rows = contracter(self.problem, self.framework, coupled=False)
        torch.nn.init.ones_(self._module.weights)
        self._module.requires_grad_(False)
        self.effective = {"weights": f"{self._module.num_paths} of paths, for all channels", "gather": "identity"}
        pair, coefficients = self.irreps_in1.dim * self.irreps_in2.dim, self._module.w3j.numel()
        self.constant_bytes = coefficients * self.framework.itemsize + 8 * self.problem.batch
        self.linear_flops, self.product_flops = 2 * pair * self.irreps_out.dim, pair
        self.product_backward_flops = 4 * pair
        self.work_size = self.irreps_in2.dim + pair

    def __call__(self, x, y):
        return self._module(x, y, self._rows)
