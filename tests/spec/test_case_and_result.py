"""Case, Result and Sweep: JSON both ways, one stable key, and a sentence for every wrong value."""

import json
import re
from dataclasses import replace

import pytest

from backend.spec import (
    LAYOUTS,
    STATUSES,
    Case,
    Problem,
    Result,
    SpecError,
    Sweep,
    with_batch,
)

PROBLEM = Problem.of("mimo", 3, channels=8, batch=1000)
CASE = Case(PROBLEM, "gaunt_grid", "dense", "jax")
RESULT = Result(
    CASE, "ok", "", (1e-3, 1.1e-3), (2e-3,), {"throughput_time": 1.05e-3},
    {"machine": "m", "live": {"load": 0.5}}, "2026-11-23T06:00:00+00:00", "0123456789abcdef0123456789abcdef",
)


def as_json(data):
    return json.loads(json.dumps(data))


# ------------------------------------------------------------------ the key

def test_the_key_never_changes():
    """Stored histories are looked up by it: a change here orphans every measurement ever taken."""
    assert CASE.key == "f41701e1001f2d83"
    everything = Case(
        Problem("siso", 4, 2, 3, "natural", 2, 7), "e3nn", "script", "torch", "cuda", "float64", "high",
        "forward_backward", "compiled", "batch_last", 4, 5,
    )
    assert everything.key == "7a7634d4c481d0ee"


OTHER_CASES = {
    "setting": replace(CASE, problem=replace(PROBLEM, setting="layer")),
    "l1": replace(CASE, problem=replace(PROBLEM, l1=2)),
    "l2": replace(CASE, problem=replace(PROBLEM, l2=2)),
    "l_out": replace(CASE, problem=replace(PROBLEM, l_out=5)),
    "parity": replace(CASE, problem=replace(PROBLEM, parity="natural")),
    "channels": replace(CASE, problem=replace(PROBLEM, channels=9)),
    "batch": with_batch(CASE, 999),
    "mixing": replace(CASE, problem=replace(PROBLEM, mixing="uvu")),
    "weights": replace(CASE, problem=replace(PROBLEM, weights="shared")),
    "scope": replace(CASE, problem=replace(PROBLEM, scope="layer")),
    "inner": replace(CASE, problem=replace(PROBLEM, scope="layer", inner=3)),
    "neighbours": replace(CASE, problem=replace(PROBLEM, neighbours=16)),
    "product": replace(CASE, product="matrix"),
    "variant": replace(CASE, variant="separable"),
    "framework": replace(CASE, framework="torch", compilation="eager"),
    "device": replace(CASE, device="cuda"),
    "dtype": replace(CASE, dtype="float64"),
    "precision": replace(CASE, precision="high"),
    "direction": replace(CASE, direction="forward_backward"),
    "compilation": replace(CASE, framework="torch", compilation="compiled"),
    "layout": replace(CASE, layout="batch_last"),
    "threads": replace(CASE, threads=2),
    "seed": replace(CASE, seed=1),
}


def test_every_field_is_part_of_the_key():
    assert set(OTHER_CASES) == set(CASE.to_json()) - {"l_max", "key"}
    keys = [CASE.key, *(other.key for other in OTHER_CASES.values())]
    assert len(set(keys)) == len(keys)


def test_equal_cases_have_equal_keys():
    again = Case(Problem("mimo", 3, 3, 6, channels=8, batch=1000), "gaunt_grid", "dense", "jax")
    assert again == CASE and again.key == CASE.key


# ------------------------------------------------------------------ JSON

@pytest.mark.parametrize("case", [CASE, *OTHER_CASES.values()], ids=["plain", *OTHER_CASES])
def test_a_case_comes_back_from_json(case):
    data = as_json(case.to_json())
    assert Case.from_json(data) == case
    assert all(not isinstance(value, dict | list) for value in data.values())


def test_a_case_needs_only_what_has_no_default():
    asked = {"setting": "mimo", "l1": 3, "l2": 3, "l_out": 6, "product": "gaunt_grid", "variant": "dense",
             "framework": "jax", "channels": 8, "batch": 1000}
    assert Case.from_json(asked) == CASE


@pytest.mark.parametrize("status", STATUSES)
def test_a_result_comes_back_from_json(status):
    result = replace(RESULT, status=status, message="why")
    assert Result.from_json(as_json(result.to_json())) == result


def test_a_result_without_measurement_comes_back_from_json():
    result = Result(CASE, "unsupported", "it cannot")
    assert Result.from_json(as_json(result.to_json())) == result


# ------------------------------------------------------------------ bad input

BAD_CASES = [
    ({"framework": "tensorflow"}, "framework must be one of numpy, jax, torch, got 'tensorflow'"),
    ({"device": "tpu"}, "device must be one of cpu, cuda, got 'tpu'"),
    ({"dtype": "float16"}, "dtype must be one of float32, float64, got 'float16'"),
    ({"precision": "low"}, "precision must be one of highest, high, got 'low'"),
    ({"direction": "backward"}, "direction must be one of forward, forward_backward, double_backward, got 'backward'"),
    ({"compilation": "compiled"}, "compilation of jax must be one of jit, eager, got 'compiled'"),
    ({"layout": "rows"}, f"layout must be one of {', '.join(LAYOUTS)}, got 'rows'"),
    ({"threads": 0}, "threads must be an integer from 1 to 256, got 0"),
    ({"seed": -1}, "seed must be an integer from 0 to 2,147,483,647, got -1"),
    ({"l1": 99, "key": None}, "l1 must be an integer from 0 to 12, got 99"),
    ({"key": "0" * 16}, f"key must be {CASE.key} for these fields, got '0000000000000000'"),
    ({"batch": 999}, "key must be .* for these fields, got .*"),
]


@pytest.mark.parametrize(("wrong", "sentence"), BAD_CASES)
def test_a_bad_case_says_what_is_wrong(wrong, sentence):
    pattern = sentence if ".*" in sentence else re.escape(sentence)
    with pytest.raises(SpecError, match=f"^{pattern}$"):
        Case.from_json(CASE.to_json() | wrong)


def test_an_unknown_field_is_named_and_the_known_ones_listed():
    with pytest.raises(SpecError, match=r"a case has no field lmax; it has batch, .*l_max.*variant"):
        Case.from_json(CASE.to_json() | {"lmax": 3})


@pytest.mark.parametrize("missing", ["setting", "l1", "l2", "l_out", "product", "variant", "framework"])
def test_a_missing_field_is_named(missing):
    data = {name: value for name, value in CASE.to_json().items() if name != missing}
    with pytest.raises(SpecError, match=f"a case must have {missing}, got"):
        Case.from_json(data)


@pytest.mark.parametrize("half", [None, 3, "half", ["a"], {}])
def test_half_a_case_is_refused(half):
    with pytest.raises(SpecError, match="a case must"):
        Case.from_json(half)


BAD_RESULTS = [
    ({"status": "fine"}, "status must be one of ok, unsupported, .*, got 'fine'"),
    ({"sample": []}, "a result has no field sample; it has case, .*samples, status"),
    ({"samples": ["fast"]}, "samples must hold numbers, got 'fast'"),
    ({"samples": [True]}, "samples must hold numbers, got True"),
    ({"latency_samples": [None]}, "latency_samples must hold numbers, got None"),
    ({"metrics": {"flops": "many"}}, "metrics must hold numbers, got 'many'"),
    ({"metrics": []}, r"metrics must be a JSON object, got \[\]"),
    ({"environment": "here"}, "environment must be a JSON object, got 'here'"),
    ({"case": {"setting": "mimo"}}, "a case must have .*, got setting"),
]


@pytest.mark.parametrize(("wrong", "sentence"), BAD_RESULTS)
def test_a_bad_result_says_what_is_wrong(wrong, sentence):
    with pytest.raises(SpecError, match=f"^{sentence}$"):
        Result.from_json(RESULT.to_json() | wrong)


@pytest.mark.parametrize("half", [None, 3, "half", [], {}, {"case": CASE.to_json()}, {"status": "ok"}])
def test_half_a_result_is_refused(half):
    with pytest.raises(SpecError, match="a result must be a JSON object with case and status, got"):
        Result.from_json(half)


# ------------------------------------------------------------------ the sweep

def test_a_sweep_gives_every_combination_once_and_leaves_out_what_cannot_exist():
    def resolve(product, variant, framework, problem, base):
        if (product, framework) == ("e3nn", "jax"):
            return None
        compilation = {"jax": "jit", "torch": "eager"}[framework]
        return Case(problem, product, variant, framework, compilation=compilation, **base)

    problems = (Problem.of("mimo", 1), Problem.of("mimo", 2))
    products = (("matrix", "a"), ("e3nn", "b"), ("matrix", "a"))
    sweep = Sweep(products, problems, ("jax", "torch"), {"threads": 2})
    cases = sweep.cases(resolve)
    assert [(case.problem.l_max, case.framework, case.product) for case in cases] == [
        (1, "jax", "matrix"), (1, "torch", "matrix"), (1, "torch", "e3nn"),
        (2, "jax", "matrix"), (2, "torch", "matrix"), (2, "torch", "e3nn"),
    ]
    assert {case.threads for case in cases} == {2}
