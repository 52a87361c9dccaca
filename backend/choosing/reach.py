"""Which paths a product reaches: as measured where that is known, else by the law that it states for its G."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache

from backend.catalogue import catalogue
from backend.needs import Path, natural
from backend.so3 import wigner_3j_scalar, wigner_6j
from backend.spec import Problem

Triple = tuple[int, int, int]


def reach(
    product: str, variant: str, problem: Problem, *, measured: Collection[Triple] | None = None,
    count: float | None = None,
) -> frozenset[Path] | None:
    """The paths of the problem that the product reaches; None where nobody can tell. `measured` are the triples of its
    coupling table, `count` how many a result says that it reaches."""
    possible = possible_paths(problem)
    if measured is not None:
        return natural(measured) & possible
    if count == len(possible):
        return possible
    law = _law(product, variant)
    if law not in _REACHES or (problem.setting == "edge" and law != "component"):
        return None
    found = _by_law(law, *_shape(problem))
    return found if count is None or count != count or count == len(found) else None


def possible_paths(problem: Problem) -> frozenset[Path]:
    """Every path of the problem, which Clebsch-Gordan reaches."""
    return _possible(*_shape(problem))


def _shape(problem: Problem) -> tuple[str, str, int, int, int]:
    """All that paths depend on."""
    return problem.setting, problem.parity, problem.l1, problem.l2, problem.l_out


@cache
def _possible(setting: str, parity: str, l1: int, l2: int, l_out: int) -> frozenset[Path]:
    return natural(Problem(setting, l1, l2, l_out, parity=parity).paths)


@cache
def _by_law(law: str, setting: str, parity: str, l1: int, l2: int, l_out: int) -> frozenset[Path]:
    problem = Problem(setting, l1, l2, l_out, parity=parity)
    return natural(path for path in problem.paths if _REACHES[law](*path, problem))


def _law(product: str, variant: str) -> str:
    known = catalogue().get(product)
    stated = known.coupling if known else ""
    return stated if isinstance(stated, str) else stated.get(variant, "")


def _every(l1: int, l2: int, l3: int, problem: Problem) -> bool:
    return True


def _gaunt(l1: int, l2: int, l3: int, problem: Problem) -> bool:
    return (l1 + l2 + l3) % 2 == 0


def _poisson(l1: int, l2: int, l3: int, problem: Problem) -> bool:
    return (l1 + l2 + l3) % 2 == 1 and wigner_3j_scalar(l1, l2, l3, 1, -1, 0) != 0


def _gaunt_poisson(l1: int, l2: int, l3: int, problem: Problem) -> bool:
    return _gaunt(l1, l2, l3, problem) or _poisson(l1, l2, l3, problem)


def _matrix(l1: int, l2: int, l3: int, problem: Problem) -> bool:
    half = -(-max(problem.l1, problem.l2, problem.l_out) // 2)
    return wigner_6j(l1, l2, l3, half, half, half) != 0


_REACHES: dict[str, Callable[[int, int, int, Problem], bool]] = {   # where G of the laws of certificates is not zero
    "component": _every, "gaunt": _gaunt, "poisson": _poisson, "gaunt_poisson": _gaunt_poisson, "matrix": _matrix,
}
