"""The time of a call that does next to nothing, in every way that a framework compiles."""

from __future__ import annotations

import numpy as np

from backend.bench.limits.fastest import fastest
from backend.frameworks import Unsupported, framework_class
from backend.spec import COMPILATIONS


def launch(framework: str, device: str, seconds: float) -> dict[str, float]:
    """Seconds per call in flight of doubling one number, by compilation; one that cannot run here is left out."""
    found = {}
    for compilation in COMPILATIONS[framework]:
        try:
            arrays = framework_class(framework)(
                device=device, dtype="float32", precision="highest", compilation=compilation)
        except Unsupported:
            continue
        x = arrays.asarray(np.ones((1, 1, 1)))
        compiled = arrays.compile(_double, x)
        found[compilation] = fastest(
            lambda call=compiled.function, x=x: call(x), arrays.synchronize, seconds=seconds)
    return found


def _double(x):
    return x + x
