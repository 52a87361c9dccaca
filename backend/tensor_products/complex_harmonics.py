"""Real signals as coefficients of complex spherical harmonics, m >= 0: how libraries of transforms take and give them.

With the Condon-Shortley phase c = (-1)^m, or c = 1 without it, f_l0 = x_l0 and, for m > 0,
f_lm = c (x_lm - i x_l,-m) / sqrt 2: the real part of 2 f_lm P_lm c e^{i m phi} is what x_lm and x_l,-m stand for.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backend.spec import Problem


def transform_grid(problem: Problem, l_out: int) -> tuple[int, int]:
    """(rings, points on a ring) of the smallest Gauss-Legendre grid that is exact for the product of two signals
    against Y_lm up to l_out, and that holds every order of both: an FFT drops those above half its length."""
    top = max(problem.degrees_in1[-1], problem.degrees_in2[-1])
    degree = problem.degrees_in1[-1] + problem.degrees_in2[-1] + l_out
    return max((degree + 2) // 2, top + 1), max(degree + 1, 2 * top + 1)


def to_complex(degrees: Sequence[int], *, phase: bool) -> tuple[np.ndarray, np.ndarray]:
    """(index, factor), each (top+1, top+1, 2): real and imaginary part of f_lm are x[index[l, m]] factor[l, m]; the
    factor is 0 where there is no such component."""
    size = degrees[-1] + 1
    index, factor = np.zeros((size, size, 2), dtype=np.int64), np.zeros((size, size, 2))
    for place, (l, m) in enumerate(_orders(degrees)):
        part = 0 if m >= 0 else 1
        index[l, abs(m), part] = place
        factor[l, abs(m), part] = _factor(m, phase=phase)
    return index, factor


def to_real(degrees: Sequence[int], orders: int, *, phase: bool) -> tuple[np.ndarray, np.ndarray]:
    """(index, factor), each (sum 2l+1,): x is f[index] factor of the array f[l, m, (real, imaginary)], flattened,
    whose m runs over 0 .. orders-1."""
    index = np.array([2 * (l * orders + abs(m)) + (m < 0) for l, m in _orders(degrees)])
    return index, np.array([1 / _factor(m, phase=phase) for _, m in _orders(degrees)])


def _orders(degrees):
    """(l, m) of every component, in the order of irreps."""
    return [(l, m) for l in degrees for m in range(-l, l + 1)]


def _factor(m, *, phase):
    if m == 0:
        return 1.0
    return (-1.0 if m < 0 else 1.0) * (-1.0 if phase and m % 2 else 1.0) / np.sqrt(2)
