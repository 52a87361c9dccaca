"""The wall-time figures of "The Price of Freedom" (arXiv:2506.13523): time over L in three settings, one channel."""

from __future__ import annotations

from collections.abc import Sequence

from backend.catalogue import select
from backend.spec import Problem, Sweep
from backend.sweeps.preset import Part, Preset

_SOURCE = "arXiv:2506.13523, the figures of wall time on a CPU and on GPUs, JAX, float32, forward, one channel"
_PRODUCTS = "clebsch_gordan_dense,clebsch_gordan_sparse,gaunt_grid,gaunt_fourier"
_EVERY = f"{_PRODUCTS},matrix"
_FIGURE = f"{_EVERY},vector_gaunt"
_SETTINGS = ("siso", "simo", "mimo")
_EVEN = "as its scripts timed Clebsch-Gordan: even paths alone; the matrix and vector products have odd ones"


def presets() -> tuple[Preset, ...]:
    """A first look in seconds, and both figures whole, for a night."""
    return (
        Preset(
            "paper", "The paper's figures, small",
            "What does freedom cost, per call, per path and per degree of freedom? Five products to L 3, on the CPU.",
            tuple(_part(setting, "both", _EVERY, range(1, 4), 1000, "cpu") for setting in _SETTINGS)),
        Preset(
            "paper-cpu", "The paper's CPU figure",
            "The same to L 10 at the paper's batch, every path and the even ones alone.", _figure("cpu")),
        Preset("paper-gpu", "The paper's GPU figure", "The same on a GPU.", _figure("cuda")),
    )


def _figure(device: str) -> tuple[Part, ...]:
    degrees = range(1, 11)
    return (*(_part(setting, "both", _FIGURE, degrees, 10_000, device) for setting in _SETTINGS),
            *(_part(setting, "natural", _PRODUCTS, degrees, 10_000, device) for setting in _SETTINGS))


def _part(setting: str, parity: str, products: str, degrees: Sequence[int], batch: int, device: str) -> Part:
    every = (Problem.of(setting, l, parity=parity, batch=batch) for l in degrees)
    problems = tuple(problem for problem in every if problem.paths)   # l x l -> l of odd l has an odd path alone
    name = f"{setting.upper()}, {'every path' if parity == 'both' else 'even paths'}"
    sweep = Sweep(select(products), problems, ("jax",), {"device": device})
    return Part(name, sweep, _SOURCE, _EVEN if parity == "natural" else "")
