"""e3nn-jax's product with spherical harmonics by SO(2) (JAX), then a weight for each path and the sum into irreps."""

from __future__ import annotations

from math import pi, sqrt

import numpy as np

from backend.tensor_products.coupling import path_irrep
from backend.tensor_products.edge import EdgeConvolution

CATALOGUE = {
    "key": "e3nn_jax_edge",
    "label": "e3nn-jax SO(2)",
    "family": "library",
    "group": "O3",
    "symbol": "triangle-nw",
    "frameworks": ["jax"],
    "variants": {"full": "e3nn_jax.tensor_product_with_spherical_harmonics, every path a copy; then weights and sums"},
    "layouts": ["channels_dim"],
    "settings": ["edge"],
    "summary": "The library e3nn-jax's product with the harmonics of an edge's direction, in the frame of the edge: it "
               "turns every path's copy back, so that it has no weights of its own; they and the sum into irreps "
               "follow it here.",
    "formula": r"z^{l_3} = \sum_{l_1 l_2} h_{l_1 l_2 l_3}\, D(R)^\top \big(D(R)\, x^{l_1} \otimes Y^{l_2}(\hat y)"
               r"\big)^{l_3},\quad R \hat r = \hat y",
    "source": "arXiv:2207.09453, after arXiv:2302.03655",
    "library": "e3nn-jax",
    "everyday": False,   # XLA compiles its rotations of every degree for seconds
}


class E3nnJaxEdge(EdgeConvolution):
    """The library turns an edge within 8 degrees of the pole by a right angle first, so that no gradient is undefined
    there. It computes every output up to l1 + l2; those that the problem leaves out are dropped."""

    oracle_key = "clebsch_gordan_edge"

    def set_weights(self, weights):
        problem = self.problem
        self.effective = {"harmonics": f"to degree {problem.l2}", "frame": "SO(2), every copy turned back"}
        # its harmonics have norm sqrt(2 l + 1), those of an edge sqrt((2 l + 1) / 4 pi)
        self._weights = [
            (str(irrep), self.constant(np.array([
                weight / sqrt(4 * pi) for path, weight in zip(problem.paths, weights, strict=True)
                if path_irrep(*path) == irrep])))
            for irrep in self.irreps_out]
        copies = [l3 for l1 in problem.degrees_in1 for l2 in problem.degrees_in2
                  for l3 in range(abs(l1 - l2), l1 + l2 + 1)]
        turned = sum((2 * l + 1) ** 2 for l in (*problem.degrees_in1, *copies))
        dim, degrees = sum(2 * l + 1 for l in copies), {*problem.degrees_in1, *copies}
        self.linear_flops = 2 * turned + 2 * sum(2 * l3 + 1 for _, _, l3 in problem.paths)
        self.product_flops, self.product_backward_flops = 2 * turned + dim, 4 * turned + dim
        self.row_flops = sum(8 * (2 * l + 1) ** 3 for l in degrees)
        rotations = 4 * sum((2 * l + 1) ** 2 for l in degrees)   # of a row, whatever its channels
        self.work_size = 2 * (self.irreps_in1.dim + dim) + -(-rotations // problem.channels)

    def __call__(self, x, r):
        import e3nn_jax

        rows, channels = x.shape[:2]
        irreps = e3nn_jax.Irreps([(channels, str(irrep)) for irrep in self.irreps_in1])
        features = e3nn_jax.from_chunks(irreps, [x[:, :, part] for part in self.irreps_in1.slices], (rows,), x.dtype)
        z = e3nn_jax.tensor_product_with_spherical_harmonics(
            features, e3nn_jax.IrrepsArray("1o", r[:, 0]), self.problem.l2)
        copies = {str(irrep): chunk for (_, irrep), chunk in zip(z.irreps, z.chunks, strict=True)}
        return self.layout.concatenate([
            self.framework.einsum("bncm,n->bcm", copies[name].reshape(rows, len(weights), channels, -1), weights)
            for name, weights in self._weights])
