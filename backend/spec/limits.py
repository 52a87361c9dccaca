"""What a device can do at best, as measured by one framework: `Limits`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from math import isfinite
from typing import Any

from backend.spec.case import DEVICES, FRAMEWORKS, THREADS_LIMIT
from backend.spec.checks import SpecError, check_choice, check_integer

_OF_A_SIZE = ("bytes", "copy", "read")


@dataclass(frozen=True)
class Limits:
    """What a device did at best, on so many CPU threads (of a GPU always 1), in one framework. Nothing measured counts
    where a mapping is empty.

    A rate of `bandwidth` is of one working set, smallest first: `copy` is bytes read and written per second of a copy
    from half of it into the other, `read` bytes read per second of a dot product of its halves. What hardware moves
    beside that (the read of a line that is about to be written) is not counted.
    """

    machine: str
    device: str
    device_name: str
    threads: int
    framework: str
    bandwidth: tuple[Mapping[str, float], ...]                    # `bytes`, `copy`, `read` of each working set
    rates: Mapping[str, float] = field(default_factory=dict)      # "float32 highest" -> FLOP/s of matrix products
    launch: Mapping[str, float] = field(default_factory=dict)     # compilation -> seconds of an empty call in flight
    caches: Mapping[str, int] = field(default_factory=dict)       # "L1" -> bytes that all threads have of it
    environment: Mapping[str, Any] = field(default_factory=dict)
    measured_at: str = ""                                         # ISO 8601, UTC
    id: str = ""                                                  # 32 hexadecimal digits

    def __post_init__(self) -> None:
        check_choice("device", self.device, DEVICES)
        check_choice("framework", self.framework, FRAMEWORKS)
        check_integer("threads", self.threads, 1, THREADS_LIMIT)
        for name in ("machine", "device_name", "measured_at"):
            if not isinstance(getattr(self, name), str):
                raise SpecError(f"{name} of limits must be text, got {getattr(self, name)!r:.80}")
        if not re.fullmatch("[0-9a-f]{32}", str(self.id)):
            raise SpecError(f"id of limits must be 32 hexadecimal digits, got {self.id!r:.80}")
        for each in self.bandwidth:
            if not isinstance(each, Mapping) or set(each) != set(_OF_A_SIZE):
                raise SpecError(f"a bandwidth must have {', '.join(_OF_A_SIZE)}, got {each!r:.80}")
            _check_positive("bandwidth", each)
        for name in ("rates", "launch", "caches"):
            _check_positive(name, getattr(self, name))

    def to_json(self) -> dict[str, Any]:
        """A JSON object that says of itself that it is `limits`."""
        return {"type": "limits"} | asdict(self) | {"bandwidth": [dict(each) for each in self.bandwidth]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Limits:
        """The limits that `to_json` described. Raises SpecError if they are none."""
        rest = {name: value for name, value in data.items() if name != "type"}
        known = {each.name for each in fields(cls)}
        if unknown := set(rest) - known:
            raise SpecError(f"limits have no field {', '.join(sorted(unknown))}; they have {', '.join(sorted(known))}")
        if missing := {"machine", "device", "device_name", "threads", "framework", "bandwidth", "id"} - set(rest):
            raise SpecError(f"limits must have {', '.join(sorted(missing))}, got {', '.join(sorted(rest))}")
        if not isinstance(rest["bandwidth"], list | tuple):
            raise SpecError(f"bandwidth must be a list, got {rest['bandwidth']!r:.80}")
        return cls(**rest | {"bandwidth": tuple(rest["bandwidth"])})


def levels(sizes: Sequence[float], rates: Sequence[float], caches: Mapping[str, int]) -> dict[str, float]:
    """Bytes per second of each level, from working sets, smallest first: the best of those that fit into it and not
    into the one before; of memory the largest. Where nothing tells of caches, the best of all is called "cache"."""
    found, below = {}, 0.0
    for name, size in sorted((caches or {"cache": 0}).items()):
        inside = [rate for each, rate in zip(sizes, rates, strict=True) if below < each <= (size or sizes[-1])]
        if inside:
            found[name], below = max(inside), size
    return found | {"memory": rates[-1]} if len(rates) else {}


def limits_threads(device: str, threads: int) -> int:
    """The threads of the limits that hold for a case: a GPU's are the same for any number."""
    return threads if device == "cpu" else 1


def _check_positive(name: str, values: Any) -> None:
    if not isinstance(values, Mapping):
        raise SpecError(f"{name} of limits must be a JSON object, got {values!r:.80}")
    for key, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value) or value <= 0:
            raise SpecError(f"{name} of limits must hold numbers above 0, got {value!r:.80} for {key}")
