"""The paths that a product loses against Clebsch-Gordan, each with its reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from backend.so3 import Irrep
from backend.spec import Problem

Path = tuple[int, int, int]


def lost_paths(
    problem: Problem, reached: Collection[Path], irreps_out: Iterable[Irrep]
) -> list[tuple[int, int, int, str]]:
    """(l1, l2, l3, reason) for what is asked and not reached.

    "outside the triangle": asked for beyond l1 + l2, where Clebsch-Gordan has nothing either. "antisymmetric" or
    "symmetric": the product reaches no path with odd (even) l1 + l2 + l3. "parity": it has outputs of that degree,
    but none of the path's parity (`irreps_out` is empty where parity means nothing). "accidental zero": none of
    these forbids it, and G is zero.
    """
    lost = [(*path, _reason(path, reached, set(irreps_out))) for path in problem.paths if path not in reached]
    l1 = problem.degrees_in1[-1]
    l2 = problem.degrees_in2[-1] if problem.degrees_in2 else l1   # a square has x for y
    single = len(problem.degrees_in1) == len(problem.degrees_in2) == 1
    low = abs(l1 - l2) if single else 0
    outside = [l3 for l3 in problem.degrees_out if l3 > l1 + l2 or (problem.setting == "siso" and l3 < low)]
    return lost + [(l1, l2, l3, "outside the triangle") for l3 in outside]


def _reason(path: Path, reached: Collection[Path], copies: set[Irrep]) -> str:
    odd = sum(path) % 2
    if all(sum(other) % 2 != odd for other in reached):
        return "antisymmetric" if odd else "symmetric"
    if path[2] in {irrep.l for irrep in copies} and Irrep(path[2], (-1) ** (path[0] + path[1])) not in copies:
        return "parity"
    return "accidental zero"
