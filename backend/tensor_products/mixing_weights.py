"""The learned numbers of channel mixing, seeded: the same for our products and for a library's."""

from __future__ import annotations

from math import prod

import numpy as np

from backend.so3 import Irreps
from backend.spec import Problem

_SEED = 0


def path_weights(problem: Problem, copies: Irreps) -> np.ndarray:
    """One number for each row (one row if shared), output copy and channel, (rows, channels, copies); where mixing is
    uvw (rows, copies, pairs, channels). Standard normal over the root of how many numbers are summed."""
    inside = inner_channels(problem)
    if problem.mixing != "uvw":
        return _normal(problem, 0, (inside, len(copies)))
    fan_in = np.array([copies.copies.count(irrep) for irrep in copies]) * inside**2
    shape = (len(copies), inside**2, problem.channels)
    return _normal(problem, 0, shape) / np.sqrt(fan_in)[:, None, None].astype(np.float32)


def linear_weights(problem: Problem, number: int, irreps: Irreps, channels: tuple[int, int]) -> np.ndarray:
    """The matrices of a linear layer, one for each copy in `irreps`: (copies, channels in, channels out)."""
    fan_in = np.array([irreps.copies.count(irrep) for irrep in irreps]) * channels[0]
    random = np.random.default_rng([_SEED, number]).standard_normal((len(irreps), *channels), dtype=np.float32)
    return random / np.sqrt(fan_in)[:, None, None].astype(np.float32)


def path_weight_size(problem: Problem, copies: int) -> int:
    """How many numbers `path_weights` has."""
    if problem.weights == "none":
        return 0
    inside = inner_channels(problem)
    own = (copies, inside) if problem.mixing != "uvw" else (copies, inside**2, problem.channels)
    return prod(own) * (problem.batch if problem.weights == "per_sample" else 1)


def inner_channels(problem: Problem) -> int:
    """Channels of the operation itself."""
    return problem.inner or problem.channels


def graph(problem: Problem) -> tuple[np.ndarray, ...]:
    """Senders, at random, and receivers, in order, of the edges of a message; nothing where there is none."""
    if not problem.neighbours:
        return ()
    senders = np.random.default_rng([_SEED, 9]).integers(0, problem.nodes, problem.batch)
    return senders, np.arange(problem.batch) // problem.neighbours


def _normal(problem: Problem, number: int, shape: tuple[int, ...]) -> np.ndarray:
    """Row by row, so that a smaller batch has the first rows of a larger one."""
    rows = problem.batch if problem.weights == "per_sample" else 1
    return np.random.default_rng([_SEED, number]).standard_normal((rows, *shape), dtype=np.float32)
