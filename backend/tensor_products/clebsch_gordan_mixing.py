"""Clebsch-Gordan product of all pairs of channels with the weights contracted inside it, not after it."""

from __future__ import annotations

from backend.frameworks import Framework, Unsupported
from backend.so3 import Irreps
from backend.spec import Problem
from backend.tensor_products.coupling import collapsed_irreps, path_irrep
from backend.tensor_products.mixing_orders import OutputsTogether, PairsFirst, WeightsFirst
from backend.tensor_products.mixing_weights import path_weight_size, path_weights
from backend.tensor_products.tensor_product import TensorProduct

CATALOGUE = {
    "key": "clebsch_gordan_mixing",
    "label": "CG fully connected",
    "family": "clebsch_gordan",
    "group": "O3",
    "symbol": "circle-x",
    "frameworks": ["numpy", "jax", "torch"],
    "variants": {
        "chosen": "weights first; of few channels on a CPU pairs first, of few rows too outputs together",
        "weights_first": "the weights of a path meet first that of x, y and z which has the fewest components",
        "pairs_first": "outer products of all pairs of channels, then coefficients, then weights",
        "outputs_together": "all pairs that couple to an irrep of z weighted and contracted as one",
    },
    "layouts": ["dim_channels", "channels_dim", "batch_last"],
    "mixings": ["uvw"],
    "summary": "Full Clebsch-Gordan product of all pairs of channels, mixed by the weights of each path into one copy "
               "of each irrep, as one contraction.",
    "formula": r"z^{l_3}_{w m_3} = \sum_{l_1 l_2 u v} w_{uvw} \sum_{m_1 m_2} Q^{l_3 m_3}_{l_1 m_1, l_2 m_2}\,"
               r"x_{u l_1 m_1} y_{v l_2 m_2}",
    "source": "arXiv:1802.08219 (the product), arXiv:2207.09453 (uvw); costs: arXiv:2506.13523, table 1 (naive)",
    "coupling": "component",
    "claims": {"siso": "L^3", "simo": "L^4", "mimo": "L^6", "mimo_per_degree_of_freedom": "L^3"},
}
_FEW, _VERY_FEW = 8, 4   # channels; up to 8, where operations run one by one, and up to 4 else, thousands of small
# matrix products cost more than arrays of all pairs
_ORDERS = {"weights_first": WeightsFirst, "pairs_first": PairsFirst, "outputs_together": OutputsTogether}
_LETTERS = {"channels_dim": "bcm", "dim_channels": "bmc", "batch_last": "mcb"}


class ClebschGordanMixing(TensorProduct):
    """On a CPU it takes rows in blocks whose intermediate arrays stay in the cache."""

    oracle_key = "clebsch_gordan_dense"
    weights_add = True

    def prepare(self):
        problem, framework = self.problem, self.framework
        if problem.scope == "layer" or problem.neighbours:
            raise Unsupported(f"{CATALOGUE['label']} is the operation alone, on rows that are samples; choose scope op "
                              "and no neighbours, or a product that is mixed by us")
        self.irreps_out = collapsed_irreps(problem)
        self._copies = Irreps(tuple(path_irrep(*path) for path in problem.paths))
        self.weight_size = path_weight_size(problem, len(problem.paths))
        name = _chosen(problem, framework) if self.variant == "chosen" else self.variant
        self.effective = {"order": name}
        self._order = order = _ORDERS[name](problem, self.irreps_out, framework, self.constant)
        self._axis = self.weight_rows = 0 if order.layout == "dim_channels" else -1
        batch, channels = problem.batch, problem.channels
        # a compiler would write the loop out
        blocks = framework.device == "cpu" and framework.compilation != "compiled"
        fit = max(order.block_bytes // (order.work * framework.itemsize), order.least_rows)
        self._rows = -(-batch // -(-batch // fit)) if blocks else batch
        self.linear_flops, self.row_flops = order.linear_flops, order.row_flops
        self.product_flops = self.product_backward_flops = 0
        self.work_size = self._between() // (channels * batch)
        self.kept_size = -(-order.kept // channels)

    def __call__(self, x, y, *weights):
        outside, inside = _LETTERS[self.layout.name], _LETTERS[self._order.layout]
        if outside == inside:
            return self._in_blocks(x, y, weights)
        x, y = (self.framework.transpose(each, [outside.index(axis) for axis in inside]) for each in (x, y))
        z = self._in_blocks(x, y, weights)
        return self.framework.transpose(z, [inside.index(axis) for axis in outside])

    def weights(self):
        problem = self.problem
        channels, rows = problem.channels, problem.batch if problem.weights == "per_sample" else 1
        values = path_weights(problem, self._copies).reshape(rows, len(problem.paths), *(channels,) * 3)
        return self._order.placed(values, own=problem.weights == "per_sample")

    def _between(self) -> int:
        """Numbers between input and output: a block's, and copies of what is transposed, cut or put together; JAX
        keeps all blocks of what it cuts beside what was cut."""
        problem, order = self.problem, self._order
        row = self.irreps_in1.dim + self.irreps_in2.dim, self.irreps_out.dim
        inputs, output = (size * problem.channels * problem.batch for size in row)
        blocks, transposed = self._rows < problem.batch, self.layout.name != order.layout
        work = order.held * self._rows
        if blocks and self.framework.name == "jax":
            work *= 2 if problem.batch % self._rows else 1   # of the last block, which is no turn of the loop
            return work + inputs + output + self.weight_size * (problem.weights == "per_sample")
        return max(work, output * (blocks or transposed)) + inputs * transposed

    def _in_blocks(self, x, y, weights):
        order, framework = self._order, self.framework
        if self._rows == self.problem.batch:
            return order(x, y, weights)
        if self.problem.weights == "shared":
            return framework.by_blocks(lambda x, y: order(x, y, weights), (x, y), self._rows, self._axis)
        return framework.by_blocks(lambda x, y, *own: order(x, y, own), (x, y, *weights), self._rows, self._axis)


def _chosen(problem: Problem, framework: Framework) -> str:
    """The order that was the fastest one on a CPU; weights of each row are read once, whatever the order."""
    channels, shared = problem.channels, problem.weights == "shared"
    if framework.device != "cpu" or channels > _FEW:
        return "weights_first"
    if channels <= _VERY_FEW and OutputsTogether.fits(problem, framework.itemsize):
        return "outputs_together"
    few = channels <= _VERY_FEW or framework.compilation == "eager"
    return "pairs_first" if channels == 1 or (shared and few) else "weights_first"
