"""How a call is timed: warm-up, calibration, then throughput and latency samples in turn, all kept."""

from __future__ import annotations

import gc
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Options:
    """How long to measure. Times in seconds."""

    samples: int = 30               # of each kind
    min_sample_time: float = 0.005  # work in one sample, by repeating shorter calls
    max_time: float = 2.0           # of all samples together; at least `_LEAST` are taken
    warm_up_time: float = 0.02


@dataclass(frozen=True)
class Timing:
    """Seconds per call of every sample, in order; `stopped` says why sampling ended."""

    throughput: tuple[float, ...]
    latency: tuple[float, ...]
    calls_per_sample: int
    calls_per_latency_sample: int
    stopped: str


_LEAST = 5


def measure(
    call: Callable[[], Any], synchronize: Callable[[Any], None], *, options: Options, clock: Callable[[], float]
) -> Timing:
    """Times `call`, whose work is done when `synchronize` of what it returns comes back.

    A throughput sample is a block of calls with one synchronisation at its end; a latency sample synchronises
    after each call. Samples of both kinds alternate, so that a slow moment hits both. `clock` gives seconds.
    """
    def block(calls: int) -> float:
        start = clock()
        for _ in range(calls):
            result = call()
        synchronize(result)
        return (clock() - start) / calls

    def one_by_one(calls: int) -> float:
        start = clock()
        for _ in range(calls):
            synchronize(call())
        return (clock() - start) / calls

    begin = clock()
    while True:
        one_by_one(1)
        if clock() - begin >= options.warm_up_time:
            break
    enabled = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        calls = _calibrate(block, options.min_sample_time)
        single = _calibrate(one_by_one, options.min_sample_time)
        throughput, latency = [], []
        begin = clock()
        while len(throughput) < options.samples:
            throughput.append(block(calls))
            latency.append(one_by_one(single))
            if clock() - begin > options.max_time and len(throughput) >= min(_LEAST, options.samples):
                break
    finally:
        if enabled:
            gc.enable()
    stopped = "all samples taken" if len(throughput) == options.samples else "time limit"
    return Timing(tuple(throughput), tuple(latency), calls, single, stopped)


def _calibrate(sample: Callable[[int], float], least: float) -> int:
    """The number of calls that make one sample of at least that many seconds."""
    calls = 1
    while True:
        seconds = sample(calls) * calls
        if seconds >= least:
            return calls
        calls = max(calls + 1, min(10 * calls, math.ceil(1.2 * calls * least / max(seconds, 1e-9))))
