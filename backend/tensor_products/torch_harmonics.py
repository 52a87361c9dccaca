"""Gaunt product by torch-harmonics' spherical transforms (PyTorch), as its authors ship them."""

from __future__ import annotations

from math import log2

from backend.so3 import Irreps
from backend.tensor_products.complex_harmonics import to_complex, to_real, transform_grid
from backend.tensor_products.sphere import degrees_of
from backend.tensor_products.tensor_product import TensorProduct

CATALOGUE = {
    "key": "torch_harmonics",
    "label": "torch-harmonics",
    "family": "library",
    "group": "O3",
    "symbol": "star-triangle-down",
    "frameworks": ["torch"],
    "variants": {"module": "InverseRealSHT of both inputs, pointwise product, RealSHT; the grid legendre-gauss"},
    "layouts": ["channels_dim"],
    "summary": "The Gaunt product by the library torch-harmonics' spherical transforms: FFTs along rings, and a "
               "Legendre stage that sums over every degree, for each ring and order.",
    "formula": r"z_{l_3 m_3} = \int_{S^2} Y_{l_3 m_3} \Big(\sum x_{l_1 m_1} Y_{l_1 m_1}\Big) "
               r"\Big(\sum y_{l_2 m_2} Y_{l_2 m_2}\Big)\, d\Omega",
    "source": "arXiv:2306.03838; costs: grid, arXiv:2506.13523, table 1",
    "coupling": "gaunt",
    "claims": {"mimo": "L^3", "mimo_per_degree_of_freedom": "L^2"},
    "library": "torch-harmonics",
}


class TorchHarmonics(TensorProduct):
    oracle_key = "gaunt_grid"

    def prepare(self):
        import torch
        from torch_harmonics import InverseRealSHT, RealSHT

        self._torch = torch
        degrees = degrees_of(self.problem, odd=False, product="Gaunt")
        self.irreps_out = Irreps.natural(degrees)
        rings, points = transform_grid(self.problem, degrees[-1])
        self.effective = {"transform": "FFT, dense Legendre", "grid": f"{rings} x {points}"}
        self.linear_flops, self.work_size = 0, 3 * rings * points
        self._to = [self._synthesis(InverseRealSHT, each, rings, points)
                    for each in (self.problem.degrees_in1, self.problem.degrees_in2)]
        self.linear_in_flops = self.linear_flops
        self._from = self._module(RealSHT, degrees[-1] + 1, rings, points)
        self._read = [self.constant(each) for each in to_real(degrees, degrees[-1] + 1, phase=False)]
        self.product_flops = rings * points
        self.product_backward_flops = 2 * self.product_flops

    def __call__(self, x, y):
        spectrum = self._from(self._signal(x, *self._to[0]) * self._signal(y, *self._to[1]))
        index, factor = self._read
        parts = self._torch.view_as_real(spectrum).flatten(2)   # (batch, channels, l m part)
        return self.layout.take(parts, index) * factor

    def _signal(self, x, module, index, factor):
        parts = self.layout.take(x, index) * factor
        shape = (*x.shape[:2], module.lmax, module.mmax, 2)
        return module(self._torch.view_as_complex(parts.reshape(shape)))

    def _synthesis(self, kind, degrees, rings, points):
        index, factor = to_complex(degrees, phase=False)
        module = self._module(kind, degrees[-1] + 1, rings, points)
        return module, self.constant(index.ravel()), self.constant(factor.ravel())

    def _module(self, kind, size, rings, points):
        """A transform of that many degrees and orders, its tables in the case's dtype and counted."""
        module = kind(rings, points, lmax=size, mmax=size, grid="legendre-gauss", norm="ortho", csphase=False)
        for name, table in list(module.named_buffers()):
            setattr(module, name, self.constant(table.numpy()))
        self.linear_flops += round(2 * 2 * size * size * rings + 2.5 * rings * points * log2(points))
        self.work_size += 2 * size * (size + rings)
        return module
