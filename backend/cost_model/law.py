"""The physics of a time: launches, bytes and FLOP, each at a price of at least nothing."""

from __future__ import annotations

import numpy as np
from scipy.optimize import nnls

_ROUNDS = 12
_WIDTH = 0.2   # of a logarithm, beyond which a point counts less (Cauchy)


def prices(terms: np.ndarray, values: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """(k,) prices p >= 0 with terms (n, k) @ p near the values (n,) in their logarithms, robustly: least squares of the
    relative deviation, anew with each round's weights."""
    scale = terms.max(axis=0)
    scale[scale == 0] = 1.0
    scaled, near = terms / scale, values
    outer = np.ones(len(values)) if weights is None else weights
    found = np.zeros(terms.shape[1])
    for _ in range(_ROUNDS):
        trust = np.sqrt(outer) / near
        found, _ = nnls(scaled * trust[:, None], values * trust)
        said = np.maximum(scaled @ found, 1e-3 * values)
        deviation = np.log(values / said)
        outer = (1.0 if weights is None else weights) / (1 + (deviation / _WIDTH) ** 2)
        near = np.sqrt(said * values)
    return found / scale
