"""Any tensor product as networks use it: with weights, channels that mix, linear layers around it, as a message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from backend.frameworks import Framework
from backend.so3 import Irreps
from backend.spec import Problem
from backend.tensor_products.coupling import copies_by_irrep
from backend.tensor_products.layout import to_layout
from backend.tensor_products.mixing_weights import (
    graph,
    inner_channels,
    linear_weights,
    path_weight_size,
    path_weights,
)
from backend.tensor_products.operation import WEIGHED_PASSES, Operation
from backend.tensor_products.tensor_product import TensorProduct


class Mixed(Operation):
    """The operation that `problem` describes, around the tensor product that `make` gives for its channels.

    Where linear layers or `uvw` sum output copies, z has one copy for each (l, p), even parity first.
    """

    def __init__(
        self, problem: Problem, framework: Framework, make: Callable[[Problem], TensorProduct], *, variant: str,
        layout: str, repeat_y: bool,
    ) -> None:
        super().__init__(problem, framework, variant=variant, layout=layout)
        inside = inner_channels(problem)
        self._pairs = problem.mixing == "uvw"
        self._weighted = problem.weights != "none"
        self._linear_in, self._linear_y = problem.scope == "layer", problem.scope == "layer" and problem.mixing != "uvu"
        self._linear_out = problem.scope == "layer" or self._pairs
        self._meet = inside**2 if self._pairs else inside      # channels in which x meets y
        self._repeat_y = repeat_y and problem.mixing == "uvu"
        self._product = product = make(replace(problem.plain, channels=inside))   # arrays of pairs have more
        self.directional, self.oracle_key = product.directional, product.oracle_key
        self.effective = product.effective
        self.irreps_in1, self.irreps_in2 = product.irreps_in1, product.irreps_in2
        if product.directional:
            self.channels_in2 = product.channels_in2
        self._copies = product.irreps_out
        self._groups = copies_by_irrep(self._copies)
        self.irreps_out = Irreps(tuple(self._groups)) if self._linear_out else self._copies
        self._prepare_indices(inside)
        self.weight_size = path_weight_size(problem, len(self._copies)) + sum(
            len(irreps) * a * b for irreps, (a, b) in self._linear_layers())
        channels = problem.channels
        # the product's own work, and what each stage around it leaves between input and output
        stages = product.work_size + self._copies.dim * (1 + self._weighted + (not self._grouped))
        stages += (product.irreps_in1.dim + product.irreps_in2.dim) * (self._pairs + self._linear_in)
        kept = max(product.kept_size - product.work_size, 0)
        self.work_size, self.kept_size = (-(-each * self._meet // channels) for each in (stages, stages + kept))

    def __call__(self, x, y, *rest):
        layout, rest = self.layout, iter(rest)
        path_weights = next(rest) if self._weighted else None
        if self._linear_in:
            x = self._mix(x, self.irreps_in1, next(rest))
        if self._linear_y:
            y = self._mix(y, self.irreps_in2, next(rest))
        out_weights = next(rest) if self._linear_out and not self._pairs else None
        senders, receivers = tuple(rest) or (None, None)
        if senders is not None:
            x = layout.take_rows(x, senders)
        if self._pairs:
            x, y = layout.take_channels(x, self._first), layout.take_channels(y, self._second)
        elif self._repeat_y:
            y = layout.take_channels(y, self._zeros)
        z = self._product(x, y)
        if self._pairs:
            z = self._combine(z, path_weights)
        elif self._weighted:
            z = z * layout.take(path_weights, self._copy_of)
        if receivers is not None:
            z = layout.sum_rows(z, receivers, self.rows_out)
        return z if out_weights is None else self._combine(z, out_weights)

    def weights(self):
        problem = self.problem
        found = [linear_weights(problem, number, irreps, channels)
                 for number, (irreps, channels) in enumerate(self._linear_layers(), 1)]
        if self._weighted:
            found.insert(0, self._placed(path_weights(problem, self._copies)))
        return tuple(found)

    def graph(self):
        return graph(self.problem)

    def flops(self, direction):
        problem, dim = self.problem, self._copies.dim
        each = self._weighted * (0 if self._pairs else self._meet * dim)      # of one row of the batch
        each += 2 * dim * self._meet * problem.channels if self._pairs else 0
        each += (problem.channels if self._pairs else self._meet) * dim if problem.neighbours else 0
        before, behind = WEIGHED_PASSES[direction]
        around = behind * each * problem.batch
        for rows, (irreps, (a, b)) in zip(self._linear_rows(), self._linear_layers(), strict=True):
            around += (behind if irreps is self._copies else before) * 2 * irreps.dim * a * b * rows
        product = self._product.flops(direction) * (inner_channels(problem) if self._pairs else 1)
        if problem.mixing == "uvu" and not self._repeat_y:
            product -= self._product.flops_of_y(direction) * (inner_channels(problem) - 1)
        return product + around

    def oracle_order(self):
        return None if self._linear_out else self._product.oracle_order()

    def _prepare_indices(self, inside: int) -> None:
        product, indices = self._product, np.arange
        self.constant_bytes = product.constant_bytes
        if self._pairs:
            self._first, self._second = map(self._index, (np.repeat(indices(inside), inside),
                                                          np.tile(indices(inside), inside)))
        if self._repeat_y:
            self._zeros = self._index(np.zeros(inside, int))
        if self._weighted and not self._pairs:
            self._copy_of = self._index(np.repeat(indices(len(self._copies)), [irrep.dim for irrep in self._copies]))
        order = np.concatenate([
            indices(part.start, part.stop) for copies in self._groups.values()
            for part in (self._copies.slices[copy] for copy in copies)])
        self._grouped = bool((order == indices(len(order))).all())
        if self._linear_out:
            self._order = self._index(order)
            self._by_irrep = self._index(np.concatenate(list(self._groups.values())))

    def _index(self, values: np.ndarray):
        self.constant_bytes += 4 * values.size
        return self.framework.asarray(values)

    def _linear_layers(self):
        """(irreps, (channels in, channels out)) of x, y and z, those that there are."""
        problem, inside = self.problem, inner_channels(self.problem)
        layers = [(self.irreps_in1, (problem.channels, inside))] * self._linear_in
        layers += [(self.irreps_in2, (problem.channels, inside))] * self._linear_y
        return layers + [(self._copies, (inside, problem.channels))] * (self._linear_out and not self._pairs)

    def _linear_rows(self):
        problem = self.problem
        rows = [problem.nodes] * self._linear_in + [problem.batch] * self._linear_y
        return rows + [problem.nodes] * (self._linear_out and not self._pairs)

    def _placed(self, values: np.ndarray) -> np.ndarray:
        """Weights of paths in the layout: of channel by channel where the components are, of pairs the batch alone."""
        if not self._pairs:
            return to_layout(values, self.layout.name)
        if len(values) == 1 and self.problem.weights == "shared":
            return values[0]
        return np.ascontiguousarray(np.moveaxis(values, 0, -1)) if self.layout.name == "batch_last" else values

    def _mix(self, x, irreps: Irreps, weights):
        """The linear layer of single copies."""
        layout = self.layout
        return layout.concatenate([
            layout.linear(layout.slice(x, part.start, part.stop), 1, weights[copy : copy + 1])
            for copy, part in enumerate(irreps.slices)])

    def _combine(self, z, weights):
        """The linear layer that sums all copies of an irrep."""
        layout, own = self.layout, len(weights.shape) == 4
        if not self._grouped:
            z = layout.take(z, self._order)
        pieces, start, first = [], 0, 0
        axis = 1 if own and layout.name != "batch_last" else 0
        if not self._grouped:
            weights = self.framework.take(weights, self._by_irrep, axis)
        for irrep, copies in self._groups.items():
            count = len(copies)
            part = weights[(slice(None),) * axis + (slice(first, first + count),)]
            pieces.append(layout.linear(layout.slice(z, start, start + count * irrep.dim), count, part))
            start, first = start + count * irrep.dim, first + count
        return layout.concatenate(pieces)
