"""What a benchmark times: a map of x, y and further arguments, with its irreps, its shapes and its declared cost."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from backend.frameworks import Framework
from backend.so3 import Irreps
from backend.spec import Problem
from backend.tensor_products.layout import Layout, from_layout, to_layout

Array = Any
# how many times a sum with weights is done, before x and y meet and behind: forward, by its input, by its weights; and
# again for what h makes of them. The first of two backward passes has no gradient by weights, and none reads z
WEIGHED_PASSES = {"forward": (1, 1), "forward_backward": (3, 3), "double_backward": (6, 4)}


class Operation(ABC):
    """A map (x, y, *weights, *graph) -> z on a problem, in a framework and a layout.

    x has `rows_in1` rows and z `rows_out`, both the problem's channels; y has the batch's rows and `channels_in2`.
    `weights()` and `graph()` are further arguments, made when they are asked for: they may be large.
    """

    irreps_in1: Irreps
    irreps_in2: Irreps
    irreps_out: Irreps       # one irrep per output copy, in the order of the output
    rows_in1: int
    rows_out: int
    channels_in2: int        # channels of y: those of the problem, or 1 where a row has one y for all of them
    directional = False      # y is a vector whose direction alone counts, so the map is not linear in it
    weight_size = 0          # numbers in all weights
    weights_add = False      # arrays of weights are parts of one: z is linear in all of them together, not in each
    weight_rows: int | None = None   # axis of the rows in weights of each row; None: the first, in batch_last the last
    work_size: int           # numbers of one row and channel that lie between input and output
    kept_size = 0            # those of them that a gradient needs again, where they are more
    constant_bytes: int
    oracle_key = ""          # the product whose float64 NumPy form this one must equal; empty: its own
    freedom_key = ""         # of a library that mixes: the product with as many free weights; empty: its oracle

    def __init__(self, problem: Problem, framework: Framework, *, variant: str, layout: str) -> None:
        self.problem, self.framework, self.variant = problem, framework, variant
        self.layout = Layout(layout, framework)
        self.effective: dict[str, str] = {}   # what a library really runs: its mode, method or grid
        self.irreps_in1 = Irreps.natural(problem.degrees_in1)
        self.irreps_in2 = Irreps.natural(problem.degrees_in2)
        self.rows_in1 = self.rows_out = problem.nodes
        self.channels_in2 = 1 if problem.mixing == "uvu" else problem.channels
        self.constant_bytes = 0

    @abstractmethod
    def __call__(self, x: Array, y: Array, *rest: Array) -> Array:
        """z for every row and channel."""

    @abstractmethod
    def flops(self, direction: str) -> int:
        """Floating-point operations of one call on the whole batch; outer products are counted."""

    def weights(self) -> tuple[np.ndarray, ...]:
        """What a network learns, in the shapes that the call takes; the same numbers in every framework."""
        return ()

    def graph(self) -> tuple[np.ndarray, ...]:
        """Senders and receivers of a message's edges: rows of x and of z, integers; nothing where rows are samples."""
        return ()

    def place_x(self, values: np.ndarray) -> np.ndarray:
        """(rows, channels, dim) of x as the call takes it; not timed."""
        return to_layout(values, self.layout.name)

    def place_y(self, values: np.ndarray) -> np.ndarray:
        """The same of y."""
        return to_layout(values, self.layout.name)

    def place_z(self, values: np.ndarray) -> np.ndarray:
        """The same of z: for a cotangent."""
        return to_layout(values, self.layout.name)

    def values_of(self, z: np.ndarray) -> np.ndarray:
        """A returned array as (rows, channels, dim)."""
        return from_layout(z, self.layout.name)

    def bytes(self, direction: str) -> int:
        """Bytes of inputs, weights, indices, constants and outputs of one call, each moved once; backward adds the
        cotangent read, all of it but the output read again, and the gradients written. Double backward has gradients by
        x and y in its first backward pass; the second reads what they point along, and all of it again."""
        problem, itemsize = self.problem, self.framework.itemsize
        inputs = self.irreps_in1.dim * problem.channels * self.rows_in1 * itemsize
        inputs += self.irreps_in2.dim * self.channels_in2 * problem.batch * itemsize
        weights = self.weight_size * itemsize
        constants = self.constant_bytes + 4 * 2 * problem.batch * bool(problem.neighbours)
        output = self.irreps_out.dim * problem.channels * self.rows_out * itemsize
        forward = inputs + weights + output + constants
        if direction == "double_backward":
            return 3 * forward + 3 * inputs + weights + output   # two gradients, h, and all of it read three times
        return forward if direction == "forward" else 2 * forward + inputs + weights

    def held_bytes(self, direction: str) -> int:
        """Bytes that one call holds at once: inputs, constants, outputs, and `work_size` numbers for every row and
        channel. Backward holds what it needs again, and a cotangent of each of them as well; double backward both, and
        what h makes of each and its cotangent."""
        backward = direction != "forward"
        size = max(self.work_size, self.kept_size) if backward else self.work_size
        work = size * self.problem.channels * self.problem.batch * self.framework.itemsize
        return (self.bytes("forward") + work) * {"forward": 1, "forward_backward": 2, "double_backward": 4}[direction]

    def oracle_order(self) -> np.ndarray | None:
        """For every output component, its place in the oracle's output; None where they are the same."""
        return None
