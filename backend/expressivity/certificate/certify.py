"""Certifies one product on one problem: everything measured, judged by what the product declares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from backend.catalogue import Entry, entry
from backend.expressivity.certificate.certificate import Certificate
from backend.expressivity.certificate.checks import attempt, check, check_edge
from backend.expressivity.certificate.edge_jacobian import edge_jacobian_rank
from backend.expressivity.certificate.findings import (
    describe,
    hold_to_gap,
    hold_to_law,
    hold_to_rank,
    in_float64,
    rank_fields,
    some,
)
from backend.expressivity.certificate.laws import of_variant, vanishes
from backend.expressivity.certificate.mixing import certify_mixing
from backend.expressivity.certificate.probes import Probe
from backend.expressivity.certificate.square import certify_square
from backend.expressivity.coupling_table import Coupling, coupling_table, measured
from backend.expressivity.degrees_of_freedom import degrees_of_freedom
from backend.expressivity.edge_family import edge_family
from backend.expressivity.edge_table import edge_table
from backend.expressivity.jacobian import jacobian_rank
from backend.expressivity.lost import lost_paths
from backend.frameworks import Framework, Unsupported, framework_class
from backend.so3 import Irreps
from backend.spec import Case, Problem
from backend.tensor_products import tensor_product_class


def certify(case: Case, *, inner: int = 1, outer: int = 1) -> Certificate:
    """The certificate of the case's product in its framework, dtype, device, layout and compilation.

    G is measured in float64, in NumPy where the product has it, and held to the closed form that the product claims;
    the product as it is certified is then held to the exact map of that G on random inputs. What goes wrong becomes a
    sentence in `failures`. An approximate product is held to its own map in float64; how far that is from equivariant
    and from its oracle is shown. An edge convolution is held to the map of its fixed weights, and its freedom is that
    of its weights for one kind of edge. A product whose channels mix: see `certify_mixing`.
    """
    problem, known = case.problem, entry(case.product)
    found: dict[str, Any] = {"cg_paths": len(problem.paths)}
    asked = Certificate(
        case.product, case.variant, case.framework, case.dtype, case.device, case.layout, case.compilation,
        problem.setting, problem.parity, problem.l_max, problem.l1, problem.l2, problem.l_out, inner, outer,
        known.group, known.approximate, known.coefficient_error, problem.mixing, problem.weights)
    failures: list[str] = []
    kind = {"edge": _certify_edge, "square": certify_square}.get(
        problem.setting, certify_mixing if problem.spread else _certify_bilinear)
    try:
        kind(case, inner, outer, found, failures)
    except Unsupported as reason:
        # nothing is reached: where the law of the product forbids every path, each is lost for that
        reached = () if vanishes(of_variant(known.coupling, case.variant), problem) else problem.paths
        freedom = {} if reached or kind is not _certify_bilinear else dict.fromkeys(
            ("interactable", "degrees_of_freedom", "jacobian_rank", "jacobian_rank_untied"), 0)
        return replace(asked, cg_paths=len(problem.paths), message=str(reason),
                       lost=tuple(lost_paths(problem, reached, ())), **freedom)
    return replace(asked, **found, status="fails" if failures else "holds", passed=not failures,
                   failures=tuple(failures))


def _certify_bilinear(case: Case, inner: int, outer: int, found: dict[str, Any], failures: list[str]) -> None:
    known = entry(case.product)
    # first: a float64 framework and one of another dtype do not live side by side in JAX
    table = attempt("the coupling table", failures, lambda: in_float64(case, lambda framework: measured(
        case.product, _alone(case), framework, variant=case.variant)))
    oracle = _oracle(case) if known.approximate else None
    probe = attempt("the product", failures, lambda: Probe(case))
    if probe is not None:
        attempt("the checks", failures, lambda: check(probe, table, oracle, known, found, failures))
    if table is None:
        return
    hold_to_law(case, table.couplings, failures)
    describe(case, table.couplings, _parities(known, probe), found)
    tied, untied = (jacobian_rank(table.couplings, inner=inner, outer=outer, tied=each) for each in (True, False))
    freedom = degrees_of_freedom(table.couplings)
    for each, name in ((tied, "tied"), (untied, "untied")):
        hold_to_gap(each, f"with {name} weights ", failures)
    hold_to_rank(freedom, tied if inner == outer == 1 else jacobian_rank(table.couplings), "", failures)
    found.update(degrees_of_freedom=freedom, **rank_fields("jacobian_rank", "jacobian_gap", tied),
                 **rank_fields("jacobian_rank_untied", "jacobian_gap_untied", untied))


def _certify_edge(case: Case, inner: int, outer: int, found: dict[str, Any], failures: list[str]) -> None:
    known = entry(case.product)
    couplings = attempt("the coupling table", failures, lambda: in_float64(case, lambda framework: _edge_couplings(
        case, framework)))
    family = attempt("the weights", failures, lambda: in_float64(case, lambda framework: edge_family(
        case.product, _alone(case), framework, variant=case.variant)))
    probe = attempt("the product", failures, lambda: Probe(case))
    if probe is not None:
        attempt("the checks", failures, lambda: check_edge(probe, couplings, known, found, failures))
    if couplings is None or family is None:
        return
    hold_to_law(case, couplings, failures)
    describe(case, couplings, _parities(known, probe), found)
    one, mixed = edge_jacobian_rank(family), None
    if (inner, outer) != (1, 1):
        mixed = edge_jacobian_rank(family, inner=inner, outer=outer)
        hold_to_gap(mixed, "", failures)
    hold_to_gap(one, "over the weights ", failures)
    failures += some(family.misplaced())
    hold_to_rank(family.rank, one, "", failures)
    found.update(weights=len(family.paths), degrees_of_freedom=family.rank,
                 **rank_fields("jacobian_rank", "jacobian_gap", one if (inner, outer) == (1, 1) else mixed))


def _alone(case: Case) -> Problem:
    return replace(case.problem, batch=1, channels=1)


def _parities(known: Entry, probe: Probe | None) -> Irreps | tuple[()]:
    """The output copies, where their parity means something."""
    return probe.product.irreps_out if probe is not None and known.group == "O3" else ()


def _edge_couplings(case: Case, framework: Framework) -> tuple[Coupling, ...]:
    couplings, _ = edge_table(case.product, _alone(case), framework, variant=case.variant)
    return tuple(sorted(couplings, key=lambda each: (each.l1, each.l2, each.l3)))


def _oracle(case: Case) -> Sequence[Coupling] | None:
    """The coupling table of the product whose function an approximate one approximates, if it names one."""
    if not (key := tensor_product_class(case.product).oracle_key):
        return None
    numpy = framework_class("numpy")(device="cpu", dtype="float64", precision="highest", compilation="eager")
    return coupling_table(key, _alone(case), numpy)
