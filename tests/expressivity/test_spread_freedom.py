"""Degrees of freedom of spread channels: published ranks, and the rank of the family written out."""

import numpy as np
import pytest

from backend.expressivity import coupling_table, expressivity
from backend.expressivity.jacobian import jacobian_rank
from backend.expressivity.spread_freedom import layer_rank, spread_degrees_of_freedom
from backend.frameworks import framework_class
from backend.spec import Problem


@pytest.fixture(scope="module")
def numpy():
    return framework_class("numpy")(device="cpu", dtype="float64", precision="highest", compilation="eager")


def freedom(numpy, key, l_max, setting="mimo", **spread):
    return expressivity(key, Problem.of(setting, l_max, **spread), numpy)["degrees_of_freedom"]


@pytest.mark.parametrize(("key", "l_max", "channels", "ranks"), [
    ("gaunt_grid", 2, 1, {1: 9, 2: 14}), ("gaunt_grid", 3, 1, {2: 25, 3: 30}),
    ("gaunt_grid", 1, 2, {1: 12, 2: 24, 3: 36, 4: 40}), ("matrix", 1, 1, {2: 6}), ("matrix", 2, 1, {2: 17}),
    ("clebsch_gordan_dense", 1, 2, {1: 16, 2: 32, 3: 45, 4: 48}), ("clebsch_gordan_dense", 2, 2, {1: 44, 2: 88}),
])
def test_layers_of_few_channels_have_the_known_ranks(numpy, key, l_max, channels, ranks):
    for inner, rank in ranks.items():
        assert freedom(numpy, key, l_max, channels=channels, scope="layer", inner=inner) == rank


@pytest.mark.parametrize("key", ["gaunt_grid", "matrix", "clebsch_gordan_dense", "gaunt_poisson"])
def test_layers_of_many_channels_have_the_rank_that_a_smaller_jacobian_proves(numpy, key, monkeypatch):
    couplings = coupling_table(key, Problem.of("layer", 1), numpy)
    expected = jacobian_rank(couplings, inner=4, outer=4).rank
    monkeypatch.setattr("backend.expressivity.spread_freedom._ENTRIES", 2_000)   # so that it must argue
    assert layer_rank(couplings, inner=4, outer=4) == expected
    assert layer_rank(couplings, inner=4, outer=3) is None   # four would share two channels


def written_out(couplings, problem):
    """The rank of d W by finite differences of the family itself, in float64, from its definition."""
    random, c = np.random.default_rng(0), problem.channels
    k = problem.inner or c
    x, y, z = (1 + max(getattr(each, name) for each in couplings) for name in ("copy1", "copy2", "copy"))
    shapes = {
        ("uvu", "op"): [(x, c), (y,), (z, c)],
        ("uvw", "op"): [(x, c), (y, c), (z, c, c, c)],
        ("uvu", "layer"): [(x, k, c), (z, k, c)],
        ("uvw", "layer"): [(x, k, c), (y, k, c), (z, k, k, c)],
    }[problem.mixing, problem.scope]
    paths = sorted({(each.l1, each.l2, each.l3) for each in couplings})

    def family(flat):
        weights, start = [], 0
        for shape in shapes:
            size = int(np.prod(shape))
            weights.append(flat[start : start + size].reshape(shape))
            start += size
        found = {path: 0.0 for path in paths}
        for each in couplings:
            i, j, o = each.copy1, each.copy2, each.copy
            match problem.mixing, problem.scope:
                case "uvu", "op":
                    value = weights[0][i] * weights[1][j] * weights[2][o]
                case "uvw", "op":
                    value = np.einsum("u,v,uvw->uvw", weights[0][i], weights[1][j], weights[2][o])
                case "uvu", "layer":
                    value = np.einsum("ku,kw->uw", weights[0][i], weights[1][o])
                case _:
                    value = np.einsum("ku,lv,klw->uvw", weights[0][i], weights[1][j], weights[2][o])
            found[each.l1, each.l2, each.l3] = found[each.l1, each.l2, each.l3] + each.g * value
        return np.concatenate([np.ravel(found[path]) for path in paths])

    at = random.uniform(0.5, 1.5, sum(int(np.prod(shape)) for shape in shapes))
    step = 1e-6 * np.eye(len(at))
    jacobian = np.stack([(family(at + each) - family(at - each)) / 2e-6 for each in step])
    return np.linalg.matrix_rank(jacobian, tol=1e-6 * np.abs(jacobian).max())


@pytest.mark.parametrize("key", ["gaunt_grid", "matrix", "clebsch_gordan_dense", "gaunt_poisson"])
@pytest.mark.parametrize(("mixing", "scope"), [("uvu", "op"), ("uvw", "op"), ("uvu", "layer"), ("uvw", "layer")])
@pytest.mark.parametrize("channels", [1, 2, 3])
def test_mixing_has_the_rank_of_its_family(numpy, key, mixing, scope, channels):
    problem = Problem.of("layer", 1, channels=channels, mixing=mixing, scope=scope, weights="shared")
    couplings = coupling_table(key, Problem.of("layer", 1), numpy)
    found = spread_degrees_of_freedom(couplings, problem)
    if found is None:
        assert (mixing, scope) == ("uvw", "layer")
    else:
        assert found == written_out(couplings, problem)


def test_uncoupled_channels_add_up_and_a_message_changes_nothing(numpy):
    assert freedom(numpy, "gaunt_grid", 2, channels=5, weights="shared") == 5 * 9
    assert freedom(numpy, "gaunt_grid", 2, channels=5, weights="shared", neighbours=4) == 5 * 9


@pytest.mark.parametrize(("key", "freedom"), [
    ("e3nn_tensor_product", 34), ("e3x", 34), ("allegro_coupled", 34), ("e3x_fused", 18)])
def test_a_library_has_the_freedom_of_its_own_weights(numpy, key, freedom):
    """A weight on each of 34 paths, or on degrees alone; in each of two channels."""
    problem = Problem.of("layer", 3, channels=2, weights="shared")
    assert expressivity(key, problem, numpy)["degrees_of_freedom"] == 2 * freedom
