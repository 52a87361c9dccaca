"""Signals on an S2 grid as matrices: values of harmonics, and of their curls."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backend.frameworks import Unsupported
from backend.so3 import S2Grid, generators, spherical_harmonics
from backend.spec import Problem


def harmonics(grid: S2Grid, degrees: Sequence[int]) -> np.ndarray:
    """Y_lm at every grid point, shape (sum 2l+1, points)."""
    values = spherical_harmonics(degrees[-1], grid.points)
    return np.concatenate([values[:, l * l : (l + 1) ** 2] for l in degrees], axis=1).T


def projection(grid: S2Grid, degrees: Sequence[int]) -> np.ndarray:
    """The quadrature of a signal against every Y_lm, shape (points, sum 2l+1)."""
    return np.ascontiguousarray((harmonics(grid, degrees) * grid.weights).T)


def curls(grid: S2Grid, degrees: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """The two tangential components of (r x grad) Y_lm at every grid point, each of shape (sum 2l+1, points), in a
    frame (e1, e2) with e1 x e2 = r: the bracket r . (grad f x grad g) is f1 g2 - f2 g1.

    r x grad acts on the coefficients of a degree by the generators of so(3) in its basis.
    """
    values, start, blocks = harmonics(grid, degrees), 0, []
    for l in degrees:
        block = values[start : start + 2 * l + 1]
        blocks.append(np.einsum("kij,jp->kip", generators(l), block))
        start += 2 * l + 1
    field = np.concatenate(blocks, axis=1)                            # (3, sum 2l+1, points)
    return tuple(np.einsum("kip,pk->ip", field, axis) for axis in _tangents(grid.points))


def degrees_of(problem: Problem, *, odd: bool, product: str) -> list[int]:
    """The output degrees that paths with even (or odd) l1+l2+l3 reach. Raises Unsupported where there is none."""
    degrees = sorted({l3 for l1, l2, l3 in problem.paths if (l1 + l2 + l3) % 2 == odd})
    if not degrees:
        kind, other = ("odd", "symmetric") if odd else ("even", "antisymmetric")
        raise Unsupported(f"{product} reaches only paths with {kind} l1+l2+l3; every path here is {other}")
    return degrees


def order_index(degrees) -> np.ndarray:
    """index[m, l]: where component (l, m) stands in the order of irreps; 0 where |m| > l (a table is zero there)."""
    orders, start = np.arange(-degrees[-1], degrees[-1] + 1), np.cumsum([0, *(2 * l + 1 for l in degrees)])[:-1]
    index = start[None] + np.asarray(degrees)[None] + orders[:, None]
    return np.where(np.abs(orders)[:, None] <= np.asarray(degrees)[None], index, 0)


def order_positions(degrees) -> np.ndarray:
    """Where component (l, m) stands in the flattened (m, l) array, in the order of irreps."""
    top, count = degrees[-1], len(degrees)
    return np.array([(m + top) * count + n for n, l in enumerate(degrees) for m in range(-l, l + 1)])


def _tangents(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors e1, e2 at every point, (points, 3) each, with e1 x e2 = r."""
    pole = np.array([0.0, 1.0, 0.0])
    first = np.cross(pole, points)                                    # Gauss-Legendre points are never at a pole
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    return first, np.cross(points, first)
