"""Closed forms of an edge convolution's G: from the weights, all of them or truncated in |m|."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf, sqrt

import numpy as np

from backend.expressivity.coupling_table import Coupling
from backend.so3 import wigner_3j_scalar
from backend.spec import Problem
from backend.tensor_products.edge import default_weights

EDGE_LAWS = {"component": inf, "component_m_max_2": 2}   # name -> the largest |m| in the frame of the edge


def broken_edge(name: str, couplings: Sequence[Coupling], problem: Problem, tolerance: float) -> Iterator[str]:
    """A sentence for every path whose G is not what the law makes of the fixed weights."""
    expected = edge_law(name, problem)
    found = {(each.l1, each.l2, each.l3): each.g for each in couplings}
    scale = max(map(abs, expected.values()), default=1.0)
    for path in sorted({*expected, *found}):
        value, g = expected.get(path, 0.0), found.get(path, 0.0)
        if abs(value - g) > tolerance * scale:
            yield f"G{path} must be {value:.6g} by the law {name} of its weights, got {g:.6g}"


def edge_law(name: str, problem: Problem) -> dict[tuple[int, int, int], float]:
    """G of every path that is reached. Without truncation it is h sqrt(2 l3 + 1). In the frame of the edge the kernels
    u_l2[m] = sqrt(2 l2 + 1) 3j(l1 l2 l3; m 0 -m) from l1 to l3 are orthonormal, and dropping |m| > M mixes them:

    G(l1, l2, l3) = sqrt(2 l3 + 1) sum over l2' of (sum over |m| <= M of u_l2[m] u_l2'[m]) h(l1, l2', l3)

    The truncated map is equivariant all the same, and reaches l2 up to l1 + l3 even where the problem ends before.
    """
    weights = dict(zip(problem.paths, default_weights(problem), strict=True))
    found = {}
    for l1 in problem.degrees_in1:
        for l3 in problem.degrees_out:
            top = int(min(l1, l3, EDGE_LAWS[name]))
            for odd in (0, 1):
                degrees = [l2 for l2 in range(abs(l1 - l3), l1 + l3 + 1) if (l1 + l2 + l3) % 2 == odd]
                if not degrees or not any((l1, l2, l3) in weights for l2 in degrees):
                    continue
                kernels = np.array([[_kernel(l1, l2, l3, m) for m in range(-top, top + 1)] for l2 in degrees])
                h = np.array([weights.get((l1, l2, l3), 0.0) for l2 in degrees])
                mixed = sqrt(2 * l3 + 1) * (kernels @ (kernels.T @ h))
                found |= {(l1, l2, l3): float(g) for l2, g in zip(degrees, mixed, strict=True) if abs(g) > 1e-12}
    return found


def _kernel(l1: int, l2: int, l3: int, m: int) -> float:
    """u_l2[m] in the phases of the real basis, where Gaunt's and Poisson's G are positive."""
    odd = (l1 + l2 + l3) % 2
    sign = wigner_3j_scalar(l1, l2, l3, odd, -odd, 0)
    return (1 if sign > 0 else -1) * sqrt(2 * l2 + 1) * wigner_3j_scalar(l1, l2, l3, m, 0, -m)
