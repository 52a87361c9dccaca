"""What differs between two results: what was asked, where and with what it was measured, how long it took."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from backend import units
from backend.environment import identity
from backend.spec import Result
from backend.statistics import Ratio, independent_ratio

KINDS = ("case", "machine", "device", "versions", "source", "process", "conditions")
TIMES = ("throughput_time", "latency")
_UNKNOWN = "not told"
_CLOCK = 0.05    # of a clock: less is its own flicker


@dataclass(frozen=True)
class Difference:
    """One value that two results do not share, as text."""

    kind: str
    name: str
    first: str
    second: str


def differences(first: Result, second: Result) -> list[Difference]:
    """Every value that differs, in the order of KINDS. `case` is what was asked; `process` what the measuring process
    was given: cores, threads, allocator, what a library really ran; `conditions` what was found while it measured.
    What an older result does not tell is "not told"."""
    flat = [dict(_values(each)) for each in (first, second)]
    names = sorted({*flat[0], *flat[1]}, key=lambda each: (KINDS.index(each[0]), each[1]))
    pairs = ((kind, name, *(each.get((kind, name), _UNKNOWN) for each in flat)) for kind, name in names)
    clocks = _clocks(first, second)
    return [Difference(*pair) for pair in pairs if pair[2] != pair[3]] + [Difference("conditions", *each)
                                                                        for each in clocks]


def ratios(first: Result, second: Result) -> dict[str, Ratio]:
    """By name of the time: how many times as fast the first is as the second, with an interval that holds what each
    process saw, and nothing of what differs between processes."""
    found = {}
    for name in TIMES:
        ends = [[each.metrics.get(part) for part in (name, f"{name}_low", f"{name}_high")] for each in (first, second)]
        if all(value is not None and value > 0 for each in ends for value in each):
            found[name] = independent_ratio(*map(tuple, ends))
    return found


def in_words(ratio: Ratio) -> str:
    """A ratio as a sentence about the first: 1.30 times as fast (1.21–1.40): faster."""
    return f"{ratio.ratio:.2f} times as fast ({ratio.low:.2f}–{ratio.high:.2f}): {ratio.verdict}"


def _values(result: Result) -> Iterator[tuple[tuple[str, str], str]]:
    """((kind, name), text) of everything that is compared as it stands."""
    for name, value in result.case.to_json().items():
        if name != "key":
            yield ("case", name), str(value)
    environment = result.environment
    for name, value in identity(environment).items():
        kind = {"machine": "machine", "device": "device", "driver": "device", "source": "source"}.get(name, "versions")
        yield (kind, name), value
    machine = environment.get("machine", {})
    for name in ("system", "memory_bytes"):
        yield ("machine", name), str(machine.get(name, _UNKNOWN))
    live = environment.get("live", {})
    told = live.get("conditions", {})
    yield ("process", "cores"), str(len(live["cpu_affinity"])) if live.get("cpu_affinity") else _UNKNOWN
    yield ("process", "threads"), str(told.get("threads") or _UNKNOWN)
    yield ("process", "allocator"), str(live.get("allocator", _UNKNOWN) or "the usual")
    for name, value in live.get("effective", {}).items():
        yield ("process", f"effective {name}"), str(value)
    for name, word in (("findings", "disturbed"), ("remarks", "remarks")):
        yield ("conditions", word), "; ".join(told[name]) or "nothing" if name in told else _UNKNOWN
    yield ("conditions", "samples"), "; ".join(live["findings"]) or "steady" if "findings" in live else _UNKNOWN
    for name in ("governor", "boost"):
        yield ("conditions", name), str(_after(told, "clocks").get(name, _UNKNOWN))


def _clocks(first: Result, second: Result) -> Iterator[tuple[str, str, str]]:
    """(name, first, second) of the clocks that differ by more than they flicker."""
    for kind, name in (("clocks", "frequency"), ("gpu", "clock"), ("gpu", "memory_clock")):
        both = [_after(each.environment.get("live", {}).get("conditions", {}), kind).get(name)
                for each in (first, second)]
        if all(both) and abs(both[0] - both[1]) > _CLOCK * max(both):
            yield f"{kind} {name}", *(units.quantity(each, "Hz") for each in both)


def _after(told: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    """What was read after the samples."""
    return told.get(kind, [{}])[-1]
