"""Collapsed matrix product: one copy for each irrep of O(3), by the anticommutator and the commutator of matrices."""

from __future__ import annotations

from backend.so3 import Irreps
from backend.tensor_products.matrices import by_parity, half_of, multiply, packing, unpacking
from backend.tensor_products.tensor_product import TensorProduct

CATALOGUE = {
    "key": "matrix_collapsed",
    "label": "Matrix collapsed",
    "family": "matrix",
    "group": "O3",
    "symbol": "diamond-cross",
    "frameworks": ["numpy", "jax", "torch"],
    "variants": {
        "sums": "the products of small matrices as sums over the inner index, across the batch",
        "matmul": "the framework's own batched matrix product",
    },
    "layouts": ["batch_last", "channels_dim", "dim_channels"],
    "summary": "Each input packed into one matrix, and their two matrix products: the sum of both has the outputs of "
               "natural parity, the difference the others, one copy each. The function of the fused matrix product "
               "with its copies of an irrep summed.",
    "formula": r"z^{\pm}_{lm} = \tfrac12 \mathrm{tr}\big(Q^{lm\,\top} (X Y \pm Y X)\big),\quad"
               r" X = \sum x_{lm} Q^{lm}_{\tilde l \cdot, \tilde l \cdot},\quad p = \pm (-1)^l",
    "source": "arXiv:2401.07595 (FusedTensor), regrouped; costs: as the matrix product, arXiv:2506.13523, table 1 "
              "(naive)",
    "coupling": "matrix",
    "claims": {"siso": "L^3", "simo": "L^4", "mimo": "L^4"},
}


class MatrixCollapsed(TensorProduct):
    """The matrix of an even degree is symmetric, that of an odd one antisymmetric; so tr(Q^T Y X) is tr(Q^T X Y) with
    the sign (-1)^(l1 + l2 + l3), and half the sum of the two is the paths of natural parity alone."""

    def prepare(self):
        problem = self.problem
        half = half_of(problem.l1, problem.l2, problem.l_out)
        self._side = side = 2 * half + 1
        self._pack = [self.constant(packing(half, degrees)) for degrees in (problem.degrees_in1, problem.degrees_in2)]
        outputs = by_parity(problem)
        self.irreps_out = Irreps(tuple(irrep for irreps in outputs.values() for irrep in irreps))
        self._unpack = [(odd, self.constant(unpacking(half, [irrep.l for irrep in irreps]) / 2))
                        for odd, irreps in outputs.items()]
        self.linear_in_flops = 2 * (self.irreps_in1.dim + self.irreps_in2.dim) * side**2
        self.y_flops = 2 * self.irreps_in2.dim * side**2
        self.linear_flops = self.linear_in_flops + (2 * self.irreps_out.dim + len(self._unpack)) * side**2
        self.product_flops = 4 * side**3
        self.product_backward_flops = 2 * self.product_flops
        # the two matrices and their products; XLA's gradient of a sum holds a cotangent for each of its terms
        self.work_size = (4 if self.variant == "matmul" else 7) * side**2

    def __call__(self, x, y):
        layout = self.layout
        left, right = (layout.apply(table, each) for table, each in zip(self._pack, (x, y), strict=True))
        forth, back = (multiply(layout, *pair, self._side, variant=self.variant)
                       for pair in ((left, right), (right, left)))
        return layout.concatenate([
            layout.apply(table, forth - back if odd else forth + back) for odd, table in self._unpack])
