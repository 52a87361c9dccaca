"""CP decompositions of a tensor with three axes, T_ijk = sum_r A_ir B_jr C_kr: exact, or by least squares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

_MOST_SWEEPS, _LEAST_SWEEPS, _WORK = 1000, 100, 2e8   # work: nonzero entries x rank x sweeps
_CHECK_EVERY, _LEAST_GAIN = 25, 0.02                  # stops where 25 sweeps take away less than 2 % of the error
_DAMPING, _DECAY, _LEAST_DAMPING = 1e-2, 0.97, 1e-10  # of the mean curvature: keeps the first steps short
_EXACT = 1e-13

Factors = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class _Mode:
    """The tensor as a sparse matrix, from the pairs of indices along two axes that occur to the third axis."""

    others: tuple[int, int]
    index1: np.ndarray
    index2: np.ndarray
    matrix: sparse.csr_array

    def with_others(self, factors: Sequence[np.ndarray]) -> np.ndarray:
        """The tensor contracted with the factors of the two other axes: (the third axis, rank)."""
        a, b = (factors[axis] for axis in self.others)
        return self.matrix @ (a[self.index1] * b[self.index2])


def exact_factors(tensor: np.ndarray) -> Factors:
    """A term for every nonzero fibre along the axis that leaves fewest fibres: exact, of rank `exact_rank`."""
    along = _longest(tensor)
    fibres = np.moveaxis(tensor, along, -1)
    index = np.nonzero((fibres != 0).any(axis=-1))
    others = [np.eye(dim)[:, each] for dim, each in zip(fibres.shape[:2], index, strict=True)]
    factors = [*others[:along], fibres[index].T, *others[along:]]
    return tuple(np.ascontiguousarray(each) for each in factors)


def exact_rank(tensor: np.ndarray) -> int:
    return int((tensor != 0).any(axis=_longest(tensor)).sum())


def least_squares_factors(tensor: np.ndarray, rank: int, *, seed: int = 0) -> Factors:
    """Factors of that rank near the least error that alternating least squares finds from random ones; damped, in
    float64, the same for the same seed. Only nonzero entries of the tensor cost time."""
    random = np.random.default_rng(seed)
    factors = [random.standard_normal((dim, rank)) for dim in tensor.shape]
    modes, entries = [_mode(tensor, axis) for axis in range(3)], np.count_nonzero(tensor)
    most = int(np.clip(_WORK / (entries * rank), _LEAST_SWEEPS, _MOST_SWEEPS))
    damping, before, last = _DAMPING, np.inf, factors
    for sweep in range(1, most + 1):
        for axis, mode in enumerate(modes):
            factors[axis] = _solved(mode, factors, axis, damping)
        factors = _balanced(factors)
        if sweep % 2 == 0:
            factors = _further(modes[2], factors, last, np.sqrt(sweep))
        last = list(factors)
        damping = max(damping * _DECAY, _LEAST_DAMPING)
        if sweep % _CHECK_EVERY == 0:
            error = relative_error(tensor, factors)
            if error < _EXACT or (sweep >= _LEAST_SWEEPS and error > (1 - _LEAST_GAIN) * before):
                break
            before = error
    return tuple(factors)


def relative_error(tensor: np.ndarray, factors: Factors) -> float:
    """The norm of what the factors miss, relative to the norm of the tensor."""
    a, b, c = factors
    pairs = (a[:, None] * b[None]).reshape(-1, a.shape[1])
    return float(np.linalg.norm(tensor.reshape(len(pairs), -1) - pairs @ c.T) / np.linalg.norm(tensor))


def _longest(tensor: np.ndarray) -> int:
    return min(range(3), key=lambda axis: int((tensor != 0).any(axis=axis).sum()))


def _mode(tensor: np.ndarray, axis: int) -> _Mode:
    others = tuple(each for each in range(3) if each != axis)
    flat = np.moveaxis(tensor, axis, 0).reshape(tensor.shape[axis], -1)
    occur = np.flatnonzero(flat.any(axis=0))
    return _Mode(others, *np.divmod(occur, tensor.shape[others[1]]), sparse.csr_array(flat[:, occur]))


def _solved(mode: _Mode, factors: list[np.ndarray], axis: int, damping: float) -> np.ndarray:
    """The factor of the axis that fits best with the others held, kept near what it was by the damping."""
    a, b = (factors[each] for each in mode.others)
    gram = (a.T @ a) * (b.T @ b)
    weight = damping * np.trace(gram) / len(gram)
    right = weight * factors[axis] + mode.with_others(factors)
    return np.linalg.solve(gram + weight * np.eye(len(gram)), right.T).T


def _further(mode: _Mode, factors: list[np.ndarray], last: list[np.ndarray], step: float) -> list[np.ndarray]:
    """The way of the last sweep gone on with, if that leaves less error: the plain sweeps creep along valleys."""
    tried = [each + step * (each - before) for each, before in zip(factors, last, strict=True)]
    return tried if _square_error(mode, tried) < _square_error(mode, factors) else factors


def _square_error(mode: _Mode, factors: list[np.ndarray]) -> float:
    """The squared norm of what the factors miss, less that of the tensor; `mode` is of the last axis."""
    a, b, c = factors
    return float(((a.T @ a) * (b.T @ b) * (c.T @ c)).sum() - 2 * (mode.with_others(factors) * c).sum())


def _balanced(factors: list[np.ndarray]) -> list[np.ndarray]:
    """Every term's three columns scaled to the same length."""
    lengths = [np.maximum(np.linalg.norm(each, axis=0), 1e-300) for each in factors]
    mean = np.cbrt(np.prod(lengths, axis=0))
    return [each * (mean / length) for each, length in zip(factors, lengths, strict=True)]
