"""e3nn-jax's fully connected tensor product: FunctionalFullyConnectedTensorProduct of its legacy part (JAX)."""

from __future__ import annotations

from backend.tensor_products.blockwise import BlockwiseProduct, flat_weights
from backend.tensor_products.coupling import collapsed_irreps

CATALOGUE = {
    "key": "e3nn_jax_legacy",
    "label": "e3nn-jax fully connected",
    "family": "library",
    "group": "O3",
    "symbol": "triangle-ne",
    "frameworks": ["jax"],
    "variants": {
        "plain": "one contraction for each path, on one row, mapped over rows by vmap",
        "custom_einsum_jvp": "the same with the library's own derivatives of contractions",
    },
    "layouts": ["channels_dim"],
    "mixings": ["uvw"],
    "summary": "The library e3nn-jax's fully connected product: all pairs of channels, mixed by weights into one copy "
               "of each irrep. In its own blocks, an irrep's channels together.",
    "formula": r"z^{l_3}_{w m_3} = \sum_{l_1 l_2 u v} w_{uvw} \sum_{m_1 m_2} Q^{l_3 m_3}_{l_1 m_1, l_2 m_2}\,"
               r"x_{u l_1 m_1} y_{v l_2 m_2}",
    "source": "arXiv:2207.09453; costs: naive Clebsch-Gordan, arXiv:2506.13523, table 1",
    "claims": {"siso": "L^3", "simo": "L^4", "mimo": "L^6", "mimo_per_degree_of_freedom": "L^3"},
    "coupling": "component",
    "library": "e3nn-jax",
}


class E3nnJaxLegacy(BlockwiseProduct):
    def prepare_mixing(self):
        import e3nn_jax
        import jax
        from e3nn_jax.legacy import FunctionalFullyConnectedTensorProduct

        problem = self.problem
        self.irreps_out = collapsed_irreps(problem)
        irreps1, irreps2, outputs = (e3nn_jax.Irreps([(problem.channels, str(irrep)) for irrep in irreps])
                                     for irreps in (self.irreps_in1, self.irreps_in2, self.irreps_out))
        product = FunctionalFullyConnectedTensorProduct(irreps1, irreps2, outputs, path_normalization="element",
                                                        gradient_normalization="path")
        own = self.variant == "custom_einsum_jvp"

        def row(weights, x, y):
            x, y = e3nn_jax.IrrepsArray(irreps1, x), e3nn_jax.IrrepsArray(irreps2, y)
            return product.left_right(weights, x, y, custom_einsum_jvp=own, fused=False, sparse=False).array

        self._multiply = jax.vmap(row, in_axes=(None if problem.weights == "shared" else 0, 0, 0))

    def __call__(self, x, y, weights):
        return self._multiply(weights, x, y)

    def weights(self):
        values = flat_weights(self.problem, list(range(len(self.problem.paths))))
        return (values[0] if self.problem.weights == "shared" else values,)
