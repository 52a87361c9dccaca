"""The process that Nsight Compute looks at: a case as JSON in, called once between two marks of the CUDA runtime."""

from __future__ import annotations

import ctypes
import json
import re
import sys
from pathlib import Path

from backend.bench.prepared import prepare
from backend.frameworks import framework_of
from backend.spec import Case
from backend.tensor_products import build

_WARM_UP = 3


def main() -> None:
    case = Case.from_json(json.load(sys.stdin))
    framework = framework_of(case)
    ready = prepare(case, build(case, framework))
    for _ in range(_WARM_UP):
        framework.synchronize(ready.compiled.function(*ready.arguments))
    runtime = ctypes.CDLL(loaded_runtime(Path("/proc/self/maps").read_text()))
    runtime.cudaProfilerStart()
    framework.synchronize(ready.compiled.function(*ready.arguments))
    runtime.cudaProfilerStop()


def loaded_runtime(maps: str) -> str:
    """The path of the CUDA runtime that the framework has loaded, from the process's map of its memory. Raises
    RuntimeError where it has none."""
    found = re.search(r"(/\S*libcudart\S*\.so\S*)", maps)
    if not found:
        raise RuntimeError("the framework has loaded no CUDA runtime, so no kernels can be marked")
    return found[1]


if __name__ == "__main__":
    main()
