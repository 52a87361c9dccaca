"""Degrees of freedom: the dimension of the family of bilinear maps around a product."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backend.expressivity.coupling_table import Coupling


def degrees_of_freedom(couplings: Sequence[Coupling], channels: int = 1) -> int:
    """The expressivity of a product on `channels` uncoupled channels, single copies of each irrep in each.

    The family {a_l1 b_l2 c_copy G} over the interactable paths is toric: its dimension is the rank of the 0/1
    matrix with a row per path and a column per input degree and per output copy. Uncoupled channels add up.
    Source: arXiv:2506.13523, definition 2.2.
    """
    if not couplings:
        return 0
    columns: dict[tuple[str, int], int] = {}
    for each in couplings:
        for name in (("x", each.l1), ("y", each.l2), ("z", each.copy)):
            columns.setdefault(name, len(columns))
    incidence = np.zeros((len(couplings), len(columns)))
    for row, each in enumerate(couplings):
        for name in (("x", each.l1), ("y", each.l2), ("z", each.copy)):
            incidence[row, columns[name]] = 1
    # the matrix of counts has the same rank, and as many rows as there are degrees and copies
    return channels * int(np.linalg.matrix_rank(incidence.T @ incidence, hermitian=True))
