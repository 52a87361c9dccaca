"""SO(2) edge convolution (eSCN): turn the edge to the pole, couple equal |m| alone, turn back."""

from __future__ import annotations

import numpy as np

from backend.so3 import wigner_d
from backend.tensor_products.coupling import coefficients
from backend.tensor_products.direction import angles, multiples
from backend.tensor_products.edge import EdgeConvolution

CATALOGUE = {
    "key": "so2",
    "label": "SO(2)",
    "family": "so2",
    "group": "O3",
    "symbol": "pentagon",
    "frameworks": ["numpy", "jax", "torch"],
    "variants": {
        "full": "every |m|: the same function as CG edge",
        "m_max_2": "|m| at most 2, as EquiformerV2 truncates",
    },
    "layouts": ["batch_last", "channels_dim", "dim_channels"],
    "settings": ["edge"],
    "summary": "CG edge convolution in the frame of the edge: block-diagonal in |m|, rotations included.",
    "formula": r"z = D(R)^\top K D(R)\, x,\quad R \hat r = \hat y,\quad "
               r"K_{l_1 l_3} = \sum_{l_2} h_{l_1 l_2 l_3} Y_{l_2 0}(\hat y)\, Q^{l_3 \cdot}_{l_1 \cdot,\, l_2 0}",
    "source": "arXiv:2302.03655; arXiv:2306.12059",
    "coupling": {"full": "component", "m_max_2": "component_m_max_2"},
    "claims": {"edge": "L^3"},
}

_POLE_TO_X = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])


class So2(EdgeConvolution):
    """A rotation about x is one about y between two fixed ones: D(R_x(t)) = J Z(t) J^T, and Z turns pairs (-m, m)."""

    def prepare(self):
        self.oracle_key = "clebsch_gordan_edge" if self.variant == "full" else ""
        reached = max(l3 for _, _, l3 in self.problem.paths)
        self._degrees = list(self.problem.degrees_in1), list(range(reached + 1))
        self._into, self._back = (self._frame(degrees) for degrees in self._degrees)
        super().prepare()

    def set_weights(self, weights):
        problem = self.problem
        degrees1, degrees3 = self._degrees
        m_max = min(degrees1[-1], 2) if self.variant == "m_max_2" else degrees1[-1]
        tables = _kernels(problem, weights, degrees1, degrees3, m_max)
        index = _order_index(degrees1, m_max)
        self._kernels = [
            (self.constant(given.ravel()), given.shape, self.constant(table))
            for given, table in zip((index, index[::-1]), tables, strict=False)
        ]
        self._order = self.constant(_order_positions(degrees3, m_max))
        size = len(degrees3) ** 2
        self._arranged = self.constant(np.concatenate([
            (0 if irrep.p == (-1) ** irrep.l else size) + np.arange(irrep.l**2, (irrep.l + 1) ** 2)
            for irrep in self.irreps_out]))
        turns = [sum((2 * l + 1) ** 2 for l in degrees) for degrees in (degrees1, degrees3)]
        turned = self.irreps_in1.dim + len(tables) * size
        self.linear_flops = 4 * (turns[0] + len(tables) * turns[1]) + 2 * sum(table.size for table in tables)
        self.product_flops, self.product_backward_flops = 6 * turned, 24 * turned
        self.row_flops = 20 + 12 * (degrees1[-1] + degrees3[-1])
        self.work_size = 4 * turned

    def __call__(self, x, r):
        layout = self.layout
        cos_t, sin_t, cos_p, sin_p = angles(layout, r)
        x = self._tilt(self._turn(x, self._into, cos_p, -sin_p), self._into, cos_t, -sin_t)
        parts = []
        for index, shape, table in self._kernels:
            by_order = layout.split(layout.take(x, index), *shape)
            z = layout.take(layout.merge(layout.einsum("ML,mlk->MK", by_order, table), 2), self._order)
            parts.append(self._turn(self._tilt(z, self._back, cos_t, sin_t), self._back, cos_p, sin_p))
        return layout.take(layout.concatenate(parts), self._arranged)

    def _frame(self, degrees):
        """(top degree, |m|, -sign(m), place of -m, J of each degree) for components of these degrees."""
        orders = np.concatenate([np.arange(-l, l + 1) for l in degrees])
        start = np.repeat([l * l for l in degrees], [2 * l + 1 for l in degrees])
        centre = np.repeat(degrees, [2 * l + 1 for l in degrees])
        constants = (np.abs(orders), -np.sign(orders).astype(float), start + centre - orders)
        return degrees[-1], *map(self.constant, constants), [self.constant(wigner_d(l, _POLE_TO_X)) for l in degrees]

    def _turn(self, x, frame, cosine, sine):
        """D(R_y(a)) x for the angle of this cosine and sine."""
        layout = self.layout
        top, order, sign, mirror, _ = frame
        cosines, sines = (layout.take(each, order) for each in multiples(layout, cosine, sine, top))
        return x * cosines + layout.take(x, mirror) * (sines * layout.column(sign, 3))

    def _tilt(self, x, frame, cosine, sine):
        """D(R_x(a)) x."""
        return self._apply_j(self._turn(self._apply_j(x, frame, "ji"), frame, cosine, sine), frame, "ij")

    def _apply_j(self, x, frame, subscripts):
        layout = self.layout
        return layout.concatenate([
            layout.einsum(f"J,{subscripts}->I", layout.slice(x, l * l, (l + 1) ** 2), j)
            for l, j in enumerate(frame[-1])
        ])


def _kernels(problem, weights, degrees1, degrees3, m_max) -> list[np.ndarray]:
    """K[m, l1, l3] of natural outputs (m to m) and, if there are any, of pseudo outputs (-m to m); m over
    -m_max..m_max, and one l3 more that is zero."""
    tables = np.zeros((2, 2 * m_max + 1, len(degrees1), len(degrees3) + 1))
    for (l1, l2, l3), weight in zip(problem.paths, weights, strict=True):
        kernel = weight * np.sqrt((2 * l2 + 1) / (4 * np.pi)) * coefficients(l1, l2, l3)[:, l2, :]
        odd = (l1 + l2 + l3) % 2
        for m in range(-min(l1, l3, m_max), min(l1, l3, m_max) + 1):
            tables[odd, m + m_max, l1, l3] += kernel[l1 + (-m if odd else m), l3 + m]
    return [tables[0], tables[1]] if any(sum(path) % 2 for path in problem.paths) else [tables[0]]


def _order_index(degrees, m_max) -> np.ndarray:
    """index[m, l]: where (l, m) stands among 0..L; 0 where |m| > l (the kernel is zero there)."""
    m, l = np.arange(-m_max, m_max + 1)[:, None], np.asarray(degrees)[None]
    return np.where(np.abs(m) <= l, l * l + l + m, 0)


def _order_positions(degrees, m_max) -> np.ndarray:
    """Where (l, m) stands in the flattened kernel output; at its zero where |m| > m_max."""
    width = len(degrees) + 1
    return np.array([
        (m + m_max) * width + l if abs(m) <= m_max else width - 1 for l in degrees for m in range(-l, l + 1)])
