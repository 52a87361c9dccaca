"""The least time that a call was seen to take."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

_BLOCK = 0.001   # seconds of calls in flight before they are waited for
_LEAST = 5       # blocks


def fastest(
    call: Callable[[], Any], synchronize: Callable[[Any], None], *, seconds: float,
    clock: Callable[[], float] = perf_counter,
) -> float:
    """Seconds per call of the best of many blocks of calls in flight with one synchronisation at the end: a limit is
    what happened when nothing disturbed."""
    def block(calls: int) -> float:
        start = clock()
        for _ in range(calls):
            result = call()
        synchronize(result)
        return clock() - start

    block(1)
    calls = 1
    while (taken := block(calls)) < _BLOCK:
        calls = max(calls + 1, min(10 * calls, int(1.2 * calls * _BLOCK / max(taken, 1e-9))))
    best, count, begin = taken, 1, clock()
    while count < _LEAST or clock() - begin < seconds:
        best, count = min(best, block(calls)), count + 1
    return best / calls
