"""e3nn's TensorProduct with weights and channels that mix (PyTorch), as networks use it."""

from __future__ import annotations

from backend.frameworks import Unsupported
from backend.tensor_products.blockwise import BlockwiseProduct, flat_weights, paths_in_order
from backend.tensor_products.coupling import collapsed_irreps, path_irrep
from backend.tensor_products.e3nn_mode import jit_mode, mode_of
from backend.tensor_products.library import parse

CATALOGUE = {
    "key": "e3nn_tensor_product",
    "label": "e3nn TensorProduct",
    "family": "library",
    "group": "O3",
    "symbol": "triangle-right",
    "frameworks": ["torch"],
    "variants": {
        "module": "o3.TensorProduct, plain module",
        "script": "o3.TensorProduct, TorchScript",
    },
    "layouts": ["channels_dim"],
    "mixings": ["uuu", "uvu", "uvw"],
    "summary": "The library e3nn's tensor product with a weight on every path: channel by channel (uuu), all channels "
               "with one (uvu), or fully connected (uvw). In its own blocks, an irrep's channels together.",
    "formula": r"z^{l_3}_{w m_3} = \sum_{u v} w_{uvw} \sum_{m_1 m_2} Q^{l_3 m_3}_{l_1 m_1, l_2 m_2}\,"
               r"x_{u l_1 m_1} y_{v l_2 m_2}",
    "source": "arXiv:2207.09453; costs: naive Clebsch-Gordan, arXiv:2506.13523, table 1",
    "claims": {"siso": "L^3", "simo": "L^4", "mimo": "L^6", "mimo_per_degree_of_freedom": "L^3"},
    "coupling": "component",
    "library": "e3nn",
}


class E3nnTensorProduct(BlockwiseProduct):
    def prepare_mixing(self):
        from e3nn import o3

        if self.variant == "script" and self.framework.compilation == "compiled":
            raise Unsupported("torch.compile cannot compile a TorchScript module again; choose compilation eager")
        problem, weighted = self.problem, self.problem.weights != "none"
        inputs = [o3.Irreps([(channels, str(irrep)) for irrep in irreps]) for channels, irreps in
                  ((problem.channels, self.irreps_in1), (self.channels_in2, self.irreps_in2))]
        if problem.mixing == "uvw":
            self.irreps_out, self._order = collapsed_irreps(problem), list(range(len(problem.paths)))
            places = [self.irreps_out.copies.index(path_irrep(*path)) for path in problem.paths]
        else:   # sorted, as networks give it to the linear layer that follows
            sort = o3.Irreps([str(path_irrep(*path)) for path in problem.paths]).sort()
            self.irreps_out = parse([str(irrep) for _, irrep in sort.irreps])
            self._order = paths_in_order(problem, self.irreps_out)
            places = list(range(len(self._order)))
        first1, first2 = problem.degrees_in1[0], problem.degrees_in2[0]
        instructions = [
            (problem.paths[path][0] - first1, problem.paths[path][1] - first2, place, problem.mixing, weighted)
            for place, path in zip(places, self._order, strict=True)]
        outputs = o3.Irreps([(problem.channels, str(irrep)) for irrep in self.irreps_out])
        # e3nn rounds its coefficients to the default dtype
        with self.framework.default_dtype(), jit_mode("script" if self.variant == "script" else "eager"):
            module = o3.TensorProduct(*inputs, outputs, instructions, internal_weights=False,
                                      shared_weights=problem.weights != "per_sample")
        self.effective = {"mode": mode_of(module, self.framework.compilation)}
        self._module = module.to(self.framework.device)

    def __call__(self, x, y, *weights):
        return self._module(x, y, *weights)

    def weights(self):
        problem = self.problem
        if problem.weights == "none":
            return ()
        values = flat_weights(problem, self._order)
        return (values[0] if problem.weights == "shared" else values,)
