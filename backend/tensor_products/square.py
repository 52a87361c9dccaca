"""The symmetric contraction of degree two around any tensor product: x with itself, weighed and summed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from backend.frameworks import Framework, Unsupported
from backend.so3 import Irreps
from backend.spec import Problem
from backend.tensor_products.coupling import copies_by_irrep, path_irrep
from backend.tensor_products.mixing_weights import path_weights
from backend.tensor_products.operation import WEIGHED_PASSES, Operation
from backend.tensor_products.tensor_product import TensorProduct


class Square(Operation):
    """z = sum over the output copies n of an irrep of w_n T_n(x, x), channel by channel; y has no components.

    T is the tensor product that `make` gives for the problem where it is `native`, else for that of a layer, whose
    two inputs are then the same. z has one copy for each (l, p) that a symmetric path reaches, even parity first.
    """

    def __init__(
        self, problem: Problem, framework: Framework, make: Callable[[Problem], TensorProduct], *, native: bool,
        variant: str, layout: str,
    ) -> None:
        super().__init__(problem, framework, variant=variant, layout=layout)
        self._product = product = make(problem if native else replace(problem, setting="layer"))
        if not native and product.irreps_in1 != product.irreps_in2:
            raise Unsupported("its two inputs hold different copies of the irreps, so it has no square")
        self.oracle_key, self.effective = product.oracle_key, product.effective
        self.irreps_in1, self.constant_bytes = product.irreps_in1, product.constant_bytes
        copies = product.irreps_out
        reached = {path_irrep(*path) for path in problem.paths}   # into others go antisymmetric paths alone
        self._groups = {irrep: group for irrep, group in copies_by_irrep(copies).items() if irrep in reached}
        if not self._groups:
            raise Unsupported("all its outputs vanish where both inputs are the same")
        self.irreps_out = Irreps(tuple(self._groups))
        self._numbers = [number for group in self._groups.values() for number in group]
        self.weight_size = len(self._numbers) * problem.channels
        self._order = None
        if self._numbers != list(range(len(copies))):
            order = np.concatenate([np.arange(part.start, part.stop) for part in (
                copies.slices[number] for number in self._numbers)])
            self.constant_bytes += 4 * len(order)
            self._order = framework.asarray(order)
        self.work_size = product.work_size + copies.dim * (1 if self._order is None else 2)
        self.kept_size = self.work_size + max(product.kept_size - product.work_size, 0)

    def __call__(self, x, y, weights):
        layout, z = self.layout, self._product(x, x)
        if self._product.element_by_element:
            z = self.framework.in_memory(z)
        if self._order is not None:
            z = layout.take(z, self._order)
        pieces, start, first = [], 0, 0
        for irrep, copies in self._groups.items():
            stop, last = start + len(copies) * irrep.dim, first + len(copies)
            pieces.append(layout.weighed_sum(layout.slice(z, start, stop), len(copies), weights[first:last]))
            start, first = stop, last
        return layout.concatenate(pieces)

    def weights(self):
        values = path_weights(self.problem, self._product.irreps_out)[0]
        return (np.ascontiguousarray(values.T[self._numbers]),)

    def flops(self, direction):
        problem = self.problem
        dim = sum(len(copies) * irrep.dim for irrep, copies in self._groups.items())
        weighed = 2 * dim * problem.channels * problem.batch
        twice = self._product.flops_of_y(direction) * problem.channels if self._product.alike else 0   # done once
        return self._product.flops(direction) - twice + weighed * WEIGHED_PASSES[direction][1]
