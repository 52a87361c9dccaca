"""What a device can do at best: bandwidth by working set, rates of matrix products, the time of an empty call."""

from __future__ import annotations

import platform
import uuid
from datetime import UTC, datetime

from backend.bench.conditions import conditions, read
from backend.bench.limits.arithmetic import rates
from backend.bench.limits.bandwidth import caches, framework_bandwidth, host_bandwidth
from backend.bench.limits.launch import launch
from backend.environment import devices, gpu, machine, version
from backend.frameworks import framework_class
from backend.spec import COMPILATIONS, Limits, limits_threads


def measured_limits(framework: str, device: str, threads: int, *, seconds: float) -> Limits:
    """The limits of a device, each number the best of `seconds` of trying. On the CPU bytes are moved by NumPy in any
    framework: what can be moved is the hardware's. Raises Unsupported where the framework has no such device."""
    before = read(device)
    arrays = framework_class(framework)(
        device=device, dtype="float32", precision="highest", compilation=COMPILATIONS[framework][0])
    if device == "cpu":
        bandwidth = host_bandwidth(threads, seconds)
    else:
        bandwidth = framework_bandwidth(arrays, int(gpu().get("memory_bytes", 0)), seconds)
    found = {"bandwidth": tuple(bandwidth), "rates": rates(framework, device, seconds),
             "launch": launch(framework, device, seconds), "caches": caches(device, threads)}
    about = {"versions": {"python": platform.python_version()} | {name: version(name) for name in ("numpy", framework)},
             "driver": gpu().get("driver", "") if device == "cuda" else "",
             "conditions": conditions(before, before, read(device), threads=threads, used=arrays.threads())}
    return Limits(
        machine=machine()["name"], device=device, device_name=devices().get(device, "unknown"),
        threads=limits_threads(device, threads), framework=framework, **found, environment=about,
        measured_at=datetime.now(UTC).isoformat(timespec="microseconds"), id=uuid.uuid4().hex)
