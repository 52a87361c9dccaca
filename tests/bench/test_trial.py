"""One case, whole: statuses, metrics, and that what is checked is what is timed."""


import numpy as np
import pytest

from backend.bench import memory
from backend.bench.inputs import draw
from backend.bench.timing import Options
from backend.bench.trial import run
from backend.catalogue import make_case
from backend.frameworks import framework_class
from backend.metrics import STORED
from backend.spec import LAYOUTS, Problem, Result
from backend.tensor_products import build, tensor_product_class
from backend.tensor_products.layout import from_layout, to_layout
from backend.tensor_products.mixed import Mixed

FAST = Options(samples=3, min_sample_time=0.0005, max_time=0.2, warm_up_time=0.0)
EXPRESSIVITY = ("degrees_of_freedom", "interactable")


def trial(product, framework="numpy", setting="mimo", l_max=2, batch=20, variant="", parity="both", channels=2, **rest):
    problem = Problem.of(setting, l_max, batch=batch, channels=channels, parity=parity)
    return run(make_case(product, variant, framework, problem, keep_impossible=True, **rest), {}, FAST)


@pytest.mark.parametrize(("framework", "direction"), [
    ("numpy", "forward"), ("jax", "forward"), ("torch", "forward"), ("jax", "forward_backward"),
    ("torch", "forward_backward")])
def test_a_case_gives_every_metric(framework, direction):
    result = trial("gaunt_grid", framework, direction=direction)
    assert (result.status, result.message) == ("ok", "")
    optional = {"compiler_flops"} if framework != "jax" else set()
    optional |= {name for name in STORED if name.startswith("counter_")}      # a profiler's, of a GPU
    optional |= {"device_time", "kernel_time", "kernel_launches"}                     # of a GPU
    assert set(result.metrics) == set(STORED) - set(EXPRESSIVITY) - optional
    assert result.metrics["oracle_error"] < 1e-5
    assert result.metrics["equivariance_error_rotation"] < 1e-5
    assert result.metrics["throughput_time_low"] <= result.metrics["throughput_time"]
    assert result.metrics["peak_memory"] >= result.metrics["output_bytes"]
    assert 3 <= len(result.samples) == len(result.latency_samples) <= 30
    assert result.environment["live"]["precision"] == "highest"
    assert Result.from_json(result.to_json()) == result


def test_float64_is_exact_to_its_rounding():
    assert trial("matrix", "jax", dtype="float64").metrics["oracle_error"] < 1e-14


@pytest.mark.parametrize("framework", ["numpy", "jax", "torch"])
def test_the_equivariance_error_is_that_of_the_dtype(framework):
    """Inputs turned in float32 would show 1e-8 in float64."""
    assert trial("gaunt_grid", framework, dtype="float64").metrics["equivariance_error_rotation"] < 1e-14


def test_the_matrix_product_shows_its_inversion_error():
    result = trial("matrix")
    assert result.metrics["equivariance_error_inversion"] > 0.1 > 1e-5 > result.metrics["equivariance_error_rotation"]


@pytest.mark.parametrize(("arguments", "sentence"), [
    (("gaunt_grid", "numpy", "siso", 1), "antisymmetric"),
    (("gaunt_grid", "numpy", "mimo", 1, 10, "", "both", 1), "NumPy has no gradients"),
    (("e3nn", "jax"), "has no framework jax"),
])
def test_unsupported_is_an_answer(arguments, sentence):
    direction = "forward_backward" if "gradients" in sentence else "forward"
    result = trial(*arguments, direction=direction)
    assert result.status == "unsupported"
    assert sentence in result.message
    assert result.samples == ()


def test_a_missing_gpu_is_unsupported():
    from backend.environment import devices

    if "cuda" in devices():
        pytest.skip("this machine has a GPU")
    result = trial("matrix", "torch", device="cuda")
    assert result.status == "unsupported"
    assert "has no device cuda" in result.message


def test_what_cannot_fit_is_refused_with_the_batch_that_fits(monkeypatch):
    monkeypatch.setattr(memory, "_free", lambda device: 1e9)
    result = trial("clebsch_gordan_dense", l_max=4, batch=10**9, channels=128)
    assert result.status == "out of memory"
    largest = int(result.message.split("about ")[-1].replace(",", ""))
    assert trial("clebsch_gordan_dense", l_max=4, batch=min(largest, 2)).status == "ok"
    assert "PB" in result.message or "TB" in result.message


def test_an_exception_fails_the_case_with_its_words(monkeypatch, capfd):
    def broken(self, x, y):
        raise RuntimeError("a bug in the product\nwith details")

    monkeypatch.setattr(tensor_product_class("matrix"), "__call__", broken)
    result = trial("matrix")
    assert (result.status, result.message) == ("failed", "RuntimeError: a bug in the product")
    assert "with details" in capfd.readouterr().err


def test_a_product_that_is_not_finite_fails(monkeypatch):
    monkeypatch.setattr(tensor_product_class("gaunt_grid"), "__call__", lambda self, x, y: np.full((25, 2, 20), np.nan))
    assert trial("gaunt_grid").status == "failed"


def test_a_wrong_product_shows_its_error(monkeypatch):
    product = tensor_product_class("gaunt_grid")
    honest = product.__call__
    monkeypatch.setattr(product, "__call__", lambda self, x, y: honest(self, x, y) * np.arange(1, 26))
    assert trial("gaunt_grid", layout="channels_dim").metrics["equivariance_error_rotation"] > 0.1


def test_inputs_depend_on_the_seed_alone():
    def drawn(framework, dtype, seed=0):
        case = make_case("matrix", "", framework, Problem.of("mimo", 1, batch=5), dtype=dtype, seed=seed)
        return draw(case, build(case, framework_class(framework)(
            device="cpu", dtype=dtype, precision="highest", compilation=case.compilation)))

    given = drawn("numpy", "float32")
    assert np.array_equal(given.x, drawn("jax", "float64").x)
    assert not np.array_equal(given.x, drawn("numpy", "float32", seed=1).x)
    assert not np.array_equal(given.x, given.y)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_turn_back(layout):
    values = np.arange(24.0).reshape(2, 3, 4)
    placed = to_layout(values, layout)
    assert placed.flags.c_contiguous
    assert np.array_equal(from_layout(placed, layout), values)


SPREAD = [
    {}, {"mixing": "uvu", "weights": "per_sample", "neighbours": 3}, {"mixing": "uvw", "weights": "shared"},
    {"weights": "shared", "scope": "layer", "inner": 2}, {"mixing": "uvw", "weights": "per_sample", "scope": "layer"},
]


@pytest.mark.parametrize("framework", ["jax", "torch"])
@pytest.mark.parametrize("spread", SPREAD, ids=str)
def test_what_is_spread_is_measured_and_right(framework, spread):
    problem = Problem.of("layer", 2, channels=3, batch=10, **spread)
    result = run(make_case("clebsch_gordan_dense", "", framework, problem, direction="forward_backward"), {}, FAST)
    assert result.status == "ok", result.message
    for name in ("oracle_error", "equivariance_error_rotation", "equivariance_error_inversion"):
        assert result.metrics[name] < 5e-6, name


@pytest.mark.parametrize("wrong", ["weights", "graph"])
def test_a_wrong_spread_shows_its_error(monkeypatch, wrong):
    honest = Mixed.__call__

    def call(self, x, y, weights, senders, receivers):
        if wrong == "weights":
            return honest(self, x, y, weights * 1.5, senders, receivers)
        return honest(self, x, y, weights, receivers, senders)

    problem = Problem.of("layer", 2, channels=3, batch=10, mixing="uvu", weights="shared", neighbours=3)
    case = make_case("clebsch_gordan_dense", "", "torch", problem, direction="forward_backward")
    monkeypatch.setattr(Mixed, "__call__", lambda self, *given: (
        call if self.framework.name == "torch" else honest)(self, *given))
    assert run(case, {}, FAST).metrics["oracle_error"] > 0.1
