"""Edge convolutions: harmonics and rotations of a direction, SO(2) against Clebsch-Gordan, symmetry, freedom."""

import numpy as np
import pytest

from backend.bench.timing import Options
from backend.bench.trial import run
from backend.catalogue import catalogue, make_case
from backend.expressivity import CouplingError, expressivity
from backend.expressivity.edge_table import edge_table
from backend.so3 import random_rotation, representation, spherical_harmonics, wigner_3j
from backend.spec import LAYOUTS, Problem
from backend.tensor_products import direction, make, tensor_product_class
from backend.tensor_products.edge import default_weights
from backend.tensor_products.layout import Layout

EDGE = {key: known for key, known in catalogue().items() if known.settings == ("edge",) and not known.library}
EVERY = [(key, variant, name) for key, known in EDGE.items() for variant in known.variants for name in known.frameworks]
PROBLEMS = [Problem.of("edge", 3, batch=6, channels=2), Problem.of("edge", 3, batch=6, parity="natural"),
            Problem("edge", 2, 3, 4, batch=6), Problem("edge", 3, 3, 0, batch=6), Problem("edge", 0, 2, 2, batch=6)]
FAST = Options(samples=3, min_sample_time=0.0, max_time=0.2)


def directions(count=6):
    """Random ones, and both poles and the other axes."""
    special = [[0, 1, 0], [0, -2, 0], [1, 0, 0], [0, 0, -1]]
    return np.concatenate([special, np.random.default_rng(0).standard_normal((count - 4, 3))])[:, None]


def features(problem):
    dim = sum(2 * l + 1 for l in problem.degrees_in1)
    return np.random.default_rng(1).standard_normal((problem.batch, problem.channels, dim))


def largest(array):
    return np.abs(array).max()


@pytest.mark.parametrize("name", ["numpy", "jax", "torch"])
def test_harmonics_of_a_direction_are_those_of_so3(name, framework):
    arrays = framework(name)
    points = directions(20)
    values = direction.spherical_harmonics(Layout("channels_dim", arrays), arrays.asarray(points), 8)
    assert largest(arrays.to_numpy(values)[:, 0] - spherical_harmonics(8, points[:, 0])) < 1e-13


@pytest.mark.parametrize("problem", PROBLEMS, ids=str)
def test_clebsch_gordan_edge_is_the_weighted_sum_over_paths(problem, multiply):
    x, r = features(problem), directions()
    output, product = multiply("clebsch_gordan_edge", problem, x, r)
    y = spherical_harmonics(problem.l2, r[:, 0])
    expected = np.zeros_like(output)
    slices = dict(zip(product.irreps_out, product.irreps_out.slices, strict=True))
    for (l1, l2, l3), weight in zip(problem.paths, default_weights(problem), strict=True):
        irrep = next(each for each in slices if (each.l, each.p) == (l3, (-1) ** (l1 + l2)))
        expected[..., slices[irrep]] += weight * np.sqrt(2 * l3 + 1) * np.einsum(
            "ijk,bci,bj->bck", wigner_3j(l1, l2, l3), x[..., l1 * l1 : (l1 + 1) ** 2], y[:, l2 * l2 : (l2 + 1) ** 2])
    assert largest(output - expected) < 1e-13 * largest(expected)


@pytest.mark.parametrize("name", ["numpy", "jax", "torch"])
@pytest.mark.parametrize("problem", PROBLEMS, ids=str)
def test_so2_is_the_same_map_at_the_poles_too(problem, name, multiply):
    x, r = features(problem), directions()
    expected, _ = multiply("clebsch_gordan_edge", problem, x, r)
    for layout in LAYOUTS:
        output, _ = multiply("so2", problem, x, r, name=name, layout=layout)
        assert largest(output - expected) < 2e-14 * largest(expected)
    single, _ = multiply("so2", problem, x, r, name=name, dtype="float32")
    assert largest(single - expected) < 3e-6 * largest(expected)


def test_e3nn_jax_is_the_same_map_with_the_same_gradients_at_the_poles_too(framework):
    """In few degrees: XLA compiles it for seconds."""
    problem, arrays, found = Problem("edge", 1, 1, 1, batch=6, channels=2), framework("jax"), {}
    x, r = features(problem), directions()
    for key in ("clebsch_gordan_edge", "e3nn_jax_edge"):
        product = make(key, problem, arrays, layout="channels_dim")
        cotangent = np.random.default_rng(2).standard_normal((6, problem.channels, product.irreps_out.dim))
        placed = [arrays.asarray(each) for each in (x, r, cotangent)]
        found[key] = [*map(arrays.to_numpy, arrays.compile_with_gradient(product, *placed).function(*placed))]
    for ours, theirs in zip(*found.values(), strict=True):
        assert largest(theirs - ours) < 1e-13 * largest(ours)


@pytest.mark.parametrize("parity", ["both", "natural"])
@pytest.mark.parametrize(("key", "variant"), [
    (key, variant) for key, known in EDGE.items() for variant in known.variants])
def test_is_equivariant_under_rotation_and_inversion(key, variant, parity, multiply):
    problem = Problem.of("edge", 3, batch=6, channels=2, parity=parity)
    x, r = features(problem), directions()
    output, product = multiply(key, problem, x, r, variant=variant)
    for rotation in (random_rotation(np.random.default_rng(2)), -np.eye(3)):
        turned, _ = multiply(key, problem, x @ representation(product.irreps_in1, rotation).T, r @ rotation.T,
                             variant=variant)
        expected = output @ representation(product.irreps_out, rotation).T
        assert largest(turned - expected) < 1e-13 * largest(expected)


# L: weights of the full convolution, of |m| <= 2, and both with natural outputs alone
COUNTS = {1: (6, 6, 5, 5), 2: (19, 19, 14, 14), 3: (44, 42, 30, 29), 4: (85, 75, 55, 50)}


@pytest.mark.parametrize("l_max", COUNTS)
def test_weights_for_each_kind_of_edge(l_max, framework):
    found = [
        expressivity("so2", Problem.of("edge", l_max, parity=parity), framework("numpy"), variant=variant)
        for parity in ("both", "natural") for variant in ("full", "m_max_2")
    ]
    assert tuple(line["degrees_of_freedom"] for line in found) == COUNTS[l_max]
    full = expressivity("clebsch_gordan_edge", Problem.of("edge", l_max, channels=3), framework("numpy"))
    assert (full["interactable"], full["degrees_of_freedom"]) == (COUNTS[l_max][0], 3 * COUNTS[l_max][0])
    weights = dict(zip(Problem.of("edge", l_max).paths, default_weights(Problem.of("edge", l_max)), strict=True))
    for line in (full, found[0]):
        table = {tuple(path[:3]): path[3] for path in line["paths"]}
        assert table == pytest.approx({path: h * np.sqrt(2 * path[2] + 1) for path, h in weights.items()}, rel=1e-9)


@pytest.mark.parametrize(("key", "variant", "name"), EVERY)
@pytest.mark.parametrize("direction", ["forward", "forward_backward"])
def test_a_case_is_checked_with_its_gradients(key, variant, name, direction):
    if (name, direction) == ("numpy", "forward_backward"):
        name = "jax"   # NumPy has no gradients
    case = make_case(key, variant, name, Problem.of("edge", 2, batch=10, channels=3), direction=direction)
    result = run(case, {}, FAST)
    assert (result.status, result.message) == ("ok", "")
    for metric in ("oracle_error", "equivariance_error_rotation", "equivariance_error_inversion"):
        assert result.metrics[metric] < 1e-5


def test_one_direction_serves_all_channels(framework):
    product = make("so2", Problem.of("edge", 2, batch=10, channels=64), framework("numpy", "float32"))
    other = make("so2", Problem.of("edge", 2, batch=10, channels=1), framework("numpy", "float32"))
    features_and_outputs = 4 * 10 * (product.irreps_in1.dim + product.irreps_out.dim)
    assert product.bytes("forward") - other.bytes("forward") == 63 * features_and_outputs


def test_a_rotation_about_a_wrong_axis_is_no_edge_table(monkeypatch, framework):
    monkeypatch.setattr(tensor_product_class("so2"), "_tilt", lambda self, x, frame, cosine, sine: x)
    with pytest.raises(CouplingError, match="not equivariant"):
        edge_table("so2", Problem.of("edge", 2), framework("numpy"))


@pytest.mark.parametrize("key", ["so2", "clebsch_gordan_edge", "e3nn_jax_edge"])
def test_all_products_of_an_edge_are_left_out_elsewhere(key):
    assert make_case(key, "", "jax", Problem.of("mimo", 1)) is None
    assert make_case("matrix", "", "jax", Problem.of("edge", 1)) is None
    assert make_case(key, "", "jax", Problem.of("edge", 1)) is not None
