"""The product grid on the sphere: exact at its degree, wrong one size below."""

import numpy as np
import pytest

from backend.so3 import S2Grid, s2_grid, spherical_harmonics


def largest_error(grid: S2Grid, l1: int, l2: int, l3: int) -> float:
    """Largest error of any ∫ Y_l1 Y_l2 Y_l3 of degrees up to those."""
    def integrals(grid: S2Grid) -> np.ndarray:
        a, b, c = (spherical_harmonics(degree, grid.points) for degree in (l1, l2, l3))
        return np.einsum("p,pi,pj,pk->ijk", grid.weights, a, b, c, optimize=True)

    return np.abs(integrals(grid) - integrals(s2_grid(l1 + l2 + l3 + 7))).max()


TRIPLES = [(0, 0, 0), (1, 0, 0), (1, 1, 2), (2, 1, 2), (2, 2, 4), (3, 3, 3)]


@pytest.mark.parametrize(("l1", "l2", "l3"), TRIPLES)
def test_exact_at_its_degree(l1, l2, l3):
    assert largest_error(s2_grid(l1 + l2 + l3), l1, l2, l3) < 1e-14


@pytest.mark.parametrize(("l1", "l2", "l3"), TRIPLES[2:])
def test_one_ring_fewer_is_wrong(l1, l2, l3):
    grid = s2_grid(l1 + l2 + l3)
    assert largest_error(s2_grid(l1 + l2 + l3, n_theta=grid.n_theta - 1), l1, l2, l3) > 1e-3


@pytest.mark.parametrize(("l1", "l2", "l3"), TRIPLES[1:])
def test_one_point_fewer_on_a_ring_is_wrong(l1, l2, l3):
    grid = s2_grid(l1 + l2 + l3)
    assert largest_error(s2_grid(l1 + l2 + l3, n_phi=grid.n_phi - 1), l1, l2, l3) > 1e-3


@pytest.mark.parametrize(("degree", "n_theta", "n_phi"), [
    (0, 1, 1), (1, 1, 2), (2, 2, 3), (7, 4, 8), (8, 5, 9), (40, 21, 41),
])
def test_sizes(degree, n_theta, n_phi):
    grid = s2_grid(degree)
    assert (grid.n_theta, grid.n_phi) == (n_theta, n_phi)
    assert grid.points.shape == (n_theta * n_phi, 3)
    assert grid.weights.sum() == pytest.approx(4 * np.pi, rel=1e-13)
    np.testing.assert_allclose(np.linalg.norm(grid.points, axis=1), 1, rtol=1e-14)


def test_points_run_with_phi_fastest():
    grid = s2_grid(4)
    np.testing.assert_allclose(grid.points[:, 1], np.repeat(grid.cos_theta, grid.n_phi), atol=1e-15)
    azimuth = np.arctan2(grid.points[:, 0], grid.points[:, 2]) % (2 * np.pi)
    np.testing.assert_allclose(azimuth, np.tile(grid.phi, grid.n_theta), atol=1e-14)


def test_the_grid_is_cached_and_read_only():
    assert s2_grid(6) is s2_grid(6)
    for array in (s2_grid(6).points, s2_grid(6).weights, s2_grid(6).phi, s2_grid(6).cos_theta):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


@pytest.mark.parametrize(("arguments", "message"), [
    ({"degree": -1}, "degree must be at least 0, got -1"),
    ({"degree": 2.5}, "degree must be an integer, got 2.5"),
    ({"degree": 2, "n_theta": 0}, "n_theta must be at least 1, got 0"),
    ({"degree": 2, "n_phi": 0}, "n_phi must be at least 1, got 0"),
])
def test_bad_sizes_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        s2_grid(**arguments)
