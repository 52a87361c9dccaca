"""Gaunt product by s2fft's spherical transforms (JAX), with its precomputed tables, as its authors ship them."""

from __future__ import annotations

from math import log2

import numpy as np

from backend.so3 import Irreps
from backend.tensor_products.complex_harmonics import to_complex, to_real, transform_grid
from backend.tensor_products.sphere import degrees_of
from backend.tensor_products.tensor_product import TensorProduct

CATALOGUE = {
    "key": "s2fft",
    "label": "s2fft",
    "family": "library",
    "group": "O3",
    "symbol": "diamond-tall",
    "frameworks": ["jax"],
    "variants": {"precompute": "precompute_transforms.spherical: inverse of both inputs, pointwise product, forward; "
                               "Gauss-Legendre sampling"},
    "layouts": ["channels_dim"],
    "summary": "The Gaunt product by the library s2fft's spherical transforms: FFTs along rings, and a Legendre stage "
               "that sums over every degree, for each ring and order. The S2FFT of the paper is another, fast one.",
    "formula": r"z_{l_3 m_3} = \int_{S^2} Y_{l_3 m_3} \Big(\sum x_{l_1 m_1} Y_{l_1 m_1}\Big) "
               r"\Big(\sum y_{l_2 m_2} Y_{l_2 m_2}\Big)\, d\Omega",
    "source": "arXiv:2311.14670; costs: grid, arXiv:2506.13523, table 1",
    "coupling": "gaunt",
    "claims": {"mimo": "L^3", "mimo_per_degree_of_freedom": "L^2"},
    "unmeasured": {
        "algorithm": "the Gaunt product with a fast Legendre stage (S2FFT in the paper)",
        "claims": {"siso": "L^2 log L", "simo": "L^2 log^2 L", "mimo": "L^2 log^2 L",
                   "mimo_per_degree_of_freedom": "L log^2 L"},
        "source": "doi:10.1007/s00041-003-0018-9; costs: arXiv:2506.13523, table 1 (S2FFT)",
        "reason": "neither s2fft nor torch-harmonics has that stage: both sum over every degree",
    },
    "library": "s2fft",
}


class S2fft(TensorProduct):
    oracle_key = "gaunt_grid"

    def prepare(self):
        import jax
        from jax import numpy as jnp
        from s2fft.precompute_transforms import construct, spherical

        degrees = degrees_of(self.problem, odd=False, product="Gaunt")
        self.irreps_out = Irreps.natural(degrees)
        rings, points = transform_grid(self.problem, degrees[-1])
        limit = max(rings, points // 2 + 1)   # its band limit: that many rings, of 2 limit - 1 points
        points = 2 * limit - 1
        self.effective = {"transform": "FFT, dense Legendre", "grid": f"{limit} x {points}"}
        self.linear_flops, self.work_size = 0, 3 * limit * points
        mode = {"sampling": "gl", "reality": True}
        # its kernels in NumPy: those in JAX seek the nodes to 1e-14, and in float32 never find them
        inverse, forward = (construct.spin_spherical_kernel(limit, forward=each, **mode) for each in (False, True))
        inputs = [self._synthesis(each, inverse) for each in (self.problem.degrees_in1, self.problem.degrees_in2)]
        self.linear_in_flops = self.linear_flops
        analysis = self._kernel(forward)
        index, factor = (self.constant(each) for each in to_real(degrees, limit, phase=True))

        def signal(x, place, size, factors, kernel):
            parts = (jnp.take(x, place, mode="clip") * factors).reshape(size, size, 2)
            f = jax.lax.complex(parts[..., 0], parts[..., 1])
            f = jnp.pad(f, ((0, 0), (limit - 1, limit - size)))   # (l, m), with orders that it does not read
            return spherical.inverse(f, limit, kernel=kernel, method="jax", **mode)

        def multiply(x, y):
            product = signal(x, *inputs[0]) * signal(y, *inputs[1])
            f = spherical.forward(product, limit, kernel=analysis, method="jax", **mode)[:, limit - 1 :]
            return jnp.take(jnp.stack([f.real, f.imag], axis=-1), index, mode="clip") * factor

        self._multiply = jax.vmap(jax.vmap(multiply))   # its transforms take one signal
        self.product_flops = limit * points
        self.product_backward_flops = 2 * self.product_flops

    def __call__(self, x, y):
        return self._multiply(x, y)

    def _synthesis(self, degrees, kernel):
        """Where x stands, its number of degrees, its factors, and the kernel of those degrees alone."""
        index, factor = to_complex(degrees, phase=True)
        size = len(index)
        return self.constant(index.ravel()), size, self.constant(factor.ravel()), self._kernel(kernel[:, :size])

    def _kernel(self, kernel):
        rings, degrees, orders = kernel.shape
        self.linear_flops += round(8 * kernel.size + 2.5 * rings * (2 * orders - 1) * log2(2 * orders - 1))
        self.work_size += 2 * orders * (degrees + rings)
        return self.constant(np.ascontiguousarray(kernel))
