"""Matrix product: irreps as one (2l+1) x (2l+1) matrix each, multiplied. Equivariant under SO(3) only."""

from __future__ import annotations

from backend.frameworks import Unsupported
from backend.so3 import Irreps
from backend.tensor_products.matrices import half_of, multiply, packing, unpacking
from backend.tensor_products.tensor_product import TensorProduct

CATALOGUE = {
    "key": "matrix",
    "label": "Matrix",
    "family": "matrix",
    "group": "SO3",
    "symbol": "diamond",
    "frameworks": ["numpy", "jax", "torch"],
    "variants": {
        "sums": "the product of small matrices as a sum over the inner index, across the batch",
        "matmul": "the framework's own batched matrix product",
    },
    "layouts": ["batch_last", "channels_dim", "dim_channels"],
    "summary": "Irreps 0..2l̃ packed into one matrix on the space of degree l̃, and a matrix product. All "
               "Clebsch-Gordan paths but accidental zeros of the 6j symbol; it mixes natural and pseudo parts.",
    "formula": r"X = \sum_{lm} x_{lm} Q^{lm}_{\tilde l \cdot, \tilde l \cdot},\quad Z = X Y,\quad "
               r"z_{lm} = \mathrm{tr}(Q^{lm\,\top} Z),\quad \tilde l = \lceil \max(L_1, L_2, L_3)/2 \rceil",
    "source": "arXiv:2506.13523, section 3; arXiv:2401.07595; costs: arXiv:2506.13523, table 1 (naive)",
    "coupling": "matrix",
    "claims": {"siso": "L^3", "simo": "L^4", "mimo": "L^4", "mimo_per_degree_of_freedom": "L^3"},
}


class Matrix(TensorProduct):
    def prepare(self):
        problem = self.problem
        if problem.parity == "natural":
            raise Unsupported("the matrix product mixes natural and pseudo parts of each l (SO(3) only), so it has no "
                              "outputs of natural parity alone; choose parity both")
        degrees = sorted({l3 for _, _, l3 in problem.paths})
        self.irreps_out = Irreps.natural(degrees)
        half = half_of(problem.l1, problem.l2, problem.l_out)
        self.side = 2 * half + 1
        tables = [packing(half, problem.degrees_in1), packing(half, problem.degrees_in2), unpacking(half, degrees)]
        *self._pack, self._unpack = (self.constant(table) for table in tables)
        self.linear_in_flops = 2 * (tables[0].size + tables[1].size)
        self.y_flops = 2 * tables[1].size
        self.linear_flops = self.linear_in_flops + 2 * tables[2].size
        self.product_flops = 2 * self.side**3
        self.product_backward_flops = 2 * self.product_flops
        self.work_size = (3 if self.variant == "matmul" else 4) * self.side**2   # a sum holds a term beside it

    def __call__(self, x, y):
        left, right = (self.layout.apply(table, each) for table, each in zip(self._pack, (x, y), strict=True))
        return self.layout.apply(self._unpack, multiply(self.layout, left, right, self.side, variant=self.variant))
