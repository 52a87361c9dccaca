"""Our products beside the libraries' that compute the same function."""

from __future__ import annotations

from backend.catalogue import select
from backend.spec import COMPILATIONS, Problem, Sweep
from backend.sweeps.functions import FUNCTIONS, NOT_AS_MEANT
from backend.sweeps.preset import Part, Preset

_DEGREES = range(1, 5)
_CHANNELS = (1, 32)


def preset() -> Preset:
    """Each function in JAX and PyTorch as its authors' users would first run it, uncompiled where that is usual."""
    parts = tuple(_part(name, framework) for name in FUNCTIONS for framework in ("jax", "torch"))
    return Preset("peers", "Ours and the libraries",
                  "Who computes the same function fastest, ours or a library? For ratios that hold, `make bench`.",
                  tuple(part for part in parts if part.sweep.products))


def _part(name: str, framework: str) -> Part:
    ours, theirs, setting, spread = FUNCTIONS[name]
    mode = COMPILATIONS[framework][0]
    products = tuple(pair for pair in select(f"{ours},{theirs}") if (*pair, mode) not in NOT_AS_MEANT)
    problems = tuple(Problem.of(setting, l, channels=channels, batch=1000, **spread)
                     for l in _DEGREES for channels in _CHANNELS)
    return Part(f"{name}, {framework}", Sweep(products, problems, (framework,)))
