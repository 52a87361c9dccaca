"""Rotations of the real basis: Wigner D matrices, representations, generators, random rotations."""

from __future__ import annotations

from functools import cache

import numpy as np

from backend.so3.checks import integer, orthogonal, read_only
from backend.so3.harmonics import spherical_harmonics
from backend.so3.irreps import Irreps
from backend.so3.quadrature import s2_grid
from backend.so3.wigner import wigner_3j


def wigner_d(l: int, rotation: np.ndarray) -> np.ndarray:
    """D (2l+1, 2l+1) with Y_l(R r) = D Y_l(r); in degree 1 it is R itself.

    D = ∫ Y_l(R r) Y_l(r)ᵀ dΩ, exact on the grid of degree 2l: no Euler angles, hence no singular rotation.
    Raises ValueError unless the rotation is proper.
    """
    l, rotation = integer(l, "l"), orthogonal(rotation)
    if np.linalg.det(rotation) < 0:
        raise ValueError("rotation must have determinant 1, got -1 (representation takes both)")
    return _wigner_ds(l, rotation)[l]


def representation(irreps: Irreps, rotation: np.ndarray) -> np.ndarray:
    """The block-diagonal matrix (dim, dim) of an element of O(3); inversion acts by the parities."""
    rotation = orthogonal(rotation)
    determinant = round(np.linalg.det(rotation))
    blocks = _wigner_ds(max((irrep.l for irrep in irreps), default=0), determinant * rotation)
    matrix = np.zeros((irreps.dim, irreps.dim))
    for irrep, place in zip(irreps, irreps.slices, strict=True):
        matrix[place, place] = blocks[irrep.l] if determinant == 1 else irrep.p * blocks[irrep.l]
    return matrix


@cache
def generators(l: int) -> np.ndarray:
    """Real antisymmetric generators (3, 2l+1, 2l+1) about x, y, z: [J_x, J_y] = J_z; read only.

    wigner_d(l, exp Σ_k a_k J_k(1)) = exp Σ_k a_k J_k(l). By Schur's lemma they are the invariant tensor of
    (1, l, l) times a factor; its size is set by −Σ_k J_k² = l(l+1), its sign is opposite to `wigner_3j`'s.
    """
    l = integer(l, "l")
    return read_only(-np.sqrt(l * (l + 1) * (2 * l + 1)) * wigner_3j(1, l, l) if l else np.zeros((3, 1, 1)))


def random_rotation(rng: np.random.Generator, *, inversion: bool = False) -> np.ndarray:
    """A rotation matrix (3, 3), uniform over SO(3) by way of a unit quaternion; times −1 with `inversion`."""
    w, x, y, z = (quaternion := rng.standard_normal(4)) / np.linalg.norm(quaternion)
    rotation = np.array([
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ])
    return -rotation if inversion else rotation


def _wigner_ds(l_max: int, rotation: np.ndarray) -> list[np.ndarray]:
    """D of every degree up to l_max."""
    grid, weighted = s2_grid(2 * l_max), _weighted_harmonics(l_max)
    rotated = spherical_harmonics(l_max, grid.points @ rotation.T)
    places = [slice(l * l, (l + 1) ** 2) for l in range(l_max + 1)]
    return [rotated[:, place].T @ weighted[:, place] for place in places]


@cache
def _weighted_harmonics(l_max: int) -> np.ndarray:
    grid = s2_grid(2 * l_max)
    return read_only(spherical_harmonics(l_max, grid.points) * grid.weights[:, None])
