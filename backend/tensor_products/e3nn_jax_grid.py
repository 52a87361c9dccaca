"""e3nn-jax's S2 grid: to_s2grid of both inputs, pointwise product, from_s2grid, as its authors ship them."""

from __future__ import annotations

from math import pi

from backend.so3 import Irreps
from backend.tensor_products.library import grid_cost
from backend.tensor_products.sphere import degrees_of
from backend.tensor_products.tensor_product import TensorProduct

CATALOGUE = {
    "key": "e3nn_jax_grid",
    "label": "e3nn-jax S2 grid",
    "family": "library",
    "group": "O3",
    "symbol": "star-triangle-up",
    "frameworks": ["jax"],
    "variants": {
        "fft": "e3nn_jax.to_s2grid and from_s2grid, rings by FFT",
        "matrix": "e3nn_jax.to_s2grid and from_s2grid with fft=False, rings by matrices",
    },
    "layouts": ["channels_dim"],
    "summary": "The library e3nn-jax's Gaunt product: its transforms to and from the smallest exact grid, "
               "Gauss-Legendre in latitude.",
    "formula": r"z_{l_3 m_3} = \int_{S^2} Y_{l_3 m_3} \Big(\sum x_{l_1 m_1} Y_{l_1 m_1}\Big) "
               r"\Big(\sum y_{l_2 m_2} Y_{l_2 m_2}\Big)\, d\Omega",
    "source": "arXiv:2207.09453; costs: grid, arXiv:2506.13523, table 1",
    "coupling": "gaunt",
    "claims": {"siso": "L^2 log L", "simo": "L^3", "mimo": "L^3", "mimo_per_degree_of_freedom": "L^2"},
    "library": "e3nn-jax",
    "everyday": False,   # traces for seconds what runs in microseconds
}


class E3nnJaxGrid(TensorProduct):
    oracle_key = "gaunt_grid"

    def prepare(self):
        import e3nn_jax

        degrees = degrees_of(self.problem, odd=False, product="Gaunt")
        self.irreps_out = Irreps.natural(degrees)
        inputs = self.irreps_in1, self.irreps_in2
        tops = self.problem.degrees_in1[-1], self.problem.degrees_in2[-1], degrees[-1]
        fft = self.variant == "fft"
        n_beta, n_alpha = (sum(tops) + 2) // 2, sum(tops) + 1
        n_alpha += fft and n_alpha % 2 == 0   # its FFT takes rings of odd length alone
        in1, in2, out = (e3nn_jax.Irreps(str(each)) for each in (*inputs, self.irreps_out))
        # its signal of l = 0 is 1 where an orthonormal harmonic has 1/sqrt(4 pi); fused into the pointwise product
        scale = 1 / (4 * pi) ** 0.5

        def signal(irreps, values):
            return e3nn_jax.to_s2grid(e3nn_jax.IrrepsArray(irreps, values), n_beta, n_alpha,
                                      quadrature="gausslegendre", fft=fft, p_val=1, p_arg=-1)

        def multiply(x, y):
            left, right = signal(in1, x), signal(in2, y)
            product = left.replace_values(left.grid_values * right.grid_values * scale)
            return e3nn_jax.from_s2grid(product, out, fft=fft).array

        self._multiply = multiply
        self.effective = {"transform": "FFT" if fft else "matrix", "grid": f"{n_beta} x {n_alpha}"}
        dims = inputs[0].dim, inputs[1].dim, self.irreps_out.dim
        transforms = list(zip(tops, dims, strict=True))
        self.linear_flops, self.work_size, tables = grid_cost(transforms, n_beta, n_alpha, fft=fft)
        self.linear_in_flops = grid_cost(transforms[:2], n_beta, n_alpha, fft=fft)[0]
        self.constant_bytes = tables * self.framework.itemsize
        self.product_flops = 2 * n_beta * n_alpha
        self.product_backward_flops = 4 * n_beta * n_alpha

    def __call__(self, x, y):
        return self._multiply(x, y)
