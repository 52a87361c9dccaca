"""What a GPU does in JAX's calls, kernel by kernel, from the trace of JAX's profiler."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jax
from jax.profiler import ProfileData

from backend.frameworks.kernels import Kernel


def kernels_of(call: Callable[[], Any], calls: int) -> list[Kernel]:
    """The kernels and copies of that many calls."""
    jax.block_until_ready(call())
    with TemporaryDirectory() as folder:
        with jax.profiler.trace(folder):
            for _ in range(calls):
                result = call()
            jax.block_until_ready(result)
        return [kernel for path in Path(folder).rglob("*.xplane.pb") for kernel in on_streams(ProfileData.from_file(
            str(path)))]


def on_streams(data: ProfileData) -> list[Kernel]:
    """The events on a GPU's streams. Other lines of its plane are made of these again, by operation and by program."""
    return [Kernel(event.name, event.start_ns / 1e9, event.duration_ns / 1e9)
            for plane in data.planes if plane.name.startswith("/device:GPU")
            for line in plane.lines if line.name.startswith("Stream")
            for event in line.events]
