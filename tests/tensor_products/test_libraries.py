"""Library baselines: their own public calls, what they really run, and what is said where one is not installed."""

import warnings
from dataclasses import replace

import numpy as np
import pytest

from backend import catalogue as known
from backend.bench.timing import Options
from backend.bench.trial import run
from backend.catalogue import choosing
from backend.command_line.list import _as_text
from backend.environment import environment
from backend.expressivity import expressivity
from backend.frameworks import Unsupported
from backend.spec import Problem
from backend.tensor_products import make
from backend.tensor_products.layout import to_layout

QUICK = Options(samples=2, min_sample_time=0.0, max_time=0.1)
PROBLEM = Problem.of("mimo", 2, batch=3)
MIXED = Problem.of("mimo", 1, batch=3, channels=2, mixing="uvu", weights="shared")
IRREPS = "0e+1o+2e"


def needs(key):
    reason = known.available(known.entry(key))
    return pytest.mark.skipif(bool(reason), reason=reason)


@pytest.fixture
def in_float64():
    import torch

    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield torch
    torch.set_default_dtype(before)


# ------------------------------------------------------------------ their public calls

def test_v2_is_e3nns_public_call(in_float64, multiply, random_inputs):
    from e3nn import o3

    x, y = random_inputs(PROBLEM)
    output, _ = multiply("e3nn", PROBLEM, x, y, name="torch", variant="v2")
    theirs = o3.FullTensorProductv2(o3.Irreps(IRREPS), o3.Irreps(IRREPS))(*map(in_float64.tensor, (x, y)))
    np.testing.assert_allclose(output, theirs.numpy(), atol=1e-13)


@pytest.mark.parametrize("resolution", [(10, 9), (20, 21)])   # the smallest exact one, and a finer one
def test_e3nn_grid_is_its_public_call_on_any_exact_grid(resolution, in_float64, multiply, random_inputs):
    from e3nn import o3

    x, y = random_inputs(PROBLEM)
    output, product = multiply("e3nn_grid", PROBLEM, x, y, name="torch")
    to_grid = o3.ToS2Grid(2, resolution, normalization="integral")
    from_grid = o3.FromS2Grid(resolution, 4, normalization="integral")
    theirs = from_grid(to_grid(in_float64.tensor(x)) * to_grid(in_float64.tensor(y)))
    np.testing.assert_allclose(output, theirs.numpy(), atol=1e-13)
    assert product.effective["grid"] == "10 x 9"


@pytest.mark.parametrize("variant", ["fft", "matrix"])
def test_e3nn_jax_grid_is_its_public_call_over_the_norm_of_a_harmonic(variant, multiply, random_inputs):
    import e3nn_jax

    x, y = random_inputs(PROBLEM)
    output, product = multiply("e3nn_jax_grid", PROBLEM, x, y, name="jax", variant=variant)
    left, right = (e3nn_jax.to_s2grid(e3nn_jax.IrrepsArray(IRREPS, each), 20, 21, quadrature="soft", p_val=1, p_arg=-1)
                   for each in (x, y))
    signal = left.replace_values(left.grid_values * right.grid_values)
    theirs = e3nn_jax.from_s2grid(signal, e3nn_jax.s2_irreps(4)).array
    np.testing.assert_allclose(output * np.sqrt(4 * np.pi), theirs, atol=1e-12)
    assert product.effective["grid"] == "5 x 9"


@needs("cuequivariance")
@pytest.mark.parametrize("name", ["jax", "torch"])
def test_cuequivariance_is_its_public_call(name, in_float64, multiply, random_inputs):
    import cuequivariance
    from cuequivariance_torch import SegmentedPolynomial

    x, y = random_inputs(PROBLEM)
    output, product = multiply("cuequivariance", PROBLEM, x, y, name=name)
    irreps = cuequivariance.Irreps(cuequivariance.O3, IRREPS)
    polynomial = cuequivariance.descriptors.full_tensor_product(irreps, irreps).polynomial
    theirs = SegmentedPolynomial(polynomial, method="naive")([in_float64.tensor(each[:, 0]) for each in (x, y)])[0]
    np.testing.assert_allclose(output[:, 0], theirs.numpy(), atol=1e-13)
    assert product.effective == {"method": "naive"}


@needs("e3j")
@pytest.mark.parametrize("layout", ["channels_dim", "dim_channels"])
def test_e3j_is_its_public_call(layout, multiply, random_inputs):
    import e3j

    x, y = random_inputs(PROBLEM)
    output, product = multiply("e3j", PROBLEM, x, y, name="jax", layout=layout)
    theirs = e3j.core.TensorProduct((IRREPS, IRREPS), None, normalization="SQRT_DIM_OUT")(x[:, 0], y[:, 0])
    np.testing.assert_allclose(output[:, 0], theirs, atol=1e-13)
    assert product.effective == {"tensor product": "UNFUSED", "aggregation": "SCATTER"}


@pytest.mark.parametrize(("key", "name", "partner"), [
    ("e3nn_grid", "torch", "gaunt_grid"), ("e3nn_jax_grid", "jax", "gaunt_grid"),
    pytest.param("cuequivariance", "jax", "clebsch_gordan_dense", marks=needs("cuequivariance")),
    pytest.param("cuequivariance", "torch", "clebsch_gordan_dense", marks=needs("cuequivariance")),
    pytest.param("e3j", "jax", "clebsch_gordan_dense", marks=needs("e3j"))])
def test_a_library_has_the_couplings_of_our_partner(key, name, partner, framework):
    problem = Problem.of("layer", 3)
    theirs, ours = expressivity(key, problem, framework(name)), expressivity(partner, problem, framework("numpy"))
    found, expected = ({tuple(path[:3]): path[3] for path in line["paths"]} for line in (theirs, ours))
    assert found == pytest.approx(expected, rel=1e-10)
    assert theirs["degrees_of_freedom"] == ours["degrees_of_freedom"]


# ------------------------------------------------------------------ what really runs

@pytest.mark.filterwarnings("ignore:.*torch.jit.*:DeprecationWarning", "ignore:.*torch.jit.*:FutureWarning")
def test_e3nn_says_its_mode(framework):
    for variant, mode in (("module", "eager"), ("script", "TorchScript"), ("v2", "eager")):
        assert make("e3nn", PROBLEM, framework("torch"), variant=variant).effective == {"mode": mode}


@needs("cuequivariance")
@pytest.mark.parametrize(("name", "method"), [("jax", "uniform_1d"), ("torch", "fused_tp")])
def test_a_silent_fall_back_is_no_kernel(name, method, framework):
    """On a CPU both front ends only warn and run something else."""
    with pytest.raises(Unsupported, match=f"does not run {method} here: .*alling back to '?naive"):
        make("cuequivariance", PROBLEM, framework(name), variant="kernel")


def test_a_result_holds_what_really_ran():
    case = known.make_case("e3nn_grid", "", "torch", Problem.of("layer", 1, batch=2))
    assert run(case, {}, QUICK).environment["live"]["effective"] == {"transform": "FFT", "grid": "4 x 5"}
    ours = known.make_case("matrix", "", "numpy", Problem.of("layer", 1, batch=2))
    assert "effective" not in run(ours, {}, QUICK).environment["live"]


def test_v2_compiles(framework, multiply, random_inputs):
    problem = Problem.of("layer", 1, batch=3)
    x, y = random_inputs(problem)
    expected, _ = multiply("e3nn", problem, x, y, name="torch")
    arrays = framework("torch", compilation="compiled")
    product = make("e3nn", problem, arrays, variant="v2")
    placed = [arrays.asarray(to_layout(each, "channels_dim")) for each in (x, y)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")   # Inductor warns of its own internals
        output = arrays.compile(product, *placed).function(*placed)
    np.testing.assert_allclose(arrays.to_numpy(output), expected, atol=1e-13)
    assert product.effective == {"mode": "torch.compile"}


# ------------------------------------------------------------------ a library that is not installed

SENTENCE = "e3j is not installed here; pip install -r requirements-libraries.txt"


@pytest.fixture
def without(monkeypatch):
    """Hides distributions."""
    whole = choosing._installed

    def hide(*names):
        monkeypatch.setattr(choosing, "_installed", lambda name: name not in names and whole(name))

    return hide


def test_a_product_without_its_library_says_so(without, framework):
    without("e3j")
    assert known.available(known.entry("e3j")) == SENTENCE
    with pytest.raises(Unsupported, match=SENTENCE):
        make("e3j", PROBLEM, framework("jax"))
    result = run(known.make_case("e3j", "", "jax", PROBLEM), {}, QUICK)
    assert (result.status, result.message) == ("unsupported", SENTENCE)
    assert f"not here: {SENTENCE}" in _as_text(known.entry("e3j"))
    assert "not here" not in _as_text(known.entry("e3nn"))


def test_a_library_outside_the_requirements_says_how_to_get_it(without):
    without("openequivariance")
    reason = known.available(known.entry("openequivariance"))
    assert reason.startswith("openequivariance is not installed here; pip install openequivariance==")
    assert "GPU" in reason and "requirements" not in reason
    result = run(known.make_case("openequivariance", "", "torch", MIXED), {}, QUICK)
    assert (result.status, result.message) == ("unsupported", reason)
    assert "openequivariance" not in {key for key, _ in known.select("all")}


def test_a_library_for_a_gpu_says_so_on_a_cpu(monkeypatch, framework):
    monkeypatch.setattr(choosing, "_installed", lambda name: True)
    with pytest.raises(Unsupported, match="has kernels for a GPU alone; choose device cuda"):
        make("openequivariance", MIXED, framework("torch"))
    with pytest.raises(Unsupported, match="has a weight on every path"):
        make("openequivariance", replace(MIXED, weights="none"), framework("torch"))


def test_all_leaves_it_out_and_its_name_keeps_it(without):
    without("e3j")
    assert "e3j" not in {key for key, _ in known.select("all")}
    assert known.select("e3j") == (("e3j", "sparse"),)


def test_a_front_end_serves_its_framework_alone(without):
    without("cuequivariance-jax")
    entry = known.entry("cuequivariance")
    assert known.available(entry, "jax").startswith("cuequivariance-jax is not installed here")
    without("cuequivariance-jax", "cuequivariance-torch")
    assert known.available(entry) and known.available(entry, "torch")
    assert not known.available(known.entry("matrix"))


def test_versions_are_those_of_the_front_end_that_ran():
    case = known.make_case("cuequivariance", "", "torch", PROBLEM)
    assert {"cuequivariance", "cuequivariance-torch"} <= set(environment(case)["versions"])
    assert "cuequivariance-jax" not in environment(case)["versions"]
