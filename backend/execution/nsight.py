"""Nsight Compute around one call: its command, and what its table of counters says, as arXiv:2506.13523 counts."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from backend.execution.process_environment import process_environment
from backend.spec import Case

_ROOT = Path(__file__).parents[2]
_TIME = "gpu__time_duration.sum"
_BYTES = ("dram__bytes_read.sum", "dram__bytes_write.sum")
_TENSOR = "sm__inst_executed_pipe_tensor.sum"
_TENSOR_FLOPS = 2048
_OPERATIONS = {f"sm__sass_thread_inst_executed_op_{kind}{name}_pred_on.sum": count
               for kind in "dfh" for name, count in (("add", 1), ("mul", 1), ("fma", 2))}
NAME = "Nsight Compute (ncu)"
COUNTERS = (_TIME, *_BYTES, _TENSOR, *_OPERATIONS)
_NANO = {"ns": 1e-9, "nsecond": 1e-9}


class ProfilerError(Exception):
    """Nsight Compute is not there or gave no counters; the message says why and what to do."""


def profile(case: Case, *, timeout: float) -> dict[str, float]:
    """The counters' metrics of one call of the case. Raises ProfilerError where there are none."""
    tool = shutil.which("ncu")
    if not tool:
        raise ProfilerError("Nsight Compute (ncu) is not on this machine's PATH; it comes with NVIDIA's CUDA toolkit")
    environment = process_environment((case.framework, case.device, case.threads), os.environ)
    try:
        done = subprocess.run(
            [*command(tool), sys.executable, "-m", "backend.bench.one_call"], cwd=_ROOT, env=environment, text=True,
            input=json.dumps(case.to_json()), capture_output=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        raise ProfilerError(f"the profiled call must end within {timeout:.0f} s, and did not") from None
    if done.returncode:
        last = ([*done.stderr.splitlines(), *done.stdout.splitlines()] or ["it said nothing"])[-1]
        raise ProfilerError(f"ncu ended with {done.returncode}: {last[:300]}")
    return counted(done.stdout.splitlines())


def command(tool: str) -> list[str]:
    """The tool's arguments: counters of the kernels between the marks that the process sets, in base units."""
    return [tool, "--profile-from-start", "off", "--csv", "--page", "raw", "--print-units", "base",
            "--metrics", ",".join(COUNTERS)]


def counted(lines: Iterable[str]) -> dict[str, float]:
    """The metrics of all kernels in a raw table of ncu: a header, a row of units, a row for each kernel; what else the
    tool and the process say is left out. Raises ProfilerError where there is no table, or no kernel in it."""
    table = [line for line in lines if line.startswith('"')]
    if not table:
        raise ProfilerError("ncu gave no table; may this user read the GPU's counters (ERR_NVGPUCTRPERM)?")
    units, *kernels = csv.DictReader(table)
    if not kernels:
        raise ProfilerError("ncu saw no kernel in the call")
    if missing := {_TIME, _TENSOR, *_BYTES, *_OPERATIONS} - set(units):
        raise ProfilerError(f"ncu's table must have {', '.join(sorted(missing))}, got {len(units)} other columns")
    if units[_TIME] not in _NANO or any(units[name] != "byte" for name in _BYTES):
        raise ProfilerError(f"ncu's units must be ns and byte, got {units[_TIME]} and {units[_BYTES[0]]}")
    tensor = _TENSOR_FLOPS * sum(_number(kernel, _TENSOR) for kernel in kernels)
    plain = sum(count * _number(kernel, name) for kernel in kernels for name, count in _OPERATIONS.items())
    return {
        "counter_time": _NANO[units[_TIME]] * sum(_number(kernel, _TIME) for kernel in kernels),
        "counter_flops": plain + tensor,
        "counter_tensor_flops": tensor,
        "counter_bytes": sum(_number(kernel, name) for kernel in kernels for name in _BYTES),
        "counter_launches": float(len(kernels)),
    }


def _number(kernel: Mapping[str, str], name: str) -> float:
    try:
        return float(kernel[name].replace(",", ""))
    except ValueError:   # n/a, where the GPU has no such unit
        raise ProfilerError(f"ncu counted no {name} of {kernel.get('Kernel Name', 'a kernel')[:80]}, "
                            f"got {kernel[name]!r}") from None
