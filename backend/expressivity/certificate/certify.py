"""Certifies one product on one problem: everything measured, judged by what the product declares."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import isfinite, sqrt
from typing import Any

import numpy as np

from backend.catalogue import Entry, entry
from backend.expressivity.certificate.certificate import Certificate
from backend.expressivity.certificate.jacobian import JacobianRank, jacobian_rank
from backend.expressivity.certificate.laws import broken, claim_of, vanishes
from backend.expressivity.certificate.lost import lost_paths
from backend.expressivity.certificate.probes import Probe
from backend.expressivity.certificate.reference import DenseReference, Reference
from backend.expressivity.coupling_table import Coupling, Measured, coupling_table, measured
from backend.expressivity.degrees_of_freedom import degrees_of_freedom
from backend.frameworks import Unsupported, framework_class
from backend.spec import COMPILATIONS, Case
from backend.tensor_products import build, tensor_product_class

_ULPS = 20          # allowed for each square root of a term; see `tolerance`
_LEAST_GAP = 1e3    # of singular values; less, and the rank is not decided
_SHOWN = 5          # sentences of one kind


def certify(case: Case, *, inner: int = 1, outer: int = 1) -> Certificate:
    """The certificate of the case's product in its framework, dtype, device, layout and compilation.

    G is measured in float64, in NumPy where the product has it, and held to the closed form that the product claims;
    the product as it is certified is then held to the exact map of that G on random inputs. What goes wrong becomes a
    sentence in `failures`. An approximate product is held to its own map in float64; how far that is from equivariant
    and from its oracle is shown.
    """
    problem, known = case.problem, entry(case.product)
    found: dict[str, Any] = {"cg_paths": len(problem.paths)}
    asked = Certificate(
        case.product, case.variant, case.framework, case.dtype, case.device, case.layout, case.compilation,
        problem.setting, problem.parity, problem.l_max, problem.l1, problem.l2, problem.l_out, inner, outer,
        known.group, known.approximate)
    failures: list[str] = []
    table = oracle = None
    try:
        if problem.setting == "edge":
            raise Unsupported("a certificate is of a bilinear map; an edge convolution is not linear in its direction")
        # first: a float64 framework and one of another dtype do not live side by side in JAX
        table = _attempt("the coupling table", failures, lambda: _table(case))
        oracle = _oracle(case) if known.approximate else None
        probe = _attempt("the product", failures, lambda: Probe(case))
        if probe is not None:
            _attempt("the checks", failures, lambda: _check(probe, table, oracle, known, found, failures))
    except Unsupported as reason:
        # nothing is reached: where the law of the product forbids every path, each is lost for that
        reached = () if vanishes(known.coupling, problem) else problem.paths
        return replace(asked, **found, message=str(reason), lost=tuple(lost_paths(problem, reached, ())))
    if table is not None:
        parities = probe.product.irreps_out if probe is not None and known.group == "O3" else ()
        _express(case, table.couplings, parities, inner, outer, found, failures)
    return replace(asked, **found, status="fails" if failures else "holds", passed=not failures,
                   failures=tuple(failures))


def tolerance(dtype: str, terms: int) -> float:
    """The relative error that rounding explains: 20 ulp for each square root of a term of an output's sum."""
    return _ULPS * float(np.finfo(dtype).eps) * sqrt(terms)


def _table(case: Case) -> Measured:
    """The coupling table, in NumPy, or where it has no NumPy form in the case's framework."""
    problem = replace(case.problem, batch=1, channels=1)
    for name in dict.fromkeys(("numpy", case.framework)):
        framework = framework_class(name)(
            device="cpu", dtype="float64", precision="highest", compilation=COMPILATIONS[name][0])
        try:
            return measured(case.product, problem, framework, variant=case.variant)
        except Unsupported as reason:
            last = reason
    raise last


def _oracle(case: Case) -> Sequence[Coupling] | None:
    """The coupling table of the product whose function an approximate one approximates, if it names one."""
    if not (key := tensor_product_class(case.product).oracle_key):
        return None
    numpy = framework_class("numpy")(device="cpu", dtype="float64", precision="highest", compilation="eager")
    return coupling_table(key, replace(case.problem, batch=1, channels=1), numpy)


def _check(
    probe: Probe, table: Measured | None, oracle: Sequence[Coupling] | None, known: Entry, found: dict[str, Any],
    failures: list[str],
) -> None:
    """Fills in the errors of the certified product, and says which are too large."""
    allowed = tolerance(probe.case.dtype, probe.x.shape[-1] * probe.y.shape[-1])
    found["tolerance"] = allowed

    def judge(name: str, error: float | None, sentence: str, *, judged: bool = True) -> bool:
        found[name] = error if error is not None and isfinite(error) else None
        right = error is None or error <= allowed   # not a number is wrong
        if not right and judged:
            failures.append(f"{sentence}: the error is {error:.2g}, rounding explains {allowed:.2g}")
        return right

    found["bilinear"] = judge("bilinear_error", probe.bilinear_error(), "the map must be bilinear")
    judge("equivariance_error_rotation", probe.equivariance_error(inversion=False),
          "the map must be equivariant under rotations", judged=not known.approximate)
    judge("equivariance_error_inversion", probe.equivariance_error(inversion=True),
          "the map must be equivariant under inversion, since its group is O(3)",
          judged=known.group == "O3" and not known.approximate)
    if table is not None:
        _check_against(table, probe, judge, failures)
    if oracle is not None:
        reference = Reference(oracle, probe.product.irreps_in1, probe.product.irreps_in2, probe.product.irreps_out)
        judge("oracle_error", probe.reference_error(reference), "", judged=False)
    found["counted_flops"] = probe.counted_flops()
    found["counted_flops_counter"] = probe.framework.flop_counter
    found["effective"] = dict(getattr(probe.product, "effective", {}))
    one = build(replace(probe.case, problem=replace(probe.case.problem, batch=1, channels=1)), probe.framework)
    found["flops"], found["bytes"] = int(one.flops("forward")), int(one.bytes("forward"))


def _check_against(table: Measured, probe: Probe, judge, failures: list[str]) -> None:
    product, case = probe.product, probe.case
    reference = DenseReference(table.tensor) if table.tensor is not None else Reference(
        table.couplings, product.irreps_in1, product.irreps_in2, product.irreps_out)
    error = probe.reference_error(reference)
    allowed = tolerance(case.dtype, probe.x.shape[-1] * probe.y.shape[-1])
    where = f"{case.framework} in {case.dtype} and {case.layout}"
    whose = "the map of its coupling table" if table.tensor is None else "its own map"
    mixed = error > allowed and probe.is_exact_on_equal_rows(reference, allowed)
    judge("oracle_error", error, "each row and channel must be multiplied by itself" if mixed else
          f"the product in {where} must be {whose} in float64")
    gradient = _attempt("the gradient", failures, lambda: probe.gradient_error(reference))
    judge("gradient_error", gradient, f"the gradient in {where} must be that of the map")


def _express(case, couplings, parities, inner, outer, found, failures) -> None:
    """Fills in what the coupling table says, and holds it to the law that the product claims."""
    known = entry(case.product)
    claim = None if known.approximate else claim_of(known, tensor_product_class(case.product))
    if claim:
        failures += _some(broken(claim, couplings, case.problem))
    reached = {(each.l1, each.l2, each.l3) for each in couplings}
    tied, untied = (jacobian_rank(couplings, inner=inner, outer=outer, tied=each) for each in (True, False))
    freedom = degrees_of_freedom(couplings)
    for each, name in ((tied, "tied"), (untied, "untied")):
        if each is not None and each.gap is not None and each.gap < _LEAST_GAP:
            failures.append(f"the Jacobian's rank with {name} weights must be clear, got a gap of {each.gap:.2g}")
    one = tied if inner == outer == 1 else jacobian_rank(couplings)
    if one is not None and one.rank != freedom:
        failures.append(f"degrees of freedom must be the Jacobian's rank, {one.rank}, got {freedom}")
    found.update(
        law=claim.name if claim else "", interactable=len(reached), degrees_of_freedom=freedom,
        paths=tuple((each.l1, each.l2, each.l3, each.g) for each in couplings),
        lost=tuple(lost_paths(case.problem, reached, parities)),
        **_rank("jacobian_rank", "jacobian_gap", tied), **_rank("jacobian_rank_untied", "jacobian_gap_untied", untied))
    if found.get("oracle_error") is not None:
        found["oracle_error_ulp"] = found["oracle_error"] / float(np.finfo(case.dtype).eps)


def _rank(name: str, gap: str, found: JacobianRank | None) -> dict[str, Any]:
    return {name: found.rank, gap: found.gap} if found is not None else {}


def _some(sentences: Iterable[str]) -> list[str]:
    """The first few, and how many more there are."""
    every = list(sentences)
    rest = len(every) - _SHOWN
    return every[:_SHOWN] + [f"and {rest} more of this kind"] * (rest > 0)


def _attempt(what: str, failures: list[str], do):
    """What `do` gives; None and a sentence where it raises. Unsupported is an answer and passes."""
    try:
        return do()
    except Unsupported:
        raise
    except Exception as error:
        # the boundary: whatever a product raises is what its certificate says of it; the trace goes to the log
        if not isinstance(error, ArithmeticError):
            traceback.print_exc()
        name = "" if isinstance(error, ArithmeticError) else f"{type(error).__name__}: "
        text = str(error).strip().splitlines()
        failures.append(f"{what}: {name}{text[0] if text else 'without a word'}"[:500])
        return None
