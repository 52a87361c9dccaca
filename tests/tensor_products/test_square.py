"""The symmetric contraction of degree two: what it is by definition, in every product, framework and layout."""

from dataclasses import replace

import numpy as np
import pytest

from backend.bench import inputs
from backend.bench.timing import Options
from backend.bench.trial import run
from backend.catalogue import catalogue, make_case
from backend.expressivity import expressivity
from backend.frameworks import Unsupported, framework_class
from backend.so3 import random_rotation, representation
from backend.spec import COMPILATIONS, LAYOUTS, Case, Problem, SpecError
from backend.tensor_products import build
from backend.tensor_products.mixing_weights import path_weights

EXACT = ["clebsch_gordan_symmetric", "clebsch_gordan_dense", "clebsch_gordan_sparse", "gaunt_grid", "gaunt_poisson",
         "matrix_fused"]


def numpy_framework():
    return framework_class("numpy")(device="cpu", dtype="float64", precision="highest", compilation="eager")


def framework(name):
    return framework_class(name)(device="cpu", dtype="float64", precision="highest", compilation=COMPILATIONS[name][0])


def problem(l_max=2, **rest):
    return Problem.of("square", l_max, **({"batch": 3, "channels": 2} | rest))


def called(operation, x):
    """z of x, both (rows, channels, dim)."""
    made = operation.framework
    y = np.zeros((len(x), operation.channels_in2, 0))
    z = operation(*map(made.asarray, (operation.place_x(x), operation.place_y(y), *operation.weights())))
    return operation.values_of(made.to_numpy(z))


def draw(operation):
    shape = operation.rows_in1, operation.problem.channels, operation.irreps_in1.dim
    return np.random.default_rng(0).standard_normal(shape)


def test_its_paths_are_the_symmetric_ones():
    assert Problem.of("square", 1).paths == ((0, 0, 0), (0, 1, 1), (1, 1, 0))
    full, square = Problem.of("layer", 3), Problem.of("square", 3)
    assert set(square.paths) == {
        (l1, l2, l3) for l1, l2, l3 in full.paths if l1 < l2 or (l1 == l2 and l3 % 2 == 0)}
    assert square.counts == "nodes"


@pytest.mark.parametrize("rest", [{"mixing": "uvu"}, {"weights": "shared"}, {"scope": "layer"}, {"neighbours": 4}])
def test_it_is_spread_in_no_other_way(rest):
    with pytest.raises(SpecError, match="a square has weights of its own"):
        problem(**rest)


def test_both_inputs_have_the_same_degrees():
    with pytest.raises(SpecError, match="give l2 as l1"):
        Problem("square", 2, 1, 2)


@pytest.mark.parametrize("parity", ["both", "natural"])
@pytest.mark.parametrize("l_max", [0, 1, 3])
def test_each_path_once_is_the_full_product_with_weights_on_half_of_its_paths(l_max, parity):
    asked = problem(l_max, parity=parity)
    native = build(make_case("clebsch_gordan_symmetric", "", "numpy", asked), numpy_framework())
    full = build(make_case("clebsch_gordan_dense", "", "numpy", replace(asked, setting="layer")), numpy_framework())
    x, copies = draw(native), native._product.irreps_out
    both, expected = full(full.place_x(x), full.place_y(x)), np.zeros((3, 2, native.irreps_out.dim))
    both = full.values_of(both)
    weight = dict(zip(sorted(asked.paths, key=lambda path: (-(-1) ** (path[0] + path[1]), path[2])),
                      path_weights(asked, copies)[0].T, strict=True))
    places = dict(zip(native.irreps_out, native.irreps_out.slices, strict=True))
    for path, part, irrep in zip(full.problem.paths, full.irreps_out.slices, full.irreps_out, strict=True):
        if path in weight:
            expected[..., places[irrep]] += weight[path][:, None] * both[..., part]
    np.testing.assert_allclose(called(native, x), expected, atol=1e-13)


@pytest.mark.parametrize("name", ["jax", "torch"])
@pytest.mark.parametrize("key", [key for key, known in catalogue().items()
                                 if known.does("square") and known.family != "library" and known.everyday])
def test_it_is_the_same_in_every_framework_and_layout(key, name):
    known, asked = catalogue()[key], problem()
    if name not in known.frameworks:
        pytest.skip(f"{key} has no framework {name}")
    expected = build(make_case(key, "", "numpy", asked), numpy_framework())
    x = draw(expected)
    for layout in set(known.layouts) & set(LAYOUTS):
        operation = build(make_case(key, "", name, asked, layout=layout), framework(name))
        np.testing.assert_allclose(called(operation, x), called(expected, x), atol=1e-12)


@pytest.mark.parametrize("name", ["jax", "torch"])
@pytest.mark.parametrize("parity", ["both", "natural"])
def test_cuequivariance_equals_ours(name, parity):
    for l_max in (0, 1, 2, 3):
        asked = problem(l_max, parity=parity)
        theirs = build(make_case("cuequivariance_symmetric", "", name, asked), framework(name))
        ours = build(make_case("clebsch_gordan_symmetric", "", "numpy", asked), numpy_framework())
        assert theirs.irreps_out == ours.irreps_out
        np.testing.assert_allclose(called(theirs, draw(ours)), called(ours, draw(ours)), atol=1e-12)


@pytest.mark.parametrize("key", EXACT)
def test_it_is_quadratic_and_turns_with_x(key):
    operation = build(make_case(key, "", "numpy", problem(3)), numpy_framework())
    x = draw(operation)
    z = called(operation, x)
    np.testing.assert_allclose(called(operation, -2 * x), 4 * z, atol=1e-11)
    rotation = random_rotation(np.random.default_rng(1))
    d1, d3 = (representation(irreps, rotation) for irreps in (operation.irreps_in1, operation.irreps_out))
    np.testing.assert_allclose(called(operation, x @ d1.T), z @ d3.T, atol=1e-11)


@pytest.mark.parametrize("name", ["jax", "torch"])
@pytest.mark.parametrize("key", ["clebsch_gordan_symmetric", "gaunt_grid", "cuequivariance_symmetric"])
def test_a_trial_measures_it_with_gradients_and_errors(key, name):
    case = make_case(key, "", name, problem(batch=8), direction="forward_backward", dtype="float64")
    found = run(case, {}, Options(samples=2, min_sample_time=0.0))
    assert found.status == "ok", found.message
    assert found.metrics["oracle_error"] < 1e-13   # of outputs and of gradients by x and by the weights
    assert found.metrics["equivariance_error_rotation"] < 1e-13
    assert Case.from_json(case.to_json()) == case


@pytest.mark.parametrize(("key", "interactable", "freedom"), [
    ("clebsch_gordan_dense", 18, 18), ("clebsch_gordan_symmetric", 18, 18), ("cuequivariance_symmetric", 18, 18),
    ("clebsch_gordan_collapsed", 15, 7), ("gaunt_grid", 15, 7), ("gaunt_poisson", 15, 7), ("matrix_fused", 17, 9),
])
def test_its_freedom(key, interactable, freedom):
    name = "numpy" if "numpy" in catalogue()[key].frameworks else "torch"
    found = expressivity(key, Problem.of("square", 3, channels=2), framework(name))
    assert (found["interactable"], found["degrees_of_freedom"]) == (interactable, 2 * freedom)


@pytest.mark.parametrize("key", ["clebsch_gordan_dense", "gaunt_grid", "matrix", "matrix_fused", "poisson", "cp"])
def test_what_is_reached_is_what_the_outputs_show(key):
    """x in two degrees alone: what is more than their single squares is their coupling."""
    asked = Problem.of("square", 2, batch=1)
    operation = build(make_case(key, "", "numpy", asked), numpy_framework())
    reached = {tuple(path[:3]) for path in expressivity(key, asked, numpy_framework())["paths"]}
    x, parts = draw(operation), operation.irreps_in1.slices

    def alone(*degrees):
        part = np.zeros_like(x)
        for l in degrees:
            part[..., parts[l]] = x[..., parts[l]]
        return called(operation, part)

    for l1 in range(3):
        for l2 in range(l1, 3):
            z = alone(l1, l2) - alone(l1) - alone(l2) if l1 < l2 else alone(l1)
            shown = {irrep.l for irrep, part in zip(operation.irreps_out, operation.irreps_out.slices, strict=True)
                     if np.abs(z[..., part]).max() > 1e-9}
            assert shown == {l3 for a, b, l3 in reached if (a, b) == (l1, l2)} or key == "cp"
            assert shown >= {l3 for a, b, l3 in reached if (a, b) == (l1, l2)}


def test_what_has_no_square_says_so():
    case = make_case("so2", "", "numpy", problem(), keep_impossible=True)
    with pytest.raises(Unsupported, match="does not do the setting square"):
        build(case, numpy_framework())


def test_its_weights_are_the_first_of_more_channels():
    few, many = (build(make_case("gaunt_grid", "", "numpy", problem(channels=each)), numpy_framework())
                 for each in (2, 5))
    np.testing.assert_array_equal(few.weights()[0], many.weights()[0][:, :2])
    assert inputs.draw(make_case("gaunt_grid", "", "numpy", problem()), few).y.size == 0
