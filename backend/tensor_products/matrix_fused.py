"""Fused matrix product: even and odd degrees packed apart, four matrix products, each an output copy of its own."""

from __future__ import annotations

import numpy as np

from backend.so3 import Irrep, Irreps
from backend.tensor_products.coupling import starts
from backend.tensor_products.matrices import half_of, multiply, packing, unpacking
from backend.tensor_products.tensor_product import TensorProduct

CATALOGUE = {
    "key": "matrix_fused",
    "label": "Matrix fused",
    "family": "matrix",
    "group": "O3",
    "symbol": "diamond-wide",
    "frameworks": ["numpy", "jax", "torch"],
    "variants": {
        "sums": "the products of small matrices as sums over the inner index, across the batch",
        "matmul": "the framework's own batched matrix product",
    },
    "layouts": ["batch_last", "channels_dim", "dim_channels"],
    "summary": "Even and odd degrees of each input packed into a matrix each, and four matrix products, every one with "
               "output copies of its own. All Clebsch-Gordan paths but accidental zeros of the 6j symbol.",
    "formula": r"Z^{st} = X^{s} Y^{t},\quad X^{s} = \sum_{(-1)^l = s} x_{lm} Q^{lm}_{\tilde l \cdot, \tilde l \cdot},"
               r"\quad z^{st}_{lm} = \mathrm{tr}(Q^{lm\,\top} Z^{st}),\quad s, t = \pm 1,\quad p = st",
    "source": "arXiv:2401.07595 (FusedTensor); costs: as the matrix product, arXiv:2506.13523, table 1 (naive)",
    "coupling": "matrix",
    "claims": {"siso": "L^3", "simo": "L^4", "mimo": "L^4", "mimo_per_degree_of_freedom": "L^3"},
}


class MatrixFused(TensorProduct):
    """Outputs of even x even come first, then even x odd, odd x even, odd x odd, each by degree."""

    def prepare(self):
        problem = self.problem
        half = half_of(problem.l1, problem.l2, problem.l_out)
        self.side = 2 * half + 1
        self.linear_flops = self.product_flops = 0
        reached: dict[tuple[int, int], set[int]] = {}   # (parity of l1, of l2), 0 or 1 -> degrees of the product
        for l1, l2, l3 in problem.paths:
            reached.setdefault((l1 % 2, l2 % 2), set()).add(l3)
        self._pack = [
            self._packed(half, degrees, sorted({pair[number] for pair in reached}))
            for number, degrees in enumerate((problem.degrees_in1, problem.degrees_in2))
        ]
        self.linear_in_flops = self.linear_flops
        self._products, copies = [], []
        for (part1, part2), degrees in sorted(reached.items()):
            table = unpacking(half, sorted(degrees))
            self._products.append((part1, part2, self.constant(table)))
            copies += [Irrep(l, (-1) ** (part1 + part2)) for l in sorted(degrees)]
            self.linear_flops += 2 * table.size
            self.product_flops += 2 * self.side**3
        self.irreps_out = Irreps(tuple(copies))
        self.product_backward_flops = 2 * self.product_flops
        self.work_size = (len(self._pack[0]) + len(self._pack[1]) + len(self._products)) * self.side**2

    def __call__(self, x, y):
        left, right = ({part: self._matrix(each, *table) for part, table in tables.items()}
                       for each, tables in zip((x, y), self._pack, strict=True))
        return self.layout.concatenate([
            self.layout.apply(table, multiply(self.layout, left[part1], right[part2], self.side, variant=self.variant))
            for part1, part2, table in self._products
        ])

    def _packed(self, half, degrees, parts):
        """For each part in use: where its components stand (None if they are all) and how they are packed."""
        first, tables, self.y_flops = starts(degrees), {}, 0   # y comes last
        for part in parts:
            inside = [l for l in degrees if l % 2 == part]
            table = packing(half, inside)
            index = np.concatenate([first[l] + np.arange(2 * l + 1) for l in inside])
            tables[part] = (None if len(inside) == len(degrees) else self.constant(index), self.constant(table))
            self.linear_flops += 2 * table.size
            self.y_flops += 2 * table.size
        return tables

    def _matrix(self, x, index, table):
        return self.layout.apply(table, x if index is None else self.layout.take(x, index))
