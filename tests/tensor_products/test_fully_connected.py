"""Our fully connected product: in every order, layout and framework our mixing around the dense product."""

from dataclasses import replace

import numpy as np
import pytest

from backend.catalogue import catalogue
from backend.frameworks import Unsupported
from backend.spec import Problem
from backend.tensor_products import make
from backend.tensor_products.mixing_orders import OutputsTogether, PairsFirst, WeightsFirst

KEY = "clebsch_gordan_mixing"
ORDERS = [variant for variant in catalogue()[KEY].variants if variant != "chosen"]
LAYOUTS = catalogue()[KEY].layouts
PROBLEMS = [
    Problem("siso", 2, 1, 2, channels=1, batch=4), Problem("simo", 1, 2, 3, channels=3, batch=2),
    Problem("mimo", 2, 1, 3, channels=2, batch=3), Problem("layer", 2, 2, 2, channels=3, batch=5),
    Problem("layer", 1, 2, 1, channels=4, batch=3, parity="natural")]


def mixing(problem, weights="shared"):
    return replace(problem, mixing="uvw", weights=weights)


def draw(operation, seed=0):
    """x, y and a cotangent, (rows, channels, dim)."""
    problem, random = operation.problem, np.random.default_rng(seed)
    return [random.standard_normal((problem.batch, problem.channels, irreps.dim))
            for irreps in (operation.irreps_in1, operation.irreps_in2, operation.irreps_out)]


def placed(operation, x, y, *rest):
    arrays = operation.framework
    return [*map(arrays.asarray, (operation.place_x(x), operation.place_y(y), *operation.weights())),
            *(arrays.asarray(operation.place_z(each)) for each in rest)]


def call(operation, x, y):
    given = placed(operation, x, y)
    compiled = operation.framework.compile(operation, *given)
    return operation.values_of(operation.framework.to_numpy(compiled.function(*given)))


def expected(framework, problem, x, y):
    return call(make("clebsch_gordan_dense", problem, framework("numpy"), layout="channels_dim"), x, y)


@pytest.fixture
def small_blocks(monkeypatch):
    """Every row is a block of its own."""
    for order in (WeightsFirst, PairsFirst, OutputsTogether):
        monkeypatch.setattr(order, "block_bytes", 1)


@pytest.mark.parametrize("weights", ["shared", "per_sample"])
@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: f"{problem.setting}-{problem.parity}")
@pytest.mark.parametrize("variant", ORDERS)
@pytest.mark.parametrize("name", ["numpy", "jax", "torch"])
def test_is_our_mixing(name, variant, problem, weights, framework):
    operation = make(KEY, mixing(problem, weights), framework(name), variant=variant)
    x, y, _ = draw(operation)
    reference = expected(framework, operation.problem, x, y)
    assert np.abs(call(operation, x, y) - reference).max() < 1e-12 * np.abs(reference).max()
    assert sum(each.size for each in operation.weights()) == operation.weight_size


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("weights", ["shared", "per_sample"])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("variant", ORDERS)
@pytest.mark.parametrize("name", ["numpy", "jax", "torch"])
def test_blocks_of_rows_change_nothing(name, variant, layout, weights, framework):
    problem = mixing(PROBLEMS[3], weights)
    operation = make(KEY, problem, framework(name), variant=variant, layout=layout)
    x, y, _ = draw(operation)
    reference = expected(framework, problem, x, y)
    assert np.abs(call(operation, x, y) - reference).max() < 1e-12 * np.abs(reference).max()


@pytest.mark.parametrize("size", [1, 2, 3, 5])
@pytest.mark.parametrize("axis", [0, -1])
@pytest.mark.parametrize("name", ["numpy", "jax", "torch"])
def test_a_function_by_blocks_is_the_function(name, axis, size, framework):
    arrays = framework(name)
    x, y = (arrays.asarray(np.arange(100.0).reshape(5, 4, 5) + number) for number in range(2))
    z = arrays.by_blocks(lambda x, y: x[:, :, None] * y[:, :, None], (x, y), size, axis)
    assert (arrays.to_numpy(z) == arrays.to_numpy(x * y)[:, :, None]).all()


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("variant", ORDERS)
@pytest.mark.parametrize("name", ["jax", "torch"])
def test_gradients_are_those_of_our_mixing(name, variant, framework):
    """By x and y central differences of the oracle, exact for a map linear in each; by weights in proportion."""
    problem = mixing(PROBLEMS[3])
    operation = make(KEY, problem, framework(name), variant=variant)
    arrays = operation.framework
    x, y, cotangent = draw(operation)
    dx, dy, _ = draw(operation, seed=1)
    given = placed(operation, x, y, cotangent)
    _, by_x, by_y, *by_weights = map(arrays.to_numpy, arrays.compile_with_gradient(operation, *given).function(*given))

    def change(ahead, behind):
        return np.vdot(expected(framework, problem, *ahead) - expected(framework, problem, *behind), cotangent) / 2

    assert np.vdot(by_x, operation.place_x(dx)) == pytest.approx(change((x + dx, y), (x - dx, y)), rel=1e-11)
    assert np.vdot(by_y, operation.place_y(dy)) == pytest.approx(change((x, y + dy), (x, y - dy)), rel=1e-11)
    along = sum(np.vdot(each, numbers) for each, numbers in zip(by_weights, operation.weights(), strict=True))
    assert along == pytest.approx(np.vdot(expected(framework, problem, x, y), cotangent), rel=1e-11)


@pytest.mark.parametrize(("variant", "channels"), [
    (variant, channels) for variant in ORDERS for channels in (1, 4, 16)
    if (variant, channels) != ("outputs_together", 16)])   # not meant for many: XLA counts half of its batched product
def test_declared_flops_are_those_that_the_compiler_counts(variant, channels, framework):
    operation = make(KEY, Problem.of("mimo", 2, mixing="uvw", weights="shared", channels=channels, batch=8),
                     framework("jax"), variant=variant)
    given = placed(operation, *draw(operation)[:2])
    counted = operation.framework.compile(operation, *given).flops
    places = variant == "outputs_together" and channels == 1   # XLA counts where each number is taken from as well
    assert 0.8 < counted / operation.flops("forward") < (2 if places else 1.3)


@pytest.mark.parametrize("channels", [2, 32])
def test_weights_first_takes_fewer_operations_than_weights_at_the_end(channels, framework):
    problem = Problem.of("layer", 2, mixing="uvw", weights="shared", channels=channels, batch=10)
    weights_first, pairs_first = (make(KEY, problem, framework("numpy"), variant=order).flops("forward")
                                  for order in ("weights_first", "pairs_first"))
    at_the_end = make("clebsch_gordan_dense", problem, framework("numpy")).flops("forward")
    assert weights_first < pairs_first == at_the_end


@pytest.mark.parametrize(("name", "channels", "weights", "batch", "order"), [
    ("torch", 8, "shared", 2, "pairs_first"), ("torch", 9, "shared", 2, "weights_first"),
    ("torch", 8, "per_sample", 2, "weights_first"), ("jax", 8, "shared", 2, "weights_first"),
    ("jax", 4, "shared", 2, "outputs_together"), ("jax", 4, "shared", 10_000, "pairs_first"),
    ("torch", 4, "per_sample", 10_000, "weights_first"), ("jax", 1, "per_sample", 100_000, "pairs_first"),
    ("jax", 1, "per_sample", 2, "outputs_together")])
def test_the_chosen_order_is_said(name, channels, weights, batch, order, framework):
    problem = Problem.of("layer", 1, mixing="uvw", weights=weights, channels=channels, batch=batch)
    assert make(KEY, problem, framework(name)).effective == {"order": order}


@pytest.mark.parametrize(("spread", "reason"), [
    ({"mixing": "uvw", "weights": "shared", "scope": "layer"}, "operation alone"),
    ({"mixing": "uvw", "weights": "shared", "neighbours": 2}, "operation alone"),
    ({"mixing": "uvu"}, "does not do the mixing uvu; it does uvw"), ({}, "choose them, or a plain product")])
def test_says_what_it_cannot(spread, reason, framework):
    with pytest.raises(Unsupported, match=reason):
        make(KEY, Problem.of("layer", 1, batch=4, **spread), framework("numpy"))
