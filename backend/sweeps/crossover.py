"""From which batch on which product is fastest: at small ones the overhead of a call decides, at large ones work."""

from __future__ import annotations

from backend import units
from backend.catalogue import select
from backend.spec import Problem, Sweep
from backend.sweeps.preset import Part, Preset

_PRODUCTS = "clebsch_gordan_dense,clebsch_gordan_sparse,gaunt_grid,gaunt_fourier,matrix,e3nn_jax"
_SOURCE = "github.com/lsj2408/Gaunt-Tensor-Product, issue 3: a speed-up of 18.9 at one edge is 0.86 at 10,000"


def preset() -> Preset:
    """MIMO over batch and L, with one channel and with 32."""
    return Preset(
        "crossover", "Where batches cross over", "From which batch on is a cheaper algorithm faster?",
        (_part(1, 5), _part(32, 4)))


def _part(channels: int, powers: int) -> Part:
    problems = tuple(Problem.of("mimo", l, channels=channels, batch=10**power)
                     for l in range(1, 6) for power in range(powers + 1))
    return Part(f"MIMO, {units.plural(channels, 'channel')}", Sweep(select(_PRODUCTS), problems, ("jax",)), _SOURCE)
