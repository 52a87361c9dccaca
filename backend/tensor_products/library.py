"""What library baselines share: their irreps, their oracle in their order of outputs, their cost."""

from __future__ import annotations

from collections.abc import Iterable
from math import log2

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


def grid_cost(
    transforms: Iterable[tuple[int, int]], n_beta: int, n_alpha: int, *, fft: bool
) -> tuple[int, int, int]:
    """(linear FLOP, numbers between input and output) of one row, and numbers in tables, of Legendre stages and
    rings of FFTs (or matrices) on a grid. A transform is its top degree and its number of components."""
    flops, between, tables = 0.0, 3 * n_beta * n_alpha, 0
    for top, dim in transforms:
        orders = 2 * top + 1
        stage = orders * n_beta * dim
        ring = 2.5 * n_alpha * log2(n_alpha) if fft else 2 * orders * n_alpha
        flops += 2 * stage + n_beta * ring
        between += orders * n_beta
        tables += stage + (0 if fft else orders * n_alpha)
    return round(flops), between, tables
