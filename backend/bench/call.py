"""The call that a case times: what it takes behind the product's arguments, and how it is compiled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from backend.frameworks import Compiled, Framework
from backend.tensor_products import Operation


def place_behind(operation: Operation, values: Sequence[np.ndarray]) -> tuple[Any, ...]:
    """Cotangent, h_x and h_y, as many as the direction has, as they lie on the device."""
    places = (operation.place_z, operation.place_x, operation.place_y)
    return tuple(operation.framework.asarray(place(each)) for place, each in zip(places, values, strict=False))


def compiled_for(direction: str, framework: Framework, function: Callable[..., Any], arguments: tuple) -> Compiled:
    """The function in that direction, ready for arguments like these."""
    compile = {"forward": framework.compile, "forward_backward": framework.compile_with_gradient,
               "double_backward": framework.compile_double_backward}[direction]
    return compile(function, *arguments)


def output_of(direction: str, returned: Any) -> Any:
    """The product's output among what a call returned: alone, or before the gradients."""
    return returned if direction == "forward" else returned[0]
