"""Double backward: every product, framework and spread against closed forms, and what it says where it cannot."""

from dataclasses import replace

import numpy as np
import pytest

from backend.bench import accuracy, derivatives, inputs
from backend.bench.call import compiled_for, place_behind
from backend.bench.head import Oracle, head_of, output_head
from backend.bench.timing import Options
from backend.bench.trial import run
from backend.catalogue import available, catalogue, make_case
from backend.frameworks import Unsupported, framework_class
from backend.spec import Problem
from backend.tensor_products import build, tensor_product_class

pytestmark = pytest.mark.filterwarnings("ignore:.*torch.jit.*:DeprecationWarning", "ignore:.*torch.jit.*:FutureWarning")
FAST = Options(samples=3, min_sample_time=0.0005, max_time=0.05, warm_up_time=0.0)
PLAIN = [(key, name) for key, known in catalogue().items() for name in known.frameworks
         if name != "numpy" and not available(known, name)
         and key not in ("openequivariance", "e3nn_jax_edge")]   # for a GPU alone; it compiles for seconds
SPREAD = [
    {"mixing": "uvu", "weights": "per_sample", "neighbours": 3}, {"mixing": "uvw", "weights": "shared"},
    {"weights": "shared", "scope": "layer", "inner": 2},
]


def case_of(key, name, problem=None, **rest):
    known = catalogue()[key]
    mixes = {"mixing": known.mixings[-1], "weights": "shared"} if known.mixings else {}
    setting = "layer" if "layer" in known.settings else known.settings[0]
    problem = problem or Problem.of(setting, 1, batch=6, channels=2, **mixes)
    return make_case(key, "", name, problem, **{"dtype": "float64", "direction": "double_backward"} | rest)


def called(case):
    """(operation, inputs, what lies behind them, what the call returned with a cotangent of the head alone)."""
    framework = framework_class(case.framework)(
        device=case.device, dtype=case.dtype, precision=case.precision, compilation=case.compilation)
    operation = build(case, framework)
    given, behind = inputs.draw(case, operation), inputs.draw_behind(case, operation)
    head = head_of(case, operation, given)
    behind = accuracy.head_cotangent(behind[0], head), *behind[1:]
    arguments = (framework.asarray(operation.place_x(given.x)), framework.asarray(operation.place_y(given.y)),
                 *map(framework.asarray, given.rest), *place_behind(operation, behind))
    returned = compiled_for(case.direction, framework, operation, arguments).function(*arguments)
    return operation, given, head, behind, returned


def error_of(case):
    operation, given, head, behind, returned = called(case)
    return accuracy.every_gradient_error(operation, Oracle(case, operation, head), head, given, returned[1:], behind[0],
                                         behind[1:])


@pytest.mark.parametrize(("key", "name"), PLAIN)
def test_second_gradients_are_those_of_the_oracle(key, name):
    if catalogue()[key].approximate:
        pytest.skip("its oracle is another map, see test_cp.py")
    assert error_of(case_of(key, name)) < (1e-8 if catalogue()[key].settings[0] == "edge" else 1e-13)


@pytest.mark.parametrize("name", ["jax", "torch"])
@pytest.mark.parametrize("spread", SPREAD, ids=str)
def test_so_are_those_of_what_is_spread(name, spread):
    problem = Problem.of("layer", 1, channels=3, batch=9, **spread)
    assert error_of(case_of("clebsch_gordan_sparse", name, problem)) < 1e-13


@pytest.mark.parametrize("name", ["jax", "torch"])
def test_every_gradient_is_its_closed_form(name):
    """Of z_k = T_kij x_i y_j: g_x = c T y, and of S = <h_x, g_x> + <h_y, g_y> each gradient, entry by entry."""
    case = case_of("gaunt_grid", name, Problem.of("mimo", 2, batch=2))
    operation, given, head, (c, h_x, h_y), returned = called(case)
    oracle, dims = Oracle(case, operation, head), (operation.irreps_in1.dim, operation.irreps_in2.dim)
    basis = [np.tile(np.eye(dim)[:, None, None], (1, 2, 1, 1)) for dim in dims]
    columns = [oracle(one, other)[0, 0] for one in basis[0] for other in basis[1]]
    tensor = np.array(columns).reshape(*dims, -1)
    x, y, c, h_x, h_y = (each[:, 0].astype(np.float64) for each in (given.x, given.y, c, h_x, h_y))
    into_x, into_y, into_z = "ijk,bk,bj->bi", "ijk,bk,bi->bj", "ijk,bi,bj->bk"
    expected = [
        np.einsum(into_z, tensor, x, y), np.einsum(into_x, tensor, c, y), np.einsum(into_y, tensor, c, x),
        np.einsum(into_x, tensor, c, h_y), np.einsum(into_y, tensor, c, h_x),
        np.einsum(into_z, tensor, h_x, y) + np.einsum(into_z, tensor, x, h_y)]
    assert len(returned) == len(expected)
    for found, each in zip(returned, expected, strict=True):
        values = operation.values_of(operation.framework.to_numpy(found))[:, 0]
        np.testing.assert_allclose(values, each, rtol=0, atol=1e-12 * np.abs(each).max())


@pytest.mark.parametrize(("framework", "dtype", "tolerance"), [("jax", "float32", 5e-6), ("torch", "float64", 1e-13)])
def test_a_case_is_measured_with_its_errors(framework, dtype, tolerance):
    result = run(case_of("clebsch_gordan_sparse", framework, dtype=dtype), {}, FAST)
    assert (result.status, result.message) == ("ok", "")
    for name in ("oracle_error", "equivariance_error_rotation", "equivariance_error_inversion"):
        assert result.metrics[name] < tolerance, name
    forward = run(case_of("clebsch_gordan_sparse", framework, dtype=dtype, direction="forward"), {}, FAST)
    for name in ("flops", "bytes"):
        assert result.metrics[name] > 3 * forward.metrics[name]


def test_numpy_has_none_and_says_so():
    result = run(case_of("gaunt_grid", "numpy"), {}, FAST)
    assert result.status == "unsupported" and "NumPy has no gradients" in result.message


def once_only(torch):
    """A bilinear product whose gradient PyTorch may take but once, as that of a kernel."""
    class Kernel(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, y):
            ctx.save_for_backward(x, y)
            return x * y

        @staticmethod
        @torch.autograd.function.once_differentiable
        def backward(ctx, c):
            x, y = ctx.saved_tensors
            return c * y, c * x

    return Kernel.apply


def test_a_kernel_without_a_second_gradient_is_unsupported():
    import torch

    framework = framework_class("torch")(device="cpu", dtype="float64", precision="highest", compilation="eager")
    values = [framework.asarray(np.ones((2, 1, 3))) for _ in range(5)]
    with pytest.raises(Unsupported, match="again"):
        framework.compile_double_backward(once_only(torch), *values).function(*values)

    def bag(x, y):
        return torch.nn.functional.embedding_bag(torch.arange(2), (x * y)[:, 0], torch.arange(2), mode="sum")[:, None]

    with pytest.raises(Unsupported, match="PyTorch cannot differentiate its gradient again"):
        framework.compile_double_backward(bag, *values).function(*values)


@pytest.mark.parametrize("name", ["jax", "torch"])
def test_a_lost_second_gradient_is_found(name, monkeypatch):
    """The right value and gradients, and a part of them that is constant to whoever differentiates again."""
    import jax
    import torch

    stop = {"jax": jax.lax.stop_gradient, "torch": torch.Tensor.detach}[name]
    product = tensor_product_class("gaunt_grid")
    honest = product.__call__

    def call(self, x, y):
        if self.framework.name != name:
            return honest(self, x, y)
        # z + T(x0, y0) with x0 = x - stop(x): value and first gradients are those of z, the second are not
        return honest(self, x, y) + honest(self, x - stop(x), y - stop(y))

    monkeypatch.setattr(product, "__call__", call)
    case = case_of("gaunt_grid", name)
    assert error_of(case) > 0.1
    operation, given, head, behind, returned = called(case)
    assert accuracy.gradient_error(
        operation, Oracle(case, operation, head), head, given, returned[1:3], behind[0]) < 1e-13
    assert accuracy.output_error(
        output_head(operation, returned[0], head), Oracle(case, operation, head), head) < 1e-13


def test_differences_by_a_direction_are_derivatives():
    """Of F(x, r) = x (a.r)^2 (b.r) / |r|^3, whose derivatives are known by hand through polynomials on the line."""
    random = np.random.default_rng(0)
    a, b, r, h, v = random.standard_normal((5, 3))
    x, h_x, v_x = random.standard_normal(3)

    def oracle(x, r):
        return x[..., 0] * (r @ a) ** 2 * (r @ b) / np.linalg.norm(r, axis=-1) ** 3

    def at(s, t):   # by complex steps, independent of any difference
        p = r + s * h + t * v
        return (x + s * h_x + t * v_x) * (p @ a) ** 2 * (p @ b) / np.sqrt(p @ p) ** 3

    step = 1e-4
    mixed = (at(1e-30j, step).imag - at(1e-30j, -step).imag) / 1e-30 / (2 * step)
    pairs = [(np.array([[each]]), direction[None]) for each, direction in ((x, r), (h_x, h), (v_x, v))]
    assert derivatives.first(oracle, *pairs[:2], directional=True)[0] == pytest.approx(
        at(1e-30j, 0).imag / 1e-30, rel=1e-8)
    assert derivatives.second(oracle, *pairs, directional=True)[0] == pytest.approx(mixed, rel=1e-6)


@pytest.mark.parametrize("key", ["clebsch_gordan_dense", "gaunt_grid", "matrix", "poisson"])
def test_declares_the_flops_that_the_compiler_counts(key):
    case = case_of(key, "jax", Problem.of("mimo", 3, batch=200), dtype="float32")
    framework = framework_class("jax")(device="cpu", dtype="float32", precision="highest", compilation="jit")
    operation = build(case, framework)
    given = inputs.draw(case, operation)
    arguments = (framework.asarray(operation.place_x(given.x)), framework.asarray(operation.place_y(given.y)),
                 *place_behind(operation, inputs.draw_behind(case, operation)))
    counted = framework.compile_double_backward(operation, *arguments).flops
    assert operation.flops("double_backward") == pytest.approx(counted, rel=0.05)


def test_the_passes_of_weights_are_counted():
    """A layer's matrices: before the product six times, behind it four times."""
    framework = framework_class("numpy")(device="cpu", dtype="float64", precision="highest", compilation="eager")
    plain = Problem.of("mimo", 1, batch=10, channels=4)
    layer = replace(plain, scope="layer", inner=4)
    costs = {}
    for problem in (plain, layer):
        operation = build(case_of("gaunt_grid", "numpy", problem), framework)
        costs[problem] = [operation.flops(each) for each in ("forward", "double_backward")]
    matrices = 2 * 4 * 4 * 10
    dims = operation.irreps_in1.dim + operation.irreps_in2.dim, operation.irreps_out.dim
    assert costs[layer][0] - costs[plain][0] == matrices * sum(dims)
    assert costs[layer][1] - costs[plain][1] == matrices * (6 * dims[0] + 4 * dims[1])
