"""e3nn-jax's tensor_product, as its authors ship it."""

from __future__ import annotations

from backend.tensor_products.library import dense_flops, filter_out, output_order, parse
from backend.tensor_products.tensor_product import TensorProduct

CATALOGUE = {
    "key": "e3nn_jax",
    "label": "e3nn-jax",
    "family": "library",
    "group": "O3",
    "symbol": "star-diamond",
    "frameworks": ["jax"],
    "variants": {"full": "e3nn_jax.tensor_product"},
    "layouts": ["channels_dim"],
    "summary": "The library e3nn-jax's full tensor product: every path, component normalisation, outputs regrouped.",
    "formula": r"z^{(l_1 l_2) l_3}_{m_3} = \sum_{m_1 m_2} Q^{l_3 m_3}_{l_1 m_1, l_2 m_2}\, x_{l_1 m_1} y_{l_2 m_2}",
    "source": "arXiv:2207.09453; costs: naive Clebsch-Gordan, arXiv:2506.13523, table 1",
    "claims": {"siso": "L^3", "simo": "L^4", "mimo": "L^6", "mimo_per_degree_of_freedom": "L^3"},
    "coupling": "component",
    "coefficient_error": 1e-10,   # of e3nn_jax.clebsch_gordan at l3 = 10 and above
    "library": "e3nn-jax",
}


class E3nnJax(TensorProduct):
    """One channel is no axis, as its authors write it: with an axis of one, L 3, batch 1,000, float32 took 7 % longer
    (AMD EPYC, jax 0.10.2, November 2026)."""

    oracle_key = "clebsch_gordan_dense"

    def prepare(self):
        import e3nn_jax

        in1, in2 = (e3nn_jax.Irreps(str(each)) for each in (self.irreps_in1, self.irreps_in2))
        allowed = [e3nn_jax.Irrep(name) for name in filter_out(self.problem)]

        def multiply(x, y):
            return e3nn_jax.tensor_product(
                e3nn_jax.IrrepsArray(in1, x), e3nn_jax.IrrepsArray(in2, y),
                filter_ir_out=allowed, irrep_normalization="component",
            )

        self._multiply = multiply
        out = e3nn_jax.tensor_product(in1, in2, filter_ir_out=allowed)
        self.irreps_out = parse([str(irrep) for multiplicity, irrep in out for _ in range(multiplicity)])
        self.linear_flops, self.product_flops = dense_flops(self.problem)
        self.product_backward_flops = 4 * self.product_flops
        self.work_size = self.product_flops + self.irreps_out.dim

    def __call__(self, x, y):
        return self._multiply(x, y).array

    def place_x(self, values):
        return values[:, 0] if self.problem.channels == 1 else super().place_x(values)

    place_y = place_z = place_x

    def values_of(self, z):
        return z[:, None] if self.problem.channels == 1 else super().values_of(z)

    def oracle_order(self):
        return output_order(self.problem, self.irreps_out)
