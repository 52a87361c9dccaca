"""The coupling table of an edge convolution."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from backend.catalogue import entry
from backend.expressivity.coupling_table import TOLERANCE, Coupling, CouplingError
from backend.frameworks import Framework
from backend.so3 import spherical_harmonics, wigner_3j
from backend.spec import Problem
from backend.tensor_products import make
from backend.tensor_products.edge import EdgeConvolution

_DIRECTIONS = 4


def edge_table(
    key: str, problem: Problem, framework: Framework, *, variant: str = ""
) -> tuple[list[Coupling], float]:
    """Every nonzero G(l1, l2, l3) of the convolution, and the share of its norm that they leave, fitted to its outputs
    in a few random directions: on one l1 and one output copy it must be sum over l2 of G w3j(x, Y^l2(r)).

    Raises CouplingError if it is not, that is if it is not equivariant.
    """
    one = replace(problem, channels=1, batch=1)
    product = _build(key, one, framework, variant)
    directions = np.random.default_rng(0).standard_normal((_DIRECTIONS, 3))
    x = np.tile(np.eye(product.irreps_in1.dim), (_DIRECTIONS, 1))[:, None]
    output = _call(key, one, framework, variant, x, np.repeat(directions, product.irreps_in1.dim, axis=0)[:, None])
    output = output.reshape(_DIRECTIONS, product.irreps_in1.dim, -1)
    scale = np.abs(output).max() or 1.0
    harmonics = spherical_harmonics(2 * max(problem.l1, problem.l_out), directions)
    found, rests = [], 0.0
    for copy1, (each1, part1) in enumerate(zip(product.irreps_in1, product.irreps_in1.slices, strict=True)):
        for copy, (out, part) in enumerate(zip(product.irreps_out, product.irreps_out.slices, strict=True)):
            block = output[:, part1, part]
            couplings, rest = _fit(block, each1.l, out.l, harmonics, copy1, copy, TOLERANCE * scale)
            found += couplings
            rests += rest
    return found, float(np.sqrt(rests / (np.vdot(output, output) or 1.0)))


def _fit(block, l1, l3, harmonics, copy1, copy, tolerance) -> tuple[list[Coupling], float]:
    """The couplings, and the sum of squares of the rest."""
    degrees = range(abs(l1 - l3), l1 + l3 + 1)
    columns = np.stack([
        np.einsum("ijk,nj->nik", wigner_3j(l1, l2, l3), harmonics[:, l2 * l2 : (l2 + 1) ** 2]).ravel()
        for l2 in degrees
    ], axis=1)
    g = np.linalg.lstsq(columns, block.ravel(), rcond=None)[0]
    rests = columns @ g - block.ravel()
    if (rest := np.abs(rests).max()) > tolerance:
        raise CouplingError(f"the output of degree {l3} on x of degree {l1} must be a sum of w3j(x, Y(r)), got a rest "
                            f"of {rest:.2g}: the map is not equivariant")
    # the columns are not of one size: what a coupling adds decides whether it is zero
    sizes = np.abs(columns).max(axis=0)
    found = [Coupling(l1, l2, l3, copy1, l2, copy, float(value))
             for l2, value, size in zip(degrees, g, sizes, strict=True) if abs(value) * size > tolerance]
    return found, float(np.vdot(rests, rests))


def _build(key, problem, framework, variant) -> EdgeConvolution:
    return make(key, problem, framework, variant=variant, layout=entry(key).plain_layout)


def _call(key, problem, framework, variant, x, r) -> np.ndarray:
    product = _build(key, replace(problem, batch=len(x)), framework, variant)
    arrays = framework.asarray(product.place_x(x)), framework.asarray(product.place_y(r))
    return product.values_of(framework.to_numpy(framework.compile(product, *arrays).function(*arrays)))
