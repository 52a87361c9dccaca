"""Clebsch-Gordan of x with itself: each symmetric path once, equal products x_i x_j merged."""

from __future__ import annotations

import numpy as np

from backend.so3 import Irreps
from backend.spec import Problem
from backend.tensor_products.coupling import coefficients, path_irrep, starts, symmetric_paths
from backend.tensor_products.tensor_product import TensorProduct

CATALOGUE = {
    "key": "clebsch_gordan_symmetric",
    "label": "CG symmetric",
    "family": "clebsch_gordan",
    "group": "O3",
    "symbol": "circle-cross",
    "frameworks": ["numpy", "jax", "torch"],
    "variants": {"sparse": "each output component is one weighted sum of products x_i x_j, i <= j"},
    "layouts": ["batch_last", "channels_dim", "dim_channels"],
    "settings": ["square"],
    "summary": "The symmetric contraction of degree two, as in MACE's product basis: every path l1 <= l2 whose output "
               "does not vanish, with a weight for each channel.",
    "formula": r"z^{l_3 p}_{c m_3} = \sum_{l_1 \le l_2} w_{c l_1 l_2 l_3} \sum_{m_1 m_2} "
               r"Q^{l_3 m_3}_{l_1 m_1, l_2 m_2}\, x_{c l_1 m_1} x_{c l_2 m_2}",
    "source": "MACE, arXiv:2206.07697, equation 10",
    "coupling": "component",
}


class ClebschGordanSymmetric(TensorProduct):
    """Copies are grouped by irrep, even parity first: they are summed as they lie."""

    element_by_element = True

    def prepare(self):
        paths = symmetric_paths(self.problem)
        self.irreps_out = Irreps(tuple(path_irrep(*path) for path in paths))
        i, j, k, q = _terms(self.problem, paths)
        sizes = self.irreps_out.dim, self.irreps_in1.dim, self.irreps_in1.dim
        self._multiply = self.sparse(i, j, k, q, sizes)

    def __call__(self, x, y):
        return self._multiply(x, y)


def _terms(problem: Problem, paths: list[tuple[int, int, int]]) -> tuple[np.ndarray, ...]:
    """(i, j, k, q): output component k gets q x_i x_j; sorted by k."""
    start, parts, start3 = starts(problem.degrees_in1), [], 0
    for l1, l2, l3 in paths:
        table = coefficients(l1, l2, l3)
        if l1 == l2:   # symmetric: the upper triangle, twice what is above the diagonal
            table = np.triu(np.moveaxis(table, 2, 0)) + np.triu(np.moveaxis(table, 2, 0), 1)
            table = np.moveaxis(table, 0, 2)
        m3, m1, m2 = np.nonzero(np.transpose(table, (2, 0, 1)))
        parts.append((start[l1] + m1, start[l2] + m2, start3 + m3, table[m1, m2, m3]))
        start3 += 2 * l3 + 1
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))
