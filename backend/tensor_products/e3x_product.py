"""What e3x's tensor products share: arrays of both parities, and outputs that hold one copy of each irrep."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np

from backend.frameworks import Unsupported
from backend.so3 import Irreps
from backend.tensor_products.tensor_product import TensorProduct


class E3xProduct(TensorProduct):
    """It returns (rows, parity, all degrees, channels), with zeros where no path goes; only one parity where no path
    has an output that is not natural.

    `prepare_module` makes the library's module, sets `irreps_out` and declares the cost.
    """

    top: int         # the highest degree of the output
    parities: int    # of the output: 2, or 1 where all of it is natural

    def prepare(self):
        problem = self.problem
        if problem.scope == "layer" or problem.neighbours or problem.weights != "shared":
            raise Unsupported("e3x's product is the operation alone, with weights that all rows share; choose scope "
                              "op, weights shared and no neighbours")
        self.top = min(problem.l_out, problem.l1 + problem.l2)
        self.parities = 2 if problem.parity == "both" and min(problem.l1, problem.l2, self.top) > 0 else 1
        self.prepare_module()

    @abstractmethod
    def prepare_module(self) -> None:
        """Makes the module for the problem's degrees and channels, and sets `irreps_out` and the cost."""

    def parity_of(self, irreps: Irreps) -> list[int]:
        """Where in the axis of parities each irrep stands."""
        return [0 if self.parities == 1 or irrep.p == 1 else 1 for irrep in irreps]

    def place_z(self, values):
        placed = np.zeros((len(values), self.parities, (self.top + 1) ** 2, values.shape[1]))
        for irrep, parity, part in self._parts():
            placed[:, parity, irrep.l**2 : (irrep.l + 1) ** 2] = values[:, :, part].swapaxes(1, 2)
        return placed

    def values_of(self, z):
        return np.concatenate([
            z[:, parity, irrep.l**2 : (irrep.l + 1) ** 2].swapaxes(1, 2) for irrep, parity, _ in self._parts()], axis=2)

    def _parts(self):
        return zip(self.irreps_out, self.parity_of(self.irreps_out), self.irreps_out.slices, strict=True)
