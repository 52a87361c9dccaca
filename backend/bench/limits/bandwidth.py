"""Bytes read and written per second, by the working set that they are of: each level of cache, and memory.

Only what a program reads and writes is counted. A processor may move more: it reads a line before it writes into it
(write-allocate) unless told not to, as the copy of the C library does in large arrays; so a loop that writes most of
what it touches stays below these numbers in memory.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

import numpy as np
import psutil
from numpy.lib.stride_tricks import as_strided

from backend.bench.limits.fastest import fastest
from backend.frameworks import Framework

_SMALLEST, _LARGEST = 2**13, 2**27      # bytes of a working set on the CPU, for each of its threads at least
_ON_DEVICE = 2**20, 2**32
_SHARE = 0.125                          # of the memory that a working set may take
_WORK = 2**24                           # bytes that one call moves at least: it passes over small arrays many times
_CPU_CACHES = Path("/sys/devices/system/cpu/cpu0/cache")


def host_bandwidth(threads: int, seconds: float) -> list[dict[str, float]]:
    """Of NumPy in as many threads, each with a working set of its own; `bytes` are of all together."""
    found, most = [], min(threads * _LARGEST, _SHARE * psutil.virtual_memory().available)
    with ThreadPoolExecutor(threads) as pool:
        for size in _sizes(_SMALLEST, most / threads):
            passes = max(1, _WORK // size)
            each = [_passes(np.ones(size // 4, np.float32), passes) for _ in range(threads)]
            times = [_together(pool, works, seconds) for works in zip(*each, strict=True)]
            found.append(_line(threads * size, threads * size * passes, times))
    return found


def framework_bandwidth(arrays: Framework, memory: int, seconds: float) -> list[dict[str, float]]:
    """Of a framework's own kernels: twice an array, and a dot product. A small working set is at least as fast as a
    larger one: what launching takes of it says nothing of the hardware."""
    found = []
    for size in _sizes(_ON_DEVICE[0], min(_ON_DEVICE[1], _SHARE * memory) or _ON_DEVICE[0]):
        x, y = (arrays.asarray(np.ones(size // 8, np.float32)) for _ in range(2))
        double = arrays.compile(lambda x: x + x, x).function
        dot = arrays.compile(lambda x, y: arrays.einsum("i,i->", x, y), x, y).function
        times = [fastest(call, arrays.synchronize, seconds=seconds)
                 for call in (lambda double=double, x=x: double(x), lambda dot=dot, x=x, y=y: dot(x, y))]
        found.append(_line(size, size, times))
    return found


def caches(device: str, threads: int) -> dict[str, int]:
    """Bytes of each level of cache that so many threads on cores of their own have; empty where nothing tells."""
    found: dict[str, int] = {}
    if device != "cpu":
        return found
    for index in sorted(_CPU_CACHES.glob("index*")):
        if (index / "type").read_text().strip() == "Instruction":
            continue
        size = int((index / "size").read_text().strip().removesuffix("K")) * 1024
        sharers = _count((index / "shared_cpu_list").read_text())
        found[f"L{(index / 'level').read_text().strip()}"] = size * -(-threads // sharers)
    return found


def _sizes(smallest: int, largest: float) -> list[int]:
    sizes = [smallest]
    while 2 * sizes[-1] <= largest:
        sizes.append(2 * sizes[-1])
    return sizes


def _line(size: int, moved: int, times: list[float]) -> dict[str, float]:
    copy, read = (moved / time for time in times)
    return {"bytes": size, "copy": copy, "read": read}


def _passes(memory: np.ndarray, passes: int) -> tuple[Callable[[], object], Callable[[], object]]:
    """A copy of one half of a working set into the other, and the dot product of both, `passes` times a call: steps of
    0 bytes let NumPy's own loop do the same again."""
    halves = np.split(memory, 2)
    source, target = (as_strided(each.view(f"V{each.nbytes}"), (passes,), (0,), writeable=True) for each in halves)
    x, y = (np.broadcast_to(each, (passes, len(each))) for each in halves)
    sums = np.empty(passes, np.float32)
    return lambda: np.copyto(target, source), lambda: np.vecdot(x, y, out=sums)


def _together(pool: ThreadPoolExecutor, works: tuple[Callable[[], object], ...], seconds: float) -> float:
    """The least seconds in which all works were done at once, each in a thread."""
    if len(works) == 1:
        return fastest(works[0], lambda _: None, seconds=seconds)
    barrier = threading.Barrier(len(works))

    def once(work) -> tuple[float, float]:
        barrier.wait()
        begin = perf_counter()
        work()
        return begin, perf_counter()

    def all_once() -> float:
        spans = [task.result() for task in [pool.submit(once, work) for work in works]]
        return max(end for _, end in spans) - min(begin for begin, _ in spans)

    best, start = all_once(), perf_counter()
    while perf_counter() - start < seconds:
        best = min(best, all_once())
    return best


def _count(cores: str) -> int:
    """How many cores a list such as 0-3,8 names."""
    ends = [part.split("-") for part in cores.strip().split(",")]
    return sum(int(each[-1]) - int(each[0]) + 1 for each in ends)
