"""What the edge convolutions share: their outputs, and a fixed weight for each path."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np

from backend.so3 import Irrep, Irreps
from backend.spec import Problem
from backend.tensor_products.coupling import path_irrep
from backend.tensor_products.tensor_product import TensorProduct

_SEED = 0


class EdgeConvolution(TensorProduct):
    """z = sum over paths of h(l1, l2, l3) CG(x^l1, Y^l2(r))^l3, one direction r for all channels of a row.

    x has natural parity; outputs are one copy per (l3, p). `weights` are the h in the order of `problem.paths`: a
    network learns them, here they are fixed and seeded, the same in every framework and product.
    """

    directional = True

    def prepare(self):
        problem = self.problem
        self.irreps_in2, self.channels_in2 = Irreps((Irrep(1, -1),)), 1
        reached = {path_irrep(*path) for path in problem.paths}
        self.irreps_out = Irreps(tuple(sorted(reached, key=lambda irrep: (-irrep.p, irrep.l))))
        self.set_weights(default_weights(problem))

    @abstractmethod
    def set_weights(self, weights: np.ndarray) -> None:
        """Makes the constants for these weights, and declares the cost."""


def default_weights(problem: Problem) -> np.ndarray:
    """Standard normal weights over the root of the number of paths into each output: outputs keep their size."""
    count = {irrep: 0 for irrep in {path_irrep(*path) for path in problem.paths}}
    for path in problem.paths:
        count[path_irrep(*path)] += 1
    random = np.random.default_rng(_SEED).standard_normal(len(problem.paths))
    return random / np.sqrt([count[path_irrep(*path)] for path in problem.paths])
