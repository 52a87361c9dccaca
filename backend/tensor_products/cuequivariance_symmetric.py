"""cuEquivariance's symmetric contraction of degree two (PyTorch and JAX), as its authors ship it."""

from __future__ import annotations

import numpy as np

from backend.so3 import Irreps
from backend.tensor_products.blockwise import from_blocks, to_blocks
from backend.tensor_products.coupling import coefficients, copies_by_irrep, path_irrep, starts, symmetric_paths
from backend.tensor_products.cuequivariance_method import segmented
from backend.tensor_products.mixing_weights import path_weights
from backend.tensor_products.tensor_product import TensorProduct

CATALOGUE = {
    "key": "cuequivariance_symmetric",
    "label": "cuEquivariance symmetric",
    "family": "library",
    "group": "O3",
    "symbol": "hexagram-dot",
    "frameworks": ["jax", "torch"],
    "variants": {
        "naive": "the framework's own operations, everywhere",
        "kernel": "NVIDIA's kernel uniform_1d; a fall-back to naive is unsupported",
    },
    "layouts": ["dim_channels"],
    "settings": ["square"],
    "summary": "The library cuEquivariance's symmetric contraction, as in MACE's product basis: x with itself, a "
               "weight for each symmetric path and channel. In its own blocks, an irrep's components with all channels "
               "each.",
    "formula": r"z^{l_3 p}_{c m_3} = \sum_{l_1 \le l_2} w_{c l_1 l_2 l_3} \sum_{m_1 m_2} "
               r"Q^{l_3 m_3}_{l_1 m_1, l_2 m_2}\, x_{c l_1 m_1} x_{c l_2 m_2}",
    "source": "NVIDIA cuEquivariance; MACE, arXiv:2206.07697, equation 10",
    "library": "cuequivariance",
    "front_ends": {"jax": "cuequivariance-jax", "torch": "cuequivariance-torch"},
}


class CuEquivarianceSymmetric(TensorProduct):
    """Its weights stand for its own basis of symmetric tensors: those here are the canonical ones in that basis."""

    oracle_key = "clebsch_gordan_symmetric"

    def prepare(self):
        import cuequivariance as cue

        problem, channels = self.problem, self.problem.channels
        self._paths = symmetric_paths(problem)
        self.irreps_out = Irreps(tuple(copies_by_irrep(Irreps(tuple(path_irrep(*path) for path in self._paths)))))
        inputs, outputs = (cue.Irreps(cue.O3, [(channels, str(irrep)) for irrep in irreps])
                           for irreps in (self.irreps_in1, self.irreps_out))
        polynomial = cue.descriptors.symmetric_contraction(inputs, outputs, (2,)).polynomial
        self._basis = _basis(polynomial, self.irreps_in1.dim, self.irreps_out.dim)
        method = "naive" if self.variant == "naive" else "uniform_1d"
        self._multiply = segmented(polynomial, method, self.framework)
        self.effective = {"method": method}
        self.weight_size = len(self._basis) * channels
        terms = int(np.count_nonzero(self._basis))
        self.linear_flops, self.product_flops, self.product_backward_flops = 0, 4 * terms, 12 * terms
        self.work_size = terms

    def __call__(self, x, y, weights):
        return self._multiply([weights, x])

    def weights(self):
        values = path_weights(self.problem, Irreps(tuple(path_irrep(*path) for path in self._paths)))[0]
        wanted = np.einsum("cp,pijk->ijkc", values, _path_tensors(self))
        found, *_ = np.linalg.lstsq(self._basis.reshape(len(self._basis), -1).T,
                                    wanted.reshape(-1, self.problem.channels), rcond=None)
        return (found.reshape(1, -1),)

    def place_x(self, values):
        return to_blocks(values, self.irreps_in1, components_first=True)

    def place_y(self, values):
        return values.reshape(len(values), 0)

    def place_z(self, values):
        return to_blocks(values, self.irreps_out, components_first=True)

    def values_of(self, z):
        return from_blocks(z, self.irreps_out, self.problem.channels, components_first=True)


def _basis(polynomial, dim: int, dim_out: int) -> np.ndarray:
    """What each weight of the library multiplies, symmetric in x: shape (weights, dim, dim, dim_out)."""
    (_, product), = polynomial.operations
    found = np.zeros((product.operands[0].num_segments, dim, dim, dim_out))
    for path in product.paths:
        weight, i, j, k = path.indices
        found[weight, i, j, k] += path.coefficients / 2
        found[weight, j, i, k] += path.coefficients / 2
    return found


def _path_tensors(product: CuEquivarianceSymmetric) -> np.ndarray:
    """The coefficients of each canonical path, symmetric in x: shape (paths, dim, dim, dim_out)."""
    start = starts(product.problem.degrees_in1)
    slices = dict(zip(product.irreps_out, product.irreps_out.slices, strict=True))
    dim = product.irreps_in1.dim
    found = np.zeros((len(product._paths), dim, dim, product.irreps_out.dim))
    for tensor, (l1, l2, l3) in zip(found, product._paths, strict=True):
        rows, columns = (slice(start[l], start[l] + 2 * l + 1) for l in (l1, l2))
        tensor[rows, columns, slices[path_irrep(l1, l2, l3)]] = coefficients(l1, l2, l3)
    return (found + found.swapaxes(1, 2)) / 2
