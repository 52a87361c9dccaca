"""What a profiler saw a device do: kernels and copies, each with its start and its duration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Kernel:
    """One kernel or copy on a device; times in seconds."""

    name: str
    start: float
    seconds: float


def total(kernels: Sequence[Kernel]) -> float:
    """The sum of all durations, which counts kernels that run at the same time each for itself."""
    return sum(each.seconds for each in kernels)


def covered(kernels: Sequence[Kernel]) -> float:
    """The time in which at least one of them runs."""
    seconds, until = 0.0, float("-inf")
    for each in sorted(kernels, key=lambda kernel: kernel.start):
        end = each.start + each.seconds
        seconds += max(0.0, end - max(each.start, until))
        until = max(until, end)
    return seconds
