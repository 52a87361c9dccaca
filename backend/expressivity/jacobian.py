"""Numerical rank of the family of bilinear maps that linear layers make of a product, with its gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backend.expressivity.coupling_table import Coupling

_NOISE = 1e-9          # singular values below this share of the largest are zero
ENTRIES = 40_000_000   # of the Jacobian: 320 MB


@dataclass(frozen=True)
class JacobianRank:
    """The rank, and the ratio of the last singular value that counts to the first that does not; None where all
    count, so that the family fills what it can (rows) or wastes no weight (columns)."""

    rank: int
    gap: float | None


def jacobian_rank(
    couplings: Sequence[Coupling], *, inner: int = 1, outer: int = 1, tied: bool = True, square: bool = False,
    seed: int = 0,
) -> JacobianRank | None:
    """The generic rank of d W / d (A, B, C), at random weights, where

    W[(l1, u), (l2, v), (l3, w)] = sum over k and couplings of A[k, copy1, u] B[k, copy2, v] C[k, copy, w] G

    with k = 1 ... `inner` and u, v, w = 1 ... `outer`: linear layers that mix `outer` channels into `inner`, the
    product channel by channel, and back. `tied` weights of an input are shared by all its paths; untied, the paths
    with even and with odd l1 + l2 + l3 have input weights of their own, as two separate products would. Of a `square`
    B is A.
    None where the matrix would be too large. Source: arXiv:2506.13523, definition 2.2.
    """
    if not couplings:
        return JacobianRank(0, None)
    matrix = _jacobian(couplings, inner, outer, tied, square, np.random.default_rng(seed))
    return None if matrix is None else rank_of(matrix)


def rank_of(matrix: np.ndarray) -> JacobianRank:
    """The numerical rank of a matrix of float64 rounding."""
    values = np.linalg.svd(_without_surplus_rows(matrix), compute_uv=False)
    rank = int((values > _NOISE * values[0]).sum())
    if rank == len(values):
        return JacobianRank(rank, None)
    floor = np.finfo(np.float64).eps * values[0]   # what is smaller is rounding, however small
    return JacobianRank(rank, float(values[rank - 1] / max(values[rank], floor)))


def _jacobian(
    couplings: Sequence[Coupling], inner: int, outer: int, tied: bool, square: bool,
    random: np.random.Generator
) -> np.ndarray | None:
    """A row per (path, u, v, w), a column per weight; rows are scaled by their path's largest G, which keeps the
    rank. None where there would be too many entries."""
    paths = sorted({(each.l1, each.l2, each.l3) for each in couplings})
    places: dict[tuple, int] = {}
    for each in couplings:
        for name in _weights(each, tied, square):
            places.setdefault(name, len(places))
    if len(paths) * outer**3 * len(places) * inner * outer > ENTRIES:
        return None
    weights = random.standard_normal((len(places), inner, outer))
    scale = {path: 0.0 for path in paths}
    for each in couplings:
        path = (each.l1, each.l2, each.l3)
        scale[path] = max(scale[path], abs(each.g))
    rows = {path: row for row, path in enumerate(paths)}
    unit = np.eye(outer)
    matrix = np.zeros((len(paths), outer, outer, outer, len(places), inner, outer))
    for each in couplings:
        path = (each.l1, each.l2, each.l3)
        x, y, z = (places[name] for name in _weights(each, tied, square))
        g, block = each.g / scale[path], matrix[rows[path]]
        block[..., x, :, :] += g * np.einsum("ua,kv,kw->uvwka", unit, weights[y], weights[z])
        block[..., y, :, :] += g * np.einsum("ku,va,kw->uvwka", weights[x], unit, weights[z])
        block[..., z, :, :] += g * np.einsum("ku,kv,wa->uvwka", weights[x], weights[y], unit)
    return matrix.reshape(len(paths) * outer**3, -1)


def _weights(coupling: Coupling, tied: bool, square: bool) -> tuple[tuple, tuple, tuple]:
    """The names of the three vectors of weights that a coupling uses."""
    part = 0 if tied else sum((coupling.l1, coupling.l2, coupling.l3)) % 2
    return ("x", coupling.copy1, part), ("x" if square else "y", coupling.copy2, part), ("z", coupling.copy)


def _without_surplus_rows(matrix: np.ndarray) -> np.ndarray:
    """The matrix, or where it is much taller than wide, its R factor, which has its singular values."""
    return np.linalg.qr(matrix, mode="r") if matrix.shape[0] > 2 * matrix.shape[1] else matrix
