"""The first rows of an output, the part of the inputs that they rest on, and what they should be."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from backend.bench.inputs import Inputs
from backend.bench.numpy_form import numpy_form
from backend.spec import Case
from backend.tensor_products import Operation
from backend.tensor_products.layout import BATCH_AXIS

_ROWS, _CHANNELS = 4, 8     # that are checked; where channels mix, all of them
_NUMBERS = 4_000_000        # of an oracle's work: with more, one row is checked


@dataclass(frozen=True)
class Head:
    """`rows` of the output rest on rows `senders` of x and on the first `edges` of y; arrays are in float64, (rows,
    channels, dim)."""

    rows: int
    edges: int
    senders: np.ndarray
    channels: int
    x: np.ndarray
    y: np.ndarray


def head_of(case: Case, operation: Operation, given: Inputs) -> Head:
    """The head of a case's inputs."""
    problem = case.problem
    channels = problem.channels if problem.spread else min(problem.channels, _CHANNELS)
    each = (operation.work_size + operation.irreps_out.dim) * channels * max(problem.neighbours, 1)
    rows = min(problem.nodes, _ROWS if _ROWS * each < _NUMBERS else 1)
    edges = min(problem.batch, rows * problem.neighbours) if problem.neighbours else rows
    senders = given.rest[-2][:edges] if problem.neighbours else np.arange(edges)
    return Head(rows, edges, senders, channels,
                given.x[senders][:, :channels].astype(np.float64), given.y[:edges, :channels].astype(np.float64))


class Oracle:
    """The float64 NumPy form of what a case computes, on its head: (x, y) -> z in the order of the operation's own
    output. It has weights of its own, which are the case's."""

    def __init__(self, case: Case, operation: Operation, head: Head) -> None:
        problem = replace(case.problem, batch=head.edges, channels=head.channels)
        named = operation.oracle_key
        key, variant = (named, "") if named else (case.product, case.variant)
        self._operation = numpy_form(key, problem, variant=variant, own=operation.framework)
        numpy = self._operation.framework
        graph = self._operation.graph()   # rows of x are those of the edges already
        self._rest = (*map(numpy.asarray, self._operation.weights()),
                      *((np.arange(head.edges), graph[1]) if graph else ()))
        self._order = operation.oracle_order()

    def __call__(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        product = self._operation
        values = product.values_of(product(product.place_x(x), product.place_y(y), *self._rest))
        return values if self._order is None else values[..., self._order]


def first_rows(operation: Operation, array, rows: int) -> np.ndarray:
    """The first rows of an array on the device, in float64 on the host, as the operation laid it out."""
    cut = (slice(None),) * BATCH_AXIS[operation.layout.name] + (slice(rows),)
    return operation.framework.to_numpy(array[cut])


def output_head(operation: Operation, output, head: Head) -> np.ndarray:
    """The head's part of an output, (rows, channels, dim)."""
    return operation.values_of(first_rows(operation, output, head.rows))[:, : head.channels]
