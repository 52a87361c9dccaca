"""Our products against the libraries' public calls on random inputs."""

import e3nn_jax
import numpy as np
import pytest
import torch
from e3nn import o3

from backend.so3 import wigner_3j
from backend.spec import Problem


@pytest.fixture(autouse=True)
def double_precision():
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


@pytest.mark.parametrize("l_max", [1, 3])
def test_dense_product_is_that_of_e3nn(l_max, multiply, random_inputs):
    problem = Problem.of("mimo", l_max, batch=4)
    x, y = random_inputs(problem)
    output, product = multiply("clebsch_gordan_dense", problem, x, y)
    irreps = "+".join(f"{l}{'eo'[l % 2]}" for l in range(l_max + 1))
    theirs = o3.FullTensorProduct(irreps, irreps)(torch.tensor(x[:, 0]), torch.tensor(y[:, 0])).numpy()
    # copies of one irrep stand in the order of their pairs (l1, l2) in both
    ours = np.concatenate([
        output[:, 0, product.irreps_out.slices[copy]]
        for copy in sorted(range(len(product.irreps_out)), key=lambda copy: (
            o3.Irrep(str(product.irreps_out[copy])), copy))
    ], axis=1)
    np.testing.assert_allclose(ours, theirs, atol=1e-13)


def test_gaunt_product_is_that_of_the_signals_on_the_sphere(multiply, random_inputs):
    """f_z = f_x f_y at any point, since the outputs reach 2L: e3nn's harmonics are the judge."""
    l_max = 3
    problem = Problem.of("mimo", l_max, batch=2)
    x, y = random_inputs(problem)
    points = torch.tensor(np.random.default_rng(3).standard_normal((50, 3)))

    def signal(coefficients, top):
        harmonics = o3.spherical_harmonics(list(range(top + 1)), points, normalize=True, normalization="integral")
        return coefficients @ harmonics.numpy().T

    for variant in ("dense", "separable"):
        z, _ = multiply("gaunt_grid", problem, x, y, variant=variant)
        expected = signal(x[:, 0], l_max) * signal(y[:, 0], l_max)
        np.testing.assert_allclose(signal(z[:, 0], 2 * l_max), expected, atol=1e-12)


def test_matrix_product_multiplies_matrices_of_side_2l_plus_1(multiply, random_inputs):
    l_max = 2
    problem = Problem.of("mimo", l_max, batch=1)
    x, y = random_inputs(problem)
    z, _ = multiply("matrix", problem, x, y)

    def matrix(vector, top):
        return sum(
            np.sqrt(2 * l + 1) * wigner_3j(l_max, l_max, l) @ vector[l * l : (l + 1) ** 2] for l in range(top + 1))

    np.testing.assert_allclose(matrix(z[0, 0], 2 * l_max), matrix(x[0, 0], l_max) @ matrix(y[0, 0], l_max), atol=1e-13)


def test_library_baselines_agree_with_each_other(multiply, random_inputs):
    problem = Problem.of("layer", 2, batch=3, channels=2)
    x, y = random_inputs(problem)
    totals = {}
    for key, name in (("e3nn", "torch"), ("e3nn_jax", "jax")):
        output, product = multiply(key, problem, x, y, name=name)
        totals[key] = {
            str(irrep): np.sort(np.concatenate([
                np.abs(output[..., part]).ravel()
                for each, part in zip(product.irreps_out, product.irreps_out.slices, strict=True) if each == irrep]))
            for irrep in set(product.irreps_out)
        }
    assert totals["e3nn"].keys() == totals["e3nn_jax"].keys()
    for irrep, values in totals["e3nn"].items():
        np.testing.assert_allclose(values, totals["e3nn_jax"][irrep], atol=1e-12)


def test_e3nn_jax_baseline_is_its_public_call(multiply, random_inputs):
    problem = Problem.of("mimo", 2, batch=3)
    x, y = random_inputs(problem)
    output, _ = multiply("e3nn_jax", problem, x, y, name="jax")
    irreps = e3nn_jax.Irreps("0e+1o+2e")
    theirs = e3nn_jax.tensor_product(e3nn_jax.IrrepsArray(irreps, x[:, 0]), e3nn_jax.IrrepsArray(irreps, y[:, 0]))
    np.testing.assert_allclose(output[:, 0], theirs.array, atol=1e-12)
