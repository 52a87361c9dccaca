"""Library products that mix channels themselves, on arrays with one block for each irrep."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np

from backend.frameworks import Unsupported
from backend.so3 import Irreps
from backend.spec import Problem
from backend.tensor_products.coupling import path_irrep
from backend.tensor_products.library import dense_flops, output_order
from backend.tensor_products.mixing_weights import path_weight_size, path_weights
from backend.tensor_products.tensor_product import TensorProduct


class BlockwiseProduct(TensorProduct):
    """A product on arrays (rows, numbers) in which an irrep's numbers of all channels stand together: channel by
    channel (e3nn's mul_ir) or, with `components_first`, component by component (cuEquivariance's ir_mul).

    `prepare_mixing` makes the library's product and sets `irreps_out`.
    """

    oracle_key = "clebsch_gordan_dense"
    components_first = False

    def prepare(self):
        problem = self.problem
        if problem.scope == "layer" or problem.neighbours:
            raise Unsupported("the library's product is the operation alone, on rows that are samples; choose scope op "
                              "and no neighbours")
        self.prepare_mixing()
        self.weight_size = path_weight_size(problem, len(problem.paths))
        self._declare_cost()

    @abstractmethod
    def prepare_mixing(self) -> None:
        """Makes the product for the problem's mixing and weights, and sets `irreps_out`."""

    def place_x(self, values):
        return to_blocks(values, self.irreps_in1, components_first=self.components_first)

    def place_y(self, values):
        return to_blocks(values, self.irreps_in2, components_first=self.components_first)

    def place_z(self, values):
        return to_blocks(values, self.irreps_out, components_first=self.components_first)

    def values_of(self, z):
        return from_blocks(z, self.irreps_out, self.problem.channels, components_first=self.components_first)

    def oracle_order(self):
        return None if self.problem.mixing == "uvw" else output_order(self.problem, self.irreps_out)

    def _declare_cost(self) -> None:
        """The cheaper of the two orders of each path's contraction; outer products once for each (l1, l2)."""
        problem, channels = self.problem, self.problem.channels
        coefficients, outer = dense_flops(problem)
        copies = sum(2 * l3 + 1 for _, _, l3 in problem.paths)
        weighted = problem.weights != "none"
        self.constant_bytes += coefficients // 2 * self.framework.itemsize
        if problem.mixing != "uvw":
            self.linear_flops, self.product_flops = coefficients, outer + weighted * copies
            self.product_backward_flops = 4 * outer + 2 * weighted * copies
            self.work_size = outer + copies * (1 + weighted)
            return
        self.linear_flops = self.product_flops = self.product_backward_flops = 0
        self.row_flops = channels**2 * outer
        for l1, l2, l3 in problem.paths:
            pair, out = (2 * l1 + 1) * (2 * l2 + 1), 2 * l3 + 1
            self.row_flops += 2 * channels * min(
                channels**2 * pair + pair * out, channels * pair * out + channels**2 * out)
        self.work_size = channels * outer + copies


def paths_in_order(problem: Problem, irreps_out: Irreps) -> list[int]:
    """The number in `problem.paths` of each output copy; copies of one irrep keep the order of their paths."""
    waiting: dict = {}
    for number, path in enumerate(problem.paths):
        waiting.setdefault(path_irrep(*path), []).append(number)
    return [waiting[irrep].pop(0) for irrep in irreps_out]


def flat_weights(problem: Problem, order: list[int]) -> np.ndarray:
    """The canonical weights of paths in this order, (rows, numbers): each path's channels, of uvw (u, v, w), in which
    each has unit variance, as libraries that normalise paths themselves take them."""
    irreps = Irreps(tuple(path_irrep(*path) for path in problem.paths))
    values = path_weights(problem, irreps).astype(np.float64)
    if problem.mixing != "uvw":
        return values[:, :, order].swapaxes(1, 2).reshape(len(values), -1)
    fan_in = np.array([irreps.copies.count(irrep) for irrep in irreps]) * problem.channels**2
    return (values * np.sqrt(fan_in)[:, None, None])[:, order].reshape(len(values), -1)


def to_blocks(values: np.ndarray, irreps: Irreps, *, components_first: bool) -> np.ndarray:
    """(rows, channels, dim) as (rows, one block for each irrep)."""
    pieces = (values[:, :, part] for part in irreps.slices)
    if components_first:
        pieces = (piece.swapaxes(1, 2) for piece in pieces)
    return np.concatenate([piece.reshape(len(values), -1) for piece in pieces], axis=1)


def from_blocks(blocks: np.ndarray, irreps: Irreps, channels: int, *, components_first: bool) -> np.ndarray:
    """(rows, one block for each irrep) as (rows, channels, dim)."""
    pieces, start = [], 0
    for irrep in irreps:
        piece = blocks[:, start : start + channels * irrep.dim]
        shape = (irrep.dim, channels) if components_first else (channels, irrep.dim)
        piece = piece.reshape(len(blocks), *shape)
        pieces.append(piece.swapaxes(1, 2) if components_first else piece)
        start += channels * irrep.dim
    return np.concatenate(pieces, axis=2)
