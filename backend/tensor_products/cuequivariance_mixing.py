"""cuEquivariance's channelwise and fully connected tensor products (PyTorch and JAX), as its authors ship them."""

from __future__ import annotations

from backend.frameworks import Unsupported
from backend.tensor_products.blockwise import BlockwiseProduct, flat_weights, paths_in_order
from backend.tensor_products.coupling import collapsed_irreps
from backend.tensor_products.cuequivariance_method import KERNELS, heard
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
    "layouts": ["channels_dim"],
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
        polynomial = self._polynomial()
        method = "naive" if self.variant == "naive" else KERNELS[self.framework.name]
        prepare = {"jax": self._prepare_jax, "torch": self._prepare_torch}[self.framework.name]
        self._multiply, said = prepare(polynomial, method)
        if said:   # it only warns; a time under the kernel's name would be that of another program
            raise Unsupported(f"cuEquivariance does not run {method} here: {said.rstrip('.')}")
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

    def _prepare_torch(self, polynomial, method):
        """The call, and what the library says where it takes another method."""
        from cuequivariance_torch import SegmentedPolynomial

        module, said = heard(lambda: SegmentedPolynomial(polynomial, method=method, math_dtype=self.framework.dtype))
        module = module.to(self.framework.device)
        return (lambda inputs: module(inputs)[0]), said or (
            f"it took {module.method}" if module.method != method else "")

    def _prepare_jax(self, polynomial, method):
        """The call, and what the library says where it takes another method: not before it is lowered."""
        import jax
        from cuequivariance_jax import segmented_polynomial

        def multiply(inputs):
            out = jax.ShapeDtypeStruct((*inputs[-1].shape[:-1], polynomial.outputs[0].size), inputs[-1].dtype)
            return segmented_polynomial(polynomial, inputs, [out], method=method)[0]

        if method == "naive":
            return multiply, ""
        rows = [jax.ShapeDtypeStruct((1, each.size), self.framework.dtype) for each in polynomial.inputs]
        return multiply, heard(lambda: jax.jit(multiply).lower(rows))[1]
