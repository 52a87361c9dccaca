"""Edge convolution by Clebsch-Gordan: the harmonics of the direction, then the weighted collapsed product."""

from __future__ import annotations

from backend.tensor_products.coupling import pair_matrix, pairs, path_irrep, starts
from backend.tensor_products.direction import harmonics_flops, spherical_harmonics
from backend.tensor_products.edge import EdgeConvolution

CATALOGUE = {
    "key": "clebsch_gordan_edge",
    "label": "CG edge",
    "family": "clebsch_gordan",
    "group": "O3",
    "symbol": "octagon",
    "frameworks": ["numpy", "jax", "torch"],
    "variants": {"matrix": "one dense matrix per (l1, l2), summed into the outputs"},
    "layouts": ["batch_last", "channels_dim", "dim_channels"],
    "settings": ["edge"],
    "summary": "Convolution of features with the harmonics of an edge's direction, a weight for each path.",
    "formula": r"z^{l_3} = \sum_{l_1 l_2} h_{l_1 l_2 l_3}\, \big(x^{l_1} \otimes Y^{l_2}(\hat r)\big)^{l_3}",
    "source": "arXiv:2302.03655",
    "coupling": "component",
    "claims": {"edge": "L^6"},
}


class ClebschGordanEdge(EdgeConvolution):
    def prepare(self):
        self._matrices = [(l1, l2, degrees, pair_matrix(l1, l2, degrees)) for l1, l2, degrees in pairs(self.problem)]
        super().prepare()

    def set_weights(self, weights):
        problem = self.problem
        weight = dict(zip(problem.paths, weights, strict=True))
        slices = dict(zip(self.irreps_out, self.irreps_out.slices, strict=True))
        start1, start2 = starts(problem.degrees_in1), starts(problem.degrees_in2)
        self._blocks = []
        self.linear_flops = self.product_flops = 0
        for l1, l2, degrees, coupling in self._matrices:
            scale = [weight[l1, l2, l3] for l3 in degrees for _ in range(2 * l3 + 1)]
            matrix = coupling * scale
            ends = (start1[l1], start1[l1] + 2 * l1 + 1, start2[l2], start2[l2] + 2 * l2 + 1)
            self._blocks.append((slices[path_irrep(l1, l2, degrees[0])].start, *ends, self.constant(matrix)))
            self.linear_flops += 2 * matrix.size + matrix.shape[1]
            self.product_flops += matrix.shape[0]
        self.linear_flops -= self.irreps_out.dim
        self.product_backward_flops = 4 * self.product_flops
        self.row_flops = harmonics_flops(problem.l2)
        self.work_size = self.product_flops

    def __call__(self, x, r):
        layout = self.layout
        y = spherical_harmonics(layout, r, self.problem.l2)
        pieces = [
            (first, layout.apply(matrix, layout.outer(layout.slice(x, low1, high1), layout.slice(y, low2, high2))))
            for first, low1, high1, low2, high2, matrix in self._blocks
        ]
        return layout.add_slices(pieces, self.irreps_out.dim)
