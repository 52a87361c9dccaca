"""Coupling tables against closed forms, and planted faults that leave none."""

from dataclasses import replace
from math import pi, sqrt

import numpy as np
import pytest
from numpy_tables import EXACT, arrays, table

from backend.catalogue import catalogue
from backend.expressivity import CouplingError, coupling_table, expressivity, measured
from backend.frameworks import framework_class
from backend.so3 import wigner_3j_scalar, wigner_6j
from backend.spec import Problem
from backend.tensor_products import tensor_product_class


def gaunt(l1, l2, l3):
    return sqrt((2 * l1 + 1) * (2 * l2 + 1) * (2 * l3 + 1) / (4 * pi)) * abs(wigner_3j_scalar(l1, l2, l3, 0, 0, 0))


def bracket(l1, l2, l3):
    first = sqrt((2 * l1 + 1) * (2 * l2 + 1) * (2 * l3 + 1) / (4 * pi) * l1 * (l1 + 1) * l2 * (l2 + 1))
    return first * abs(wigner_3j_scalar(l1, l2, l3, 1, -1, 0))


def matrix(l1, l2, l3, half):
    return sqrt((2 * l1 + 1) * (2 * l2 + 1) * (2 * l3 + 1)) * abs(wigner_6j(l1, l2, l3, half, half, half))


PROBLEMS = [Problem.of("mimo", 3), Problem.of("layer", 4), Problem.of("simo", 3), Problem.of("siso", 4),
            Problem("mimo", 4, 2, 4), Problem("mimo", 3, 1, 2), Problem("mimo", 3, 3, 0)]


@pytest.mark.parametrize("problem", PROBLEMS, ids=str)
@pytest.mark.parametrize("parity", ["both", "natural"])
def test_clebsch_gordan_reaches_every_path_with_sqrt_2l_plus_1(problem, parity):
    problem = Problem(problem.setting, problem.l1, problem.l2, problem.l_out, parity)
    for key in ("clebsch_gordan_dense", "clebsch_gordan_sparse", "clebsch_gordan_collapsed"):
        found = table(key, problem)
        assert sorted((each.l1, each.l2, each.l3) for each in found) == sorted(problem.paths)
        np.testing.assert_allclose([each.g for each in found], [sqrt(2 * each.l3 + 1) for each in found], rtol=1e-12)


@pytest.mark.parametrize("problem", PROBLEMS, ids=str)
@pytest.mark.parametrize(("key", "variant"), [
    ("gaunt_grid", "dense"), ("gaunt_grid", "separable"), ("gaunt_fourier", "fft"), ("gaunt_fourier", "direct")])
def test_gaunt_has_the_coupling_of_three_harmonics(problem, key, variant):
    found = {(each.l1, each.l2, each.l3): each.g for each in table(key, problem, variant=variant)}
    assert set(found) == {path for path in problem.paths if sum(path) % 2 == 0}
    for path, g in found.items():
        assert g == pytest.approx(gaunt(*path), rel=1e-12)   # the sign too


@pytest.mark.parametrize("problem", [Problem.of("mimo", 4), Problem.of("layer", 3), Problem("mimo", 4, 2, 4)], ids=str)
def test_poisson_has_the_coupling_of_the_bracket_and_completes_gaunt(problem):
    odd = {path for path in problem.paths if sum(path) % 2 == 1}
    found = {(each.l1, each.l2, each.l3): each.g for each in table("poisson", problem)}
    assert set(found) == odd
    both = {(each.l1, each.l2, each.l3): each.g for each in table("gaunt_poisson", problem)}
    assert set(both) == set(problem.paths)
    for path, g in both.items():
        assert g == pytest.approx(bracket(*path) if path in odd else gaunt(*path), rel=1e-11)
        assert path not in odd or g == pytest.approx(found[path], rel=1e-11)


@pytest.mark.parametrize("problem", [
    *PROBLEMS, Problem.of("mimo", 6), Problem.of("layer", 5), Problem("mimo", 1, 2, 6)], ids=str)
def test_matrix_has_the_coupling_of_a_6j_symbol_and_its_accidental_zeros(problem):
    found = {(each.l1, each.l2, each.l3): each.g for each in table("matrix", problem)}
    half = -(-max(problem.l1, problem.l2, problem.l_out) // 2)   # of what is asked for, reached or not
    expected = {path: matrix(*path, half) for path in problem.paths}
    assert set(found) == {path for path, g in expected.items() if g != 0}
    for path, g in found.items():
        assert abs(g) == pytest.approx(expected[path], rel=1e-10)


@pytest.mark.parametrize("parity", ["both", "natural"])
@pytest.mark.parametrize("problem", [*PROBLEMS, Problem.of("mimo", 6), Problem.of("layer", 5)], ids=str)
def test_fused_matrix_has_the_couplings_of_the_matrix_product_in_four_sets_of_outputs(problem, parity):
    problem = replace(problem, parity=parity)
    found = table("matrix_fused", problem)
    half = -(-max(problem.l1, problem.l2, problem.l_out) // 2)
    expected = {path: matrix(*path, half) for path in problem.paths}
    assert {(each.l1, each.l2, each.l3) for each in found} == {path for path, g in expected.items() if g != 0}
    for each in found:
        assert abs(each.g) == pytest.approx(expected[each.l1, each.l2, each.l3], rel=1e-10)
    # a copy belongs to one choice of parities of l1 and l2, and one degree
    kinds = {(each.copy, each.l1 % 2, each.l2 % 2, each.l3) for each in found}
    assert len(kinds) == len({each.copy for each in found}) == len({kind[1:] for kind in kinds})


@pytest.mark.parametrize("l_max", range(1, 7))
def test_counts_of_the_fused_matrix_product(l_max):
    for setting, parity, freedom in (("mimo", "both", 10 * l_max - 4), ("mimo", "natural", 6 * l_max - 1),
                                     ("layer", "both", 6 * l_max), ("layer", "natural", 4 * l_max)):
        problem = Problem.of(setting, l_max, parity=parity)
        half = l_max if setting == "mimo" else -(-l_max // 2)
        line = expressivity("matrix_fused", problem, arrays())
        assert line["interactable"] == sum(matrix(*path, half) != 0 for path in problem.paths)
        # a layer with L = 1 has five paths, fewer than copies leave free
        assert line["degrees_of_freedom"] == min(freedom, len(problem.paths))


@pytest.mark.parametrize(("key", "name"), [("e3nn", "torch"), ("e3nn_jax", "jax"), ("gaunt_grid", "jax"),
                                           ("matrix", "torch"), ("clebsch_gordan_collapsed", "jax")])
def test_every_framework_gives_the_same_table(key, name):
    problem = Problem.of("mimo", 2)
    line = expressivity(key, problem, arrays(name))
    partner = expressivity("clebsch_gordan_dense" if name in key or key == "e3nn" else key, problem, arrays())
    found, expected = ({tuple(path[:3]): path[3] for path in each["paths"]} for each in (line, partner))
    assert found == pytest.approx(expected, rel=1e-10)
    assert line["degrees_of_freedom"] == partner["degrees_of_freedom"]


@pytest.mark.parametrize("key", EXACT)
def test_an_exact_product_leaves_rounding(key):
    setting = "mimo" if "mimo" in catalogue()[key].settings else catalogue()[key].settings[0]
    assert expressivity(key, Problem.of(setting, 3), arrays())["residual"] < 1e-12


@pytest.mark.parametrize("problem", [
    Problem.of("layer", 3), Problem.of("mimo", 3), Problem.of("mimo", 3, parity="natural")], ids=str)
def test_an_approximate_product_shows_what_is_not_equivariant(problem):
    collapsed = expressivity("clebsch_gordan_collapsed", problem, arrays())
    lines = [expressivity("cp", problem, arrays(), variant=variant) for variant in ("7L2", "14L2", "exact")]
    first, second, exact = (line["residual"] for line in lines)
    assert 0.5 > first > 4 * second > 0 and exact < 1e-14
    for line in lines:
        assert {tuple(path[:3]) for path in line["paths"]} <= set(problem.paths)
    for line in lines[1:]:
        assert line["interactable"] == collapsed["interactable"]
        assert line["degrees_of_freedom"] == collapsed["degrees_of_freedom"]


def test_a_coupling_below_the_error_does_not_count():
    """At rank 7 for 12 outputs much is missing: what is smaller than the largest rest cannot be told from it."""
    found = measured("cp", Problem.of("mimo", 1), arrays())
    assert all(abs(each.g) > found.threshold for each in found.couplings)
    assert 0 < len(found.couplings) < len(Problem.of("mimo", 1).paths)
    exact = measured("clebsch_gordan_collapsed", Problem.of("mimo", 1), arrays())
    assert len(exact.couplings) == 6 and exact.tensor is None
    assert found.residual == pytest.approx(0.4, abs=0.1)


def test_a_grid_one_point_short_is_no_coupling_table(monkeypatch):
    from backend.tensor_products import gaunt_grid

    whole = gaunt_grid.s2_grid
    monkeypatch.setattr(gaunt_grid, "s2_grid", lambda degree: whole(degree, n_phi=degree))
    with pytest.raises(CouplingError, match="not equivariant"):
        table("gaunt_grid", Problem.of("mimo", 2))


def test_a_permuted_coefficient_is_no_coupling_table(monkeypatch):
    product = tensor_product_class("clebsch_gordan_dense")
    honest = product.__call__
    monkeypatch.setattr(product, "__call__", lambda self, x, y: honest(self, x[..., ::-1], y))
    with pytest.raises(CouplingError, match="not equivariant"):
        table("clebsch_gordan_dense", Problem.of("mimo", 1))


def test_mixed_channels_are_found(monkeypatch):
    product = tensor_product_class("gaunt_grid")
    honest = product.__call__
    monkeypatch.setattr(product, "__call__", lambda self, x, y: honest(self, x, y[:, ::-1]))
    with pytest.raises(CouplingError, match="channels"):
        table("gaunt_grid", Problem.of("mimo", 1, channels=2))


def test_what_is_not_a_number_is_no_coupling_table(monkeypatch):
    product = tensor_product_class("gaunt_grid")
    honest = product.__call__
    monkeypatch.setattr(product, "__call__", lambda self, x, y: honest(self, x, y) * np.nan)
    with pytest.raises(CouplingError, match="finite"):
        table("gaunt_grid", Problem.of("mimo", 1))


def test_float32_is_refused():
    single = framework_class("numpy")(device="cpu", dtype="float32", precision="highest", compilation="eager")
    with pytest.raises(ValueError, match="float64"):
        coupling_table("matrix", Problem.of("mimo", 1), single)
