"""What a case is predicted to need: near what a call holds, refused at the edge, with a batch that fits."""

import re
from dataclasses import replace

import pytest

from backend.bench import inputs, memory
from backend.bench.call import compiled_for, place_behind
from backend.bench.memory import OutOfMemory
from backend.bench.timing import Options
from backend.bench.trial import run
from backend.catalogue import make_case
from backend.frameworks import Compiled, framework_class
from backend.spec import Problem, with_batch
from backend.tensor_products import build

MESSAGE = {"mixing": "uvu", "weights": "per_sample", "scope": "layer", "neighbours": 16}
CASES = [
    ("clebsch_gordan_dense", "mimo", {}), ("gaunt_grid", "layer", {}), ("clebsch_gordan_sparse", "siso", {}),
    ("matrix", "simo", {}), ("clebsch_gordan_edge", "edge", {}), ("gaunt_grid", "square", {}),
    ("gaunt_grid", "layer", MESSAGE), ("clebsch_gordan_dense", "layer", {"mixing": "uvw", "weights": "shared"}),
    ("clebsch_gordan_dense", "layer", {"scope": "layer", "inner": 4}),
]


def jax():
    return framework_class("jax")(device="cpu", dtype="float32", precision="highest", compilation="jit")


def case_of(product, setting, spread, direction="forward", batch=640):
    problem = Problem.of(setting, 2, channels=4, batch=batch, **spread)
    return make_case(product, "", "jax", problem, direction=direction)


@pytest.mark.parametrize("direction", ["forward", "forward_backward"])
@pytest.mark.parametrize(("product", "setting", "spread"), CASES)
def test_the_prediction_is_near_what_a_call_holds(product, setting, spread, direction):
    """Two calls and the numbers that were drawn: from as much as one call holds to some times of it."""
    framework, case = jax(), case_of(product, setting, spread, direction)
    operation = build(case, framework)
    given = inputs.draw(case, operation)
    arguments = (framework.asarray(operation.place_x(given.x)), framework.asarray(operation.place_y(given.y)),
                 *map(framework.asarray, given.rest), *place_behind(operation, inputs.draw_behind(case, operation)))
    peak = compiled_for(direction, framework, operation, arguments).peak_bytes
    assert 1 < memory.needed(case, operation) / peak < 7


@pytest.mark.parametrize("direction", ["forward", "forward_backward", "double_backward"])
@pytest.mark.parametrize(("product", "setting", "spread"), CASES)
def test_the_batch_that_is_said_to_fit_does_and_a_larger_one_does_not(product, setting, spread, direction, monkeypatch):
    case = case_of(product, setting, spread, direction, batch=100_000_000)
    framework = framework_class("numpy")(device="cpu", dtype="float32", precision="highest", compilation="eager")

    def refused(batch):
        one = replace(with_batch(case, batch), framework="numpy", compilation="eager")
        try:
            memory.refuse_too_large(one, build(one, framework))
        except OutOfMemory as error:
            return str(error)
        return ""

    monkeypatch.setattr(memory, "_free", lambda device: 4e9)
    said = refused(100_000_000)
    largest = int(re.search(r"the largest batch that fits is about ([\d,]+)", said)[1].replace(",", ""))
    assert not refused(int(0.999 * largest)) and refused(int(1.001 * largest) + 16)
    monkeypatch.setattr(memory, "_free", lambda device: 10.0)
    assert "not even batch 1 fits" in refused(10_000)


def test_what_the_compiler_states_is_refused_before_the_first_call(monkeypatch):
    """A declaration that is far too small is found out by the compiled program."""
    case = case_of("clebsch_gordan_dense", "mimo", {})
    monkeypatch.setattr(memory, "needed", lambda *_: 0.0)
    monkeypatch.setattr(memory, "_free", lambda device: 1e5)
    result = run(case, {}, Options(samples=2, min_sample_time=0, max_time=0.1))
    assert result.status == "out of memory" and "the largest batch that fits is about" in result.message


def test_a_compiler_that_states_nothing_refuses_nothing(monkeypatch):
    monkeypatch.setattr(memory, "_free", lambda device: 0.0)
    memory.refuse_compiled(case_of("matrix", "mimo", {}), Compiled(print), ())
