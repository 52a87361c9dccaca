"""The exact map of a square in float64, and its gradient by x."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backend.expressivity.coupling_table import Coupling
from backend.so3 import Irreps, wigner_3j
from backend.tensor_products import Operation


class SquareReference:
    """x -> sum over couplings of w_copy G w3j x x, into one copy of each irrep; arrays are (rows, channels, dim)."""

    def __init__(
        self, couplings: Sequence[Coupling], copies: Irreps, operation: Operation, weights: np.ndarray
    ) -> None:
        """`weights` are those of the output copies, (channels, copies)."""
        places = dict(zip(operation.irreps_out, operation.irreps_out.slices, strict=True))
        inputs = operation.irreps_in1.slices
        self._dim = operation.irreps_out.dim
        self._terms = [
            (each.g * wigner_3j(each.l1, each.l2, each.l3), inputs[each.copy1], inputs[each.copy2],
             places[copies[each.copy]], weights[:, each.copy].astype(np.float64)) for each in couplings]

    def __call__(self, x: np.ndarray, y: np.ndarray | None = None) -> np.ndarray:
        output = np.zeros((*x.shape[:2], self._dim))
        for table, in1, in2, out, weight in self._terms:
            pairs = np.einsum("nui,nuj,ijk->nuk", x[..., in1], x[..., in2], table, optimize=True)
            output[..., out] += weight[:, None] * pairs
        return output

    def gradient(self, x: np.ndarray, cotangent: np.ndarray) -> np.ndarray:
        """The gradient of sum(cotangent * map(x)) by x."""
        by_x = np.zeros(x.shape)
        for table, in1, in2, out, weight in self._terms:
            pulled = np.einsum("nuk,ijk->nuij", weight[:, None] * cotangent[..., out], table, optimize=True)
            by_x[..., in1] += np.einsum("nuij,nuj->nui", pulled, x[..., in2])
            by_x[..., in2] += np.einsum("nuij,nui->nuj", pulled, x[..., in1])
        return by_x
