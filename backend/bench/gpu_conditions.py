"""The GPU at a moment, as NVML tells: clocks, power, temperature, why it is slowed down, who else is on it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

_REASONS = ("SwPowerCap", "HwSlowdown", "SwThermalSlowdown", "HwThermalSlowdown", "HwPowerBrakeSlowdown", "SyncBoost")
_WORDS = {"SwPowerCap": "its power limit", "HwSlowdown": "its hardware's protection", "SwThermalSlowdown": "heat",
          "HwThermalSlowdown": "heat", "HwPowerBrakeSlowdown": "its power supply",
          "SyncBoost": "another GPU of its group"}


def gpu_now() -> dict[str, Any]:
    """`clock`, `memory_clock`, `most_clock` (Hz), `power`, `power_limit` (W), `temperature` (degrees Celsius),
    `slowed_by` (words), `processes` (that compute on it, this one among them), `busy` (0 to 1) of the first GPU.
    What the driver does not tell is not there."""
    nvml = _nvml()
    try:
        handle = nvml.nvmlDeviceGetHandleByIndex(0)
    except nvml.NVMLError:   # no driver, or none of its devices in sight: the framework says so
        return {}
    asked: dict[str, Callable[[], Any]] = {
        "clock": lambda: 1e6 * nvml.nvmlDeviceGetClockInfo(handle, nvml.NVML_CLOCK_SM),
        "most_clock": lambda: 1e6 * nvml.nvmlDeviceGetMaxClockInfo(handle, nvml.NVML_CLOCK_SM),
        "memory_clock": lambda: 1e6 * nvml.nvmlDeviceGetClockInfo(handle, nvml.NVML_CLOCK_MEM),
        "power": lambda: nvml.nvmlDeviceGetPowerUsage(handle) / 1000,
        "power_limit": lambda: nvml.nvmlDeviceGetEnforcedPowerLimit(handle) / 1000,
        "temperature": lambda: nvml.nvmlDeviceGetTemperature(handle, nvml.NVML_TEMPERATURE_GPU),
        "slowed_by": lambda: slowed_by(nvml, nvml.nvmlDeviceGetCurrentClocksEventReasons(handle)),
        "processes": lambda: len({each.pid for each in nvml.nvmlDeviceGetComputeRunningProcesses(handle)}),
        "busy": lambda: nvml.nvmlDeviceGetUtilizationRates(handle).gpu / 100,
    }
    told = {}
    for name, ask in asked.items():
        try:
            told[name] = ask()
        except nvml.NVMLError:   # this driver or this GPU does not tell
            continue
    return told


def slowed_by(nvml: Any, reasons: int) -> list[str]:
    """The reasons, a bit each, in words; that it is idle or was told a clock is none."""
    return sorted({_WORDS[name] for name in _REASONS if reasons & getattr(nvml, f"nvmlClocksEventReason{name}")})


@cache
def _nvml() -> Any:
    """NVML, kept open: a process that measures on a GPU asks often."""
    import pynvml

    with suppress(pynvml.NVMLError):   # without a driver every question fails
        pynvml.nvmlInit()
    return pynvml
