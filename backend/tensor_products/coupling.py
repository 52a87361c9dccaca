"""Clebsch-Gordan coefficients of a problem in the shapes that the products need."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

import numpy as np

from backend.so3 import Irrep, Irreps, wigner_3j
from backend.spec import Problem


def coefficients(l1: int, l2: int, l3: int) -> np.ndarray:
    """Q = sqrt(2 l3 + 1) w3j, shape (2 l1 + 1, 2 l2 + 1, 2 l3 + 1): "component" normalisation, so that inputs of
    unit variance give outputs of unit variance."""
    return np.sqrt(2 * l3 + 1) * wigner_3j(l1, l2, l3)


def pair_matrix(l1: int, l2: int, degrees_out: Iterable[int]) -> np.ndarray:
    """The coefficients of (l1, l2) into all `degrees_out` side by side, shape ((2 l1 + 1)(2 l2 + 1), sum 2 l3 + 1)."""
    rows = (2 * l1 + 1) * (2 * l2 + 1)
    return np.concatenate([coefficients(l1, l2, l3).reshape(rows, -1) for l3 in degrees_out], axis=1)


def pairs(problem: Problem) -> list[tuple[int, int, list[int]]]:
    """(l1, l2, [l3, ...]) for every pair of degrees that has a path."""
    return [
        (l1, l2, [l3 for _, _, l3 in group])
        for (l1, l2), group in groupby(problem.paths, key=lambda path: path[:2])
    ]


def path_irrep(l1: int, l2: int, l3: int) -> Irrep:
    """The output of a path on natural inputs: parity (-1)^(l1 + l2)."""
    return Irrep(l3, (-1) ** (l1 + l2))


def collapsed_irreps(problem: Problem) -> Irreps:
    """One output copy per (l, p) that a path reaches: even parity first, then odd, each by degree."""
    reached = {path_irrep(*path) for path in problem.paths}
    return Irreps(tuple(sorted(reached, key=lambda irrep: (-irrep.p, irrep.l))))


def copies_by_irrep(copies: Irreps) -> dict[Irrep, list[int]]:
    """The numbers of the copies of each irrep, even parity first, then by degree."""
    found: dict[Irrep, list[int]] = {}
    for copy in sorted(range(len(copies)), key=lambda copy: (-copies[copy].p, copies[copy].l)):
        found.setdefault(copies[copy], []).append(copy)
    return found


def symmetric_paths(problem: Problem) -> list[tuple[int, int, int]]:
    """The paths of a square in the order of its irreps: even parity first, then by l3."""
    return sorted(problem.paths, key=lambda path: (-path_irrep(*path).p, path[2]))


def collapsed_tensor(problem: Problem) -> np.ndarray:
    """The collapsed Clebsch-Gordan product as one array, shape (dim of X, dim of Y, dim of `collapsed_irreps`)."""
    irreps_out = collapsed_irreps(problem)
    tensor = np.zeros((problem.dim_in1, problem.dim_in2, irreps_out.dim))
    slices = dict(zip(irreps_out, irreps_out.slices, strict=True))
    start1, start2 = starts(problem.degrees_in1), starts(problem.degrees_in2)
    for l1, l2, l3 in problem.paths:
        block = tensor[start1[l1] : start1[l1] + 2 * l1 + 1, start2[l2] : start2[l2] + 2 * l2 + 1]
        block[..., slices[path_irrep(l1, l2, l3)]] = coefficients(l1, l2, l3)
    return tensor


def starts(degrees: Iterable[int]) -> dict[int, int]:
    """Where each degree begins in a vector that holds one copy of each."""
    found, start = {}, 0
    for l in degrees:
        found[l] = start
        start += 2 * l + 1
    return found
