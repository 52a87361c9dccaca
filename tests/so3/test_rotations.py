"""Wigner D matrices, representations, generators and random rotations."""

import e3nn.o3
import numpy as np
import pytest
import torch
from scipy.linalg import expm

from backend.so3 import (
    Irrep,
    Irreps,
    generators,
    random_rotation,
    representation,
    spherical_harmonics,
    wigner_3j,
    wigner_d,
)

DEGREES = [0, 1, 2, 5, 8, 12, 24]
AXIS_TURNS = [np.eye(3), np.diag([1, -1, -1]), np.diag([-1, 1, -1]), np.roll(np.eye(3), 1, axis=0)]


@pytest.mark.parametrize("l", DEGREES)
def test_wigner_d_is_an_orthogonal_homomorphism(l, rng):
    first, second = random_rotation(rng), random_rotation(rng)
    matrix = wigner_d(l, first)
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(2 * l + 1), atol=1e-12)
    np.testing.assert_allclose(matrix @ wigner_d(l, second), wigner_d(l, first @ second), atol=1e-12)
    np.testing.assert_allclose(matrix.T, wigner_d(l, first.T), atol=1e-12)


@pytest.mark.parametrize("l", DEGREES)
def test_wigner_d_turns_the_harmonics(l, rng):
    rotation, points = random_rotation(rng), rng.standard_normal((10, 3))
    here = spherical_harmonics(l, points)[:, l * l :]
    there = spherical_harmonics(l, points @ rotation.T)[:, l * l :]
    np.testing.assert_allclose(there, here @ wigner_d(l, rotation).T, atol=1e-12)


@pytest.mark.parametrize("rotation", AXIS_TURNS)
def test_turns_of_the_axes_are_no_special_case(rotation):
    matrix = wigner_d(6, rotation)
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(13), atol=1e-13)
    np.testing.assert_allclose(wigner_d(1, rotation), rotation, atol=1e-14)


@pytest.fixture
def torch_in_float64():
    """e3nn's tables of wigner_D come in torch's default dtype."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


@pytest.mark.usefixtures("torch_in_float64")
@pytest.mark.parametrize("l", range(7))
def test_wigner_d_agrees_with_e3nn(l, rng):
    rotation = random_rotation(rng)
    angles = e3nn.o3.matrix_to_angles(torch.from_numpy(rotation))
    np.testing.assert_allclose(wigner_d(l, rotation), e3nn.o3.wigner_D(l, *angles).numpy(), atol=1e-12)


@pytest.mark.parametrize("l", DEGREES)
def test_generators_form_so3(l):
    x, y, z = generators(l)
    for a, b, c in ((x, y, z), (y, z, x), (z, x, y)):
        np.testing.assert_allclose(a @ b - b @ a, c, atol=1e-12)
        np.testing.assert_array_equal(a.T, -a)
    np.testing.assert_allclose(-(x @ x + y @ y + z @ z), l * (l + 1) * np.eye(2 * l + 1), atol=1e-12)


@pytest.mark.parametrize("l", DEGREES)
def test_generators_exponentiate_to_wigner_d(l, rng):
    axis = rng.standard_normal(3)
    turn = expm(np.tensordot(axis, generators(1), axes=1))
    np.testing.assert_allclose(expm(np.tensordot(axis, generators(l), axes=1)), wigner_d(l, turn), atol=1e-12)


def test_first_generator_turns_y_into_z():
    np.testing.assert_allclose(generators(1)[0], [[0, 0, 0], [0, 0, -1], [0, 1, 0]], atol=1e-15)
    with pytest.raises(ValueError, match="read-only"):
        generators(1)[0, 0, 0] = 1


@pytest.mark.parametrize("inversion", [False, True])
def test_3j_intertwines_representations(inversion, rng):
    irreps = Irreps((Irrep(2, 1), Irrep(3, -1), Irrep(4, -1)))
    matrix = representation(irreps, random_rotation(rng, inversion=inversion))
    d2, d3, d4 = (matrix[place, place] for place in irreps.slices)
    tensor = wigner_3j(2, 3, 4)
    np.testing.assert_allclose(np.einsum("ijk,ai,bj->abk", tensor, d2, d3), tensor @ d4, atol=1e-13)


def test_representation_is_block_diagonal_and_multiplies(rng):
    irreps = Irreps((Irrep(1, 1), Irrep(0, -1), Irrep(1, -1), Irrep(3, -1)))
    proper, improper = random_rotation(rng), random_rotation(rng, inversion=True)
    product = representation(irreps, proper) @ representation(irreps, improper)
    np.testing.assert_allclose(product, representation(irreps, proper @ improper), atol=1e-13)
    np.testing.assert_allclose(np.diag(representation(irreps, -np.eye(3))), [1] * 3 + [-1] * 11, atol=1e-13)
    assert not np.any(product[:3, 3:])
    assert representation(Irreps(()), proper).shape == (0, 0)


def test_natural_irreps_turn_and_invert_the_harmonics(rng):
    element, points = random_rotation(rng, inversion=True), rng.standard_normal((6, 3))
    matrix = representation(Irreps.natural(range(6)), element)
    expected = spherical_harmonics(5, points) @ matrix.T
    np.testing.assert_allclose(spherical_harmonics(5, points @ element.T), expected, atol=1e-13)


@pytest.mark.parametrize("inversion", [False, True])
def test_random_rotations_are_uniform(inversion):
    """The mean of every entry of D^1 and D^2 vanishes over the group: four standard errors are allowed."""
    rng, number = np.random.default_rng(7), 2000
    rotations = np.stack([random_rotation(rng, inversion=inversion) for _ in range(number)])
    np.testing.assert_allclose(np.linalg.det(rotations), -1 if inversion else 1, rtol=1e-13)
    identities = np.broadcast_to(np.eye(3), rotations.shape)
    np.testing.assert_allclose(rotations @ rotations.mT, identities, atol=1e-14)
    assert np.abs(rotations.mean(0)).max() < 4 / np.sqrt(3 * number)
    degree_two = np.stack([representation(Irreps((Irrep(2, 1),)), rotation) for rotation in rotations])
    assert np.abs(degree_two.mean(0)).max() < 4 / np.sqrt(5 * number)


def test_the_seed_fixes_the_rotation():
    first, second = (random_rotation(np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize(("rotation", "message"), [
    (np.eye(2), r"rotation must have shape \(3, 3\), got \(2, 2\)"),
    (2 * np.eye(3), "rotation must be orthogonal"),
    (np.full((3, 3), np.nan), "rotation must be orthogonal"),
    (-np.eye(3), "rotation must have determinant 1, got -1"),
])
def test_bad_rotations_are_refused(rotation, message):
    with pytest.raises(ValueError, match=message):
        wigner_d(1, rotation)


def test_bad_degrees_are_refused():
    with pytest.raises(ValueError, match="l must be at least 0, got -2"):
        wigner_d(-2, np.eye(3))
    with pytest.raises(ValueError, match="l must be an integer"):
        generators(1.5)
