"""cuEquivariance's full_tensor_product (PyTorch and JAX), as its authors ship it."""

from __future__ import annotations

from backend.frameworks import Unsupported
from backend.tensor_products.cuequivariance_method import KERNELS, heard
from backend.tensor_products.library import dense_flops, filter_out, output_order, parse
from backend.tensor_products.tensor_product import TensorProduct

CATALOGUE = {
    "key": "cuequivariance",
    "label": "cuEquivariance",
    "family": "library",
    "group": "O3",
    "symbol": "hexagram",
    "frameworks": ["jax", "torch"],
    "variants": {
        "naive": "the framework's own operations, everywhere",
        "kernel": "NVIDIA's kernels: fused_tp in PyTorch, uniform_1d in JAX; a fall-back to naive is unsupported",
    },
    "layouts": ["channels_dim"],
    "summary": "The library cuEquivariance's full tensor product: every path, component normalisation, outputs sorted.",
    "formula": r"z^{(l_1 l_2) l_3}_{m_3} = \sum_{m_1 m_2} Q^{l_3 m_3}_{l_1 m_1, l_2 m_2}\, x_{l_1 m_1} y_{l_2 m_2}",
    "source": "NVIDIA cuEquivariance; costs: naive Clebsch-Gordan, arXiv:2506.13523, table 1",
    "coupling": "component",
    "claims": {"siso": "L^3", "simo": "L^4", "mimo": "L^6", "mimo_per_degree_of_freedom": "L^3"},
    "library": "cuequivariance",
    "front_ends": {"jax": "cuequivariance-jax", "torch": "cuequivariance-torch"},
}


class CuEquivariance(TensorProduct):
    oracle_key = "clebsch_gordan_dense"

    def prepare(self):
        import cuequivariance

        allowed = [cuequivariance.O3.from_string(name) for name in filter_out(self.problem)]
        product = cuequivariance.descriptors.full_tensor_product(
            *(cuequivariance.Irreps(cuequivariance.O3, str(each)) for each in (self.irreps_in1, self.irreps_in2)),
            allowed)
        out = product.outputs[0].irreps
        self.irreps_out = parse([str(irrep) for multiplicity, irrep in out for _ in range(multiplicity)])
        method = "naive" if self.variant == "naive" else KERNELS[self.framework.name]
        prepare = {"jax": self._prepare_jax, "torch": self._prepare_torch}[self.framework.name]
        self._multiply, said = prepare(product.polynomial, method)
        if said:   # it only warns; a time under the kernel's name would be that of another program
            raise Unsupported(f"cuEquivariance does not run {method} here: {said.rstrip('.')}")
        self.effective = {"method": method}
        self.linear_flops, self.product_flops = dense_flops(self.problem)
        self.constant_bytes = self._coefficients() * self.framework.itemsize
        self.product_backward_flops = 4 * self.product_flops
        self.work_size = self.product_flops + self.irreps_out.dim

    def __call__(self, x, y):
        return self._multiply(x, y)

    def oracle_order(self):
        return output_order(self.problem, self.irreps_out)

    def _coefficients(self) -> int:
        return sum((2 * l1 + 1) * (2 * l2 + 1) * (2 * l3 + 1) for l1, l2, l3 in self.problem.paths)

    def _prepare_torch(self, polynomial, method):
        """The call, and what the library says where it takes another method."""
        from cuequivariance_torch import SegmentedPolynomial

        module, said = heard(
            lambda: SegmentedPolynomial(polynomial, method=method, math_dtype=self.framework.dtype))
        module = module.to(self.framework.device)

        def multiply(x, y):   # a row for each channel: it would multiply channels with each other
            rows = module([x.reshape(-1, x.shape[-1]), y.reshape(-1, y.shape[-1])])[0]
            return rows.reshape(*x.shape[:-1], rows.shape[-1])

        return multiply, said or (f"it took {module.method}" if module.method != method else "")

    def _prepare_jax(self, polynomial, method):
        """The call, and what the library says where it takes another method: not before it is lowered."""
        import jax
        from cuequivariance_jax import segmented_polynomial

        def multiply(x, y):
            out = jax.ShapeDtypeStruct((*x.shape[:-1], -1), x.dtype)
            return segmented_polynomial(polynomial, [x, y], [out], method=method)[0]

        if method == "naive":
            return multiply, ""
        rows = [jax.ShapeDtypeStruct((1, each.dim), self.framework.dtype)
                for each in (self.irreps_in1, self.irreps_in2)]
        return multiply, heard(lambda: jax.jit(multiply).lower(*rows))[1]
