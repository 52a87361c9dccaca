"""What a worker of the cluster says of itself, and wherein it differs from here. Imports nothing of dask."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from backend.environment import devices, gpu, machine, version
from backend.spec import DEVICES, SpecError, check_choice

NAME = "tensor-product-explorer"   # of the plug-in and the metric of a worker, and of the topic of its events
_BACKEND = Path(__file__).parents[1]
_SOURCES = ("bench", "execution", "expressivity", "frameworks", "so3", "spec", "tensor_products")
_PACKAGES = ("jax", "numpy", "torch")


@dataclass(frozen=True)
class Worker:
    """A process of the cluster that measures: where it is, on what it may measure, what it is at."""

    address: str                  # tcp://host:port
    instance: str                 # of this process: another one at the same address has another
    machine: str                  # the name of its machine
    devices: Mapping[str, str]    # their own names, by the name that a case gives them
    hardware: str = ""            # CPU model and number of cores
    measuring: str = ""           # key of the case
    driver: str = ""              # of its GPU
    sources: str = ""             # hash of what measures
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> tuple[str, str]:
        """The machine and the devices: a worker that is started again takes the same place."""
        return self.machine, " ".join(sorted(self.devices))

    @property
    def host(self) -> str:
        return self.address.partition("://")[2].rpartition(":")[0]

    @property
    def words(self) -> str:
        """The machine and its address, as sentences name it."""
        return self.machine if self.machine == self.host else f"{self.machine} ({self.host})"

    def identity(self, device: str) -> dict[str, str]:
        """What of an environment's identity is the machine's and the device's."""
        driver = {"driver": self.driver} if self.driver and device == "cuda" else {}
        return {"machine": self.hardware, "device": self.devices[device]} | driver

    @property
    def differences(self) -> list[str]:
        """What it has otherwise than here, such as "jax 0.10.1"; nothing where all is alike."""
        here = versions()
        unlike = [f"{name} {version}" for name, version in self.versions.items() if version != here.get(name)]
        return ["other sources"] * (self.sources != sources()) + unlike


@dataclass(frozen=True)
class Seat:
    """A worker, and since when it is not seen any more (seconds since 1970); None while it is there."""

    worker: Worker
    lost_at: float | None = None


def describe(names: Iterable[str]) -> dict[str, Any]:
    """This machine's part of a description. Raises SpecError where it has no such device."""
    here, wanted = devices(), tuple(names)
    for name in wanted:
        check_choice("device", name, DEVICES)
        if name not in here:
            raise SpecError(f"device must be one of this machine, {', '.join(here)}, got {name!r}")
    driver = gpu().get("driver", "") if "cuda" in wanted else ""
    return {"devices": {name: here[name] for name in wanted}, "hardware": machine()["name"], "driver": driver,
            "sources": sources(), "versions": versions()}


@cache
def sources() -> str:
    """12 hexadecimal digits over the files with which this machine measures."""
    digest = hashlib.sha256()
    for path in sorted(path for part in _SOURCES for path in (_BACKEND / part).rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@cache
def versions() -> dict[str, str]:
    """The installed version of what all measurements rest on."""
    return {name: version(name) for name in _PACKAGES}
