"""Memory: what a case will need and what is free, before anything is allocated."""

from __future__ import annotations

from math import log10
from pathlib import Path

import psutil

from backend.spec import Case
from backend.tensor_products import Operation

_SHARE = 0.9   # of what is free that a case may take


class OutOfMemory(Exception):
    """The case cannot fit; the message says what it needs, what is free, and the largest batch that fits."""


def refuse_too_large(case: Case, product: Operation) -> None:
    """Raises OutOfMemory before anything is allocated, if the case needs more than is free.

    Needed: the inputs on the host and on the device, and twice the declared bytes and intermediates of a call.
    """
    per_row = _needed(case, product) / case.problem.batch
    free = _free(case.device)
    if per_row * case.problem.batch > _SHARE * free:
        largest = int(_SHARE * free / per_row)
        fits = f"the largest batch that fits is about {largest:,}" if largest else "not even batch 1 fits"
        raise OutOfMemory(f"batch {case.problem.batch:,} needs about {_bytes(per_row * case.problem.batch)} of memory, "
                          f"and {_bytes(free)} are free; {fits}")


def _needed(case: Case, product: Operation) -> float:
    problem = case.problem
    rows = problem.batch * problem.channels
    itemsize = product.framework.itemsize
    host = ((product.irreps_in1.dim + product.irreps_in2.dim) * rows + product.weight_size) * 4 * 2
    return host + 2 * product.bytes(case.direction) + 2 * product.work_size * rows * itemsize


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


def _bytes(count: float) -> str:
    units = ("B", "kB", "MB", "GB", "TB", "PB", "EB")
    power = min(int(log10(max(count, 1)) // 3), len(units) - 1)
    return f"{count / 1000**power:.3g} {units[power]}"
