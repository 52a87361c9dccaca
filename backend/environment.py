"""Where a measurement was taken: machine, device, versions, sources. Imports no array framework."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil

from backend.catalogue import entry
from backend.spec import Case

_BACKEND = Path(__file__).parent
_PACKAGES = {"numpy": ("numpy", "scipy"), "jax": ("jax", "jaxlib"), "torch": ("torch",)}


def environment(case: Case) -> dict[str, Any]:
    """Machine, device, versions of the packages that matter to the case, and the hash of its sources."""
    known = entry(case.product)
    packages = _PACKAGES[case.framework] + known.distributions(case.framework)
    return {
        "machine": machine(),
        "device": devices().get(case.device, "none") if case.device == "cpu" else gpu(),
        "versions": {"python": platform.python_version()} | {name: version(name) for name in packages},
        "source": source_hash(case.product, case.framework),
    }


def identity(environment: Mapping[str, Any]) -> dict[str, str]:
    """What the cache compares, flat: machine, device (and driver), each version, the source hash; never load."""
    device = environment.get("device", {})
    named = device if isinstance(device, Mapping) else {"device": device}
    parts = {
        "machine": str(environment.get("machine", {}).get("name", "unknown")),
        "device": str(named.get("name", named.get("device", "unknown"))),
    }
    if named.get("driver"):
        parts["driver"] = str(named["driver"])
    if environment.get("cache"):
        parts["cache"] = str(environment["cache"])
    parts |= {name: str(each) for name, each in sorted(environment.get("versions", {}).items())}
    return parts | {"source": str(environment.get("source", "unknown"))}


@cache
def machine() -> dict[str, Any]:
    """Name (CPU model and logical cores), memory in bytes, system."""
    return {
        "name": f"{_cpu_model()}, {os.cpu_count()} cores",
        "memory_bytes": psutil.virtual_memory().total,
        "system": f"{platform.system()} {platform.release()}",
    }


@cache
def devices() -> dict[str, str]:
    """The devices that this machine has, by the name that a case gives them."""
    found = {"cpu": machine()["name"]}
    if accelerator := gpu():
        found["cuda"] = accelerator["name"]
    return found


@cache
def gpu() -> dict[str, Any]:
    """Name, driver and memory in bytes of the first NVIDIA GPU; empty where there is none."""
    try:
        import pynvml

        pynvml.nvmlInit()
    except (ImportError, OSError):
        return {}
    except pynvml.NVMLError:   # no driver on this machine
        return {}
    try:
        handle = pynvml.nvmlDeviceGetHandleByIndex(0)
        return {
            "name": pynvml.nvmlDeviceGetName(handle),
            "driver": pynvml.nvmlSystemGetDriverVersion(),
            "memory_bytes": pynvml.nvmlDeviceGetMemoryInfo(handle).total,
        }
    except pynvml.NVMLError:   # a driver without a device
        return {}
    finally:
        pynvml.nvmlShutdown()


@cache
def version(package: str) -> str:
    """The installed version of a distribution, or "not installed"."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def source_hash(product: str, framework: str) -> str:
    """12 hexadecimal digits over the files that a measurement of this product rests on: its own, what products
    share, group theory, the framework's and the method's."""
    path = entry(product).path
    return _source_hash(path, path.stat().st_mtime_ns, framework)


@cache
def _source_hash(product: Path, changed: int, framework: str) -> str:
    folder = _BACKEND / "tensor_products"
    shared = [path for path in folder.glob("*.py") if "\nCATALOGUE = {" not in path.read_text()]
    frameworks = _BACKEND / "frameworks"
    method = [frameworks / "framework.py", *sorted(frameworks.glob(f"{framework}_*.py"))]
    method += [_BACKEND / "bench" / f"{name}.py" for name in (
        "call", "cores", "inputs", "prepared", "process", "timing", "trial")]
    method.append(_BACKEND / "statistics.py")   # it decides when there are samples enough
    files = [product, *sorted(shared), *sorted((_BACKEND / "so3").glob("*.py")), *method]
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def certificate_source(product: str, framework: str) -> str:
    """12 hexadecimal digits over the sources and versions that a certificate rests on."""
    known = entry(product)
    packages = ("numpy", *_PACKAGES[framework], *known.distributions(framework))
    method = [*(_BACKEND / "expressivity").rglob("*.py"), *(_BACKEND / "so3").glob("*.py")]
    digest = hashlib.sha256(source_hash(product, framework).encode())
    for path in sorted(method):
        digest.update(path.read_bytes())
    for name in packages:
        digest.update(f"{name} {version(name)}".encode())
    return digest.hexdigest()[:12]


def _cpu_model() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return " ".join(line.partition(":")[2].split())
    return platform.processor() or platform.machine()
