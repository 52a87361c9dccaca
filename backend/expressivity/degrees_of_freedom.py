"""Degrees of freedom: the dimension of the family of bilinear maps around a product."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from backend.expressivity.coupling_table import Coupling

Copy = tuple[str, int]   # of x, y or z, and its number

_GAP = 1e-9   # singular values below this share of the largest are zero; float64 couplings leave 1e-14


def degrees_of_freedom(couplings: Sequence[Coupling], channels: int = 1, *, square: bool = False) -> int:
    """The expressivity of a product on `channels` uncoupled channels, single copies of each irrep in each.

    Linear layers scale every input copy (a, b) and output copy (c), and the map between single copies is
    W(l1, l2, l3) = sum a b c G over the copies; its dimension is the generic rank of dW. Where no two couplings share
    a path, the family is toric, and that is the rank of the 0/1 matrix with a row per path and a column per copy.
    Uncoupled channels add up. Of a `square` both inputs are the same copies, a = b. Source: arXiv:2506.13523,
    definition 2.2.
    """
    if not couplings:
        return 0
    paths = {(each.l1, each.l2, each.l3) for each in couplings}
    scaled = [(each, copies(each, square=square)) for each in couplings]
    if len(paths) == len(couplings):
        return channels * _rank(_derivative(scaled, lambda coupling, others: 1.0))
    names = sorted({name for _, each in scaled for name in each})
    weights = dict(zip(names, np.random.default_rng(0).uniform(0.5, 2.0, len(names)), strict=True))

    def slope(coupling: Coupling, others: Sequence[Copy]) -> float:
        return coupling.g * float(np.prod([weights[other] for other in others]))

    return channels * _rank(_derivative(scaled, slope))


def copies(coupling: Coupling, *, square: bool = False) -> tuple[Copy, Copy, Copy]:
    """The input copies and the output copy of a coupling, each of which a linear layer scales."""
    return ("x", coupling.copy1), ("x" if square else "y", coupling.copy2), ("z", coupling.copy)


def _derivative(
    scaled: Sequence[tuple[Coupling, tuple[Copy, ...]]], slope: Callable[[Coupling, Sequence[Copy]], float]
) -> np.ndarray:
    """A row per path, a column per copy: the sum of slopes, each by one copy of a coupling, given its others."""
    rows: dict[tuple[int, int, int], int] = {}
    columns: dict[Copy, int] = {}
    entries = [
        (rows.setdefault((each.l1, each.l2, each.l3), len(rows)), columns.setdefault(name, len(columns)),
         slope(each, names[:place] + names[place + 1 :]))
        for each, names in scaled for place, name in enumerate(names)
    ]
    matrix = np.zeros((len(rows), len(columns)))
    for row, column, value in entries:
        matrix[row, column] += value
    return matrix


def _rank(matrix: np.ndarray) -> int:
    """The rank; columns with one entry in a row that no other column needs are counted without a decomposition."""
    alone = (matrix != 0).sum(axis=0) == 1
    own = np.abs(matrix[:, alone]).max(axis=1, initial=0.0) > 0     # rows with a column of their own
    rest = matrix[~own][:, ~alone]
    if not rest.size:
        return int(own.sum())
    values = np.linalg.svd(rest, compute_uv=False)
    return int(own.sum() + (values > _GAP * values[0]).sum())
