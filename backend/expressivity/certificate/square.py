"""Certifies a square: quadratic in x, linear in its weights, and the square of the couplings of its product."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt
from typing import Any

import numpy as np

from backend.catalogue import entry
from backend.expressivity.certificate.checks import attempt, check_square
from backend.expressivity.certificate.findings import describe, hold_to_gap, hold_to_rank, in_float64, rank_fields, some
from backend.expressivity.certificate.probes import Probe
from backend.expressivity.certificate.square_reference import SquareReference
from backend.expressivity.coupling_table import TOLERANCE, Coupling, measured, project, random_vector
from backend.expressivity.degrees_of_freedom import degrees_of_freedom
from backend.expressivity.jacobian import jacobian_rank
from backend.expressivity.square_table import square_couplings
from backend.frameworks import Framework, Unsupported
from backend.so3 import Irrep, Irreps
from backend.spec import Case, Problem
from backend.tensor_products import Operation, make
from backend.tensor_products.coupling import path_irrep, symmetric_paths
from backend.tensor_products.mixing_weights import path_weights

Totals = dict[tuple[int, int, Irrep], float]   # (l1, l2, output irrep) -> G at the operation's weights


def certify_square(case: Case, inner: int, outer: int, found: dict[str, Any], failures: list[str]) -> None:
    """Fills in what was found of the case's square. Its couplings are those of its product with itself, its paths the
    symmetric ones; what the square itself shows, at its weights, must be their sum.

    Raises Unsupported where it cannot do the problem.
    """
    known = entry(case.product)
    if known.approximate:
        raise Unsupported("an approximate product is certified by its bilinear map; choose the setting layer")
    alone = replace(case.problem, batch=1, channels=1)
    copies, couplings = in_float64(case, lambda framework: _of_product(case, alone, framework))
    probe = attempt("the product", failures, lambda: Probe(case))
    weights = path_weights(alone, copies)[0, 0].astype(np.float64)
    shown = attempt("the coupling table", failures, lambda: in_float64(case, lambda framework: _shown(
        make(case.product, replace(alone, batch=3 * len(alone.degrees_in1) * alone.dim_in1), framework,
             variant=case.variant, layout=case.layout))))
    if shown is not None:
        failures += some(_misplaced(shown, _totals(couplings, copies, weights)))
        reached = set(shown)
        couplings = [each for each in couplings if (each.l1, each.l2, copies[each.copy]) in reached]
    if probe is not None:
        reference = SquareReference(couplings, copies, probe.product, path_weights(probe.product.problem, copies)[0])
        attempt("the checks", failures, lambda: check_square(probe, reference, known, found, failures))
    describe(case, couplings, copies if known.group == "O3" else (), found)
    found["law"] = ""
    freedom = degrees_of_freedom(couplings, square=True)
    rank = jacobian_rank(couplings, inner=inner, outer=outer, square=True)
    hold_to_gap(rank, "", failures)
    hold_to_rank(freedom, rank if inner == outer == 1 else jacobian_rank(couplings, square=True), "", failures)
    found.update(weights=len(copies), degrees_of_freedom=freedom, **rank_fields("jacobian_rank", "jacobian_gap", rank))


def _of_product(case: Case, alone: Problem, framework: Framework) -> tuple[Irreps, list[Coupling]]:
    """The output copies whose weights are summed, and the couplings of each: of a product squared by us those measured
    of it, else one for each symmetric path."""
    if not entry(case.product).does("layer"):
        paths = symmetric_paths(alone)
        return Irreps(tuple(path_irrep(*path) for path in paths)), [
            Coupling(*path, path[0], path[1], copy, sqrt(2 * path[2] + 1)) for copy, path in enumerate(paths)]
    operation = make(case.product, alone, framework, variant=case.variant)
    layer = replace(alone, setting="layer")
    copies = make(case.product, layer, framework, variant=case.variant).irreps_out
    couplings = square_couplings(measured(case.product, layer, framework, variant=case.variant).couplings)
    return copies, [each for each in couplings if copies[each.copy] in operation.irreps_out.copies]


def _shown(operation: Operation) -> Totals:
    """What S(x + x') - S(x) - S(x') says of each pair of degrees, at the operation's weights. Raises CouplingError
    where it is no multiple of w3j."""
    in1, dim = operation.irreps_in1, operation.irreps_in1.dim
    first = np.zeros((len(in1), dim, dim))
    for copy, part in enumerate(in1.slices):
        first[copy, :, part] = random_vector(in1[copy].dim)
    second = np.broadcast_to(np.eye(dim), first.shape)
    x = np.stack([first + second, first, second]).reshape(-1, 1, dim)
    framework = operation.framework
    arrays = operation.place_x(x), operation.place_y(np.zeros((len(x), 1, 0))), *operation.weights()
    arrays = tuple(map(framework.asarray, arrays))
    output = framework.to_numpy(framework.compile(operation, *arrays).function(*arrays))
    both, one, other = operation.values_of(output).reshape(3, len(in1), dim, -1)
    found: Totals = {}
    block, tolerance = both - one - other, TOLERANCE * np.abs(both).max(initial=1e-300)
    for copy1, each1 in enumerate(in1):
        for copy2 in range(copy1, len(in1)):
            part = block[None, copy1, in1.slices[copy2]]
            vectors = random_vector(each1.dim)
            for copy, g, _ in project(part, vectors, each1, in1[copy2], operation.irreps_out, tolerance, False):
                g /= 2 if copy1 == copy2 else 1   # x_1 x_1' and x_1' x_1
                if abs(g) > tolerance:
                    found[each1.l, in1[copy2].l, operation.irreps_out[copy]] = g
    return found


def _totals(couplings: Sequence[Coupling], copies: Irreps, weights: np.ndarray) -> Totals:
    """The couplings with these weights, summed as the copies of an irrep are."""
    found: Totals = {}
    for each in couplings:
        place = each.l1, each.l2, copies[each.copy]
        found[place] = found.get(place, 0.0) + weights[each.copy] * each.g
    return found


def _misplaced(shown: Totals, expected: Totals):
    """A sentence for each coupling that is not what the product and the weights make of it."""
    largest = max(map(abs, [*shown.values(), *expected.values()]), default=0.0)
    for l1, l2, irrep in sorted({*shown, *expected}, key=str):
        got, right = (each.get((l1, l2, irrep), 0.0) for each in (shown, expected))
        if abs(got - right) > 10 * TOLERANCE * largest:
            yield f"the square of ({l1}, {l2}) into {irrep} must have the coupling {right:.6g}, got {got:.6g}"
