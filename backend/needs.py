"""Named interactions that a model may need, as paths, and whether a set of paths has them. Data and one rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass

Path = tuple[int, int, int, int]   # l1, l2, l3 and the parity of the output, 1 (e) or -1 (o)

ALL, EVEN = "all", "even"


@dataclass(frozen=True)
class Need:
    """What is needed, as a physicist calls it. Of `paths` every one is needed, or any one; a need without paths is
    judged by those of the problem that its `rule` of (l1, l2, l3) takes."""

    key: str
    label: str
    meaning: str
    paths: frozenset[Path] = frozenset()
    every: bool = True
    rule: Callable[[int, int, int], bool] | None = None


def natural(triples: Iterable[tuple[int, int, int]]) -> frozenset[Path]:
    """The paths of triples (l1, l2, l3) whose inputs have the natural parity (-1)^l."""
    return frozenset((l1, l2, l3, (-1) ** (l1 + l2)) for l1, l2, l3 in triples)


def _need(key: str, label: str, meaning: str, *triples: tuple[int, int, int], every: bool = True) -> Need:
    return Need(key, label, meaning, natural(triples), every)


_TABLE = (
    Need(ALL, "all CG paths", "Everything that Clebsch-Gordan reaches: nothing is lost.", rule=lambda *path: True),
    Need(EVEN, "all paths of even parity", "Every path with l1 + l2 + l3 even: what survives where outputs must have "
                                           "the natural parity (-1)^l, as in Gaunt products.",
         rule=lambda *path: sum(path) % 2 == 0),
    Need("odd", "all pseudotensors", "Every path with l1 + l2 + l3 odd, whose output changes sign in a mirror against "
                                     "(-1)^l: magnetism, circular dichroism.", rule=lambda *path: sum(path) % 2 == 1),
    _need("dot", "dot product 1o x 1o -> 0e", "The angle between two vectors.", (1, 1, 0)),
    _need("cross", "cross product 1o x 1o -> 1e", "Two vectors into a pseudovector: torques, angular momenta.",
          (1, 1, 1)),
    _need("traceless", "traceless tensor 1o x 1o -> 2e", "Two vectors into a symmetric traceless tensor: stress, "
                                                        "quadrupoles.", (1, 1, 2)),
    _need("pseudoscalar", "pseudoscalar (chirality)", "a x b . c tells a molecule from its mirror image: the cross "
          "product, then a dot product.", (1, 1, 1), (1, 1, 0)),
    _need("tensor_vector", "tensor on a vector 2e x 1o -> 1o", "A polarisability acts on a field.", (2, 1, 1)),
    _need("commutator", "commutator 2e x 2e -> 1e", "What two symmetric tensors do not commute in: relative "
                                                    "orientation of two quadrupoles.", (2, 2, 1)),
    _need("cross_terms_2_4", "2 x 4 cross terms", "Features of l = 2 meet those of l = 4 in any output.",
          *((2, 4, l) for l in range(2, 7)), every=False),
    _need("anticommutator", "anticommutator 2e x 2e -> 2e", "Two symmetric tensors into one, without its trace: d "
                                                            "orbitals, second-order elasticity.", (2, 2, 2)),
    _need("block", "p-d block of an operator", "A Hamiltonian or density matrix between p and d orbitals holds every "
          "degree from 1 to 3, 2o among them, which is odd.", (1, 2, 1), (1, 2, 2), (1, 2, 3)),
    Need("invariants", "invariants l x l -> 0e", "The length of the feature of every degree: the power spectrum of a "
         "density of neighbours.", rule=lambda l1, l2, l3: l1 == l2 and l3 == 0),
    Need("gate", "scalar times feature 0e x l -> l", "Gates, radial weights, charges times fields.",
         rule=lambda l1, l2, l3: l1 == 0),
    Need("highest", "highest degree l1 x l2 -> l1 + l2", "Angular resolution: moments of one rank more.",
         rule=lambda l1, l2, l3: l3 == l1 + l2),
)
NEEDS: dict[str, Need] = {each.key: each for each in _TABLE}


def asked(need: Need, possible: Set[Path]) -> frozenset[Path]:
    """The paths of a need that the problem has; `possible` are all of its own. Empty where it lacks any that is
    needed: then no product can do it there."""
    if need.rule is not None:
        return frozenset(path for path in possible if need.rule(*path[:3]))
    found = need.paths & possible
    return frozenset() if need.every and found != need.paths else frozenset(found)


def met(need: Need, paths: Set[Path], possible: Set[Path]) -> bool:
    """Whether a product that has `paths` does what is needed of a problem that has `possible`."""
    wanted = asked(need, possible)
    return bool(wanted) and (wanted <= paths if need.every else bool(wanted & paths))
