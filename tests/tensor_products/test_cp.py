"""The CP-decomposed product: its error against rank, where it is exact, its seed, and what it refuses."""

import numpy as np
import pytest

from backend.catalogue import catalogue
from backend.frameworks import Unsupported
from backend.spec import Problem
from backend.tensor_products import make
from backend.tensor_products.coupling import collapsed_tensor
from backend.tensor_products.low_rank import exact_factors, exact_rank, least_squares_factors, relative_error

LAYER = Problem.of("layer", 2)


def assert_multiplies_out(factors, tensor, tolerance):
    np.testing.assert_allclose(np.einsum("ir,jr,kr->ijk", *factors), tensor, atol=tolerance)


def test_it_is_declared_approximate_and_says_so():
    known = catalogue()["cp"]
    assert known.approximate and "approximate" in known.label and "pproximate" in known.summary
    assert [each.key for each in catalogue().values() if each.approximate] == ["cp"]


@pytest.mark.parametrize(("parity", "bounds"), [
    # rank -> largest relative error, float64; at 7 L^2 outputs of natural parity are all but exact
    ("both", {14: 0.6, 28: 0.3, 42: 0.1, 56: 1e-6}), ("natural", {14: 0.5, 28: 1e-2, 42: 1e-6, 56: 1e-12})])
def test_the_error_falls_with_the_rank(parity, bounds):
    tensor = collapsed_tensor(Problem.of("layer", 2, parity=parity))
    errors = [relative_error(tensor, least_squares_factors(tensor, rank)) for rank in bounds]
    assert all(error < bound for error, bound in zip(errors, bounds.values(), strict=True)), errors
    assert errors == sorted(errors, reverse=True)


@pytest.mark.parametrize(("problem", "rank"), [
    (Problem.of("mimo", 3), 256), (LAYER, 81), (Problem.of("siso", 2), 23), (Problem("mimo", 3, 3, 0), 16),
    (Problem.of("simo", 2), 25), (Problem("mimo", 4, 1, 1), 36)], ids=str)
def test_one_term_for_each_fibre_is_exact(problem, rank):
    tensor = collapsed_tensor(problem)
    factors = exact_factors(tensor)
    assert exact_rank(tensor) == factors[0].shape[1] <= rank
    assert_multiplies_out(factors, tensor, 0)


def test_the_fit_minimises_the_error_it_states():
    tensor = collapsed_tensor(LAYER)
    factors = least_squares_factors(tensor, 28)
    whole = np.einsum("ir,jr,kr->ijk", *factors)
    assert relative_error(tensor, factors) == pytest.approx(np.linalg.norm(whole - tensor) / np.linalg.norm(tensor))
    # at a minimum the map's own scale is the best one
    assert np.vdot(whole, tensor) == pytest.approx(np.vdot(whole, whole), rel=1e-3)


def test_the_seed_decides_the_factors():
    tensor = collapsed_tensor(LAYER)
    first, again, other = (least_squares_factors(tensor, 14, seed=seed) for seed in (0, 0, 1))
    assert all(np.array_equal(one, two) for one, two in zip(first, again, strict=True))
    assert not np.array_equal(first[0], other[0])


def test_a_fitted_rank_is_never_larger_than_the_exact_one(framework):
    for problem, rank in ((Problem.of("layer", 1), 7), (Problem.of("siso", 4), 77), (Problem.of("mimo", 0), 1)):
        assert make("cp", problem, framework("numpy")).rank == rank
    assert make("cp", Problem.of("mimo", 2), framework("numpy"), variant="14L2").rank == 56


def test_what_would_fit_for_minutes_is_refused(framework):
    with pytest.raises(Unsupported, match="variant exact"):
        make("cp", Problem.of("mimo", 8), framework("numpy"))
    assert make("cp", Problem.of("mimo", 6), framework("numpy"), variant="exact").rank == 49**2
