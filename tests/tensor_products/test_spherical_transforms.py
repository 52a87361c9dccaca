"""Gaunt products by libraries of spherical transforms: conventions, exact grids, public calls, claims."""

import numpy as np
import pytest

from backend.catalogue import available, catalogue, entry
from backend.command_line.list import _as_json, _as_text
from backend.so3 import angles_to_points, legendre, spherical_harmonics
from backend.spec import Problem
from backend.tensor_products.complex_harmonics import to_complex, to_real, transform_grid

LIBRARIES = {"torch_harmonics": "torch", "s2fft": "jax"}
UNEVEN = [Problem("mimo", 3, 1, 2, batch=2, channels=2), Problem("mimo", 4, 1, 0, batch=2),
          Problem("mimo", 4, 2, 4, batch=2)]
DEGREES = [[0], [2], [0, 1, 2, 3], [1, 4]]


def needs(key):
    reason = available(entry(key))
    return pytest.mark.skipif(bool(reason), reason=reason)


installed = [pytest.param(key, marks=needs(key)) for key in LIBRARIES]


def random_coefficients(degrees):
    return np.random.default_rng(0).standard_normal(sum(2 * l + 1 for l in degrees))


# ------------------------------------------------------------------ conventions

@pytest.mark.parametrize("phase", [False, True])
@pytest.mark.parametrize("degrees", DEGREES)
def test_a_real_signal_is_its_complex_series(degrees, phase):
    x, top = random_coefficients(degrees), degrees[-1]
    index, factor = to_complex(degrees, phase=phase)
    f = (x[index] * factor) @ [1, 1j]                                         # (l, m)
    theta, phi, m = np.array([0.3, 1.1, 2.9]), np.array([0.2, 4.0, 1.7]), np.arange(top + 1)
    waves = legendre(top, np.cos(theta)) * np.exp(1j * phi[:, None, None] * m) * (-1.0) ** (phase * m)
    series = np.einsum("plm,lm,m->p", waves, f, np.where(m > 0, 2, 1)).real
    places = np.concatenate([np.arange(l * l, (l + 1) ** 2) for l in degrees])
    values = spherical_harmonics(top, angles_to_points(theta, phi))[:, places]
    np.testing.assert_allclose(series, values @ x, atol=1e-14)


@pytest.mark.parametrize("phase", [False, True])
@pytest.mark.parametrize("degrees", DEGREES)
def test_real_coefficients_return(degrees, phase):
    x, orders = random_coefficients(degrees), degrees[-1] + 3                 # orders that no degree has
    index, factor = to_complex(degrees, phase=phase)
    parts = np.full((degrees[-1] + 1, orders, 2), np.nan)
    parts[:, : degrees[-1] + 1] = x[index] * factor
    index, factor = to_real(degrees, orders, phase=phase)
    np.testing.assert_allclose(parts.ravel()[index] * factor, x, rtol=1e-15)


def test_the_grid_is_the_smallest_exact_one_that_holds_every_order():
    for l_max in range(9):
        assert transform_grid(Problem.of("mimo", l_max), 2 * l_max) == (2 * l_max + 1, 4 * l_max + 1)
    assert transform_grid(Problem.of("layer", 3), 3) == (5, 10)
    assert transform_grid(Problem("mimo", 4, 1, 0), 0) == (5, 9)              # exact were (3, 6)


# ------------------------------------------------------------------ the libraries

@pytest.mark.parametrize("key", installed)
@pytest.mark.parametrize("problem", [*UNEVEN, Problem.of("mimo", 0), Problem.of("mimo", 8, batch=2)],
                         ids=lambda problem: f"{problem.l1},{problem.l2},{problem.l_out}")
def test_equals_the_grid_in_float64(key, problem, multiply, random_inputs):
    x, y = random_inputs(problem)
    output, _ = multiply(key, problem, x, y, name=LIBRARIES[key])
    expected, _ = multiply("gaunt_grid", problem, x, y)
    np.testing.assert_allclose(output, expected, rtol=0, atol=1e-12 * np.abs(expected).max())


@pytest.mark.parametrize("key", installed)
def test_says_that_its_legendre_stage_is_dense(key, multiply, random_inputs):
    problem = Problem.of("mimo", 2, batch=3)
    _, product = multiply(key, problem, *random_inputs(problem), name=LIBRARIES[key])
    assert product.effective == {"transform": "FFT, dense Legendre", "grid": "5 x 9"}


@needs("torch_harmonics")
def test_torch_harmonics_is_its_public_call_on_another_grid(multiply, random_inputs):
    import torch
    from torch_harmonics import InverseRealSHT, RealSHT

    problem = Problem.of("mimo", 2)
    x, y = random_inputs(problem)
    output, _ = multiply("torch_harmonics", problem, x, y, name="torch")
    f, g = (torch.tensor(complex_of(each[0, 0], 2, phase=True)) for each in (x, y))
    to = InverseRealSHT(20, 21, lmax=3, mmax=3, grid="equiangular")           # with its phase
    back = RealSHT(20, 21, lmax=5, mmax=5, grid="equiangular")
    np.testing.assert_allclose(complex_of(output[0, 0], 4, phase=True), back(to(f) * to(g)).numpy(), atol=1e-13)


@needs("s2fft")
@pytest.mark.filterwarnings("ignore:(divide by zero|invalid value):RuntimeWarning")   # its recursion takes log 0
def test_s2fft_is_its_public_call_without_tables_on_another_grid(multiply, random_inputs):
    import s2fft

    problem = Problem.of("mimo", 2)
    x, y = random_inputs(problem)
    output, _ = multiply("s2fft", problem, x, y, name="jax")
    limit = 7

    def signal(values):
        f = np.zeros((limit, 2 * limit - 1), complex)
        f[:3, limit - 1 : limit + 2] = complex_of(values, 2, phase=True)
        return s2fft.inverse(f, limit, sampling="dh", reality=True, method="numpy")

    f = s2fft.forward(signal(x[0, 0]) * signal(y[0, 0]), limit, sampling="dh", reality=True, method="numpy")
    np.testing.assert_allclose(complex_of(output[0, 0], 4, phase=True), f[:5, limit - 1 : limit + 4], atol=1e-12)


def complex_of(values, top, *, phase):
    index, factor = to_complex(list(range(top + 1)), phase=phase)
    return (values[index] * factor) @ [1, 1j]


# ------------------------------------------------------------------ claims

def test_the_fast_claim_stands_without_a_measurement():
    """The paper's only asymptotic gain, L log^2 L for a degree of freedom, is no claim of a product that runs."""
    claim = entry("s2fft").unmeasured
    assert claim.claims["mimo_per_degree_of_freedom"] == "L log^2 L" and "2506.13523" in claim.source
    assert claim.claims["mimo_per_degree_of_freedom"] not in {
        known.claims.get("mimo_per_degree_of_freedom") for known in catalogue().values()}
    assert entry("s2fft").claims["mimo"] == entry("torch_harmonics").claims["mimo"] == "L^3"


def test_the_list_says_what_is_not_measured():
    assert "not measured: the Gaunt product with a fast Legendre stage" in _as_text(entry("s2fft"))
    assert _as_json(entry("s2fft"))["unmeasured"]["claims"]["mimo"] == "L^2 log^2 L"
    assert "not measured" not in _as_text(entry("gaunt_grid")) and _as_json(entry("gaunt_grid"))["unmeasured"] is None
