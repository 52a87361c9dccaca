"""Floating-point operations per second of matrix products, in every dtype and precision."""

from __future__ import annotations

import numpy as np

from backend.bench.limits.fastest import fastest
from backend.frameworks import framework_class
from backend.spec import COMPILATIONS, DTYPES, PRECISIONS

_SIZES = {"cpu": (256, 512, 1024), "cuda": (2048, 4096, 8192)}   # rows and columns; the best of them counts


def rates(framework: str, device: str, seconds: float) -> dict[str, float]:
    """FLOP/s of a product of square matrices, 2 n^3 FLOP, by "dtype precision"."""
    found = {}
    for dtype in DTYPES:
        for precision in PRECISIONS:
            arrays = framework_class(framework)(
                device=device, dtype=dtype, precision=precision, compilation=COMPILATIONS[framework][0])
            found[f"{dtype} {precision}"] = max(_rate(arrays, size, seconds) for size in _SIZES[device])
    return found


def _rate(arrays, size: int, seconds: float) -> float:
    random = np.random.default_rng(0)
    a, b = (arrays.asarray(random.standard_normal((size, size), dtype=np.float32)) for _ in range(2))
    compiled = arrays.compile(lambda a, b: arrays.einsum("ij,jk->ik", a, b), a, b)
    return 2 * size**3 / fastest(lambda: compiled.function(a, b), arrays.synchronize, seconds=seconds)
