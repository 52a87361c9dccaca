"""Clebsch-Gordan, collapsed: all paths into the same (l, p) are summed into one output copy."""

from __future__ import annotations

import numpy as np

from backend.tensor_products.coupling import (
    collapsed_irreps,
    collapsed_tensor,
    pair_matrix,
    pairs,
    path_irrep,
    starts,
)
from backend.tensor_products.tensor_product import TensorProduct

CATALOGUE = {
    "key": "clebsch_gordan_collapsed",
    "label": "CG collapsed",
    "family": "clebsch_gordan",
    "group": "O3",
    "symbol": "hexagon",
    "frameworks": ["numpy", "jax", "torch"],
    "variants": {
        "matrix": "one dense matrix per (l1, l2), summed into the outputs",
        "sparse": "each output component is one weighted sum of products x_i y_j, all components at once",
    },
    "layouts": ["batch_last", "channels_dim", "dim_channels"],
    "summary": "Clebsch-Gordan with one output copy per (l, p). With natural parity it computes the same function "
               "as Gaunt up to one factor per path.",
    "formula": r"z_{l_3 p\, m_3} = \sum_{(-1)^{l_1+l_2} = p} \sum_{m_1 m_2} "
               r"Q^{l_3 m_3}_{l_1 m_1, l_2 m_2}\, x_{l_1 m_1} y_{l_2 m_2}",
    "source": "e3j (InstaDeep, 2026); arXiv:2507.01131; costs: as naive Clebsch-Gordan, arXiv:2506.13523, table 1",
    "coupling": "component",
    "claims": {"siso": "L^3", "simo": "L^4", "mimo": "L^6"},
}


class ClebschGordanCollapsed(TensorProduct):
    """Outputs of even parity come first, then odd, each by degree: (l1, l2) then reaches one run of neighbours."""

    def prepare(self):
        self.irreps_out = collapsed_irreps(self.problem)
        if self.variant == "sparse":
            self._prepare_sparse()
        else:
            self._prepare_matrices()

    def __call__(self, x, y):
        return self._multiply(x, y) if self.variant == "sparse" else self._by_matrices(x, y)

    def _prepare_sparse(self):
        tensor = collapsed_tensor(self.problem)
        k, i, j = np.nonzero(np.transpose(tensor, (2, 0, 1)))
        sizes = tensor.shape[2], *tensor.shape[:2]
        self._multiply = self.sparse(i, j, k, tensor[i, j, k], sizes)

    def _prepare_matrices(self):
        problem = self.problem
        slices = dict(zip(self.irreps_out, self.irreps_out.slices, strict=True))
        start1, start2 = starts(problem.degrees_in1), starts(problem.degrees_in2)
        self._blocks = []
        self.linear_flops = self.product_flops = 0
        for l1, l2, degrees in pairs(problem):
            matrix = pair_matrix(l1, l2, degrees)
            ends = (start1[l1], start1[l1] + 2 * l1 + 1, start2[l2], start2[l2] + 2 * l2 + 1)
            first = slices[path_irrep(l1, l2, degrees[0])].start
            self._blocks.append((first, *ends, self.constant(matrix)))
            self.linear_flops += 2 * matrix.size + matrix.shape[1]
            self.product_flops += matrix.shape[0]
        self.linear_flops -= self.irreps_out.dim   # the first term of a sum over pairs costs no addition
        self.product_backward_flops = 4 * self.product_flops
        self.work_size = self.product_flops

    def _by_matrices(self, x, y):
        layout = self.layout
        pieces = [
            (first, layout.apply(matrix, layout.outer(layout.slice(x, low1, high1), layout.slice(y, low2, high2))))
            for first, low1, high1, low2, high2, matrix in self._blocks
        ]
        return layout.add_slices(pieces, self.irreps_out.dim)
