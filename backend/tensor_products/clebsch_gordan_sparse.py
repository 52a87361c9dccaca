"""Clebsch-Gordan, sparse: each nonzero coefficient is used once; one output copy per path."""

from __future__ import annotations

import numpy as np

from backend.frameworks import Unsupported
from backend.so3 import Irreps
from backend.spec import Problem
from backend.tensor_products.coupling import coefficients, path_irrep, starts
from backend.tensor_products.tensor_product import TensorProduct

CATALOGUE = {
    "key": "clebsch_gordan_sparse",
    "label": "CG sparse",
    "family": "clebsch_gordan",
    "group": "O3",
    "symbol": "triangle-down",
    "frameworks": ["numpy", "jax", "torch"],
    "variants": {
        "grouped": "each output component is one weighted sum of products x_i y_j, all components at once",
        "unrolled": "one multiply-add in the program per nonzero coefficient; compile time grows with L",
    },
    "layouts": ["batch_last", "dim_channels", "channels_dim"],
    "summary": "Full Clebsch-Gordan product over the nonzero coefficients alone: m3 = ±m1 ± m2.",
    "formula": r"z^{(l_1 l_2) l_3}_{m_3} = \sum_{m_3 = \pm m_1 \pm m_2} "
               r"Q^{l_3 m_3}_{l_1 m_1, l_2 m_2}\, x_{l_1 m_1} y_{l_2 m_2}",
    "source": "arXiv:2506.13523, section 2; costs: its table 1 (sparse)",
    "coupling": "component",
    "claims": {"siso": "L^2", "simo": "L^3", "mimo": "L^5", "mimo_per_degree_of_freedom": "L^2"},
}
_UNROLLED_LIMIT = 10_000   # terms; above, compiling takes minutes


class ClebschGordanSparse(TensorProduct):
    element_by_element = True

    def prepare(self):
        self.irreps_out = Irreps(tuple(path_irrep(*path) for path in self.problem.paths))
        i, j, k, q = nonzero_terms(self.problem)
        self.linear_flops, self.product_flops, self.product_backward_flops = 0, 3 * len(q), 6 * len(q)
        self.work_size = self.irreps_out.dim
        if self.variant == "unrolled":
            if len(q) > _UNROLLED_LIMIT:
                raise Unsupported(f"unrolling {len(q):,} terms would compile for minutes; choose variant grouped")
            if self.framework.compilation in ("eager", "graph") and self.framework.name != "numpy":
                raise Unsupported("unrolled terms need a compiler; choose another compilation or variant grouped")
            self._terms = [[] for _ in range(self.irreps_out.dim)]
            for term in zip(i.tolist(), j.tolist(), k.tolist(), q.tolist(), strict=True):
                self._terms[term[2]].append((term[0], term[1], term[3]))
        else:
            sizes = self.irreps_out.dim, self.irreps_in1.dim, self.irreps_in2.dim
            self._multiply = self.sparse(i, j, k, q, sizes)

    def __call__(self, x, y):
        return self._unrolled(x, y) if self.variant == "unrolled" else self._multiply(x, y)

    def _unrolled(self, x, y):
        layout = self.layout
        xs = [layout.slice(x, i, i + 1) for i in range(self.irreps_in1.dim)]
        ys = [layout.slice(y, j, j + 1) for j in range(self.irreps_in2.dim)]
        sums = []
        for terms in self._terms:
            total = None
            for i, j, q in terms:
                term = xs[i] * (ys[j] * q)
                total = term if total is None else total + term
            sums.append(total)
        return layout.concatenate(sums)


def nonzero_terms(problem: Problem) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(i, j, k, q): output component k gets q x_i y_j; sorted by k; every nonzero coefficient once."""
    start1, start2 = starts(problem.degrees_in1), starts(problem.degrees_in2)
    parts, start3 = [], 0
    for l1, l2, l3 in problem.paths:
        table = coefficients(l1, l2, l3)
        m3, m1, m2 = np.nonzero(np.transpose(table, (2, 0, 1)))
        parts.append((start1[l1] + m1, start2[l2] + m2, start3 + m3, table[m1, m2, m3]))
        start3 += 2 * l3 + 1
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))
