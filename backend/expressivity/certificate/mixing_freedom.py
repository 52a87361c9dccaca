"""The freedom of a product whose channels mix: numerical ranks over its weights, with their gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from backend.expressivity.certificate.canonical import Canonical
from backend.expressivity.certificate.mixing_table import MixingTable
from backend.expressivity.coupling_table import Coupling
from backend.expressivity.jacobian import ENTRIES, JacobianRank, rank_of

_OPERATION_ENTRIES = 4_000_000   # of the Jacobian of an operation, which is taken for every certificate
_EINSUM = {"uuu": "kru,krv,krw,kr->ruvw", "uvu": "kru,krw,kr->ruw", "uvw": "kru,lrv,klrw->ruvw"}


def effective(found: Sequence[Canonical]) -> list[Coupling]:
    """The couplings of one channel, as if the weights of each were an output copy of its own: what a scalar of an
    output copy does, they do too. An array of weights of input copies is scalars that the family has already."""
    entries = [(each.mixed, *channels) for each in found for channels in np.argwhere(each.meet).tolist()]
    weights = np.array([mixed.weights[:, u, v, w] for mixed, u, v, w in entries])
    sides = [[(mixed.copy1, u) for mixed, u, _, _ in entries], [(mixed.copy2, v) for mixed, _, v, _ in entries]]
    kept = [number for number, column in enumerate(weights.T.tolist())
            if not any(len(set(zip(side, column, strict=True))) == len(set(side)) for side in sides)]
    names = [(each.mixed.copy, *each.weights[kept].tolist()) for each in found]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return [replace(each.coupling, copy=numbers[name]) for each, name in zip(found, names, strict=True)]


def weight_count(table: MixingTable, found: Sequence[Canonical]) -> int:
    """How many weights act between the first channels."""
    return len({number for each in found for number in each.weights.tolist()} - {len(table.learned) - 1})


def operation_rank(found: Sequence[Canonical], channels: int) -> JacobianRank | None:
    """The generic rank of d W / d (weights, a, b, c) of the first channels, where a, b, c are scalars of each copy and
    channel of x, y and z, and W[l1, l2, l3, u, v, w] is the sum of a b c weight G. None where it would be too large."""
    rows: dict[tuple, int] = {}
    columns: dict[tuple, int] = {}
    terms = []
    for each in found:
        for u, v, w in np.argwhere(each.mixed.values != 0).tolist():
            if max(u, v, w) < channels:
                row = rows.setdefault((*each.mixed.path, u, v, w), len(rows))
                places = [columns.setdefault(name, len(columns)) for name in _names(each, u, v, w)]
                terms.append((row, places, float(each.g[u, v, w])))
    if not terms:
        return JacobianRank(0, None)
    if len(rows) * len(columns) > _OPERATION_ENTRIES:
        return None
    at = np.random.default_rng(0).uniform(0.5, 2.0, len(columns))
    matrix = np.zeros((len(rows), len(columns)))
    for row, places, g in terms:
        value = g * at[places].prod()
        for place in places:
            matrix[row, place] += value / at[place]
    return rank_of(matrix)


def _names(each: Canonical, u: int, v: int, w: int) -> Iterator[tuple]:
    mixed = each.mixed
    yield from (("x", mixed.copy1, u), ("y", mixed.copy2, v), ("z", mixed.copy, w))
    yield from (("weight", int(weight)) for weight in mixed.weights[:, u, v, w])


def layer_rank(found: Sequence[Canonical], mixing: str, *, inner: int, outer: int) -> JacobianRank | None:
    """The generic rank of d W / d (A, B, C, h) of linear layers of `outer` channels u, v, w around `inner` channels k:

    uuu  W[path, u, v, w] = sum over k of A[k, copy1, u] B[k, copy2, v] C[k, copy, w] h[k, weight] G
    uvu  W[path, u, w] = sum over k of A[k, copy1, u] C[k, copy, w] h[k, weight] G, with one y
    uvw  W[path, u, v, w] = sum over k, l of A[k, copy1, u] B[l, copy2, v] h[k, l, weight, w] G, which needs no C

    W is linear in each array alone. None where the matrix would be too large.
    """
    if not found:
        return JacobianRank(0, None)
    couplings = effective(found)
    copies = [np.array(each) for each in ([each.copy1 for each in couplings], [each.copy2 for each in couplings],
                                          [each.mixed.copy for each in found], [each.copy for each in couplings])]
    x, y, z, weights = (int(each.max()) + 1 for each in copies)
    shapes = {
        "uuu": [(inner, x, outer), (inner, y, outer), (inner, z, outer), (inner, weights)],
        "uvu": [(inner, x, outer), (inner, z, outer), (inner, weights)],
        "uvw": [(inner, x, outer), (inner, y, outer), (inner, inner, weights, outer)],
    }[mixing]
    places = {"uuu": copies, "uvu": [copies[0], *copies[2:]], "uvw": [*copies[:2], copies[3]]}[mixing]
    axes = [1, 1, 1, 1] if mixing != "uvw" else [1, 1, 2]
    paths, rows = np.unique([each.mixed.path for each in found], axis=0, return_inverse=True)
    numbers = len(paths) * outer ** (2 if mixing == "uvu" else 3)
    if numbers * sum(int(np.prod(shape)) for shape in shapes) > ENTRIES:
        return None
    random, g = np.random.default_rng(0), np.array([each.g for each in couplings])
    at = [random.standard_normal(shape) for shape in shapes]

    def family(arrays: Sequence[np.ndarray]) -> np.ndarray:
        taken = [np.take(array, place, axis) for array, place, axis in zip(arrays, places, axes, strict=False)]
        values = np.einsum(_EINSUM[mixing], *taken, optimize=True)
        whole = np.zeros((len(paths), *values.shape[1:]))
        np.add.at(whole, rows.ravel(), values * g.reshape(-1, *[1] * (values.ndim - 1)))
        return whole.ravel()

    columns = []
    for number, array in enumerate(at):
        for one in np.eye(array.size):
            columns.append(family([*at[:number], one.reshape(array.shape), *at[number + 1 :]]))
    return rank_of(np.stack(columns, axis=1))
