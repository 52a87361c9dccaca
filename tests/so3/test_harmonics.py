"""Real spherical harmonics and Legendre functions."""

import e3nn.o3
import numpy as np
import pytest
import torch

from backend.so3 import angles_to_points, legendre, s2_grid, spherical_harmonics

POLES_AND_AXES = np.concatenate([np.eye(3), -np.eye(3)])


@pytest.mark.parametrize("l", range(9))
def test_agrees_with_e3nn(l, rng):
    points = np.concatenate([rng.standard_normal((20, 3)), POLES_AND_AXES])
    directions = torch.from_numpy(points)
    expected = e3nn.o3.spherical_harmonics(l, directions, normalize=True, normalization="integral")
    found = spherical_harmonics(8, points)[:, l * l : (l + 1) ** 2]
    np.testing.assert_allclose(found, expected.numpy(), atol=1e-13)


def test_first_degrees_in_coordinates():
    x, y, z = point = np.array([0.48, 0.6, 0.64])
    expected = np.array([1, *(np.sqrt(3) * point), *(np.sqrt(15) * np.array([x * z, x * y, 0, y * z, 0]))])
    expected[6] = np.sqrt(5) / 2 * (3 * y * y - 1)
    expected[8] = np.sqrt(15) / 2 * (z * z - x * x)
    np.testing.assert_allclose(spherical_harmonics(2, point), expected / np.sqrt(4 * np.pi), atol=1e-15)


@pytest.mark.parametrize("l_max", [0, 1, 5, 12, 24])
def test_orthonormal(l_max):
    grid = s2_grid(2 * l_max)
    values = spherical_harmonics(l_max, grid.points)
    np.testing.assert_allclose((values.T * grid.weights) @ values, np.eye((l_max + 1) ** 2), atol=1e-12)


def test_addition_theorem_everywhere_up_to_degree_24(rng):
    """Σ_m Y_lm² = (2l+1)/4π in every direction, the poles included."""
    points = np.concatenate([rng.standard_normal((50, 3)), POLES_AND_AXES, [[1e-9, 1, 0]]])
    values = spherical_harmonics(24, points)
    for l in range(25):
        norm = np.sum(values[:, l * l : (l + 1) ** 2] ** 2, axis=1)
        np.testing.assert_allclose(norm, (2 * l + 1) / (4 * np.pi), rtol=1e-12)


def test_only_the_direction_counts(rng):
    points = rng.standard_normal((4, 5, 3))
    values = spherical_harmonics(6, points)
    assert values.shape == (4, 5, 49)
    np.testing.assert_allclose(spherical_harmonics(6, 1e3 * points), values, atol=1e-13)


def test_parity(rng):
    points = rng.standard_normal((5, 3))
    signs = np.concatenate([np.full(2 * l + 1, (-1.0) ** l) for l in range(10)])
    expected = signs * spherical_harmonics(9, points)
    np.testing.assert_allclose(spherical_harmonics(9, -points), expected, atol=1e-14)


def test_legendre_times_azimuth_is_the_harmonic(rng):
    theta, phi = rng.uniform(0, np.pi, 30), rng.uniform(0, 2 * np.pi, 30)
    polar, values = legendre(24, np.cos(theta)), spherical_harmonics(24, angles_to_points(theta, phi))
    assert polar.shape == (30, 25, 25)
    for l in range(25):
        for m in range(-l, l + 1):
            azimuth = 1.0 if m == 0 else np.sqrt(2) * (np.cos(m * phi) if m > 0 else np.sin(-m * phi))
            np.testing.assert_allclose(polar[:, l, abs(m)] * azimuth, values[:, l * l + l + m], atol=1e-12)


def test_legendre_is_zero_above_the_diagonal_and_finite_at_the_poles():
    polar = legendre(6, np.array([-1.0, 1.0]))
    assert not np.any(np.triu(polar, k=1))
    assert not np.any(polar[..., 1:])
    np.testing.assert_allclose(polar[1, :, 0], np.sqrt((2 * np.arange(7) + 1) / (4 * np.pi)), rtol=1e-14)


@pytest.mark.parametrize(("theta", "phi", "point"), [
    (0, 0.3, (0, 1, 0)), (np.pi, 0, (0, -1, 0)), (np.pi / 2, 0, (0, 0, 1)), (np.pi / 2, np.pi / 2, (1, 0, 0)),
])
def test_angles(theta, phi, point):
    np.testing.assert_allclose(angles_to_points(theta, phi), point, atol=1e-15)


@pytest.mark.parametrize(("points", "message"), [
    (np.zeros((2, 3)), "points must have a finite length above zero"),
    (np.array([np.nan, 0, 1]), "points must have a finite length above zero"),
    (np.ones((3, 2)), r"points must have shape \(..., 3\), got \(3, 2\)"),
    (1.0, r"points must have shape \(..., 3\), got \(\)"),
])
def test_bad_points_are_refused(points, message):
    with pytest.raises(ValueError, match=message):
        spherical_harmonics(2, points)


def test_bad_degree_or_cosine_is_refused():
    with pytest.raises(ValueError, match="l_max must be at least 0, got -1"):
        spherical_harmonics(-1, np.ones(3))
    with pytest.raises(ValueError, match="cos_theta must lie in"):
        legendre(2, np.array([0.0, 1.1]))
