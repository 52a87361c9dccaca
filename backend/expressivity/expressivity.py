"""The expressivity of a product on a problem as one line: what pages and the command line show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from backend.catalogue import entry
from backend.expressivity.coupling_table import measured
from backend.expressivity.degrees_of_freedom import degrees_of_freedom
from backend.expressivity.edge_family import edge_degrees_of_freedom
from backend.expressivity.edge_table import edge_table
from backend.expressivity.lost import lost_paths
from backend.expressivity.spread_freedom import spread_degrees_of_freedom
from backend.expressivity.square_table import square_couplings
from backend.frameworks import Framework
from backend.spec import SPREAD, Problem
from backend.tensor_products import tensor_product_class


def expressivity(key: str, problem: Problem, framework: Framework, *, variant: str = "") -> dict[str, Any]:
    """Interactable triples, degrees of freedom, the couplings [l1, l2, l3, G] of the product and their residual.

    Interactable counts triples (l1, l2, l3), whatever the number of channels; what is asked and not reached is `lost`,
    [l1, l2, l3, reason], by `lost_paths`. Degrees of freedom count every uncoupled channel; of channels that mix, see
    `spread_degrees_of_freedom`, which may know none (None); of an edge convolution, its weights for one kind of edge;
    of a square, triples have l1 <= l2. The residual is the share of the map's norm that is not equivariant: rounding,
    but for an approximate product, whose couplings count where they exceed the largest such rest. Raises Unsupported
    where the product cannot do the problem.
    """
    known, copies = entry(key), ()
    if problem.setting == "edge":
        couplings, residual = edge_table(key, problem, framework, variant=variant)
        freedom = edge_degrees_of_freedom(key, problem, framework, variant=variant)
    elif problem.setting == "square":
        native = not known.does("layer")   # then its paths are those of all of Clebsch-Gordan
        base = ("clebsch_gordan_dense", "") if native else (key, variant)
        found = measured(base[0], replace(problem, setting="layer", channels=1), framework, variant=base[1])
        couplings, residual = square_couplings(found.couplings), found.residual
        freedom = degrees_of_freedom(couplings, problem.channels, square=True)
    elif problem.spread:
        # what mixes by itself has no plain form: its paths are those of the product whose function it is
        product = tensor_product_class(key)
        base = (product.freedom_key or product.oracle_key, "") if known.mixings else (key, variant)
        found = measured(base[0], replace(problem.plain, channels=1), framework, variant=base[1])
        couplings, residual, copies = found.couplings, found.residual, found.irreps_out
        freedom = spread_degrees_of_freedom(couplings, problem)
    else:
        found = measured(key, problem, framework, variant=variant)
        couplings, residual, copies = found.couplings, found.residual, found.irreps_out
        freedom = degrees_of_freedom(couplings, problem.channels)
    reached = {(each.l1, each.l2, each.l3) for each in couplings} & set(problem.paths)
    return {
        "product": key,
        "variant": variant or known.default_variant,
        "group": known.group,
        "setting": problem.setting,
        "parity": problem.parity,
        "l_max": problem.l_max,
        "l1": problem.l1,
        "l2": problem.l2,
        "l_out": problem.l_out,
        "channels": problem.channels,
        **{name: getattr(problem, name) for name in SPREAD} | {"neighbours": 0},   # of one edge of a message
        "interactable": len(reached),
        "degrees_of_freedom": freedom,
        "residual": residual,
        "paths": [[each.l1, each.l2, each.l3, each.g] for each in couplings],
        "lost": [list(each) for each in lost_paths(problem, reached, copies if known.group == "O3" else ())],
    }
