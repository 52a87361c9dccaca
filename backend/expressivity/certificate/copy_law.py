"""The generalised Gaunt formula: G of products of vector signals, where each degree j enters in several copies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import pi, sqrt

from backend.expressivity.coupling_table import Coupling
from backend.so3 import wigner_3j_scalar, wigner_6j
from backend.spec import Problem

Copy = tuple[int, int]   # (j, l): vector harmonics of degree j made of the harmonics of degree l


def broken_vector(couplings: Sequence[Coupling], problem: Problem, tolerance: float) -> Iterator[str]:
    """A sentence for every coupling of copies whose |G| is not that of the cross product of vector signals:

    |G| = sqrt(3 / 2 pi) sqrt(prod (2 l + 1)(2 j + 1)) |3j(l1 l2 l3; 0 0 0) 9j{l1 1 j1; l2 1 j2; l3 1 j3}|

    The signs of the vector harmonics are their own. Source: arXiv:2602.21466.
    """
    reached = sorted({l3 for path in problem.paths for l3 in path[2:] if path != (0, 0, 0)})
    sides = [_copies(each) for each in (problem.degrees_in1, problem.degrees_in2, reached)]
    found = {(each.copy1, each.copy2, each.copy): each for each in couplings}
    for copy1, first in enumerate(sides[0]):
        for copy2, second in enumerate(sides[1]):
            for copy, third in enumerate(sides[2]):
                each = found.pop((copy1, copy2, copy), None)
                g, expected = each.g if each else 0.0, _cross(first, second, third)
                if abs(abs(g) - expected) > tolerance:
                    path = first[0], second[0], third[0]
                    yield (f"G{path} of copies {copy1}, {copy2} and {copy} must be ±{expected:.6g} by the law vector, "
                           f"got {g:.6g}")
    for each in found.values():
        yield f"copies {each.copy1}, {each.copy2} and {each.copy} must not exist by the law vector, got {each.g:.6g}"


def _copies(degrees: Sequence[int]) -> list[Copy]:
    """Those of every j in order: l = j - 1, j, j + 1; of j = 0 that of l = 1 alone."""
    return [(j, l) for j in degrees for l in ((j - 1, j, j + 1) if j else (1,))]


def _cross(first: Copy, second: Copy, third: Copy) -> float:
    (j1, l1), (j2, l2), (j3, l3) = first, second, third
    if not (abs(j1 - j2) <= j3 <= j1 + j2 and abs(l1 - l2) <= l3 <= l1 + l2):
        return 0.0
    size = 1.0
    for degree in (j1, l1, j2, l2, j3, l3):
        size *= 2 * degree + 1
    gaunt = sqrt(3 / (2 * pi) * size) * wigner_3j_scalar(l1, l2, l3, 0, 0, 0)
    return abs(gaunt * _wigner_9j(first, second, third)) if gaunt else 0.0


def _wigner_9j(first: Copy, second: Copy, third: Copy) -> float:
    """9j{l1 1 j1; l2 1 j2; l3 1 j3} as a sum over three 6j symbols."""
    (j1, l1), (j2, l2), (j3, l3) = first, second, third
    low, high = max(abs(l1 - j3), abs(l2 - 1), abs(1 - j2)), min(l1 + j3, l2 + 1, 1 + j2)
    return sum((2 * k + 1) * wigner_6j(l1, 1, j1, j2, j3, k) * wigner_6j(l2, 1, j2, 1, k, 1)
               * wigner_6j(l3, 1, j3, k, l1, l2) for k in range(low, high + 1))
