"""Every product, variant, framework and layout: the oracle, equivariance, gradients, declared cost."""

import warnings
from dataclasses import replace

import numpy as np
import pytest

from backend.catalogue import available, catalogue
from backend.frameworks import Unsupported
from backend.so3 import random_rotation, representation
from backend.spec import LAYOUTS, SETTINGS, Problem
from backend.tensor_products import make
from backend.tensor_products.layout import from_layout, to_layout

# e3nn's TorchScript variant uses what PyTorch 2.13 deprecates
pytestmark = pytest.mark.filterwarnings("ignore:.*torch.jit.*:DeprecationWarning", "ignore:.*torch.jit.*:FutureWarning")

BILINEAR = {key: known for key, known in catalogue().items()   # the others: test_edge, test_library_mixing
            if "mimo" in known.settings and not known.mixings}
OURS = [(key, variant) for key, known in BILINEAR.items() for variant in known.variants if "numpy" in known.frameworks]
IMPOSSIBLE = {("clebsch_gordan_sparse", "unrolled", "torch"), ("cuequivariance", "kernel", "jax"),
              ("cuequivariance", "kernel", "torch")}   # test_says_why_it_cannot, test_libraries
EVERY = [(key, variant, name) for key, known in BILINEAR.items() for variant in known.variants
         for name in known.frameworks if (key, variant, name) not in IMPOSSIBLE]
LAYOUT_TRIPLES = [(key, layout, name) for key, known in BILINEAR.items() for layout in known.layouts
                  for name in known.frameworks]
PROBLEMS = {setting: Problem.of(setting, 2, batch=3, channels=2)
            for setting in SETTINGS if setting not in ("edge", "square")} | {
    "uneven": Problem("mimo", 3, 1, 2, batch=2, channels=2), "scalar": Problem("mimo", 3, 3, 0, batch=2)}
UNNATURAL = {("matrix", "natural"), ("poisson", "natural"), ("vector_gaunt", "natural")}
UNDEFINED = {("poisson", "scalar"), ("e3nn_grid", "siso"), ("e3nn_grid", "simo")}
SISO_ODD = Problem.of("siso", 3, batch=3, channels=2)   # at even L the only path is symmetric
ROUNDING = {"float32": 3e-6, "float64": 1e-13}
APPROXIMATE = {"7L2": 1.5, "14L2": 0.3, "exact": 0.0}   # largest error by variant, of any output on random inputs


def problem_of(key, setting, **changes):
    """The problem of a setting; one that Poisson can do where there is a choice."""
    problem = PROBLEMS[setting] if (key, setting) != ("poisson", "siso") else SISO_ODD
    return replace(problem, **changes)


def installed(cases):
    """Cases (key, ..., framework, ...); those of a library that is not installed are skipped and say so."""
    return [pytest.param(*case, marks=pytest.mark.skipif(bool(reason), reason=reason)) for case in cases
            for reason in [available(catalogue()[case[0]], case[2])]]


def relative(values, expected):
    return np.abs(values - expected).max() / np.abs(expected).max()


@pytest.mark.parametrize(("key", "variant", "name", "setting"), installed([
    (*each, setting) for each in EVERY for setting in PROBLEMS
    if (each[0], setting) not in UNDEFINED]))   # test_says_why_it_cannot
def test_equals_its_oracle_in_both_dtypes(key, variant, name, setting, multiply, random_inputs):
    problem = problem_of(key, setting)
    x, y = (each.astype(np.float32) for each in random_inputs(problem, key, name=name))
    for dtype, tolerance in ROUNDING.items():
        output, product = multiply(key, problem, x, y, name=name, variant=variant, dtype=dtype)
        expected, _ = multiply(product.oracle_key or key, problem, x, y, variant="" if product.oracle_key else variant)
        order = product.oracle_order()
        if catalogue()[key].approximate:
            assert relative(output, expected) < APPROXIMATE[variant] + tolerance
            expected, _ = multiply(key, problem, x, y, variant=variant)   # its own map, in NumPy and float64
        assert output.shape == (problem.batch, problem.channels, product.irreps_out.dim)
        assert relative(output, expected if order is None else expected[..., order]) < tolerance


@pytest.mark.parametrize(("key", "layout", "name"), installed(LAYOUT_TRIPLES))
def test_layouts_hold_the_same_numbers(key, layout, name, multiply, random_inputs):
    problem = Problem.of("mimo", 2, batch=3, channels=2)
    x, y = random_inputs(problem, key, name=name)
    expected, _ = multiply(key, problem, x, y, name=name)
    for variant in catalogue()[key].variants:
        if (key, variant, name) not in IMPOSSIBLE:
            output, _ = multiply(key, problem, x, y, name=name, variant=variant, layout=layout)
            if catalogue()[key].approximate:   # each variant is another map
                expected, _ = multiply(key, problem, x, y, name=name, variant=variant)
            assert relative(output, expected) < 1e-13


@pytest.mark.parametrize(("key", "variant", "name"), [each for each in EVERY if each[:2] in OURS])
def test_one_channel_of_y_meets_every_channel_of_x(key, variant, name, multiply, random_inputs):
    problem = Problem.of("mimo", 1, batch=3, channels=2)
    x, y = random_inputs(problem, key)
    for layout in catalogue()[key].layouts:
        mode = {"name": name, "variant": variant, "layout": layout}
        expected, _ = multiply(key, problem, x, np.repeat(y[:, :1], 2, axis=1), **mode)
        output, _ = multiply(key, problem, x, y[:, :1], **mode)
        assert relative(output, expected) < 1e-13


@pytest.mark.parametrize("setting", [setting for setting in SETTINGS if setting not in ("edge", "square")])
@pytest.mark.parametrize(("key", "variant", "parity"), [
    (*pair, parity) for pair in OURS for parity in ("both", "natural")
    if (pair[0], parity) not in UNNATURAL])   # test_says_why_it_cannot
def test_is_equivariant_under_its_group(key, variant, setting, parity, multiply, random_inputs):
    problem = problem_of(key, setting, parity=parity)
    x, y = random_inputs(problem, key)
    output, product = multiply(key, problem, x, y, variant=variant)
    for rotation in (random_rotation(np.random.default_rng(1)), -np.eye(3)):
        turned, _ = multiply(key, problem, x @ representation(product.irreps_in1, rotation).T,
                             y @ representation(product.irreps_in2, rotation).T, variant=variant)
        error = relative(turned, output @ representation(product.irreps_out, rotation).T)
        if catalogue()[key].group == "SO3" and np.linalg.det(rotation) < 0 and setting == "mimo":
            assert error > 0.1
        elif catalogue()[key].group == "O3" or np.linalg.det(rotation) > 0:
            assert error < 1e-12 + (APPROXIMATE[variant] if catalogue()[key].approximate else 0.0)


@pytest.mark.parametrize(("key", "variant", "name"), installed(each for each in EVERY if each[2] != "numpy"))
def test_gradients_are_those_of_the_bilinear_map(key, variant, name, framework, multiply, random_inputs):
    problem = Problem.of("mimo", 2, batch=1, channels=1)
    x, y = random_inputs(problem, key, name=name)
    arrays = framework(name)
    product = make(key, problem, arrays, variant=variant)
    layout = product.layout.name
    cotangent = np.random.default_rng(2).standard_normal((1, 1, product.irreps_out.dim))
    placed = [arrays.asarray(to_layout(each, layout)) for each in (x, y, cotangent)]
    _, by_x, by_y = (arrays.to_numpy(each).ravel()
                     for each in arrays.compile_with_gradient(product, *placed).function(*placed))
    for gradient, count, given in ((by_x, x.shape[-1], y), (by_y, y.shape[-1], x)):
        basis, rows = np.eye(count)[:, None], replace(problem, batch=count)
        others = np.repeat(given, count, axis=0)
        pair = (basis, others) if gradient is by_x else (others, basis)
        values, _ = multiply(key, rows, *pair, name=name, variant=variant)
        assert relative(gradient, values[:, 0] @ cotangent.ravel()) < 1e-12


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", ["jax", "torch"])
def test_gradient_by_one_channel_of_y_sums_over_those_of_x(name, layout, framework, random_inputs):
    problem = Problem.of("mimo", 1, batch=2, channels=3)
    arrays = framework(name)
    product = make("clebsch_gordan_sparse", problem, arrays, layout=layout)
    x, y = random_inputs(problem)
    cotangent = np.random.default_rng(2).standard_normal((2, 3, product.irreps_out.dim))
    gradients = []
    for given in (np.repeat(y[:, :1], 3, axis=1), y[:, :1]):
        placed = [arrays.asarray(to_layout(each, layout)) for each in (x, given, cotangent)]
        by_y = arrays.compile_with_gradient(product, *placed).function(*placed)[2]
        gradients.append(from_layout(arrays.to_numpy(by_y), layout))
    assert relative(gradients[1], gradients[0].sum(axis=1, keepdims=True)) < 1e-13


@pytest.mark.parametrize("l_max", [2, 4])
@pytest.mark.parametrize(("key", "variant"), [   # a sparse sum and an FFT are counted by other rules
    pair for pair in OURS if pair[0] not in ("clebsch_gordan_sparse", "gaunt_fourier")
    and pair not in (("clebsch_gordan_collapsed", "sparse"),
                     ("matrix_collapsed", "sums"))])   # XLA computes its sums anew for both of their uses
def test_declares_the_flops_that_the_compiler_counts(key, variant, l_max, framework, random_inputs):
    problem = Problem.of("mimo", l_max, batch=200)
    arrays = framework("jax", "float32")
    product = make(key, problem, arrays, variant=variant)
    placed = [arrays.asarray(to_layout(each, product.layout.name)) for each in random_inputs(problem, key)]
    counted = arrays.compile(product, *placed).flops
    assert product.flops("forward") == pytest.approx(counted, rel=0.05)


def test_declares_three_flops_for_each_nonzero_coefficient(framework):
    nonzero = {1: 27, 2: 244, 3: 1132, 4: 3741, 5: 9691}   # counted in float64 over all paths
    for l_max, count in nonzero.items():
        product = make("clebsch_gordan_sparse", Problem.of("mimo", l_max), framework("numpy"))
        assert product.flops("forward") == 3 * count


def test_counts_bytes_from_the_algorithm(framework):
    product = make("matrix", Problem.of("mimo", 1, batch=10, channels=3), framework("numpy", "float32"))
    constants = (4 + 4 + 9) * 9
    assert product.bytes("forward") == 4 * (30 * (4 + 4 + 9) + constants)


@pytest.mark.parametrize(("key", "problem", "framework_name", "reason"), [
    ("gaunt_grid", Problem.of("siso", 3), "numpy", "antisymmetric"),
    ("gaunt_fourier", Problem.of("siso", 3), "numpy", "antisymmetric"),
    ("poisson", Problem.of("siso", 2), "numpy", "symmetric"),
    ("poisson", Problem("mimo", 3, 3, 0), "numpy", "symmetric"),
    ("poisson", Problem.of("mimo", 2, parity="natural"), "numpy", "symmetric"),
    ("matrix", Problem.of("mimo", 2, parity="natural"), "numpy", "natural"),
    ("vector_gaunt", Problem.of("mimo", 2, parity="natural"), "numpy", "parities"),
    ("vector_gaunt", Problem.of("mimo", 0), "numpy", "0 x 0 -> 0"),
    ("clebsch_gordan_dense", Problem.of("siso", 1, parity="natural"), "numpy", "no path of parity natural"),
    ("clebsch_gordan_dense", Problem("siso", 1, 1, 5), "numpy", "no path"),
    ("e3nn", Problem.of("mimo", 1), "jax", "has no framework jax"),
    ("e3nn_grid", Problem.of("siso", 2), "torch", "every degree from 0"),
    ("e3nn_jax_grid", Problem.of("siso", 3), "jax", "antisymmetric"),
    ("gaunt_grid", Problem.of("edge", 1), "numpy", "does not do the setting edge"),
    ("so2", Problem.of("mimo", 1), "numpy", "does not do the setting mimo"),
])
def test_says_why_it_cannot(key, problem, framework_name, reason, framework):
    with pytest.raises(Unsupported, match=reason):
        make(key, problem, framework(framework_name))


def test_unknown_layouts_of_a_product_are_unsupported(framework):
    layout = next(each for each in LAYOUTS if each not in catalogue()["e3nn"].layouts)
    with pytest.raises(Unsupported, match="layout"):
        make("e3nn", Problem.of("mimo", 1), framework("torch"), layout=layout)


def test_unrolling_is_refused_where_it_would_take_minutes(framework):
    with pytest.raises(Unsupported, match="grouped"):
        make("clebsch_gordan_sparse", Problem.of("mimo", 6), framework("numpy"), variant="unrolled")
    with pytest.raises(Unsupported, match="compile"):
        make("clebsch_gordan_sparse", Problem.of("mimo", 1), framework("torch"), variant="unrolled")


@pytest.mark.parametrize(("key", "variant"), [("clebsch_gordan_dense", "matrix"), ("gaunt_fourier", "direct")])
def test_compiled_torch_equals_eager(key, variant, framework, multiply, random_inputs):
    problem = Problem.of("mimo", 1, batch=3)
    x, y = random_inputs(problem)
    expected, _ = multiply(key, problem, x, y, name="torch", variant=variant)
    arrays = framework("torch", compilation="compiled")
    product = make(key, problem, arrays, variant=variant, layout="channels_dim")
    placed = [arrays.asarray(each) for each in (x, y)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")   # Inductor warns of its own internals
        output = arrays.compile(product, *placed).function(*placed)
    assert relative(arrays.to_numpy(output), expected) < 1e-13
