"""e3j's sparse full tensor product (JAX), as its authors ship it."""

from __future__ import annotations

from backend.tensor_products.library import filter_out, output_order, parse
from backend.tensor_products.tensor_product import TensorProduct

CATALOGUE = {
    "key": "e3j",
    "label": "e3j",
    "family": "library",
    "group": "O3",
    "symbol": "hexagon2",
    "frameworks": ["jax"],
    "variants": {"sparse": "e3j.core.TensorProduct: gather by nonzero coefficient, multiply, scatter"},
    "layouts": ["dim_channels", "channels_dim"],
    "summary": "The library e3j's full tensor product: every path, component normalisation, outputs sorted.",
    "formula": r"z^{(l_1 l_2) l_3}_{m_3} = \sum_{m_1 m_2} Q^{l_3 m_3}_{l_1 m_1, l_2 m_2}\, x_{l_1 m_1} y_{l_2 m_2}",
    "source": "e3j (InstaDeep, 2026); costs: sparse Clebsch-Gordan, arXiv:2506.13523, table 1",
    "coupling": "component",
    "claims": {"siso": "L^2", "simo": "L^3", "mimo": "L^5", "mimo_per_degree_of_freedom": "L^2"},
    "library": "e3j",
}
_LAYOUTS = {"dim_channels": "TRAILING_CHANNELS", "channels_dim": "LEADING_CHANNELS"}


class E3j(TensorProduct):
    oracle_key = "clebsch_gordan_dense"

    def prepare(self):
        from e3j.core import TensorProduct as Sparse

        self._multiply = Sparse(
            (str(self.irreps_in1), str(self.irreps_in2)), "+".join(filter_out(self.problem)),
            layout=_LAYOUTS[self.layout.name], mode="MAP", normalization="SQRT_DIM_OUT")
        target = self._multiply.target
        self.irreps_out = parse([str(irrep) for multiplicity, irrep in target for _ in range(multiplicity)])
        config = self._multiply.config
        self.effective = {"tensor product": config.tensor_product.value, "aggregation": config.aggregation.value}
        nonzero = self._multiply.coef.data.size
        self.constant_bytes = nonzero * (self.framework.itemsize + 3 * 4)   # a value and three indices each
        self.linear_flops = 0
        self.product_flops = 3 * nonzero
        self.product_backward_flops = 6 * nonzero
        self.work_size = nonzero

    def __call__(self, x, y):
        return self._multiply(x, y)

    def oracle_order(self):
        return output_order(self.problem, self.irreps_out)
