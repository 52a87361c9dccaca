"""What the system tells of a core's clock: frequency, governor, boost, and how often heat slowed it down."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

TOLD = ("frequency", "governor", "boost", "throttled")
_SYSTEM = Path("/sys/devices/system/cpu")
_BOOST = (("cpufreq/boost", "1"), ("intel_pstate/no_turbo", "0"))   # file -> what it says where boost is on


def clocks(cores: Sequence[int], system: Path = _SYSTEM) -> dict[str, Any]:
    """`frequency` (Hz, the lowest of the cores), `governor`, `boost`, `throttled` (times since the start); a virtual
    machine tells few of them, and what is not told is not there."""
    told: dict[str, Any] = {}
    folders = [system / f"cpu{core}" for core in cores]
    if frequencies := _numbers(folders, "cpufreq/scaling_cur_freq"):
        told["frequency"] = 1000.0 * min(frequencies)   # the file counts in kHz
    if governors := [text for folder in folders if (text := _text(folder / "cpufreq/scaling_governor"))]:
        told["governor"] = " ".join(sorted(set(governors)))
    for name, on in _BOOST:
        if text := _text(system / name):
            told["boost"] = text == on
    throttled = [_numbers(folders, f"thermal_throttle/{kind}_throttle_count") for kind in ("core", "package")]
    if any(throttled):
        told["throttled"] = sum(map(sum, throttled))
    return told


def _numbers(folders: Sequence[Path], name: str) -> list[int]:
    return [int(text) for folder in folders if (text := _text(folder / name))]


def _text(path: Path) -> str:
    """What the file says; nothing where it is not there or may not be read."""
    try:
        return path.read_text().strip()
    except OSError:
        return ""
