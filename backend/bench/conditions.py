"""Under which conditions a measurement was taken: what other processes, the host, heat and limits took from it."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import psutil

from backend.bench.clocks import TOLD, clocks
from backend.bench.cores import affinity, rivals, siblings, use
from backend.bench.gpu_conditions import gpu_now

_LIMIT = Path("/sys/fs/cgroup/cpu.stat")   # a container's own limit of CPU time


@dataclass(frozen=True)
class Reading:
    """The counters of the system and of this process at a moment; two of them tell what was between."""

    wall: float                                  # seconds of the clock
    own: float                                   # CPU seconds of this process
    use: Mapping[int, tuple[float, float]]       # by core: seconds busy, seconds that the host took
    waited: float | None                         # seconds that threads were ready and had no core; None: not told
    stopped: float | None                        # seconds that a container's limit held it back; None: no such limit
    switches: int                                # times that it lost a core without asking
    faults: int                                  # pages that had to be read from a disk
    new_pages: int                               # that the system had to give, or to give again
    load: float                                  # of the last minute
    memory_free: float                           # bytes
    cores: tuple[int, ...]                       # that it may run on
    twins: tuple[int, ...]                       # hyper-threads beside those
    rivals: tuple[int, ...]                      # ids of other measuring processes on those
    clocks: Mapping[str, Any]
    gpu: Mapping[str, Any]


def read(device: str) -> Reading:
    """The counters now; those of the GPU for a case on it."""
    usage, cores = _usage(), tuple(affinity())
    return Reading(
        perf_counter(), process_time(), use(), _waited(), _stopped(), *usage, os.getloadavg()[0],
        float(psutil.virtual_memory().available), cores, tuple(siblings(cores)), tuple(rivals(cores)), clocks(cores),
        gpu_now() if device == "cuda" else {})


def conditions(start: Reading, before: Reading, after: Reading, *, threads: int, used: int) -> dict[str, Any]:
    """What `environment.live.conditions` holds of a measurement between `before` and `after`, whose preparing began
    at `start`; `threads` were asked for and `used` are what the framework tells (0: nothing). Shares are of the wall
    time; of a core's time those on this process's cores, of the other cores in cores."""
    wall, cores, twins = after.wall - before.wall, after.cores, after.twins
    found: dict[str, Any] = {
        "cores": list(cores), "threads": used, "seconds": wall,
        "taken": _taken(before, after, threads), "taken_before": _others(start, before, before.cores),
        "sibling": _others(before, after, twins),
        "elsewhere": _others(before, after, set(after.use) - {*cores, *twins}),
        "other_cores": len(set(after.use) - {*cores, *twins}),
        "steal": _steal(before, after),
        "stopped": None if after.stopped is None else _share(after.stopped - (before.stopped or 0.0), wall),
        "rivals": sorted({*before.rivals, *after.rivals}),
        "switches": after.switches - before.switches, "faults": after.faults - before.faults,
        "new_pages": after.new_pages - before.new_pages,
        "load": [before.load, after.load], "memory_free": [before.memory_free, after.memory_free],
        "clocks": [dict(before.clocks), dict(after.clocks)],
        "not_told": [name for name in TOLD if name not in after.clocks],
    }
    if after.gpu:
        found["gpu"] = [dict(before.gpu), dict(after.gpu)]
    return {name: _rounded(value) for name, value in found.items() if value is not None}


def _taken(before: Reading, after: Reading, threads: int) -> float | None:
    """The share of its cores' time that others had while this process would have run. For one thread the scheduler
    tells it to the microsecond; several wait for one another too, so for them the cores' own counters are read, which
    go in steps of 10 ms."""
    wall = after.wall - before.wall
    if threads > 1 or after.waited is None or before.waited is None:
        return _others(before, after, after.cores)
    idle = 1 - (after.own - before.own) / wall   # a thread that waits for another of its own process is not idle
    return max(0.0, min(idle, (after.waited - before.waited) / wall))


def _others(before: Reading, after: Reading, cores: Collection[int]) -> float | None:
    """How many of these cores other processes used, or, of this process's cores, which share of them."""
    wall = after.wall - before.wall
    told = [core for core in cores if core in before.use and core in after.use]
    if not told or wall <= 0:
        return None
    busy = sum(after.use[core][0] - before.use[core][0] for core in told)
    if set(told) & set(after.cores):
        return max(0.0, (busy - (after.own - before.own)) / wall / len(told))
    return max(0.0, busy / wall)


def _steal(before: Reading, after: Reading) -> float | None:
    """The share of its cores' time that the host of a virtual machine gave to others."""
    told = [after.use[core][1] - before.use[core][1]
            for core in after.cores if core in after.use and core in before.use]
    return _share(sum(told) / len(told), after.wall - before.wall) if told else None


def _share(seconds: float, wall: float) -> float:
    return seconds / wall if wall > 0 else 0.0


def _usage() -> tuple[int, int, int]:
    if sys.platform == "win32":
        return 0, 0, 0
    import resource

    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_nivcsw, own.ru_majflt, own.ru_minflt


def _waited() -> float | None:
    """The scheduler's count for every thread of this process: nanoseconds that it was ready and waited for a core."""
    total, told = 0, False
    for path in Path("/proc/self/task").glob("*/schedstat"):
        with suppress(OSError):   # that thread has ended
            total, told = total + int(path.read_text().split()[1]), True
    return total / 1e9 if told else None


def _stopped() -> float | None:
    """Seconds that a container's limit of CPU time held its processes back."""
    with suppress(OSError):
        for line in _LIMIT.read_text().splitlines():
            if line.startswith("throttled_usec"):
                return int(line.split()[1]) / 1e6
    return None


def _rounded(value: Any) -> Any:
    """Numbers of four digits: they are stored with every result."""
    match value:
        case float():
            return float(f"{value:.4g}")
        case list():
            return [_rounded(each) for each in value]
        case dict():
            return {name: _rounded(each) for name, each in value.items()}
        case _:
            return value
