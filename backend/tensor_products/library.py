"""What the baselines of e3nn and e3nn-jax share: their irreps, and their oracle in their order of outputs."""

from __future__ import annotations

import numpy as np

from backend.so3 import Irrep, Irreps
from backend.spec import Problem
from backend.tensor_products.coupling import path_irrep


def filter_out(problem: Problem) -> list[str]:
    """The output irreps that the problem allows, as the libraries write them."""
    return sorted({str(path_irrep(*path)) for path in problem.paths})


def parse(names: list[str]) -> Irreps:
    """Irreps from the libraries' names of single copies, in order."""
    return Irreps(tuple(Irrep(int(name[:-1]), 1 if name[-1] == "e" else -1) for name in names))


def output_order(problem: Problem, irreps_out: Irreps) -> np.ndarray:
    """For every output component of the library, its place in an output with one copy per path in the order of
    `problem.paths`. Copies of one irrep keep the order of their paths."""
    waiting: dict[Irrep, list[int]] = {}
    start = 0
    for path in problem.paths:
        waiting.setdefault(path_irrep(*path), []).append(start)
        start += 2 * path[2] + 1
    places = []
    for irrep in irreps_out:
        first = waiting[irrep].pop(0)
        places.append(np.arange(first, first + irrep.dim))
    return np.concatenate(places)


def dense_flops(problem: Problem) -> tuple[int, int]:
    """(linear, product) FLOP of one row of the full product with dense coefficients per path."""
    linear = sum(2 * (2 * l1 + 1) * (2 * l2 + 1) * (2 * l3 + 1) for l1, l2, l3 in problem.paths)
    return linear, sum((2 * l1 + 1) * (2 * l2 + 1) for l1, l2 in {path[:2] for path in problem.paths})
