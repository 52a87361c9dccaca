"""The process that Nsight Compute looks at: a case as JSON in, called once between two marks of the CUDA runtime."""

from __future__ import annotations

import ctypes
import json
import re
import sys
from pathlib import Path

from backend.bench import inputs
from backend.bench.call import compiled_for, place_behind
from backend.frameworks import framework_class
from backend.spec import Case
from backend.tensor_products import build

_WARM_UP = 3


def main() -> None:
    case = Case.from_json(json.load(sys.stdin))
    framework = framework_class(case.framework)(
        device=case.device, dtype=case.dtype, precision=case.precision, compilation=case.compilation)
    operation = build(case, framework)
    given = inputs.draw(case, operation)
    arguments = (
        framework.asarray(operation.place_x(given.x)), framework.asarray(operation.place_y(given.y)),
        *map(framework.asarray, given.rest), *place_behind(operation, inputs.draw_behind(case, operation)))
    compiled = compiled_for(case.direction, framework, operation, arguments)
    for _ in range(_WARM_UP):
        framework.synchronize(compiled.function(*arguments))
    runtime = ctypes.CDLL(loaded_runtime(Path("/proc/self/maps").read_text()))
    runtime.cudaProfilerStart()
    framework.synchronize(compiled.function(*arguments))
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
