"""The cores of a measuring process: the least busy ones, claimed while it measures, and read back."""

from __future__ import annotations

import os
import re
import socket
import sys
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

_LOOK = 0.05      # seconds; the system counts in steps of 0.01
_FRESH = 5.0      # seconds: what was seen longer ago says nothing of now
_TICK = 1 / os.sysconf("SC_CLK_TCK") if sys.platform == "linux" else 1.0
_CLAIM = re.compile(r"@tensor-product-explorer core (\d+) of (\d+)")


class Cores:
    """Confines this process to some cores (Linux), before the framework is imported: XLA sizes its pool by them.
    Raises ValueError if there are fewer cores than threads."""

    def __init__(self, threads: int) -> None:
        self._allowed, self._threads, self._mine = affinity(), threads, ()
        if not self._allowed:
            return
        if threads > len(self._allowed):
            raise ValueError(
                f"threads must be at most {len(self._allowed)} (the cores of this machine), got {threads}")
        self._look()
        self._choose()
        self._ended = time.monotonic()

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Moves to the least busy cores, by what they did since the last block began, and tells other measuring
        processes for the block that they are taken."""
        if not self._allowed:
            yield
            return
        if time.monotonic() - self._ended > _FRESH:
            self._look()
        if time.monotonic() - self._at >= _LOOK:
            self._choose()
        with ExitStack() as claims:
            for core in self._mine:
                claim = claims.enter_context(socket.socket(socket.AF_UNIX))
                # Linux's abstract names have no file and die with the process
                claim.bind(f"\0tensor-product-explorer core {core} of {os.getpid()}")
            yield
        self._ended = time.monotonic()

    def _look(self) -> None:
        self._begin()
        time.sleep(_LOOK)

    def _begin(self) -> None:
        self._at, self._own, self._used = time.monotonic(), time.process_time(), use()

    def _choose(self) -> None:
        passed, own, now = time.monotonic() - self._at, time.process_time() - self._own, use()
        others = {core: now[core][0] - self._used[core][0] - (own / self._threads if core in self._mine else 0.0)
                  for core in self._allowed if core in now and core in self._used}
        busy = {core: seconds / passed for core, seconds in others.items()}
        self._mine = least_busy(self._threads, self._allowed, busy, {core for core, _ in _claims()}, self._mine)
        for thread in _threads():
            with suppress(ProcessLookupError):   # it has ended
                os.sched_setaffinity(thread, self._mine)
        self._begin()


def least_busy(
    threads: int, allowed: Sequence[int], busy: Mapping[int, float], claimed: Collection[int], mine: Collection[int]
) -> tuple[int, ...]:
    """That many cores: those that no other measuring process claims first, then the less busy (in tenths of a core),
    then where this process is, then the last."""
    order = sorted(allowed, key=lambda core: (
        core in claimed, round(10 * busy.get(core, 0.0)), core not in mine, -core))
    return tuple(sorted(order[:threads]))


def affinity() -> list[int]:
    """The cores that some thread of this process may run on; empty where the system does not say."""
    if sys.platform != "linux":
        return []
    found: set[int] = set()
    for thread in _threads():
        with suppress(ProcessLookupError):
            found |= os.sched_getaffinity(thread)
    return sorted(found)


def use() -> dict[int, tuple[float, float]]:
    """Of every core the seconds since it started that it was busy, and that the host took from it (steal); empty where
    the system does not say."""
    if sys.platform != "linux":
        return {}
    found = {}
    for line in Path("/proc/stat").read_text().splitlines():
        if re.match(r"cpu\d", line):
            name, user, nice, system, _, _, irq, softirq, steal, *_ = line.split()
            busy = sum(map(int, (user, nice, system, irq, softirq)))
            found[int(name[3:])] = busy * _TICK, int(steal) * _TICK
    return found


def rivals(cores: Collection[int]) -> list[int]:
    """The other processes of this program that measure on one of these cores now, by their ids."""
    return sorted({process for core, process in _claims() if core in cores})


def siblings(cores: Collection[int]) -> set[int]:
    """The other logical cores that share a physical one with these (hyper-threads)."""
    found: set[int] = set()
    for core in cores:
        path = Path(f"/sys/devices/system/cpu/cpu{core}/topology/thread_siblings_list")
        with suppress(OSError):
            for part in path.read_text().strip().split(","):
                first, _, last = part.partition("-")
                found |= set(range(int(first), int(last or first) + 1))
    return found - set(cores)


def _claims() -> Iterator[tuple[int, int]]:
    """(core, process) of every claim but our own."""
    with suppress(OSError):
        for core, process in _CLAIM.findall(Path("/proc/net/unix").read_text()):
            if int(process) != os.getpid():
                yield int(core), int(process)


def _threads() -> list[int]:
    return [int(name) for name in os.listdir("/proc/self/task")]
