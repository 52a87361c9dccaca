"""What every tensor product is: constants prepared by the constructor, one bilinear call, declared cost."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np

from backend.frameworks import Framework
from backend.spec import Problem
from backend.tensor_products.operation import Operation

Array = Any


class TensorProduct(Operation):
    """A fixed equivariant bilinear map T: X x Y -> Z, applied channel by channel to a batch.

    The constructor prepares constants (untimed) and sets `irreps_out`, one irrep per output copy in the order of
    the output (and `irreps_in1`, `irreps_in2` where a degree enters in several copies); it may raise
    Unsupported(reason). `__call__(x, y)` is what is timed: x and y have the shapes of the layout. A constant is made
    by `constant`, so that its bytes are counted. A library's product that mixes channels itself takes its weights and
    graph too; all others are mixed by `Mixed`.
    """

    linear_flops: int        # of one row and channel: contractions with constants (twice in forward and backward)
    linear_in_flops = 0      # those of them that x and y pass before they meet
    y_flops = 0              # those of these that y passes: done once where all channels of x share one y
    alike = True             # x and y of the same degrees pass the same constants: done once where they are the same
    product_flops: int       # of one row and channel: where x meets y
    product_backward_flops: int
    row_flops = 0            # of one row, whatever its channels
    element_by_element = False   # no contraction comes last: what reads the output may compute it anew, see `in_memory`

    def __init__(self, problem: Problem, framework: Framework, *, variant: str, layout: str) -> None:
        super().__init__(problem, framework, variant=variant, layout=layout)
        self.prepare()

    @abstractmethod
    def prepare(self) -> None:
        """Makes the constants and declares outputs and cost."""

    def constant(self, values: np.ndarray) -> Array:
        """The values on the device; their bytes are counted."""
        floating = np.issubdtype(values.dtype, np.floating)
        self.constant_bytes += values.size * (self.framework.itemsize if floating else 4)
        return self.framework.asarray(values)

    def sparse(
        self, i: np.ndarray, j: np.ndarray, k: np.ndarray, weight: np.ndarray, sizes: tuple[int, int, int]
    ) -> Callable[[Array, Array], Array]:
        """(x, y) -> z with z_k = sum of weight x_i y_j over terms sorted by k; `sizes` are the components of z, x and
        y. Declares its operations, and what it holds as it was measured (float32, CPU, November 2026): PyTorch every
        x_i y_j, and three such arrays behind; XLA fuses them, but not in gradients where single degrees meet."""
        self.linear_flops, self.product_flops, self.product_backward_flops = 0, 3 * len(k), 6 * len(k)
        size, pairs = sizes[0], sizes[1] * sizes[2]
        if self.framework.name == "torch":
            self.work_size, self.kept_size = pairs, -(-3 * pairs // 2)
        else:
            fused = self.framework.name == "jax" and self.layout.axis == 0
            self.work_size = 0 if fused else size
            self.kept_size = -(-5 * pairs // 4) if self.problem.setting in ("siso", "simo") else size
        return self.framework.bilinear(*map(self.constant, (i, j, k, weight)), sizes, self.layout.axis)

    def flops(self, direction: str) -> int:
        """Floating-point operations of one call on the whole batch; outer products are counted. The gradient of
        a contraction with a constant costs as much as the contraction. In the second backward pass h goes the way of x
        and y and the gradients back, and that by the cotangent goes to the outputs; each of the first pass's products
        has two gradients."""
        passes = {"forward": 0, "forward_backward": 1, "double_backward": 3}[direction]
        per_row = self.linear_flops + self.product_flops + passes * self.product_backward_flops
        per_row += {0: 0, 1: 1, 3: 2}[passes] * self.linear_flops + (passes == 3) * self.linear_in_flops
        return (per_row * self.problem.channels + self.row_flops * (1 + 2 * passes)) * self.problem.batch

    def flops_of_y(self, direction: str) -> int:
        """Those of `flops` that y passes alone, of one channel."""
        passes = {"forward": 1, "forward_backward": 2, "double_backward": 4}[direction]
        return self.y_flops * passes * self.problem.batch
