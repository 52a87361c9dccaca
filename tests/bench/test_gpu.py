"""Every product on a GPU, in both frameworks; needs one."""

import importlib

import pytest

from backend.bench.timing import Options
from backend.bench.trial import run
from backend.catalogue import available, catalogue, make_case
from backend.environment import devices, environment, identity
from backend.frameworks import framework_class
from backend.spec import Problem

pytestmark = pytest.mark.skipif("cuda" not in devices(), reason="NVML finds no NVIDIA GPU on this machine")
PAIRS = [(key, name) for key, known in catalogue().items() for name in known.frameworks if name != "numpy"]


@pytest.mark.parametrize("direction", ["forward", "forward_backward"])
@pytest.mark.parametrize(("key", "name"), PAIRS)
def test_is_right_and_timed_on_the_gpu(key, name, direction):
    known = catalogue()[key]
    if reason := available(known, name):
        pytest.skip(reason)
    mixes = {"mixing": known.mixings[-1], "weights": "shared"} if known.mixings else {}
    problem = Problem.of(known.settings[-1], 2, batch=1000, channels=4, **mixes)
    case = make_case(key, "", name, problem, device="cuda", direction=direction)
    result = run(case, {}, Options(samples=5))
    assert (result.status, result.message) == ("ok", "")
    assert result.metrics["oracle_error"] < 1e-5   # TF32 would give 1e-3
    assert result.metrics["peak_memory"] >= result.metrics["output_bytes"]
    assert identity(result.environment)["driver"]
    assert identity(result.environment) == identity(environment(case))


@pytest.mark.parametrize("name", ["jax", "torch"])
def test_frameworks_name_the_gpu(name):
    importlib.import_module(name)
    assert "cuda" in framework_class(name).devices()
