"""How a call is timed: warm-up, calibration, then samples of throughput and latency in turn until their median is
known."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Any

from backend.statistics import effective_count, interval, median, warm_up


@dataclass(frozen=True)
class Options:
    """How long to measure. Times in seconds."""

    samples: int = 30               # of each kind at least, if the time allows; at most ten times as many
    width: float = 0.02             # of the interval of the median, to either side, at which there are enough
    min_sample_time: float = 0.005  # work in one sample, by repeating shorter calls
    max_time: float = 2.0           # of all samples together; at least `_LEAST` are taken
    warm_up_time: float = 0.02      # at least; as long as calls become faster up to `_WARM_UP` times as much
    flush: bool = False             # the device's last cache before every call, which is then timed by itself


@dataclass(frozen=True)
class Timing:
    """Seconds per call of every sample, in order; `stopped` says why sampling ended."""

    throughput: tuple[float, ...]
    latency: tuple[float, ...]
    calls_per_sample: int
    calls_per_latency_sample: int
    stopped: str


_LEAST = 5
_MOST = 10          # times the samples that are asked for
_AGAIN = 1.25       # times as many samples before the interval is looked at again
_WARM_UP = 50
_CALM = 5           # calls in a row that are no faster than those before by more than `_FASTER`
_FASTER = 0.98


def measure(
    call: Callable[[], Any], synchronize: Callable[[Any], None], *, options: Options, clock: Callable[[], float],
    before: Callable[[], None] | None = None,
) -> Timing:
    """Times `call`, whose work is done when `synchronize` of what it returns comes back.

    A throughput sample is a block of calls with one synchronisation at its end; a latency sample synchronises
    after each call. Samples of both kinds alternate, so that a slow moment hits both. `clock` gives seconds. With
    `before`, which empties the cache say, both kinds are of single calls, and its time is left out.
    """
    def alone(calls: int) -> float:
        seconds = 0.0
        for _ in range(calls):
            before()
            start = clock()
            synchronize(call())
            seconds += clock() - start
        return seconds / calls

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

    if before:
        block = one_by_one = alone
    _warm_up(one_by_one, options, clock)
    enabled = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        calls, single = (1 if before else _calibrate(each, options.min_sample_time) for each in (block, one_by_one))
        throughput, latency, stopped = [], [], ""
        begin, look = clock(), options.samples
        while not stopped:
            throughput.append(block(calls))
            latency.append(one_by_one(single))
            count = len(throughput)
            if count >= look:
                look = ceil(_AGAIN * count)
                stopped = "narrow" if _is_known(throughput, options) else ""
            if not stopped and count >= _MOST * options.samples:
                stopped = "all samples taken"
            if not stopped and clock() - begin > options.max_time and count >= min(_LEAST, options.samples):
                stopped = "time limit"
    finally:
        if enabled:
            gc.enable()
    if stopped == "narrow":
        stopped = f"the interval is within ±{options.width:.1%}"
    return Timing(tuple(throughput), tuple(latency), calls, single, stopped)


def _warm_up(one_by_one: Callable[[int], float], options: Options, clock: Callable[[], float]) -> None:
    """Calls until the time is over and calls no longer become faster."""
    begin, best, calm = clock(), float("inf"), 0
    while True:
        seconds = one_by_one(1)
        calm = 0 if seconds < _FASTER * best else calm + 1
        best = min(best, seconds)
        passed = clock() - begin
        if passed >= options.warm_up_time and (calm >= _CALM or passed >= _WARM_UP * options.warm_up_time):
            return


def _is_known(samples: list[float], options: Options) -> bool:
    """Whether the interval of the median is narrow, from samples of which half at least are as good as independent, or
    do not differ by more than a quarter of it: what wanders slowly has not shown how far."""
    samples = samples[warm_up(samples) :]
    allowed = 2 * options.width * median(samples)
    low, high = interval(samples)
    if max(samples) - min(samples) <= allowed / 4:
        return True
    return high - low <= allowed and effective_count(samples) >= options.samples / 2


def _calibrate(sample: Callable[[int], float], least: float) -> int:
    """The number of calls that make one sample of at least that many seconds."""
    calls = 1
    while True:
        seconds = sample(calls) * calls
        if seconds >= least:
            return calls
        calls = max(calls + 1, min(10 * calls, ceil(1.2 * calls * least / max(seconds, 1e-9))))
