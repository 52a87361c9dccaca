"""What every tensor product is: constants prepared by the constructor, one bilinear call, declared cost."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from backend.frameworks import Framework
from backend.so3 import Irreps
from backend.spec import Problem
from backend.tensor_products.layout import Layout

Array = Any


class TensorProduct(ABC):
    """A fixed equivariant bilinear map T: X x Y -> Z, applied channel by channel to a batch.

    The constructor prepares constants (untimed) and sets `irreps_out`, one irrep per output copy in the order of
    the output (and `irreps_in1`, `irreps_in2` where a degree enters in several copies); it may raise
    Unsupported(reason). `__call__(x, y)` is what is timed: x and y have the shapes of the layout. A constant is made
    by `constant`, so that its bytes are counted.
    """

    oracle_key = ""          # the product whose float64 NumPy form this one must equal; empty: its own
    irreps_out: Irreps
    linear_flops: int        # of one row and channel: contractions with constants (twice in forward and backward)
    product_flops: int       # of one row and channel: where x meets y
    product_backward_flops: int
    row_flops = 0            # of one row, whatever its channels
    channels_in2: int        # channels of y: those of the problem, or 1 where a row has one y for all of them
    directional = False      # y is a vector whose direction alone counts, so the map is not linear in it
    work_size: int           # numbers of one row and channel that lie between input and output

    def __init__(self, problem: Problem, framework: Framework, *, variant: str, layout: str) -> None:
        self.problem, self.framework, self.variant = problem, framework, variant
        self.layout = Layout(layout, framework)
        self.irreps_in1 = Irreps.natural(problem.degrees_in1)
        self.irreps_in2 = Irreps.natural(problem.degrees_in2)
        self.effective: dict[str, str] = {}   # what a library really runs: its mode, method or grid
        self.channels_in2 = problem.channels
        self._constant_bytes = 0
        self.prepare()

    @abstractmethod
    def prepare(self) -> None:
        """Makes the constants and declares outputs and cost."""

    @abstractmethod
    def __call__(self, x: Array, y: Array) -> Array:
        """T(x, y) for every batch row and channel."""

    def constant(self, values: np.ndarray) -> Array:
        """The values on the device; their bytes are counted."""
        floating = np.issubdtype(values.dtype, np.floating)
        self._constant_bytes += values.size * (self.framework.itemsize if floating else 4)
        return self.framework.asarray(values)

    def flops(self, direction: str) -> int:
        """Floating-point operations of one call on the whole batch; outer products are counted. The gradient of
        a contraction with a constant costs as much as the contraction."""
        backward = direction == "forward_backward"
        per_row = self.linear_flops * (1 + backward) + self.product_flops + backward * self.product_backward_flops
        return (per_row * self.problem.channels + self.row_flops * (1 + 2 * backward)) * self.problem.batch

    def bytes(self, direction: str) -> int:
        """Bytes of inputs, constants and outputs of one call, each moved once; backward adds the cotangent read,
        the inputs and constants read again, and two gradients written."""
        row = self.problem.batch * self.framework.itemsize
        inputs = (self.irreps_in1.dim * self.problem.channels + self.irreps_in2.dim * self.channels_in2) * row
        output = self.irreps_out.dim * self.problem.channels * row
        forward = inputs + output + self._constant_bytes
        return forward if direction == "forward" else forward + output + 2 * inputs + self._constant_bytes

    def held_bytes(self, direction: str) -> int:
        """Bytes that one call holds at once: inputs, constants, outputs, and `work_size` numbers for every row and
        channel. Backward holds a cotangent of each of them as well."""
        work = self.work_size * self.problem.channels * self.problem.batch * self.framework.itemsize
        return (self.bytes("forward") + work) * (2 if direction == "forward_backward" else 1)

    def oracle_order(self) -> np.ndarray | None:
        """For every output component, its place in the oracle's output; None where they are the same."""
        return None
