"""The coupling table of a product, read off its own outputs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from backend.catalogue import entry
from backend.frameworks import Framework
from backend.so3 import Irrep, Irreps, wigner_3j
from backend.spec import Problem
from backend.tensor_products import TensorProduct, make

TOLERANCE = 1e-9    # of float64 outputs, relative to the largest coupling


class CouplingError(ArithmeticError):
    """The map is not what a table of couplings describes; the message says where."""


@dataclass(frozen=True)
class Coupling:
    """On input copies number `copy1`, `copy2` of degrees l1, l2, output copy number `copy` of degree l3 is
    G w3j(l1, l2, l3), and G is not zero."""

    l1: int
    l2: int
    l3: int
    copy1: int
    copy2: int
    copy: int
    g: float


@dataclass(frozen=True)
class Measured:
    """The couplings of a product, and what they leave over."""

    couplings: tuple[Coupling, ...]
    residual: float     # the norm of the map less that of its couplings, relative to the norm of the map
    threshold: float    # |G| above it is a coupling
    tensor: np.ndarray | None = None   # the whole map of an approximate product, which its couplings are not
    irreps_out: tuple[Irrep, ...] = ()


def coupling_table(key: str, problem: Problem, framework: Framework, *, variant: str = "") -> list[Coupling]:
    """Every nonzero coupling of the product (Schur: the map is this table), measured in float64.

    The product is fed one random vector of every copy in x with every basis vector in y; each block of its output is
    projected on w3j(l1, l2, l3). The rest is bilinear too: if it is zero on a random vector it is zero (with
    probability 1). Raises CouplingError if it is not, that is if the map is not equivariant, or if a product with more
    channels is not the same map in each. Of an approximate product: see `measured`.
    """
    return list(measured(key, problem, framework, variant=variant).couplings)


def measured(key: str, problem: Problem, framework: Framework, *, variant: str = "") -> Measured:
    """The coupling table and what it leaves over: rounding, or of an approximate product what is not equivariant.

    An approximate product is fed every basis vector in x too. Its rest is no error, and a coupling counts where it is
    larger than the largest rest of any block: below, it cannot be told from the error.
    """
    if framework.dtype != "float64":
        raise ValueError(f"dtype must be float64, got {framework.dtype}")
    one = replace(problem, channels=1, batch=1)
    found = _measure(key, one, framework, variant)
    if problem.channels > 1:
        _check_channels(key, problem, framework, variant, found.couplings)
    return found


def _measure(key, problem, framework, variant) -> Measured:
    approximate = entry(key).approximate
    widest = max(2 * l + 1 for l in problem.degrees_in1) if approximate else 1
    product = _build(key, problem, framework, variant, batch=widest * problem.dim_in2)
    copies1, copies2 = product.irreps_in1, product.irreps_in2
    dim1, dim2 = copies1.dim, copies2.dim
    if dim2 != problem.dim_in2:   # its degrees enter in several copies; a library's takes seconds to build again
        product = _build(key, problem, framework, variant, batch=widest * dim2)
    probes = [np.eye(irrep.dim) if approximate else random_vector(irrep.dim) for irrep in copies1]
    y = np.tile(np.eye(dim2), (widest, 1))
    call, blocks = None, []
    for part, vectors in zip(copies1.slices, probes, strict=True):
        size = len(vectors)
        x = np.zeros((widest * dim2, dim1))   # of one size for every block, so that it compiles once
        x[: size * dim2, part] = np.repeat(vectors, dim2, axis=0)
        arrays = framework.asarray(product.place_x(x[:, None])), framework.asarray(product.place_y(y[:, None]))
        call = call or framework.compile(product, *arrays).function
        output = product.values_of(framework.to_numpy(call(*arrays)))[: size * dim2]
        if not np.isfinite(output).all():
            raise CouplingError("the output must be finite, got one that is not")
        blocks.append(output.reshape(size, dim2, -1))
    tolerance = TOLERANCE * (max(np.abs(block).max() for block in blocks) or 1.0)
    found, rests = [], []
    for copy1, (each1, vectors, block) in enumerate(zip(copies1, probes, blocks, strict=True)):
        for copy2, (each2, part) in enumerate(zip(copies2, copies2.slices, strict=True)):
            projected = project(block[:, part], vectors, each1, each2, product.irreps_out, tolerance, approximate)
            for copy, g, rest in projected:
                found.append(Coupling(each1.l, each2.l, product.irreps_out[copy].l, copy1, copy2, copy, g))
                rests.append(rest)
    threshold = max(tolerance, *rests) if approximate and rests else tolerance
    norm = sqrt(sum(float(np.vdot(block, block)) for block in blocks))
    return Measured(tuple(each for each in found if abs(each.g) > threshold),
                    sqrt(sum(rest**2 for rest in rests)) / (norm or 1.0), threshold,
                    np.concatenate(blocks) if approximate else None, tuple(product.irreps_out))


def project(
    block: np.ndarray, vectors: np.ndarray, in1: Irrep, in2: Irrep, irreps_out: Irreps, tolerance: float,
    approximate: bool,
) -> Iterator[tuple[int, float, float]]:
    """(output copy, G, norm of the rest) on one pair of input copies; most copies are zero on it and need no more than
    a look. An approximate product's output of the wrong parity is all rest."""
    slices, l1, l2 = irreps_out.slices, in1.l, in2.l
    largest = np.maximum.reduceat(np.abs(block).max(axis=(0, 1)), [part.start for part in slices])
    for copy in np.flatnonzero(largest > tolerance).tolist():
        l3, values, g = irreps_out[copy].l, block[:, :, slices[copy]], 0.0
        allowed = not approximate or in1.p * in2.p == irreps_out[copy].p
        if abs(l1 - l2) <= l3 <= l1 + l2 and allowed:
            table = np.einsum("ni,ijk->njk", vectors, wigner_3j(l1, l2, l3))   # of norm 1
            g = float(np.vdot(table, values))
            values = values - g * table
        if (rest := np.abs(values).max()) > tolerance and not approximate:
            raise CouplingError(f"the output of degree {l3} on ({l1}, {l2}) must be a multiple of w3j, got a rest of "
                                f"{rest:.2g}: the map is not equivariant")
        yield copy, g, float(np.linalg.norm(values))


def random_vector(dim: int) -> np.ndarray:
    """One vector of squared length `dim`, shape (1, dim): contracted with it, w3j keeps norm 1."""
    vector = np.random.default_rng(dim).standard_normal((1, dim))
    return vector * (sqrt(dim) / np.linalg.norm(vector))


def _check_channels(key, problem, framework, variant, found) -> None:
    """A random probe: in each channel the product must be the map of the table (mixing shows with certainty 1)."""
    rows = 2
    product = _build(key, problem, framework, variant, batch=rows)
    random = np.random.default_rng(0)
    x, y = (random.standard_normal((rows, problem.channels, irreps.dim))
            for irreps in (product.irreps_in1, product.irreps_in2))
    single = _build(key, replace(problem, channels=1), framework, variant, batch=rows * problem.channels)
    expected = _call(single, x.reshape(-1, 1, x.shape[-1]), y.reshape(-1, 1, y.shape[-1]))
    output = _call(product, x, y)
    rest = np.abs(output.reshape(expected.shape) - expected).max()
    if rest > TOLERANCE * max(np.abs(expected).max(), 1e-300) and found:
        raise CouplingError(f"{problem.channels} channels must be as many copies of one, got a deviation of {rest:.2g}")


def _build(key, problem, framework, variant, *, batch: int) -> TensorProduct:
    return make(key, replace(problem, batch=batch), framework, variant=variant, layout=entry(key).plain_layout)


def _call(product: TensorProduct, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    asarray = product.framework.asarray
    z = product(asarray(product.place_x(x)), asarray(product.place_y(y)))
    return product.values_of(product.framework.to_numpy(z))
