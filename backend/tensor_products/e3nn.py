"""e3nn's FullTensorProduct and FullTensorProductv2 (PyTorch), as its authors ship them."""

from __future__ import annotations

from backend.frameworks import Unsupported
from backend.so3 import Irreps
from backend.tensor_products.e3nn_mode import jit_mode, mode_of
from backend.tensor_products.library import dense_flops, filter_out, output_order, parse
from backend.tensor_products.tensor_product import TensorProduct

CATALOGUE = {
    "key": "e3nn",
    "label": "e3nn",
    "family": "library",
    "group": "O3",
    "symbol": "star",
    "frameworks": ["torch"],
    "variants": {
        "module": "o3.FullTensorProduct, plain module",
        "script": "o3.FullTensorProduct, TorchScript",
        "v2": "o3.FullTensorProductv2, which is written for torch.compile: choose compilation compiled",
    },
    "layouts": ["channels_dim"],
    "summary": "The library e3nn's full tensor product: every path, component normalisation, outputs sorted.",
    "formula": r"z^{(l_1 l_2) l_3}_{m_3} = \sum_{m_1 m_2} Q^{l_3 m_3}_{l_1 m_1, l_2 m_2}\, x_{l_1 m_1} y_{l_2 m_2}",
    "source": "arXiv:2207.09453; costs: naive Clebsch-Gordan, arXiv:2506.13523, table 1",
    "claims": {"siso": "L^3", "simo": "L^4", "mimo": "L^6", "mimo_per_degree_of_freedom": "L^3"},
    "coupling": "component",
    "library": "e3nn",
}


class E3nn(TensorProduct):
    oracle_key = "clebsch_gordan_dense"

    def prepare(self):
        from e3nn import o3

        if self.variant == "script" and self.framework.compilation == "compiled":
            raise Unsupported("torch.compile cannot compile a TorchScript module again; choose compilation eager")
        inputs = str(self.irreps_in1), str(self.irreps_in2)
        allowed = [o3.Irrep(name) for name in filter_out(self.problem)]
        with self.framework.default_dtype():   # e3nn rounds its coefficients to it
            if self.variant == "v2":
                module = o3.FullTensorProductv2(*map(o3.Irreps, inputs), filter_ir_out=allowed)
            else:
                with jit_mode("script" if self.variant == "script" else "eager"):
                    module = o3.FullTensorProduct(*inputs, filter_ir_out=allowed)
        self.effective = {"mode": mode_of(module, self.framework.compilation)}
        names = [str(irrep) for multiplicity, irrep in module.irreps_out for _ in range(multiplicity)]
        self.irreps_out: Irreps = parse(names)
        self._module = module.to(self.framework.device)
        self.constant_bytes = sum(each.numel() for each in module.buffers()) * self.framework.itemsize
        self.linear_flops, self.product_flops = dense_flops(self.problem)
        self.product_backward_flops = 4 * self.product_flops
        self.work_size = self.product_flops + self.irreps_out.dim

    def __call__(self, x, y):
        return self._module(x, y)

    def oracle_order(self):
        return output_order(self.problem, self.irreps_out)
