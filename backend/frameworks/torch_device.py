"""What a GPU does in PyTorch's calls: by CUDA events, and kernel by kernel as its profiler sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch.profiler import ProfilerActivity, profile

from backend.frameworks.kernels import Kernel

_CYCLES = 2.5e9          # of a GPU in a second: no clock is faster
_SLACK = 1.5             # times the host's time that the device sleeps
_QUEUE = 800             # launches that a stream takes before the host has to wait
_ON_DEVICE = ("kernel", "gpu_memcpy", "gpu_memset")


def event_time(call: Callable[[], Any], *, calls: int, launches: int, host_time: float) -> float:
    """Seconds per call between two CUDA events around calls that wait behind a sleeping kernel: the host has launched
    all of them before the first begins, so none of its time is between them."""
    count = max(1, min(calls, _QUEUE // max(launches, 1)))
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    torch.cuda.synchronize()
    torch.cuda._sleep(int(_CYCLES * _SLACK * host_time * count))
    start.record()
    for _ in range(count):
        call()
    end.record()
    end.synchronize()
    return start.elapsed_time(end) / 1e3 / count


def kernels_of(call: Callable[[], Any], calls: int) -> list[Kernel]:
    """The kernels and copies of that many calls."""
    torch.cuda.synchronize()
    with profile(activities=[ProfilerActivity.CPU, ProfilerActivity.CUDA]) as record:
        for _ in range(calls):
            call()
        torch.cuda.synchronize()
    return on_device(record.profiler.kineto_results.events())


def on_device(events: Iterable[Any]) -> list[Kernel]:
    """Those of a profiler's events that are work of a device, without the marks that span it."""
    return [Kernel(each.name(), each.start_ns() / 1e9, each.duration_ns() / 1e9) for each in events
            if each.activity_type() in _ON_DEVICE]
