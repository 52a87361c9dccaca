"""The family of an edge convolution over its weights: what each weight does, and how many count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from backend.catalogue import entry
from backend.expressivity.coupling_table import TOLERANCE, Coupling, CouplingError
from backend.frameworks import Framework
from backend.so3 import Irreps, spherical_harmonics, wigner_3j
from backend.spec import Problem
from backend.tensor_products import make, tensor_product_class
from backend.tensor_products.edge import EdgeConvolution

_NOISE = 1e-10   # of a rank, of float64 outputs


@dataclass(frozen=True)
class EdgeFamily:
    """The convolution is linear in its weights: outputs[:, j] on random features and directions for weight j alone,
    and the G(l1, l2, l3) of the couplings, shape (couplings, weights)."""

    paths: tuple[tuple[int, int, int], ...]   # of the weights
    couplings: tuple[Coupling, ...]           # every one that w3j(x, Y(r)) allows into an output of its parity, G = 1
    table: np.ndarray
    outputs: np.ndarray

    @property
    def singular_values(self) -> np.ndarray:
        """Of the outputs as a function of the weights, the largest first."""
        return np.linalg.svd(self.outputs, compute_uv=False)

    @property
    def rank(self) -> int:
        """The number of weights that count: the rank of the table of each l1 and output, added up."""
        blocks: dict[tuple[int, int], list[int]] = {}
        for row, each in enumerate(self.couplings):
            blocks.setdefault((each.copy1, each.copy), []).append(row)
        noise = _NOISE * (np.abs(self.table).max(initial=0.0) or 1.0)
        return sum(int(np.linalg.matrix_rank(self.table[rows], tol=noise)) for rows in blocks.values())

    def misplaced(self) -> Iterator[str]:
        """A sentence for every weight that acts beyond the l1 and l3 of its path, or on the other parity of l2."""
        for (l1, l2, l3), column in zip(self.paths, self.table.T, strict=True):
            for each, g in zip(self.couplings, column, strict=True):
                if g and (each.l1 != l1 or each.l3 != l3 or (each.l2 - l2) % 2):
                    yield (f"the weight of the path ({l1}, {l2}, {l3}) must act from degree {l1} to degree {l3}, "
                           f"got an effect on ({each.l1}, {each.l2}, {each.l3})")
                    break


def edge_family(key: str, problem: Problem, framework: Framework, *, variant: str = "") -> EdgeFamily:
    """What each weight of the convolution does, one channel.

    Raises CouplingError if it is not a sum of G w3j(x, Y(r)): not equivariant, or not linear in the weights.
    """
    if not issubclass(tensor_product_class(key), EdgeConvolution):
        raise TypeError(f"the product of an edge must be derived from {EdgeConvolution.__name__}, {key} is not")
    one = replace(problem, channels=1, batch=1)
    layout = entry(key).plain_layout
    product = make(key, one, framework, variant=variant, layout=layout)
    couplings = _allowed(problem, product.irreps_in1, product.irreps_out)
    count = len(problem.paths)
    rows = _rows(couplings, product.irreps_out)
    random = np.random.default_rng(0)
    x, r = random.standard_normal((rows, product.irreps_in1.dim)), random.standard_normal((rows, 3))
    product = make(key, replace(one, batch=rows), framework, variant=variant, layout=layout)
    arrays = framework.asarray(product.place_x(x[:, None])), framework.asarray(product.place_y(r[:, None]))
    mixed = random.standard_normal(count)
    outputs = np.empty((count + 1, rows * product.irreps_out.dim))
    for number, weights in enumerate((*np.eye(count), mixed)):
        product.set_weights(weights)
        outputs[number] = product.values_of(framework.to_numpy(product(*arrays))).ravel()
    *each, together = outputs
    each = np.stack(each, axis=1)
    basis = _basis(couplings, x, r, product.irreps_in1, product.irreps_out)
    table = np.linalg.lstsq(basis, each, rcond=None)[0]
    scale = np.abs(each).max() or 1.0
    if (rest := np.abs(basis @ table - each).max()) > TOLERANCE * scale:
        raise CouplingError(f"with one weight alone the output must be a sum of w3j(x, Y(r)), got a rest of {rest:.2g}")
    if (rest := np.abs(each @ mixed - together).max()) > TOLERANCE * scale * count:
        raise CouplingError(f"the output must be linear in the weights, got a rest of {rest:.2g}")
    table[np.abs(table) * np.abs(basis).max(axis=0)[:, None] <= TOLERANCE * scale] = 0.0
    return EdgeFamily(problem.paths, couplings, table, each)


def edge_degrees_of_freedom(key: str, problem: Problem, framework: Framework, *, variant: str = "") -> int:
    """The number of weights that the convolution really has for one kind of edge, times the uncoupled channels."""
    return problem.channels * edge_family(key, problem, framework, variant=variant).rank


def _allowed(problem: Problem, in1: Irreps, out: Irreps) -> tuple[Coupling, ...]:
    """Every coupling that keeps the parities; l2 may exceed that of the problem, where a truncation mixes them."""
    return tuple(
        Coupling(each.l, l2, other.l, copy1, l2, copy, 1.0)
        for copy1, each in enumerate(in1) for copy, other in enumerate(out)
        for l2 in range(abs(each.l - other.l), each.l + other.l + 1) if each.p * (-1) ** l2 == other.p)


def _rows(couplings: Sequence[Coupling], out: Irreps) -> int:
    """Enough that every output has twice as many numbers as there are couplings into it."""
    into = [0] * len(out)
    for each in couplings:
        into[each.copy] += 1
    return max(-(-2 * count // irrep.dim) for count, irrep in zip(into, out, strict=True)) + 1


def _basis(couplings: Sequence[Coupling], x, r, in1: Irreps, out: Irreps) -> np.ndarray:
    """The outputs of each coupling alone, shape (rows * dim, couplings)."""
    harmonics = spherical_harmonics(max(each.l2 for each in couplings), r)
    values = np.zeros((len(x), out.dim, len(couplings)))
    for number, each in enumerate(couplings):
        y = harmonics[:, each.l2**2 : (each.l2 + 1) ** 2]
        values[:, out.slices[each.copy], number] = np.einsum(
            "ni,nj,ijk->nk", x[:, in1.slices[each.copy1]], y, wigner_3j(each.l1, each.l2, each.l3), optimize=True)
    return values.reshape(-1, len(couplings))
