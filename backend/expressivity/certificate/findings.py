"""What certificates of every kind say in the same words: the law, what is reached and lost, ranks and their gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from backend.catalogue import entry
from backend.expressivity.certificate.laws import Claim, broken, claim_of
from backend.expressivity.coupling_table import Coupling
from backend.expressivity.jacobian import JacobianRank
from backend.expressivity.lost import lost_paths
from backend.frameworks import Framework, Unsupported, framework_class
from backend.spec import COMPILATIONS, Case
from backend.tensor_products import tensor_product_class

_LEAST_GAP = 1e3    # of singular values; less, and the rank is not decided
_SHOWN = 5          # sentences of one kind


def in_float64(case: Case, measure: Callable[[Framework], Any]) -> Any:
    """What is measured in NumPy, or where the product has no NumPy form in the case's framework: on the CPU, or where
    it does not run there on the case's device."""
    for name, device in dict.fromkeys((("numpy", "cpu"), (case.framework, "cpu"), (case.framework, case.device))):
        try:
            return measure(framework_class(name)(
                device=device, dtype="float64", precision="highest", compilation=COMPILATIONS[name][0]))
        except Unsupported as reason:
            last = reason
    raise last


def hold_to_law(case: Case, couplings: Sequence[Coupling], failures: list[str]) -> None:
    """A sentence for every path whose G is not what the product claims, and where every G is zero."""
    if not couplings:
        failures.append("the map must not be zero on every path")
    if claim := _claim(case):
        failures += some(broken(claim, couplings, case.problem))


def describe(case: Case, couplings: Sequence[Coupling], parities, found: dict[str, Any]) -> None:
    """Fills in what is reached, what is lost, and the law."""
    asked = {(each.l1, each.l2, each.l3) for each in couplings} & set(case.problem.paths)
    claim = _claim(case)
    found.update(
        law=claim.name if claim else "", interactable=len(asked),
        paths=tuple((each.l1, each.l2, each.l3, each.g) for each in couplings),
        lost=tuple(lost_paths(case.problem, asked, parities)))
    if found.get("oracle_error") is not None:
        found["oracle_error_ulp"] = found["oracle_error"] / float(np.finfo(case.dtype).eps)


def hold_to_rank(freedom: int | None, rank: JacobianRank | None, which: str, failures: list[str]) -> None:
    """A sentence where the degrees of freedom are not the rank; where one is not known there is nothing to say."""
    if freedom is not None and rank is not None and freedom != rank.rank:
        failures.append(f"degrees of freedom{which} must be the Jacobian's rank, {rank.rank}, got {freedom}")


def hold_to_gap(found: JacobianRank | None, which: str, failures: list[str]) -> None:
    if found is not None and found.gap is not None and found.gap < _LEAST_GAP:
        failures.append(f"the Jacobian's rank {which}must be clear, got a gap of {found.gap:.2g}")


def rank_fields(name: str, gap: str, found: JacobianRank | None) -> dict[str, Any]:
    return {name: found.rank, gap: found.gap} if found is not None else {}


def some(sentences: Iterable[str]) -> list[str]:
    """The first few, and how many more there are."""
    every = list(sentences)
    rest = len(every) - _SHOWN
    return every[:_SHOWN] + [f"and {rest} more of this kind"] * (rest > 0)


def _claim(case: Case) -> Claim | None:
    known = entry(case.product)
    if known.approximate:
        return None
    return claim_of(known, tensor_product_class(case.product), case.variant, case.problem.setting)
