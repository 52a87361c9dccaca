"""The exact maps that a product whose channels mix is held to, in float64, and their gradients."""

from __future__ import annotations

import numpy as np

from backend.expressivity.certificate.mixing_table import MixingTable, Weights
from backend.frameworks import Framework
from backend.so3 import wigner_3j
from backend.tensor_products import Operation, make


class OracleMap:
    """(x, y) -> what our mixing makes of the product `key`, in the order of the operation's own output; arrays are
    (rows, channels, dim)."""

    def __init__(self, key: str, operation: Operation, numpy: Framework, *, variant: str = "") -> None:
        self._operation = make(key, operation.problem, numpy, variant=variant, layout="channels_dim")
        self._weights = tuple(map(numpy.asarray, self._operation.weights()))
        self._order = operation.oracle_order()

    def __call__(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        values = self._operation(x, y, *self._weights)
        return values if self._order is None else values[..., self._order]


class MixingReference:
    """(x, y) -> sum of weights G w3j x y over a table's couplings and channels, at the operation's weights."""

    def __init__(self, table: MixingTable, operation: Operation) -> None:
        self._weights = Weights(operation)
        rows = len(self._weights.values)
        self._values = np.append(self._weights.values, np.ones((rows, 1)), axis=1)   # the last is of no weight
        in1, in2, out = (irreps.slices for irreps in (operation.irreps_in1, operation.irreps_in2, operation.irreps_out))
        self._dim = operation.irreps_out.dim
        self._terms = [(wigner_3j(each.l1, each.l2, each.l3), in1[each.copy1], in2[each.copy2], out[each.copy],
                        table.effect_of_one(each), each.weights) for each in table.couplings]

    def __call__(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        output = np.zeros((*x.shape[:2], self._dim))
        for w3j, in1, in2, out, unit, weights in self._terms:
            pairs = np.einsum("nui,nvj,ijk->nuvk", x[..., in1], y[..., in2], w3j, optimize=True)
            output[..., out] += np.einsum("nuvk,nuvw->nwk", pairs, self._strength(unit, weights, len(x)))
        return output

    def gradients(self, x: np.ndarray, y: np.ndarray, cotangent: np.ndarray) -> tuple[np.ndarray, ...]:
        """The gradients of sum(cotangent * map(x, y)) by x, by y and by each array of weights."""
        by_x, by_y, by_weights = np.zeros(x.shape), np.zeros(y.shape), np.zeros(self._values.shape)
        for w3j, in1, in2, out, unit, weights in self._terms:
            pulled = np.einsum("ijk,nwk->nwij", w3j, cotangent[..., out], optimize=True)
            strength = self._strength(unit, weights, len(x))
            by_x[..., in1] += np.einsum("nwij,nvj,nuvw->nui", pulled, y[..., in2], strength, optimize=True)
            by_y[..., in2] += np.einsum("nwij,nui,nuvw->nvj", pulled, x[..., in1], strength, optimize=True)
            all_one = np.einsum("nwij,nui,nvj->nuvw", pulled, x[..., in1], y[..., in2], optimize=True) * unit
            for number, own in enumerate(weights):
                others = np.delete(weights, number, axis=0)
                self._add(by_weights, own, all_one * self._values[:, others].prod(axis=1))
        return by_x, by_y, *self._weights.arrays(by_weights[:, :-1])

    def _strength(self, unit: np.ndarray, weights: np.ndarray, rows: int) -> np.ndarray:
        """What the channels u, v, w of a coupling have as its factor, in each row."""
        return np.broadcast_to(unit * self._values[:, weights].prod(axis=1), (rows, *unit.shape))

    @staticmethod
    def _add(by_weights: np.ndarray, weights: np.ndarray, values: np.ndarray) -> None:
        """Adds to each row's weights, or to those that all rows share."""
        for row, each in enumerate(values):
            np.add.at(by_weights[row if len(by_weights) > 1 else 0], weights.ravel(), each.ravel())
