"""Memory: what a case will need and what is free, before anything is allocated."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from backend import units
from backend.frameworks import Compiled
from backend.spec import Case
from backend.tensor_products import Operation

_SHARE = 0.9   # of what is free that a case may take


class OutOfMemory(Exception):
    """The case cannot fit; the message says what it needs, what is free, and the largest batch that fits."""


def refuse_too_large(case: Case, operation: Operation) -> None:
    """Raises OutOfMemory before anything is allocated, if measuring the case needs more than is free."""
    _refuse(case, needed(case, operation), _fixed(case, operation), _free(case.device))


def refuse_compiled(case: Case, compiled: Compiled, arguments: Sequence[Any]) -> None:
    """Raises OutOfMemory before the first call, if XLA states that the program needs more than is free beside the
    arguments, which are there already. What states nothing is not refused; a captured graph holds its memory by now."""
    if compiled.peak_bytes is not None and case.compilation == "jit":
        _refuse(case, compiled.peak_bytes - sum(each.nbytes for each in arguments), 0.0, _free(case.device))


def needed(case: Case, operation: Operation) -> float:
    """Bytes that measuring takes: two calls at once (one in flight, or whose output is kept, while the next computes),
    and on the CPU the numbers that were drawn, their copies for the checks of equivariance, and those on the device."""
    inputs, behind = _inputs(operation), _behind(case.direction, operation)
    drawn = 4 * (inputs + operation.weight_size + behind) + 2 * operation.framework.itemsize * inputs
    return 2 * operation.held_bytes(case.direction) + (drawn if case.device == "cpu" else drawn / 2)


def _fixed(case: Case, operation: Operation) -> float:
    """What of `needed` does not grow with the batch: constants and shared weights."""
    weights = 0 if operation.problem.weights == "per_sample" else operation.weight_size
    passes = operation.held_bytes(case.direction) / operation.held_bytes("forward")
    drawn = 4 * weights if case.device == "cpu" else 2 * weights
    return 2 * round(passes) * (operation.constant_bytes + weights * operation.framework.itemsize) + drawn


def _inputs(operation: Operation) -> int:
    """Numbers in x and y."""
    problem = operation.problem
    return (operation.irreps_in1.dim * problem.channels * operation.rows_in1
            + operation.irreps_in2.dim * operation.channels_in2 * problem.batch)


def _behind(direction: str, operation: Operation) -> int:
    """Numbers in the cotangent, and in h_x and h_y."""
    output = operation.irreps_out.dim * operation.problem.channels * operation.rows_out
    return {"forward": 0, "forward_backward": output, "double_backward": output + _inputs(operation)}[direction]


def _refuse(case: Case, needs: float, fixed: float, free: float) -> None:
    if needs <= _SHARE * free:
        return
    batch = case.problem.batch
    largest = int(batch * (_SHARE * free - fixed) / (needs - fixed)) if needs > fixed else 0
    fits = f"the largest batch that fits is about {largest:,}" if largest > 0 else "not even batch 1 fits"
    needed, there = units.quantity(needs, "B"), units.quantity(free, "B")
    raise OutOfMemory(f"batch {batch:,} needs about {needed} of memory, and {there} are free; {fits}")


def _free(device: str) -> float:
    if device == "cuda":
        import pynvml

        pynvml.nvmlInit()
        try:
            return float(pynvml.nvmlDeviceGetMemoryInfo(pynvml.nvmlDeviceGetHandleByIndex(0)).free)
        finally:
            pynvml.nvmlShutdown()
    limit, used = Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")
    free = psutil.virtual_memory().available
    if limit.exists() and (most := limit.read_text().strip()) != "max":   # a container's own limit
        free = min(free, int(most) - int(used.read_text()))
    return float(max(free, 0))
