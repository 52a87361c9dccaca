"""CP-decomposed product: collapsed Clebsch-Gordan as few rank-one terms. Approximate, its symmetry too."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from backend.frameworks import Unsupported
from backend.spec import Problem
from backend.tensor_products.coupling import collapsed_irreps, collapsed_tensor
from backend.tensor_products.low_rank import Factors, exact_factors, exact_rank, least_squares_factors
from backend.tensor_products.tensor_product import TensorProduct

CATALOGUE = {
    "key": "cp",
    "label": "CP (approximate)",
    "family": "clebsch_gordan",
    "group": "O3",
    "approximate": True,
    "symbol": "triangle-left",
    "frameworks": ["numpy", "jax", "torch"],
    "variants": {
        "7L2": "rank 7 L^2, as published",
        "14L2": "rank 14 L^2: twice the cost, a smaller error",
        "exact": "a term for every pair of components: exact, at rank (L+1)^4 where outputs reach L or more",
    },
    "layouts": ["batch_last", "channels_dim", "dim_channels"],
    "summary": "Approximate: collapsed Clebsch-Gordan as a sum of R products of linear forms, fitted by least squares. "
               "Its error against the oracle and its equivariance error are its price.",
    "formula": r"z = A\,\big((B^\top x) \odot (C^\top y)\big),\quad "
               r"Q_{kij} \approx \sum_{r=1}^{R} A_{kr} B_{ir} C_{jr}",
    "source": "arXiv:2507.01131",
    "claims": {"mimo": "L^4", "layer": "L^4"},
}
_RANKS = {"7L2": 7, "14L2": 14}   # times L^2
_LARGEST_FIT = 6_000_000          # nonzero coefficients x rank: L 6 at rank 14 L^2, 15 s on one core (AMD EPYC)


class Cp(TensorProduct):
    oracle_key = "clebsch_gordan_collapsed"
    alike = False   # the factors of x and y are fitted each for itself

    def prepare(self):
        self.irreps_out = collapsed_irreps(self.problem)
        to1, to2, back = _factors(replace(self.problem, batch=1, channels=1), self.variant)
        self.rank = to1.shape[1]
        self._to = self.constant(to1), self.constant(to2)
        self._from = self.constant(np.ascontiguousarray(back.T))
        self.linear_in_flops = 2 * (to1.size + to2.size)
        self.y_flops = 2 * to2.size
        self.linear_flops = self.linear_in_flops + 2 * back.size
        self.product_flops = self.rank
        self.product_backward_flops = 2 * self.rank
        self.work_size = 3 * self.rank

    def __call__(self, x, y):
        layout = self.layout
        return layout.apply(self._from, layout.apply(self._to[0], x) * layout.apply(self._to[1], y))


@lru_cache(maxsize=16)
def _factors(problem: Problem, variant: str) -> Factors:
    """B, C, A; a process fits each problem once."""
    tensor = collapsed_tensor(problem)
    rank = max(1, _RANKS.get(variant, 0) * problem.l_max**2)
    if variant == "exact" or rank >= exact_rank(tensor):
        return exact_factors(tensor)
    if (terms := np.count_nonzero(tensor)) * rank > _LARGEST_FIT:
        raise Unsupported(f"fitting rank {rank} to {terms:,} coefficients takes too long to prepare; "
                          "choose a smaller L, a lower rank or variant exact")
    return least_squares_factors(tensor, rank)
