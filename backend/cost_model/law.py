"""The physics of a time: launches, bytes and FLOP, each at a price of at least nothing, dearer out of a cache."""

from __future__ import annotations

import numpy as np
from scipy.optimize import nnls

_CACHES = 40e3 * 4.0 ** np.arange(8)   # bytes of a call from which on the next byte, and a FLOP on it, may cost more
_ROUNDS = 10
_WIDTH = 0.2                           # of a logarithm, beyond which a deviation counts less (Cauchy)


def terms(counts: np.ndarray) -> np.ndarray:
    """(n, k) what a call is paid for, of counts (n, 3): paths, bytes, FLOP. The call itself, each path (a kernel or
    several), bytes, bytes beyond each cache, FLOP, and FLOP on what is beyond each cache."""
    paths, moved, flops = counts.T
    beyond = np.maximum(0.0, moved[:, None] - _CACHES)
    share = beyond / np.maximum(moved, 1.0)[:, None]
    return np.column_stack([np.ones(len(counts)), paths, moved, beyond, flops, flops[:, None] * share])


def prices(terms: np.ndarray, values: np.ndarray) -> np.ndarray:
    """(k,) prices p >= 0 with terms (n, k) @ p near the values (n,) in their logarithms, robustly: least squares of the
    relative deviation, anew with the weights that each round gives."""
    scale = terms.max(axis=0)
    scale[scale == 0] = 1.0
    scaled, near, trust = terms / scale, values, np.ones(len(values))
    for _ in range(_ROUNDS):
        weight = trust / near
        found, _ = nnls(scaled * weight[:, None], values * weight)
        said = np.maximum(scaled @ found, 1e-3 * values)
        trust = 1 / np.sqrt(1 + (np.log(values / said) / _WIDTH) ** 2)
        near = np.sqrt(said * values)
    return found / scale
