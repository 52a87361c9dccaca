"""cuEquivariance's channelwise and fully connected tensor products (PyTorch and JAX), as its authors ship them."""

from __future__ import annotations

from backend.tensor_products.blockwise import BlockwiseProduct, flat_weights, paths_in_order
from backend.tensor_products.coupling import collapsed_irreps
from backend.tensor_products.cuequivariance_method import KERNELS, segmented
from backend.tensor_products.library import filter_out, parse

CATALOGUE = {
    "key": "cuequivariance_mixing",
    "label": "cuEquivariance mixing",
    "family": "library",
    "group": "O3",
    "symbol": "x",
    "frameworks": ["jax", "torch"],
    "variants": {
        "naive": "the framework's own operations, everywhere",
        "kernel": "NVIDIA's kernels: fused_tp in PyTorch, uniform_1d in JAX; a fall-back to naive is unsupported",
    },
    "layouts": ["dim_channels"],
    "mixings": ["uvu", "uvw"],
    "summary": "The library cuEquivariance's channelwise (uvu) and fully connected (uvw) tensor products, a weight on "
               "every path. In its own blocks, an irrep's components with all channels each.",
    "formula": r"z^{l_3}_{w m_3} = \sum_{u v} w_{uvw} \sum_{m_1 m_2} Q^{l_3 m_3}_{l_1 m_1, l_2 m_2}\,"
               r"x_{u l_1 m_1} y_{v l_2 m_2}",
    "source": "NVIDIA cuEquivariance; costs: naive Clebsch-Gordan, arXiv:2506.13523, table 1",
    "claims": {"siso": "L^3", "simo": "L^4", "mimo": "L^6", "mimo_per_degree_of_freedom": "L^3"},
    "coupling": "component",
    "library": "cuequivariance",
    "front_ends": {"jax": "cuequivariance-jax", "torch": "cuequivariance-torch"},
}


class CuEquivarianceMixing(BlockwiseProduct):
    components_first = True

    def prepare_mixing(self):
        method = "naive" if self.variant == "naive" else KERNELS[self.framework.name]
        self._multiply = segmented(self._polynomial(), method, self.framework)
        self.effective = {"method": method}

    def __call__(self, x, y, *weights):
        return self._multiply([*weights, x, y])

    def weights(self):
        return (flat_weights(self.problem, self._order),) if self.problem.weights != "none" else ()

    def _polynomial(self):
        """The library's descriptor for the problem; channels meet one without weights in its full product."""
        import cuequivariance as cue

        problem, made = self.problem, cue.descriptors
        inputs = [cue.Irreps(cue.O3, [(channels, str(irrep)) for irrep in irreps]) for channels, irreps in
                  ((problem.channels, self.irreps_in1), (self.channels_in2, self.irreps_in2))]
        if problem.mixing == "uvw":
            self.irreps_out, self._order = collapsed_irreps(problem), list(range(len(problem.paths)))
            outputs = cue.Irreps(cue.O3, [(problem.channels, str(irrep)) for irrep in self.irreps_out])
            return made.fully_connected_tensor_product(*inputs, outputs).polynomial
        allowed = [cue.O3.from_string(name) for name in filter_out(problem)]
        make = made.full_tensor_product if problem.weights == "none" else made.channelwise_tensor_product
        product = make(*inputs, allowed)
        self.irreps_out = parse([str(irrep) for multiplicity, irrep in product.outputs[0].irreps
                                 for _ in range(multiplicity // problem.channels)])
        self._order = paths_in_order(problem, self.irreps_out)
        return product.polynomial
