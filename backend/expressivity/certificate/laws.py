"""Closed forms of the coupling G(l1, l2, l3) that products claim: an oracle that shares no code with them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import pi, sqrt

from backend.catalogue import Entry, catalogue
from backend.expressivity.certificate.copy_law import broken_vector
from backend.expressivity.certificate.edge_law import EDGE_LAWS, broken_edge
from backend.expressivity.coupling_table import Coupling
from backend.so3 import wigner_3j_scalar, wigner_6j
from backend.spec import Problem, check_choice
from backend.tensor_products import TensorProduct

Law = Callable[[int, int, int, Problem], float]
_TOLERANCE = 1e-9   # of the largest coupling
NONE = "none"       # what a product says that claims no law though its family or base class does


@dataclass(frozen=True)
class Claim:
    """A law that a product's G must follow; `scaled` allows one factor on all of it."""

    name: str
    scaled: bool = False


def claim_of(known: Entry, product: type[TensorProduct], variant: str, setting: str) -> Claim | None:
    """What a product claims: itself, by the product whose function it says to compute, by the product that its class
    is derived from, or, up to a factor, by its family where that has one law. None where it claims nothing, or says
    so: "none". Raises SpecError for an unknown name."""
    oracle = catalogue()[product.oracle_key].coupling if product.oracle_key in catalogue() else ""
    laws = EDGE_LAWS if setting == "edge" else LAWS
    if name := of_variant(known.coupling or oracle or _inherited(product), variant):
        check_choice(f"coupling of {known.key}", name, (*laws, NONE))
        return None if name == NONE else Claim(name)
    family = _FAMILIES.get(known.family, "") if laws is LAWS else ""
    return Claim(family, scaled=True) if family else None


def of_variant(coupling: str | Mapping[str, str], variant: str) -> str:
    """The law of a variant, where each has its own: the first's if the variant is not named."""
    if isinstance(coupling, str):
        return coupling
    return coupling.get(variant) or next(iter(coupling.values()))


def _inherited(product: type[TensorProduct]) -> str | Mapping[str, str]:
    """The law of the nearest base class whose module is a product's file."""
    literals = (getattr(sys.modules.get(base.__module__), "CATALOGUE", {}) for base in product.__mro__[1:])
    return next((each["coupling"] for each in literals if "coupling" in each), "")


def vanishes(name: str, problem: Problem) -> bool:
    """Whether the law forbids every path of the problem."""
    return problem.setting != "edge" and name in _OF_PATHS and all(
        _OF_PATHS[name](*path, problem) == 0 for path in problem.paths)


def broken(claim: Claim, couplings: Sequence[Coupling], problem: Problem) -> Iterator[str]:
    """A sentence for every path whose G is not what the law says; a matrix product's sign is its own."""
    largest = max(couplings, key=lambda each: abs(each.g), default=None)
    tolerance = _TOLERANCE * (abs(largest.g) if largest else 1.0)
    if problem.setting == "edge":
        yield from broken_edge(claim.name, couplings, problem, _TOLERANCE)
        return
    if claim.name == VECTOR:
        yield from broken_vector(couplings, problem, tolerance)
        return
    name, law, signed = claim.name, _OF_PATHS[claim.name], claim.name not in _UNSIGNED
    factor = 1.0
    if claim.scaled and largest and (value := law(largest.l1, largest.l2, largest.l3, problem)):
        factor = abs(largest.g / value)
    for each in couplings:
        expected = factor * law(each.l1, each.l2, each.l3, problem)
        if abs((each.g if signed else abs(each.g)) - expected) > tolerance:
            yield (f"G({each.l1}, {each.l2}, {each.l3}) must be {'' if signed else '±'}{expected:.6g} by the law "
                   f"{name}, got {each.g:.6g}")
    reached = {(each.l1, each.l2, each.l3) for each in couplings}
    for path in problem.paths:
        expected = factor * law(*path, problem)
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
    half = -(-max(problem.l1, problem.l2, problem.l_out) // 2)
    return sqrt((2 * l1 + 1) * (2 * l2 + 1) * (2 * l3 + 1)) * abs(wigner_6j(l1, l2, l3, half, half, half))


_OF_PATHS: dict[str, Law] = {
    "component": _component, "gaunt": _gaunt, "poisson": _poisson, "gaunt_poisson": _gaunt_poisson, "matrix": _matrix,
}
VECTOR = "vector"   # a law of copies, not of paths
LAWS = (*_OF_PATHS, VECTOR)
_UNSIGNED = {"matrix"}
_FAMILIES = {"matrix": "matrix"}
