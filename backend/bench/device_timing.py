"""The host's time apart from the device's, and what the device does: how long, in how many launches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backend.frameworks import Framework
from backend.frameworks.kernels import covered, total
from backend.statistics import median

_SAMPLES, _MOST_TIME = 30, 0.02  # of the host's time; seconds for all of them, one at least
_TRACED = 10                     # calls that a profiler sees
_EVENTS = 5                      # measurements between events


def host_time(
    call: Callable[[], Any], synchronize: Callable[[Any], None], *, clock: Callable[[], float]
) -> float:
    """The median time in seconds until the call returns, each synchronised before the next: what the host does for it
    while, or before, the device works."""
    taken, begin = [], clock()
    while not taken or (len(taken) < _SAMPLES and clock() - begin < _MOST_TIME):
        start = clock()
        result = call()
        taken.append(clock() - start)
        synchronize(result)
    return median(taken)


def device_metrics(
    framework: Framework, call: Callable[[], Any], *, clock: Callable[[], float]
) -> tuple[dict[str, float], dict[str, str]]:
    """(metrics, how they were taken in words): `host_time`; on a GPU whose profiler sees kernels `kernel_launches` and
    `kernel_time` of one call, and `device_time`."""
    host = host_time(call, framework.synchronize, clock=clock)
    kernels = framework.kernels(call, _TRACED)
    if kernels is None:
        return {"host_time": host}, {}
    if not kernels:
        return {"host_time": host}, {"device_timer": "none: the profiler saw no kernel"}
    launches = len(kernels) / _TRACED
    found = {"host_time": host, "kernel_launches": launches, "kernel_time": total(kernels) / _TRACED}
    queued = [framework.queued_time(call, calls=_TRACED, launches=round(launches), host_time=host)
              for _ in range(_EVENTS)]
    if None in queued:
        return found | {"device_time": covered(kernels) / _TRACED}, {"device_timer": "kernels in the profiler's trace"}
    return found | {"device_time": median(queued)}, {"device_timer": "CUDA events around queued calls"}
