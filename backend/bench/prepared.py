"""A case ready to be called, its inputs in place, and how wrong what it computes is: for whoever times it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from backend.bench import accuracy, inputs, memory
from backend.bench.call import compiled_for, output_of, place_behind
from backend.bench.head import Head, Oracle, head_of, output_head
from backend.bench.inputs import Inputs
from backend.bench.stages import Stages
from backend.catalogue import entry
from backend.frameworks import Compiled, Unsupported
from backend.spec import Case
from backend.tensor_products import Operation

_NO_GRADIENT = 0.01   # an error that no dtype explains: a library's kernel lost the second gradient on its way


@dataclass(frozen=True)
class Prepared:
    """`compiled` takes `arguments`: x, y and the rest of what is `given`, and what lies `behind` in the direction."""

    case: Case
    operation: Operation
    given: Inputs
    behind: tuple[np.ndarray, ...]
    arguments: tuple[Any, ...]
    compiled: Compiled

    def output_at(self, x: np.ndarray, y: np.ndarray, head: Head) -> np.ndarray:
        """The head of what it computes for other x and y."""
        return self.head_of(self.compiled.function(*_placed(self.operation, x, y), *self.arguments[2:]), head)

    def head_of(self, returned: Any, head: Head) -> np.ndarray:
        """The head of the output among what a call returned."""
        return output_head(self.operation, output_of(self.case.direction, returned), head)


@dataclass(frozen=True)
class Checked:
    """The head on which a case was checked, and the largest errors against the float64 oracle there."""

    head: Head
    z: np.ndarray
    output_error: float
    gradient_error: float   # of every gradient; 0 where the direction has none


def prepare(
    case: Case, operation: Operation, *, stages: Stages | None = None, placed: dict[tuple, tuple] | None = None,
    function: Callable[..., Any] | None = None,
) -> Prepared:
    """The case with its inputs on the device, and compiled: the operation, or a `function` that calls it. Equal x and y
    are `placed` but once. Raises OutOfMemory where it cannot fit, Unsupported where it cannot be compiled."""
    stages, placed = stages or Stages(), {} if placed is None else placed
    memory.refuse_too_large(case, operation)
    given, behind = inputs.draw(case, operation), inputs.draw_behind(case, operation)
    usual = type(operation).place_x is Operation.place_x   # else the library lays its inputs out in its own way
    key = (case.layout, case.seed, given.x.shape, given.y.shape, "" if usual else type(operation))
    if key not in placed:
        placed[key] = _placed(operation, given.x, given.y)
    arguments = (*placed[key], *map(operation.framework.asarray, given.rest), *place_behind(operation, behind))
    stages.end("inputs")
    compiled = compiled_for(case.direction, operation.framework, function or operation, arguments)
    stages.end("compile")
    memory.refuse_compiled(case, compiled, arguments)
    return Prepared(case, operation, given, behind, arguments, compiled)


def check(ready: Prepared, returned: Any) -> Checked:
    """How wrong what a call returned is, and every gradient of another call. Raises Unsupported where a library has no
    second gradients, and gives others instead."""
    case, operation, behind = ready.case, ready.operation, ready.behind
    head = head_of(case, operation, ready.given)
    oracle, z = Oracle(case, operation, head), ready.head_of(returned, head)
    error = accuracy.output_error(z, oracle, head)
    if not behind:
        return Checked(head, z, error, 0.0)
    alone = accuracy.head_cotangent(behind[0], head), *behind[1:]
    gradients = ready.compiled.function(*ready.arguments[: -len(behind)], *place_behind(operation, alone))[1:]
    of_gradients = accuracy.every_gradient_error(operation, oracle, head, ready.given, gradients, alone[0], behind[1:])
    if behind[1:] and entry(case.product).library and of_gradients > _NO_GRADIENT:
        raise Unsupported(f"its second gradients are not those of the function: they differ by {of_gradients:.2g}")
    return Checked(head, z, error, of_gradients)


def _placed(operation: Operation, x: np.ndarray, y: np.ndarray) -> tuple[Any, Any]:
    return operation.framework.asarray(operation.place_x(x)), operation.framework.asarray(operation.place_y(y))
