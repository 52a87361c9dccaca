"""The expressivity of a product on a problem as one line: what pages and the command line show."""

from __future__ import annotations

from typing import Any

from backend.catalogue import entry
from backend.expressivity.coupling_table import measured
from backend.expressivity.degrees_of_freedom import degrees_of_freedom
from backend.expressivity.edge_family import edge_degrees_of_freedom
from backend.expressivity.edge_table import edge_table
from backend.frameworks import Framework
from backend.spec import Problem


def expressivity(key: str, problem: Problem, framework: Framework, *, variant: str = "") -> dict[str, Any]:
    """Interactable triples, degrees of freedom, the couplings [l1, l2, l3, G] of the product and their residual.

    Interactable counts triples (l1, l2, l3), whatever the number of channels; degrees of freedom count every
    uncoupled channel; of an edge convolution, its weights for one kind of edge. The residual is the share of the map's
    norm that is not equivariant: rounding, but for an approximate product, whose couplings count where they exceed
    the largest such rest. Raises Unsupported where the product cannot do the problem.
    """
    known = entry(key)
    if problem.setting == "edge":
        couplings, residual = edge_table(key, problem, framework, variant=variant)
        freedom = edge_degrees_of_freedom(key, problem, framework, variant=variant)
    else:
        found = measured(key, problem, framework, variant=variant)
        couplings, residual = found.couplings, found.residual
        freedom = degrees_of_freedom(couplings, problem.channels)
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
        "interactable": len({(each.l1, each.l2, each.l3) for each in couplings} & set(problem.paths)),
        "degrees_of_freedom": freedom,
        "residual": residual,
        "paths": [[each.l1, each.l2, each.l3, each.g] for each in couplings],
    }
