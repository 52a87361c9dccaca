"""Products spread over channels and rows, against the same sums written out over the plain product."""

from dataclasses import replace
from itertools import product as cartesian

import numpy as np
import pytest

from backend.catalogue import catalogue
from backend.frameworks import Unsupported, framework_class
from backend.spec import MIXINGS, SCOPES, WEIGHTS, Problem
from backend.tensor_products import make
from backend.tensor_products.layout import from_layout, to_layout

SPREADS = [
    {"mixing": mixing, "weights": weights, "scope": scope, "neighbours": neighbours}
    for mixing, weights, scope, neighbours in cartesian(MIXINGS, WEIGHTS, SCOPES, (0, 3))
    if (mixing, weights) != ("uvw", "none")
]
OURS = [key for key, entry in catalogue().items() if entry.family != "library" and not entry.mixings
        and "layer" in entry.settings]


def numpy():
    return framework_class("numpy")(device="cpu", dtype="float64", precision="highest", compilation="eager")


def spread_problem(spread, l_max=2):
    inner = {"inner": 2} if spread["scope"] == "layer" else {}
    return Problem.of("layer", l_max, channels=3, batch=7, **spread, **inner)


def inputs(operation, seed=0):
    random, problem = np.random.default_rng(seed), operation.problem
    return (random.standard_normal((operation.rows_in1, problem.channels, operation.irreps_in1.dim)),
            random.standard_normal((problem.batch, operation.channels_in2, operation.irreps_in2.dim)))


def call(operation, x, y):
    framework, layout = operation.framework, operation.layout.name
    arguments = (to_layout(x, layout), to_layout(y, layout), *operation.weights(), *operation.graph())
    placed = tuple(map(framework.asarray, arguments))
    compiled = framework.compile(operation, *placed)
    return from_layout(framework.to_numpy(compiled.function(*placed)), layout)


def written_out(key, problem, x, y, weights, graph):
    """The definition: loops over channels, copies and edges around the plain product of single channels."""
    product = make(key, replace(problem.plain, channels=1), numpy(), layout="channels_dim")
    copies, edges = product.irreps_out, problem.batch
    inside = problem.inner or problem.channels
    weights = [*weights]
    own = weights.pop(0) if problem.weights != "none" else None
    senders, receivers = graph or (range(edges), range(edges))
    if problem.scope == "layer":
        x = linear(x, product.irreps_in1, weights.pop(0))
        if problem.mixing != "uvu":
            y = linear(y, product.irreps_in2, weights.pop(0))
    x = x[list(senders)]
    out = sorted(set(copies), key=lambda irrep: (-irrep.p, irrep.l))
    if problem.mixing == "uvw":
        own = np.broadcast_to(own, (edges, *own.shape[-3:]))
        z = {irrep: np.zeros((edges, problem.channels, irrep.dim)) for irrep in out}
        for u, v in cartesian(range(inside), range(inside)):
            pair = product(x[:, u : u + 1], y[:, v : v + 1])[:, 0]
            for copy, (irrep, part) in enumerate(zip(copies, copies.slices, strict=True)):
                z[irrep] += own[:, copy, u * inside + v, :, None] * pair[:, None, part]
        z = np.concatenate([z[irrep] for irrep in out], axis=-1)
    else:
        y = np.broadcast_to(y, (edges, inside, y.shape[-1]))
        z = np.concatenate([product(x[:, u : u + 1], y[:, u : u + 1]) for u in range(inside)], axis=1)
        if own is not None:
            own = np.broadcast_to(own, (edges, *own.shape[1:]))
            z = z * np.repeat(own, [irrep.dim for irrep in copies], axis=-1)
    if graph:
        z = np.stack([sum(z[edge] for edge in range(edges) if receivers[edge] == node)
                      for node in range(problem.nodes)])
    if problem.scope == "layer" and problem.mixing != "uvw":
        matrix = weights.pop(0)
        z = np.concatenate([
            sum(np.einsum("bum,uk->bkm", z[..., part], matrix[copy])
                for copy, (irrep, part) in enumerate(zip(copies, copies.slices, strict=True)) if irrep == each)
            for each in out], axis=-1)
    return z


def linear(x, irreps, matrices):
    return np.concatenate([np.einsum("bum,uk->bkm", x[..., part], matrix)
                           for part, matrix in zip(irreps.slices, matrices, strict=True)], axis=-1)


@pytest.mark.parametrize("spread", SPREADS, ids=lambda spread: "-".join(map(str, spread.values())))
@pytest.mark.parametrize("key", ["clebsch_gordan_dense", "gaunt_grid", "vector_gaunt"])
def test_it_is_its_definition(key, spread):
    operation = make(key, spread_problem(spread), numpy(), layout="channels_dim")
    x, y = inputs(operation)
    expected = written_out(key, operation.problem, x, y, operation.weights(), operation.graph())
    assert operation.irreps_out.dim == expected.shape[-1]
    assert np.abs(call(operation, x, y) - expected).max() < 1e-12 * np.abs(expected).max()
    assert operation.weight_size == sum(each.size for each in operation.weights())


@pytest.mark.parametrize("framework", ["jax", "torch"])
@pytest.mark.parametrize("layout", ["channels_dim", "dim_channels", "batch_last"])
@pytest.mark.parametrize("spread", SPREADS[::3], ids=lambda spread: "-".join(map(str, spread.values())))
def test_every_framework_and_layout_gives_the_same(framework, layout, spread):
    reference = make("clebsch_gordan_dense", spread_problem(spread), numpy(), layout="channels_dim")
    arrays = framework_class(framework)(device="cpu", dtype="float64", precision="highest",
                                        compilation={"jax": "jit", "torch": "eager"}[framework])
    operation = make("clebsch_gordan_dense", spread_problem(spread), arrays, layout=layout)
    x, y = inputs(operation)
    expected = call(reference, x, y)
    assert np.abs(call(operation, x, y) - expected).max() < 1e-12 * np.abs(expected).max()


@pytest.mark.parametrize("key", OURS)
@pytest.mark.parametrize("framework", ["jax", "torch"])
def test_every_product_can_be_a_message_with_one_y_for_all_channels(key, framework):
    if framework not in catalogue()[key].frameworks:
        pytest.skip(f"{key} has no framework {framework}")
    problem = spread_problem({"mixing": "uvu", "weights": "per_sample", "scope": "op", "neighbours": 3}, l_max=1)
    arrays = framework_class(framework)(device="cpu", dtype="float64", precision="highest",
                                        compilation={"jax": "jit", "torch": "eager"}[framework])
    operation = make(key, problem, arrays)
    x, y = inputs(operation)
    expected = written_out(key, problem, x, y, make(key, problem, numpy(), layout="channels_dim").weights(),
                           operation.graph())
    assert np.abs(call(operation, x, y) - expected).max() < 1e-12 * max(np.abs(expected).max(), 1)


def test_all_pairs_of_many_channels_are_a_problem_like_others():
    problem = Problem.of("layer", 0, channels=128, mixing="uvw", weights="shared")
    operation = make("clebsch_gordan_dense", problem, numpy(), layout="channels_dim")
    x, y = inputs(operation)
    expected = written_out("clebsch_gordan_dense", problem, x, y, operation.weights(), ())
    assert np.abs(call(operation, x, y) - expected).max() < 1e-12 * np.abs(expected).max()
    alone = make("clebsch_gordan_dense", problem.plain, numpy()).flops("forward")
    assert operation.flops("forward") == 128 * alone + 2 * 128**3   # a matrix from pairs to channels


def test_a_library_that_does_not_mix_says_so():
    problem = Problem.of("layer", 1, channels=2, mixing="uvu")
    arrays = framework_class("torch")(device="cpu", dtype="float64", precision="highest", compilation="eager")
    with pytest.raises(Unsupported, match="channel by channel alone; leave out mixing"):
        make("e3nn", problem, arrays)
