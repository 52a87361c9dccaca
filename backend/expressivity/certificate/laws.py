"""Closed forms of the coupling G(l1, l2, l3) that products claim: an oracle that shares no code with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import pi, sqrt

from backend.catalogue import Entry, catalogue
from backend.expressivity.coupling_table import Coupling
from backend.so3 import wigner_3j_scalar, wigner_6j
from backend.spec import Problem, check_choice

Law = Callable[[int, int, int, Problem], float]
_TOLERANCE = 1e-9   # of the largest coupling


def law_of(known: Entry, oracle_key: str) -> str:
    """The name of the law that a product claims: itself, by the product whose function it says to compute, or by its
    family where that has only one; empty where it claims none. Raises SpecError for an unknown name."""
    oracle = catalogue()[oracle_key].coupling if oracle_key in catalogue() else ""
    name = known.coupling or oracle or _FAMILIES.get(known.family, "")
    if name:
        check_choice(f"coupling of {known.key}", name, LAWS)
    return name


def vanishes(name: str, problem: Problem) -> bool:
    """Whether the law forbids every path of the problem."""
    return name in LAWS and all(LAWS[name](*path, problem) == 0 for path in problem.paths)


def broken(name: str, couplings: Sequence[Coupling], problem: Problem) -> Iterator[str]:
    """A sentence for every path whose G is not what the law says; a matrix product's sign is its own."""
    law, signed = LAWS[name], name not in _UNSIGNED
    tolerance = _TOLERANCE * max((abs(each.g) for each in couplings), default=1.0)
    for each in couplings:
        expected = law(each.l1, each.l2, each.l3, problem)
        if abs((each.g if signed else abs(each.g)) - expected) > tolerance:
            yield (f"G({each.l1}, {each.l2}, {each.l3}) must be {'' if signed else '±'}{expected:.6g} by the law "
                   f"{name}, got {each.g:.6g}")
    reached = {(each.l1, each.l2, each.l3) for each in couplings}
    for path in problem.paths:
        expected = law(*path, problem)
        if path not in reached and abs(expected) > tolerance:
            yield f"G{path} must be {'' if signed else '±'}{expected:.6g} by the law {name}, got 0"


def _component(l1: int, l2: int, l3: int, problem: Problem) -> float:
    """Clebsch-Gordan in component normalisation."""
    return sqrt(2 * l3 + 1)


def _gaunt(l1: int, l2: int, l3: int, problem: Problem) -> float:
    """The integral of three spherical harmonics."""
    first = sqrt((2 * l1 + 1) * (2 * l2 + 1) * (2 * l3 + 1) / (4 * pi))
    return first * abs(wigner_3j_scalar(l1, l2, l3, 0, 0, 0))


def _poisson(l1: int, l2: int, l3: int, problem: Problem) -> float:
    """The integral of one harmonic and the bracket of two; zero where l1 + l2 + l3 is even."""
    if (l1 + l2 + l3) % 2 == 0:
        return 0.0
    first = sqrt((2 * l1 + 1) * (2 * l2 + 1) * (2 * l3 + 1) / (4 * pi) * l1 * (l1 + 1) * l2 * (l2 + 1))
    return first * abs(wigner_3j_scalar(l1, l2, l3, 1, -1, 0))


def _gaunt_poisson(l1: int, l2: int, l3: int, problem: Problem) -> float:
    return (_poisson if (l1 + l2 + l3) % 2 else _gaunt)(l1, l2, l3, problem)


def _matrix(l1: int, l2: int, l3: int, problem: Problem) -> float:
    """Matrices on the one space of degree half, half = ceil(max(L1, L2, L3) / 2)."""
    half = -(-max(problem.degrees_in1[-1], problem.degrees_in2[-1], *(path[2] for path in problem.paths)) // 2)
    return sqrt((2 * l1 + 1) * (2 * l2 + 1) * (2 * l3 + 1)) * abs(wigner_6j(l1, l2, l3, half, half, half))


LAWS: dict[str, Law] = {
    "component": _component, "gaunt": _gaunt, "poisson": _poisson, "gaunt_poisson": _gaunt_poisson, "matrix": _matrix,
}
_UNSIGNED = {"matrix"}
_FAMILIES = {"matrix": "matrix"}
