"""Holds a product as it runs to what it must be: its errors, and a sentence for each that rounding does not explain."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace
from math import isfinite, sqrt
from typing import Any

import numpy as np

from backend.catalogue import Entry
from backend.expressivity.certificate.probes import Map, Probe
from backend.expressivity.certificate.reference import DenseReference, EdgeReference, Reference
from backend.expressivity.certificate.square_reference import SquareReference
from backend.expressivity.certificate.weighted import mixing_gradient_error, square_gradient_error, weights_error
from backend.expressivity.coupling_table import Coupling, Measured
from backend.frameworks import Unsupported

_ULPS = 20   # allowed for each square root of a term; see `tolerance`


def tolerance(dtype: str, terms: int, coefficients: float = 0.0) -> float:
    """The relative error that rounding explains: 20 ulp for each square root of a term of an output's sum; and on top
    of that, the error of the coefficients that a library declares."""
    return _ULPS * float(np.finfo(dtype).eps) * sqrt(terms) + coefficients


def check(
    probe: Probe, table: Measured | None, oracle: Sequence[Coupling] | None, known: Entry, found: dict[str, Any],
    failures: list[str],
) -> None:
    """Fills in the errors of a bilinear product, and says which are too large."""
    judge = _Judge(probe, known, found, failures)
    found["bilinear"] = judge("bilinear_error", probe.bilinear_error(), "the map must be bilinear")
    _check_symmetry(probe, known, judge)
    product = probe.product
    if table is not None:
        reference = DenseReference(table.tensor) if table.tensor is not None else Reference(
            table.couplings, product.irreps_in1, product.irreps_in2, product.irreps_out)
        _check_against(reference, "the map of its coupling table" if table.tensor is None else "its own map", probe,
                       judge)
        gradient = attempt("the gradient", failures, lambda: probe.gradient_error(reference))
        judge("gradient_error", gradient, f"the gradient in {judge.where} must be that of the map")
    if oracle is not None:
        approximated = Reference(oracle, product.irreps_in1, product.irreps_in2, product.irreps_out)
        judge("oracle_error", probe.reference_error(approximated), "", judged=False)
    _count(probe, found)


def check_edge(
    probe: Probe, couplings: Sequence[Coupling] | None, known: Entry, found: dict[str, Any], failures: list[str]
) -> None:
    """Fills in the errors of an edge convolution, in directions at and near the poles too, and says which are too
    large. The gradient by a direction at a pole is shown: where angles turn the edge it does not exist there."""
    judge = _Judge(probe, known, found, failures)
    judge("linear_error", probe.linear_error(), "the map must be linear in x")
    judge("length_error", probe.length_error(), "the length of the direction must not matter")
    _check_symmetry(probe, known, judge)
    judge("numpy_error", probe.numpy_error(), f"the product in {judge.where} must be its NumPy form in float64")
    if couplings is not None:
        reference = EdgeReference(couplings, probe.product.irreps_in1, probe.product.irreps_out)
        _check_against(reference, "the map of its coupling table", probe, judge)
        errors = attempt("the gradient", failures, lambda: probe.gradient_error(reference, poles=True))
        judge("gradient_error", errors and errors[0], f"the gradient in {judge.where} must be that of the map")
        judge("gradient_error_pole", errors and errors[1], "", judged=False)
    _count(probe, found)


def check_square(
    probe: Probe, reference: SquareReference, known: Entry, found: dict[str, Any], failures: list[str]
) -> None:
    """Fills in the errors of a square, and says which are too large."""
    judge = _Judge(probe, known, found, failures)
    judge("quadratic_error", probe.quadratic_error(), "the map must be quadratic in x")
    judge("weights_error", weights_error(probe), "the map must be linear in its weights")
    _check_symmetry(probe, known, judge)
    _check_against(reference, "the square of its product's couplings", probe, judge)
    gradient = attempt("the gradient", failures, lambda: square_gradient_error(probe, reference))
    judge("gradient_error", gradient, f"the gradient in {judge.where} must be that of the map")
    _count(probe, found)


def check_mixing(
    probe: Probe, exact: Map | None, whose: str, known: Entry, found: dict[str, Any], failures: list[str]
) -> None:
    """Fills in the errors of a product whose channels mix, at its weights and in them, and says which are too large.
    `exact` is the map that it must be."""
    judge = _Judge(probe, known, found, failures)
    found["bilinear"] = judge("bilinear_error", probe.bilinear_error(), "the map must be bilinear at fixed weights")
    if probe.weights:
        judge("weights_error", weights_error(probe), "the map must be linear in its weights")
    _check_symmetry(probe, known, judge)
    if exact is not None:
        judge("oracle_error", probe.reference_error(exact), f"the product in {judge.where} must be {whose} in float64")
        gradient = attempt("the gradient", failures, lambda: mixing_gradient_error(probe, exact))
        judge("gradient_error", gradient, f"the gradient in {judge.where} must be that of the map")
    _count(probe, found)


def attempt(what: str, failures: list[str], do: Callable[[], Any]) -> Any:
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


class _Judge:
    """Writes an error down, and a sentence where it is larger than rounding explains."""

    def __init__(self, probe: Probe, known: Entry, found: dict[str, Any], failures: list[str]) -> None:
        case = probe.case
        self.allowed = tolerance(case.dtype, probe.terms, known.coefficient_error)
        self.where = f"{case.framework} in {case.dtype} and {case.layout}"
        self._found, self._failures = found, failures
        found["tolerance"] = self.allowed

    def __call__(self, name: str, error: float | None, sentence: str, *, judged: bool = True) -> bool:
        self._found[name] = error if error is not None and isfinite(error) else None
        right = error is None or error <= self.allowed   # not a number is wrong
        if not right and judged:
            self._failures.append(f"{sentence}: the error is {error:.2g}, rounding explains {self.allowed:.2g}")
        return right


def _check_symmetry(probe: Probe, known: Entry, judge: _Judge) -> None:
    judge("equivariance_error_rotation", probe.equivariance_error(inversion=False),
          "the map must be equivariant under rotations", judged=not known.approximate)
    judge("equivariance_error_inversion", probe.equivariance_error(inversion=True),
          "the map must be equivariant under inversion, since its group is O(3)",
          judged=known.group == "O3" and not known.approximate)


def _check_against(reference: Reference, whose: str, probe: Probe, judge: _Judge) -> None:
    error = probe.reference_error(reference)
    mixed = (probe.reference_error(reference, poles=False) > judge.allowed
             and probe.is_exact_on_equal_rows(reference, judge.allowed))
    judge("oracle_error", error, "each row and channel must be multiplied by itself" if mixed else
          f"the product in {judge.where} must be {whose} in float64")


def _count(probe: Probe, found: dict[str, Any]) -> None:
    """FLOP and bytes of one row and channel, where channels mix of one row, as declared and as the framework counts."""
    found["counted_flops"] = probe.counted_flops()
    found["counted_flops_counter"] = probe.framework.flop_counter
    found["effective"] = dict(getattr(probe.product, "effective", {}))
    problem = probe.case.problem
    one = copy(probe.product)   # a library's takes seconds to build, and counts from its problem alone
    one.rows_in1 = one.rows_out = 1
    if problem.spread:
        one.problem = replace(problem, batch=1)
        one.weight_size //= problem.batch if problem.weights == "per_sample" else 1
        found["flops"] = int(probe.product.flops("forward")) // problem.batch
    else:
        one.problem, one.channels_in2 = replace(problem, batch=1, channels=1), 1
        one.weight_size //= problem.channels   # a square has weights of each channel
        found["flops"] = int(probe.product.flops("forward")) // (problem.batch * problem.channels)
    found["bytes"] = int(one.bytes("forward"))
