"""Quadrature on the sphere: Gauss–Legendre in cos theta times uniform in phi."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from backend.so3.checks import integer, read_only
from backend.so3.harmonics import angles_to_points


@dataclass(frozen=True, eq=False)
class S2Grid:
    """A product grid: theta from the axis y, phi from z towards x; points run with phi fastest."""

    cos_theta: np.ndarray        # (n_theta,)
    theta_weights: np.ndarray    # (n_theta,), they sum to 2
    phi: np.ndarray              # (n_phi,)

    @property
    def n_theta(self) -> int:
        """Number of rings."""
        return len(self.cos_theta)

    @property
    def n_phi(self) -> int:
        """Number of points on a ring."""
        return len(self.phi)

    @cached_property
    def points(self) -> np.ndarray:
        """Unit vectors (n_theta · n_phi, 3)."""
        points = angles_to_points(np.arccos(self.cos_theta)[:, None], self.phi)
        return read_only(points.reshape(-1, 3))   # (n_theta, n_phi, 3) to (n_theta · n_phi, 3)

    @cached_property
    def weights(self) -> np.ndarray:
        """Weights (n_theta · n_phi,) of the points; they sum to 4π."""
        return read_only(np.repeat(self.theta_weights * (2 * np.pi / self.n_phi), self.n_phi))


def s2_grid(degree: int, n_theta: int | None = None, n_phi: int | None = None) -> S2Grid:
    """The smallest grid exact for products of spherical harmonics of total degree `degree`.

    n_theta Gauss–Legendre nodes are exact to degree 2 n_theta − 1, n_phi uniform ones to |m| <= n_phi − 1:
    n_theta = ceil((degree+1)/2), n_phi = degree+1. Another size may be asked for, exact or not.
    """
    degree = integer(degree, "degree")
    n_theta = (degree + 2) // 2 if n_theta is None else integer(n_theta, "n_theta", least=1)
    n_phi = degree + 1 if n_phi is None else integer(n_phi, "n_phi", least=1)
    return _grid(n_theta, n_phi)


@cache
def _grid(n_theta: int, n_phi: int) -> S2Grid:
    nodes, weights = np.polynomial.legendre.leggauss(n_theta)
    phi = 2 * np.pi * np.arange(n_phi) / n_phi
    return S2Grid(read_only(nodes), read_only(weights), read_only(phi))
