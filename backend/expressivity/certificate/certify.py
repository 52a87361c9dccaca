"""Certifies one product on one problem: everything measured, judged by what the product declares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from backend.catalogue import entry
from backend.expressivity.certificate.certificate import Certificate
from backend.expressivity.certificate.checks import attempt, check, check_edge
from backend.expressivity.certificate.edge_jacobian import edge_jacobian_rank
from backend.expressivity.certificate.jacobian import JacobianRank, jacobian_rank
from backend.expressivity.certificate.laws import broken, claim_of, of_variant, vanishes
from backend.expressivity.certificate.lost import lost_paths
from backend.expressivity.certificate.probes import Probe
from backend.expressivity.coupling_table import Coupling, Measured, coupling_table, measured
from backend.expressivity.degrees_of_freedom import degrees_of_freedom
from backend.expressivity.edge_family import EdgeFamily, edge_family
from backend.expressivity.edge_table import edge_table
from backend.frameworks import Framework, Unsupported, framework_class
from backend.spec import COMPILATIONS, Case, Problem
from backend.tensor_products import tensor_product_class

_LEAST_GAP = 1e3    # of singular values; less, and the rank is not decided
_SHOWN = 5          # sentences of one kind


def certify(case: Case, *, inner: int = 1, outer: int = 1) -> Certificate:
    """The certificate of the case's product in its framework, dtype, device, layout and compilation.

    G is measured in float64, in NumPy where the product has it, and held to the closed form that the product claims;
    the product as it is certified is then held to the exact map of that G on random inputs. What goes wrong becomes a
    sentence in `failures`. An approximate product is held to its own map in float64; how far that is from equivariant
    and from its oracle is shown. An edge convolution is held to the map of its fixed weights, and its freedom is that
    of its weights for one kind of edge.
    """
    problem, known = case.problem, entry(case.product)
    edge = problem.setting == "edge"
    found: dict[str, Any] = {"cg_paths": len(problem.paths)}
    asked = Certificate(
        case.product, case.variant, case.framework, case.dtype, case.device, case.layout, case.compilation,
        problem.setting, problem.parity, problem.l_max, problem.l1, problem.l2, problem.l_out, inner, outer,
        known.group, known.approximate, known.coefficient_error)
    failures: list[str] = []
    family = oracle = None
    try:
        # first: a float64 framework and one of another dtype do not live side by side in JAX
        table = attempt("the coupling table", failures, lambda: _in_float64(case, _edge_table if edge else measured))
        if edge:
            family = attempt("the weights", failures, lambda: _in_float64(case, edge_family))
        oracle = _oracle(case) if known.approximate else None
        probe = attempt("the product", failures, lambda: Probe(case))
        if probe is not None and edge:
            couplings = None if table is None else table.couplings
            attempt("the checks", failures, lambda: check_edge(probe, couplings, known, found, failures))
        elif probe is not None:
            attempt("the checks", failures, lambda: check(probe, table, oracle, known, found, failures))
    except Unsupported as reason:
        # nothing is reached: where the law of the product forbids every path, each is lost for that
        reached = () if vanishes(of_variant(known.coupling, case.variant), problem) else problem.paths
        return replace(asked, **found, message=str(reason), lost=tuple(lost_paths(problem, reached, ())))
    if table is not None and (family is not None or not edge):
        _hold_to_law(case, table.couplings, failures)
        parities = probe.product.irreps_out if probe is not None and known.group == "O3" else ()
        _describe(case, table.couplings, parities, found)
        if family is not None:
            _express_edge(family, inner, outer, found, failures)
        else:
            _express(table.couplings, inner, outer, found, failures)
    return replace(asked, **found, status="fails" if failures else "holds", passed=not failures,
                   failures=tuple(failures))


def _in_float64(case: Case, measure: Callable[..., Any]) -> Any:
    """What is measured in NumPy, or where the product has no NumPy form in the case's framework."""
    problem = replace(case.problem, batch=1, channels=1)
    for name in dict.fromkeys(("numpy", case.framework)):
        framework = framework_class(name)(
            device="cpu", dtype="float64", precision="highest", compilation=COMPILATIONS[name][0])
        try:
            return measure(case.product, problem, framework, variant=case.variant)
        except Unsupported as reason:
            last = reason
    raise last


def _edge_table(key: str, problem: Problem, framework: Framework, *, variant: str) -> Measured:
    couplings, residual = edge_table(key, problem, framework, variant=variant)
    return Measured(tuple(sorted(couplings, key=lambda each: (each.l1, each.l2, each.l3))), residual, 0.0)


def _oracle(case: Case) -> Sequence[Coupling] | None:
    """The coupling table of the product whose function an approximate one approximates, if it names one."""
    if not (key := tensor_product_class(case.product).oracle_key):
        return None
    numpy = framework_class("numpy")(device="cpu", dtype="float64", precision="highest", compilation="eager")
    return coupling_table(key, replace(case.problem, batch=1, channels=1), numpy)


def _hold_to_law(case: Case, couplings: Sequence[Coupling], failures: list[str]) -> None:
    """A sentence for every path whose G is not what the product claims, and where every G is zero."""
    if not couplings:
        failures.append("the map must not be zero on every path")
    if claim := _claim(case):
        failures += _some(broken(claim, couplings, case.problem))


def _claim(case: Case):
    known = entry(case.product)
    if known.approximate:
        return None
    return claim_of(known, tensor_product_class(case.product), case.variant, case.problem.setting)


def _describe(case: Case, couplings: Sequence[Coupling], parities, found: dict[str, Any]) -> None:
    """Fills in what is reached, what is lost, and the law."""
    asked = {(each.l1, each.l2, each.l3) for each in couplings} & set(case.problem.paths)
    claim = _claim(case)
    found.update(
        law=claim.name if claim else "", interactable=len(asked),
        paths=tuple((each.l1, each.l2, each.l3, each.g) for each in couplings),
        lost=tuple(lost_paths(case.problem, asked, parities)))
    if found.get("oracle_error") is not None:
        found["oracle_error_ulp"] = found["oracle_error"] / float(np.finfo(case.dtype).eps)


def _express(couplings, inner: int, outer: int, found: dict[str, Any], failures: list[str]) -> None:
    """Fills in the freedom of linear layers around a bilinear product."""
    tied, untied = (jacobian_rank(couplings, inner=inner, outer=outer, tied=each) for each in (True, False))
    freedom = degrees_of_freedom(couplings)
    for each, name in ((tied, "tied"), (untied, "untied")):
        _hold_to_gap(each, f"with {name} weights ", failures)
    one = tied if inner == outer == 1 else jacobian_rank(couplings)
    if one is not None and one.rank != freedom:
        failures.append(f"degrees of freedom must be the Jacobian's rank, {one.rank}, got {freedom}")
    found.update(degrees_of_freedom=freedom, **_rank("jacobian_rank", "jacobian_gap", tied),
                 **_rank("jacobian_rank_untied", "jacobian_gap_untied", untied))


def _express_edge(family: EdgeFamily, inner: int, outer: int, found: dict[str, Any], failures: list[str]) -> None:
    """Fills in the freedom of an edge convolution's weights."""
    one, mixed = edge_jacobian_rank(family), None
    if (inner, outer) != (1, 1):
        mixed = edge_jacobian_rank(family, inner=inner, outer=outer)
        _hold_to_gap(mixed, "", failures)
    _hold_to_gap(one, "over the weights ", failures)
    failures += _some(family.misplaced())
    if one.rank != family.rank:
        failures.append(f"degrees of freedom must be the Jacobian's rank, {one.rank}, got {family.rank}")
    shown = one if (inner, outer) == (1, 1) else mixed
    found.update(weights=len(family.paths), degrees_of_freedom=family.rank,
                 **_rank("jacobian_rank", "jacobian_gap", shown))


def _hold_to_gap(found: JacobianRank | None, which: str, failures: list[str]) -> None:
    if found is not None and found.gap is not None and found.gap < _LEAST_GAP:
        failures.append(f"the Jacobian's rank {which}must be clear, got a gap of {found.gap:.2g}")


def _rank(name: str, gap: str, found: JacobianRank | None) -> dict[str, Any]:
    return {name: found.rank, gap: found.gap} if found is not None else {}


def _some(sentences: Iterable[str]) -> list[str]:
    """The first few, and how many more there are."""
    every = list(sentences)
    rest = len(every) - _SHOWN
    return every[:_SHOWN] + [f"and {rest} more of this kind"] * (rest > 0)
