"""Real spherical harmonics, orthonormal on the sphere, in the order and axes of e3nn.

Angles: theta runs from the polar axis y; phi runs around it from z towards x, so that
(x, y, z) = (sin theta sin phi, cos theta, sin theta cos phi).
Order: degree l stands at l² … (l+1)²−1, within it m = −l … l; m < 0 is sin |m|phi, m > 0 is cos m phi.
"""

from __future__ import annotations

import numpy as np

from backend.so3.checks import integer


def spherical_harmonics(l_max: int, points: np.ndarray) -> np.ndarray:
    """Y_lm in the directions of points (..., 3), as (..., (l_max+1)²); ∫ Y_lm Y_l'm' dΩ = δ_ll' δ_mm'.

    The sines of the polar angle are taken with the azimuth, as powers of z + ix: poles are ordinary points.
    Raises ValueError for a point without direction.
    """
    l_max = integer(l_max, "l_max")
    points = np.asarray(points, dtype=np.float64)
    if points.ndim == 0 or points.shape[-1] != 3:
        raise ValueError(f"points must have shape (..., 3), got {points.shape}")
    norm = np.linalg.norm(points, axis=-1, keepdims=True)
    if not (np.all(norm > 0) and np.all(np.isfinite(norm))):
        raise ValueError("points must have a finite length above zero, got one without")
    x, y, z = np.moveaxis(points / norm, -1, 0)
    polar = _legendre_over_sine(l_max, y)
    azimuth = (z + 1j * x)[..., None] ** np.arange(l_max + 1) * np.sqrt(2)
    values = np.empty((*y.shape, (l_max + 1) ** 2))
    for l in range(l_max + 1):
        centre = l * l + l
        values[..., centre] = polar[..., l, 0]
        both = polar[..., l, 1 : l + 1] * azimuth[..., 1 : l + 1]
        values[..., centre + 1 : centre + l + 1] = both.real
        values[..., l * l : centre] = both.imag[..., ::-1]
    return values


def legendre(l_max: int, cos_theta: np.ndarray) -> np.ndarray:
    """Associated Legendre functions (..., l_max+1, l_max+1), indexed [..., l, m >= 0], zero for m > l.

    Normalised so that Y_lm = legendre[l, |m|] · (√2 sin |m|phi, 1, √2 cos m phi) for m < 0, m = 0, m > 0;
    without the Condon–Shortley phase.
    """
    l_max = integer(l_max, "l_max")
    cos_theta = np.asarray(cos_theta, dtype=np.float64)
    if not np.all(np.abs(cos_theta) <= 1):
        raise ValueError("cos_theta must lie in [-1, 1], got a value outside")
    sine = np.sqrt((1 - cos_theta) * (1 + cos_theta))
    return _legendre_over_sine(l_max, cos_theta) * sine[..., None, None] ** np.arange(l_max + 1)


def angles_to_points(theta: np.ndarray, phi: np.ndarray) -> np.ndarray:
    """Unit vectors (..., 3) of polar angle theta (from y) and azimuth phi (from z towards x)."""
    theta, phi = np.broadcast_arrays(np.asarray(theta, np.float64), np.asarray(phi, np.float64))
    return np.stack([np.sin(theta) * np.sin(phi), np.cos(theta), np.sin(theta) * np.cos(phi)], axis=-1)


def _legendre_over_sine(l_max: int, cos_theta: np.ndarray) -> np.ndarray:
    """`legendre` divided by sin^m theta, a polynomial in cos theta, by three-term recursion upwards in l."""
    values = np.zeros((*cos_theta.shape, l_max + 1, l_max + 1))
    values[..., 0, 0] = 1 / np.sqrt(4 * np.pi)
    cosine = cos_theta[..., None]
    for l in range(1, l_max + 1):
        values[..., l, l] = values[..., l - 1, l - 1] * np.sqrt((2 * l + 1) / (2 * l))
        m = np.arange(l)
        step = np.sqrt((4 * l * l - 1) / (l * l - m * m))
        values[..., l, :l] = step * cosine * values[..., l - 1, :l]
        if l > 1:
            back = np.sqrt(np.maximum((l - 1) ** 2 - m * m, 0) / (4 * (l - 1) ** 2 - 1))
            values[..., l, :l] -= step * back * values[..., l - 2, :l]
    return values
