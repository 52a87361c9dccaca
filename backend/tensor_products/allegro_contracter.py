"""Allegro's Contracter for a problem: its instructions, one for each path, and its weights."""

from __future__ import annotations

from backend.frameworks import Framework
from backend.spec import Problem
from backend.tensor_products.coupling import collapsed_irreps, path_irrep


def contracter(problem: Problem, framework: Framework, *, coupled: bool):
    """The module, which takes x, y and the row of y for each row of x: its gather is the identity here."""
    import torch
    from allegro.nn._strided import Contracter
    from e3nn import o3

    copies = collapsed_irreps(problem)
    first1, first2 = problem.degrees_in1[0], problem.degrees_in2[0]
    instructions = [(l1 - first1, l2 - first2, copies.copies.index(path_irrep(l1, l2, l3)))
                    for l1, l2, l3 in problem.paths]
    inputs = [o3.Irreps("+".join(f"{l}{'eo'[l % 2]}" for l in degrees))
              for degrees in (problem.degrees_in1, problem.degrees_in2)]
    with framework.default_dtype():
        module = Contracter(*inputs, o3.Irreps(str(copies)), problem.channels, instructions,
                            path_channel_coupling=coupled).to(framework.device)
    rows = torch.arange(problem.batch, device=framework.device)
    return module, rows
