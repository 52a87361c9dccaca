"""Clebsch-Gordan, dense: one matrix per (l1, l2) for all l3 together; one output copy per path."""

from __future__ import annotations

from backend.so3 import Irreps
from backend.tensor_products.coupling import pair_matrix, pairs, path_irrep, starts
from backend.tensor_products.tensor_product import TensorProduct

CATALOGUE = {
    "key": "clebsch_gordan_dense",
    "label": "CG dense",
    "family": "clebsch_gordan",
    "group": "O3",
    "symbol": "circle",
    "frameworks": ["numpy", "jax", "torch"],
    "variants": {"matrix": "one dense matrix per (l1, l2) for all l3 together"},
    "layouts": ["batch_last", "channels_dim", "dim_channels"],
    "summary": "Full Clebsch-Gordan product: every path (l1, l2, l3) has an output copy of its own.",
    "formula": r"z^{(l_1 l_2) l_3}_{m_3} = \sum_{m_1 m_2} Q^{l_3 m_3}_{l_1 m_1, l_2 m_2}\, x_{l_1 m_1} y_{l_2 m_2}",
    "source": "arXiv:2506.13523, section 2; costs: its table 1 (naive)",
    "coupling": "component",
    "claims": {"siso": "L^3", "simo": "L^4", "mimo": "L^6", "mimo_per_degree_of_freedom": "L^3"},
}


class ClebschGordanDense(TensorProduct):
    def prepare(self):
        self.irreps_out = Irreps(tuple(path_irrep(*path) for path in self.problem.paths))
        start1, start2 = starts(self.problem.degrees_in1), starts(self.problem.degrees_in2)
        self._blocks = []
        self.linear_flops = self.product_flops = 0
        for l1, l2, degrees in pairs(self.problem):
            matrix = pair_matrix(l1, l2, degrees)
            ends = (start1[l1], start1[l1] + 2 * l1 + 1, start2[l2], start2[l2] + 2 * l2 + 1)
            self._blocks.append((*ends, self.constant(matrix)))
            self.linear_flops += 2 * matrix.size
            self.product_flops += matrix.shape[0]
        self.product_backward_flops = 4 * self.product_flops
        self.work_size = self.product_flops + self.irreps_out.dim

    def __call__(self, x, y):
        layout = self.layout
        return layout.concatenate([
            layout.apply(matrix, layout.outer(layout.slice(x, low1, high1), layout.slice(y, low2, high2)))
            for low1, high1, low2, high2, matrix in self._blocks
        ])
