"""Certifies a product whose channels mix, at its weights: a library's that mixes itself, or any that is spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from backend.catalogue import entry
from backend.expressivity.certificate.canonical import Canonical, canonical, canonical_weights, misplaced
from backend.expressivity.certificate.checks import attempt, check_mixing
from backend.expressivity.certificate.findings import (
    describe,
    hold_to_gap,
    hold_to_law,
    hold_to_rank,
    in_float64,
    rank_fields,
    some,
)
from backend.expressivity.certificate.mixing_freedom import effective, layer_rank, operation_rank, weight_count
from backend.expressivity.certificate.mixing_reference import OracleMap, TableMap
from backend.expressivity.certificate.mixing_table import MixingTable, mixing_table
from backend.expressivity.certificate.probes import Probe
from backend.expressivity.spread_freedom import spread_degrees_of_freedom
from backend.frameworks import Unsupported, framework_class
from backend.spec import Case
from backend.tensor_products import tensor_product_class

CHANNELS = 2   # the fewest in which a wrong channel shows, and all that it is measured with


def certify_mixing(case: Case, inner: int, outer: int, found: dict[str, Any], failures: list[str]) -> None:
    """Fills in what was found of the case's operation with two channels. Its G stands for canonical weights, those of
    `path_weights`; its paths, its freedom and its errors are those of the operation alone.

    Raises Unsupported where it cannot do the problem, or has a part that no certificate speaks of.
    """
    known = entry(case.product)
    if case.problem.scope != "op" or case.problem.neighbours:
        raise Unsupported("a certificate is of the operation alone; leave out scope and neighbours, and count what "
                          "linear layers around it reach by inner and outer channels")
    if known.approximate:
        raise Unsupported("an approximate product is certified channel by channel, without weights")
    case = replace(case, problem=replace(case.problem, channels=CHANNELS, batch=1))
    product = tensor_product_class(case.product)
    table = attempt("the coupling table", failures, lambda: in_float64(case, lambda framework: mixing_table(
        case.product, case.problem, framework, variant=case.variant, layout=case.layout)))
    weights = None   # a product that mixes itself and names no oracle has none but its own
    if product.oracle_key or not known.mixings:
        key, variant = (product.oracle_key, "") if product.oracle_key else (case.product, case.variant)
        weights = in_float64(case, lambda framework: canonical_weights(key, case.problem, framework, variant=variant))
    if table is not None:
        whole = canonical(table, weights)
        failures += some(misplaced(whole, weights))
    probe = attempt("the product", failures, lambda: Probe(case))
    if probe is not None:
        attempt("the checks", failures, lambda: _check(probe, table, product.oracle_key, found, failures))
    if table is None:
        return
    couplings = sorted((each.coupling for each in whole), key=lambda each: (each.l1, each.l2, each.l3))
    hold_to_law(case, couplings, failures)
    describe(case, couplings, probe.product.irreps_out if probe is not None and known.group == "O3" else (), found)
    found["channels"] = CHANNELS
    _express(case, table, whole, inner, outer, found, failures)


def _check(
    probe: Probe, table: MixingTable | None, oracle_key: str, found: dict[str, Any], failures: list[str]
) -> None:
    """Its errors, against our mixing around its oracle, or where it names none against the map of its table, which
    has the weights of one row."""
    exact, whose, own = None, "our mixing around its oracle", probe.case.problem.weights == "per_sample"
    if oracle_key:
        numpy = framework_class("numpy")(device="cpu", dtype="float64", precision="highest", compilation="eager")
        exact = OracleMap(oracle_key, probe.product, numpy)
    elif table is not None and not own:
        exact, whose = TableMap(table, probe.product), "the map of its coupling table"
    check_mixing(probe, exact, whose, entry(probe.case.product), found, failures)


def _express(
    case: Case, table: MixingTable, whole: Sequence[Canonical], inner: int, outer: int, found: dict[str, Any],
    failures: list[str],
) -> None:
    """Fills in the freedom of weights and of a scalar for each copy and channel, with one channel and with all; and
    that of linear layers around the operation."""
    couplings = effective(whole)
    freedom, ranks = {}, {}
    for channels, which in ((1, ""), (CHANNELS, f" of {CHANNELS} channels")):
        freedom[channels] = spread_degrees_of_freedom(couplings, replace(case.problem, channels=channels))
        ranks[channels] = operation_rank(whole, channels)
        hold_to_rank(freedom[channels], ranks[channels], which, failures)
        hold_to_gap(ranks[channels], f"{which[1:]} ".lstrip(), failures)
    layer = ranks[1]
    if (inner, outer) != (1, 1):
        layer = layer_rank(whole, case.problem.mixing, inner=inner, outer=outer)
        hold_to_gap(layer, "between linear layers ", failures)
    found.update(
        weights=weight_count(table, whole),
        degrees_of_freedom=freedom[1], channels_degrees_of_freedom=freedom[CHANNELS],
        **rank_fields("jacobian_rank", "jacobian_gap", layer),
        **rank_fields("channels_jacobian_rank", "channels_jacobian_gap", ranks[CHANNELS]))
