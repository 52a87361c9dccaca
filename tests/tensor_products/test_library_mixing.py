"""Libraries' products that mix channels: each is our mixing around the dense Clebsch-Gordan product, gradients too."""

from dataclasses import replace

import numpy as np
import pytest

from backend.catalogue import available, catalogue
from backend.frameworks import Unsupported
from backend.spec import Problem
from backend.tensor_products import make

# e3nn's TorchScript variant uses what PyTorch 2.13 deprecates
pytestmark = pytest.mark.filterwarnings("ignore:.*torch.jit.*:DeprecationWarning", "ignore:.*torch.jit.*:FutureWarning")

LIMITED = ("e3x", "e3x_fused", "allegro_coupled", "openequivariance")   # to weights that rows share, or to a GPU
MIXING = {key: known for key, known in catalogue().items() if known.family == "library" and known.mixings}
SPREADS = [("uuu", "shared"), ("uuu", "per_sample"), ("uvu", "none"), ("uvu", "shared"), ("uvu", "per_sample"),
           ("uvw", "shared"), ("uvw", "per_sample")]
PROBLEMS = [   # L, channels and batch at random
    Problem("mimo", 2, 1, 2, channels=3, batch=2), Problem("layer", 1, 2, 1, channels=2, batch=3, parity="natural"),
    Problem("siso", 2, 1, 2, channels=1, batch=4)]
CASES = [
    pytest.param(key, variant, name, mixing, weights,
                 marks=pytest.mark.skipif(bool(reason := available(known, name)), reason=reason))
    for key, known in MIXING.items() for variant in known.variants for name in known.frameworks
    for mixing, weights in SPREADS if mixing in known.mixings and variant != "kernel"]


def ours(framework, operation):
    """The oracle, its weights, and its output in the order of the operation's."""
    oracle = make(operation.oracle_key, operation.problem, framework("numpy"), layout="channels_dim")
    weights = [each.astype(np.float64) for each in oracle.weights()]
    order = operation.oracle_order()
    return lambda x, y: oracle(x, y, *weights)[..., slice(None) if order is None else order]


def draw(operation, seed=0):
    problem, random = operation.problem, np.random.default_rng(seed)
    return [random.standard_normal((problem.batch, channels, irreps.dim)) for channels, irreps in (
        (problem.channels, operation.irreps_in1), (operation.channels_in2, operation.irreps_in2),
        (problem.channels, operation.irreps_out))]


def placed(operation, x, y):
    arrays = operation.framework
    return [arrays.asarray(each) for each in (operation.place_x(x), operation.place_y(y), *operation.weights())]


def made(framework, key, variant, name, problem):
    """The library's product; some of those that are installed have settings and weights that they cannot do."""
    try:
        return make(key, problem, framework(name), variant=variant)
    except Unsupported as reason:
        if key not in LIMITED:
            raise
        pytest.skip(str(reason))


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.setting)
@pytest.mark.parametrize(("key", "variant", "name", "mixing", "weights"), CASES)
def test_is_our_mixing(key, variant, name, mixing, weights, problem, framework):
    operation = made(framework, key, variant, name, replace(problem, mixing=mixing, weights=weights))
    x, y, _ = draw(operation)
    z = operation.values_of(operation.framework.to_numpy(operation(*placed(operation, x, y))))
    expected = ours(framework, operation)(x, y)
    assert z.shape == expected.shape
    assert np.abs(z - expected).max() < 1e-12 * np.abs(expected).max()
    assert sum(each.size for each in operation.weights()) == operation.weight_size


@pytest.mark.parametrize(("key", "variant", "name", "mixing", "weights"), [
    case for case in CASES if case.values[4] == "shared"])
def test_gradients_are_those_of_our_mixing(key, variant, name, mixing, weights, framework):
    """Along random directions, for the map is linear in x and in y; in proportion along each array of weights, for it
    is linear in them too."""
    operation = made(framework, key, variant, name, replace(PROBLEMS[0], mixing=mixing, weights=weights))
    arrays, oracle = operation.framework, ours(framework, operation)
    x, y, cotangent = draw(operation)
    dx, dy, _ = draw(operation, seed=1)
    given = placed(operation, x, y)
    given.append(arrays.asarray(operation.place_z(cotangent)))
    _, by_x, by_y, *by_weights = map(
        arrays.to_numpy, arrays.compile_with_gradient(operation, *given).function(*given))
    assert np.vdot(by_x, operation.place_x(dx)) == pytest.approx(np.vdot(oracle(dx, y), cotangent), rel=1e-11)
    assert np.vdot(by_y, operation.place_y(dy)) == pytest.approx(np.vdot(oracle(x, dy), cotangent), rel=1e-11)
    for gradient, numbers in zip(by_weights, operation.weights(), strict=True):
        assert np.vdot(gradient, numbers) == pytest.approx(np.vdot(oracle(x, y), cotangent), rel=1e-11)


@pytest.mark.parametrize("key", MIXING)
@pytest.mark.parametrize("spread", [{"scope": "layer"}, {"neighbours": 2}])
def test_says_what_it_cannot(key, spread, framework):
    known = MIXING[key]
    problem = replace(PROBLEMS[0], mixing=known.mixings[-1], weights="shared", **spread)
    with pytest.raises(Unsupported, match=r"the operation alone|not installed here"):
        make(key, problem, framework(known.frameworks[0]))


@pytest.mark.parametrize(("name", "method"), [("jax", "uniform_1d"), ("torch", "fused_tp")])
def test_a_silent_fall_back_is_no_kernel(name, method, framework):
    problem = replace(PROBLEMS[0], mixing="uvu", weights="per_sample")
    with pytest.raises(Unsupported, match=rf"does not run {method} here: .*alling back to '?naive|not installed here"):
        make("cuequivariance_mixing", problem, framework(name), variant="kernel")


@pytest.mark.skipif(bool(reason := available(catalogue()["e3x_fused"])), reason=reason)
def test_e3x_fuses_no_degree_above_its_matrices(framework):
    """Its matrices would be smaller than those of the problem, and their products other numbers."""
    problem = Problem("mimo", 1, 1, 4, mixing="uuu", weights="shared")
    with pytest.raises(Unsupported, match=r"goes to the degree l1 \+ l2 = 2 at most"):
        make("e3x_fused", problem, framework("jax"))
