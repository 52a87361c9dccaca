"""The exact map of a coupling table in float64, and its gradients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from backend.expressivity.coupling_table import Coupling
from backend.so3 import Irreps, generators, spherical_harmonics, wigner_3j


class DenseReference:
    """(x, y) -> sum of T_ijk x_i y_j, of a map that is no coupling table; arrays are (batch, channels, dim)."""

    def __init__(self, tensor: np.ndarray) -> None:
        self._tensor = tensor

    def __call__(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.einsum("bci,bcj,ijk->bck", x, y, self._tensor, optimize=True)

    def gradients(self, x: np.ndarray, y: np.ndarray, cotangent: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The gradients of sum(cotangent * map(x, y)) by x and by y."""
        return (np.einsum("bcj,bck,ijk->bci", y, cotangent, self._tensor, optimize=True),
                np.einsum("bci,bck,ijk->bcj", x, cotangent, self._tensor, optimize=True))


class Reference:
    """(x, y) -> sum of G w3j x y over the couplings; arrays are (batch, channels, dim)."""

    def __init__(self, couplings: Sequence[Coupling], in1: Irreps, in2: Irreps, out: Irreps) -> None:
        self._couplings = tuple(couplings)
        self._slices = in1.slices, in2.slices, out.slices
        self._dims = in1.dim, in2.dim, out.dim

    def __call__(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        output = np.zeros((*x.shape[:2], self._dims[2]))
        for table, in1, in2, out in self._terms():
            pairs = (x[..., in1, None] * y[..., None, in2]).reshape(*x.shape[:2], -1)
            output[..., out] += pairs @ table.reshape(-1, table.shape[2])
        return output

    def gradients(self, x: np.ndarray, y: np.ndarray, cotangent: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The gradients of sum(cotangent * map(x, y)) by x and by y."""
        by_x, by_y = np.zeros(x.shape), np.zeros(y.shape)
        for table, in1, in2, out in self._terms():
            pulled = (cotangent[..., out] @ table.reshape(-1, table.shape[2]).T).reshape(
                *x.shape[:2], *table.shape[:2])                                   # (batch, channels, i, j)
            by_x[..., in1] += np.einsum("bcij,bcj->bci", pulled, y[..., in2])
            by_y[..., in2] += np.einsum("bcij,bci->bcj", pulled, x[..., in1])
        return by_x, by_y

    def _terms(self) -> Iterator[tuple[np.ndarray, slice, slice, slice]]:
        for each in self._couplings:
            places = (part[copy] for part, copy in zip(
                self._slices, (each.copy1, each.copy2, each.copy), strict=True))
            yield each.g * wigner_3j(each.l1, each.l2, each.l3), *places


class EdgeReference:
    """(x, r) -> sum of G w3j x Y(r) over the couplings; x is (batch, channels, dim), r is (batch, 1, 3)."""

    def __init__(self, couplings: Sequence[Coupling], in1: Irreps, out: Irreps) -> None:
        self._top = max((each.l2 for each in couplings), default=0)
        self._bilinear = Reference(couplings, in1, Irreps.natural(range(self._top + 1)), out)

    def __call__(self, x: np.ndarray, r: np.ndarray) -> np.ndarray:
        return self._bilinear(x, self._harmonics(r, x.shape[1]))

    def gradients(self, x: np.ndarray, r: np.ndarray, cotangent: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The gradients of sum(cotangent * map(x, r)) by x and by r: with J the generators, r x grad Y = J Y, and
        Y does not change along r, so grad Y = (J Y) x r / r^2."""
        y = self._harmonics(r, x.shape[1])
        by_x, by_y = self._bilinear.gradients(x, y, cotangent)
        turned = np.zeros((len(r), 3))
        for l in range(self._top + 1):
            part = slice(l * l, (l + 1) ** 2)
            turned += np.einsum("kij,bci,bcj->bk", generators(l), by_y[..., part], y[..., part])
        by_r = np.cross(turned, r[:, 0]) / (r[:, 0] ** 2).sum(axis=1, keepdims=True)
        return by_x, by_r[:, None]

    def _harmonics(self, r: np.ndarray, channels: int) -> np.ndarray:
        values = spherical_harmonics(self._top, r[:, 0])
        return np.broadcast_to(values[:, None], (len(r), channels, values.shape[1]))
