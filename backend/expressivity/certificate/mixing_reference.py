"""The exact maps that a product whose channels mix is held to, in float64."""

from __future__ import annotations

import numpy as np

from backend.expressivity.certificate.mixing_table import MixingTable
from backend.frameworks import Framework
from backend.so3 import wigner_3j
from backend.tensor_products import Operation, make


class OracleMap:
    """(x, y) -> what our mixing makes of the product `key`, in the order of the operation's own output; arrays are
    (rows, channels, dim)."""

    def __init__(self, key: str, operation: Operation, numpy: Framework) -> None:
        self._operation = make(key, operation.problem, numpy)
        self._weights = tuple(map(numpy.asarray, self._operation.weights()))
        self._order = operation.oracle_order()

    def __call__(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        product = self._operation
        values = product.values_of(product(product.place_x(x), product.place_y(y), *self._weights))
        return values if self._order is None else values[..., self._order]


class TableMap:
    """(x, y) -> sum of a coupling times w3j x y over a table's couplings and channels, at the weights that all rows
    share."""

    def __init__(self, table: MixingTable, operation: Operation) -> None:
        in1, in2, out = (irreps.slices for irreps in (operation.irreps_in1, operation.irreps_in2, operation.irreps_out))
        self._dim = operation.irreps_out.dim
        self._terms = [(wigner_3j(each.l1, each.l2, each.l3), in1[each.copy1], in2[each.copy2], out[each.copy],
                        each.values) for each in table.couplings]

    def __call__(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        output = np.zeros((*x.shape[:2], self._dim))
        for w3j, in1, in2, out, values in self._terms:
            pairs = np.einsum("nui,nvj,ijk->nuvk", x[..., in1], y[..., in2], w3j, optimize=True)
            output[..., out] += np.einsum("nuvk,uvw->nwk", pairs, values)
        return output
