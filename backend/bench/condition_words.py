"""The conditions of a measurement in plain sentences: what disturbed it, and what else a reader should know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend import units

_TAKEN = 0.05        # of its core's time: less is the system itself
_COUNTED = 0.1       # of cores' time as they count it, in samples and steps of 0.01 s
_TICKS = 0.2         # seconds: of less they say nothing
_STEAL, _STOPPED = 0.02, 0.01
_SLOWER = 0.9        # times the clock that it had before
_FAULTS = 100
_PAGE = 1e-6         # seconds for a new page, or more: 1.9 us on an AMD EPYC of November 2026
_FREE = 5e8          # bytes of memory: less is a machine that begins to swap
_ELSEWHERE = 0.5     # of the other cores


def told(found: Mapping[str, Any], *, threads: int) -> dict[str, Any]:
    """The conditions with their `findings` and `remarks`."""
    return dict(found) | {"findings": findings(found, threads=threads), "remarks": remarks(found)}


def findings(found: Mapping[str, Any], *, threads: int) -> list[str]:
    """What disturbed the measurement with these `conditions`; nothing where all was well."""
    several = threads > 1
    its_cores = f"these {len(found['cores'])} cores" if several else "this core"
    said = []
    counted = found["seconds"] >= _TICKS
    if found.get("taken", 0.0) >= (_COUNTED if several else _TAKEN) and (counted or not several):
        said.append(f"another process used {found['taken']:.0%} of {its_cores}")
    for process in found["rivals"]:
        said.append(f"another measurement, process {process}, was on {its_cores}")
    if found.get("sibling", 0.0) >= _COUNTED and counted:
        said.append(f"another process used {found['sibling']:.0%} of the hyper-thread beside {its_cores}")
    if found.get("steal", 0.0) >= _STEAL and counted:
        said.append(f"the host took {found['steal']:.0%} of its time (steal)")
    if found.get("stopped", 0.0) >= _STOPPED:
        said.append(f"the container's limit of CPU time held it back for {found['stopped']:.0%} of the time")
    if found["faults"] >= _FAULTS:
        said.append(f"{found['faults']:,} pages of memory had to be read from a disk")
    if (pages := found.get("new_pages", 0)) * _PAGE >= _TAKEN * found["seconds"] and counted:
        said.append(f"it took {pages / found['seconds']:,.0f} pages of memory a second anew, given back between calls")
    if min(found["memory_free"]) < _FREE:
        said.append(f"only {units.quantity(min(found['memory_free']), 'B')} of memory were free")
    if found["threads"] > threads:
        said.append(f"the framework computes with {found['threads']} threads, asked for {threads}")
    if found["cores"] and len(found["cores"]) != threads:
        said.append(f"it could run on {len(found['cores'])} cores, asked for {threads}")
    return said + _of_the_clock(*found["clocks"]) + _of_the_gpu(*found.get("gpu", ({}, {})))


def remarks(found: Mapping[str, Any]) -> list[str]:
    """What a reader should know of a measurement that nothing need have disturbed: who shares memory and caches."""
    others, busy = found.get("other_cores", 0), found.get("elsewhere", 0.0)
    if others and busy >= _ELSEWHERE * others and found["seconds"] >= _TICKS:
        return [f"other processes used {busy:.1f} of the other {others} cores, which share the memory"]
    return []


def _of_the_clock(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    said = []
    if times := after.get("throttled", 0) - before.get("throttled", 0):
        said.append(f"heat slowed its core down {times} times")
    if after.get("frequency", 0.0) < _SLOWER * before.get("frequency", 0.0):
        said.append(f"its clock fell from {_clock(before['frequency'])} to {_clock(after['frequency'])}")
    return said


def _of_the_gpu(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    said = []
    if (others := after.get("processes", 0) - 1) > 0:
        said.append(f"{units.plural(others, 'other process')} computed on the GPU")
    if reasons := after.get("slowed_by"):
        said.append(f"{' and '.join(reasons)} slowed the GPU down")
    if after.get("clock", 0.0) < _SLOWER * before.get("clock", 0.0):
        said.append(f"the GPU's clock fell from {_clock(before['clock'])} to {_clock(after['clock'])}")
    return said


def _clock(frequency: float) -> str:
    return units.quantity(frequency, "Hz")
