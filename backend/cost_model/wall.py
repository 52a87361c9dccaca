"""How long measuring a case keeps a device: making it ready, then samples until their median is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

USUAL = {"samples": 30, "min_sample_time": 0.005, "max_time": 2.0, "warm_up_time": 0.02}   # as of bench.timing.Options
_MORE = 1.5     # times as many samples as are asked for, until the interval is narrow
_LEAST = 5      # samples of either kind that are taken whatever they take
_AROUND = 12    # calls for warming up, counting memory, the first, and checking what was computed


def wall_time(call: float, before: float, options: Mapping[str, Any] | None = None) -> float:
    """Seconds, of a case whose call takes `call` and which is ready after `before`, both in seconds."""
    asked = USUAL | {name: value for name, value in (options or {}).items() if name in USUAL}
    sample = max(call, asked["min_sample_time"])
    wanted = 2 * _MORE * asked["samples"] * sample
    samples = max(min(wanted, asked["max_time"]), 2 * min(_LEAST, asked["samples"]) * sample)
    return before + max(asked["warm_up_time"], _AROUND * call) + samples
