"""OpenEquivariance's kernels (PyTorch, on a GPU): e3nn's TensorProduct where every path has a weight."""

from __future__ import annotations

import numpy as np

from backend.frameworks import Unsupported
from backend.so3 import Irreps
from backend.tensor_products.blockwise import BlockwiseProduct, flat_weights
from backend.tensor_products.coupling import collapsed_irreps, path_irrep

CATALOGUE = {
    "key": "openequivariance",
    "label": "OpenEquivariance",
    "family": "library",
    "group": "O3",
    "symbol": "diamond-x",
    "frameworks": ["torch"],
    "variants": {"kernel": "openequivariance.TensorProduct: one kernel, made for the problem when it is built"},
    "layouts": ["channels_dim"],
    "mixings": ["uvu", "uvw"],
    "summary": "The library OpenEquivariance's tensor product with a weight on every path: all channels with one (uvu) "
               "or fully connected (uvw). In e3nn's blocks, an irrep's channels together; on a GPU alone.",
    "formula": r"z^{l_3}_{w m_3} = \sum_{u v} w_{uvw} \sum_{m_1 m_2} Q^{l_3 m_3}_{l_1 m_1, l_2 m_2}\,"
               r"x_{u l_1 m_1} y_{v l_2 m_2}",
    "source": "arXiv:2501.13986",
    "coupling": "component",
    "library": "openequivariance",
    "cure": "pip install openequivariance==0.7.0, which needs the toolkit of an NVIDIA or AMD GPU and a C++ compiler",
    "everyday": False,   # it makes its kernels anew for every case
}


class OpenEquivariance(BlockwiseProduct):
    """Its cost is declared as that of the other libraries' products, with dense coefficients; its kernels skip zeros.
    Written from the library's documentation and sources of version 0.7.0."""

    def prepare_mixing(self):
        problem = self.problem
        if problem.weights == "none":
            raise Unsupported("OpenEquivariance has a weight on every path; choose weights shared or per_sample")
        if self.framework.device != "cuda":
            raise Unsupported("OpenEquivariance has kernels for a GPU alone; choose device cuda on a machine with one")
        if problem.mixing == "uvw":
            self.irreps_out = collapsed_irreps(problem)
            places = [self.irreps_out.copies.index(path_irrep(*path)) for path in problem.paths]
        else:
            self.irreps_out = Irreps(tuple(path_irrep(*path) for path in problem.paths))
            places = list(range(len(problem.paths)))
        self._module = self._made(places)
        self.effective = {"kernel": self._module.name(), "mode": self.framework.compilation}

    def __call__(self, x, y, weights):
        return self._module(x, y, weights)

    def weights(self):
        own = self.problem.weights == "per_sample"
        values = flat_weights(self.problem, list(range(len(self.problem.paths))))
        return (np.asarray(self._module.reorder_weights_from_e3nn(values if own else values[0], own)),)

    def _made(self, places):
        """The library's module; what its import or its compiler says against it is the reason."""
        problem = self.problem
        dtype, first1, first2 = np.dtype(self.framework.dtype).type, problem.degrees_in1[0], problem.degrees_in2[0]
        instructions = [(l1 - first1, l2 - first2, place, problem.mixing, True)
                        for (l1, l2, _), place in zip(problem.paths, places, strict=True)]
        sides = ((problem.channels, self.irreps_in1), (self.channels_in2, self.irreps_in2),
                 (problem.channels, self.irreps_out))
        try:
            import openequivariance as oeq

            irreps = [oeq.Irreps("+".join(f"{channels}x{irrep}" for irrep in each)) for channels, each in sides]
            return oeq.TensorProduct(oeq.TPProblem(
                *irreps, instructions, shared_weights=problem.weights == "shared", internal_weights=False,
                irrep_dtype=dtype, weight_dtype=dtype))
        except (AssertionError, ImportError, OSError, RuntimeError) as error:
            reason = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
            raise Unsupported(f"OpenEquivariance does not run here: {reason}") from error
