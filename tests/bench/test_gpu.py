"""Every product on a GPU, in both frameworks, every direction and mode, and how it is timed there; needs one."""

import importlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from backend.bench.timing import Options
from backend.bench.trial import run
from backend.catalogue import available, catalogue, make_case
from backend.environment import devices, environment, identity
from backend.execution.nsight import ProfilerError, profile
from backend.frameworks import framework_class
from backend.spec import Problem

pytestmark = [
    pytest.mark.skipif("cuda" not in devices(), reason="NVML finds no NVIDIA GPU on this machine"),
    pytest.mark.filterwarnings("ignore"),   # of libraries and compilers that have other versions there
]
PAIRS = [(key, name) for key, known in catalogue().items() for name in known.frameworks if name != "numpy"]
BOTH = pytest.mark.parametrize("name", ["jax", "torch"])
FAST = Options(samples=5, max_time=0.5)


def trial(key, name, problem=None, options=FAST, **mode):
    case = make_case(key, "", name, problem or Problem.of("mimo", 2, batch=1000, channels=4), device="cuda", **mode)
    result = run(case, {}, options)
    assert (result.status, result.message) == ("ok", "")
    return result


@pytest.mark.parametrize("direction", ["forward", "forward_backward", "double_backward"])
@pytest.mark.parametrize(("key", "name"), PAIRS)
def test_is_right_and_timed_on_the_gpu(key, name, direction):
    known = catalogue()[key]
    if reason := available(known, name):
        pytest.skip(reason)
    mixes = {"mixing": known.mixings[-1], "weights": "shared"} if known.mixings else {}
    problem = Problem.of(known.settings[-1], 2, batch=1000, channels=4, **mixes)
    case = make_case(key, "", name, problem, device="cuda", direction=direction)
    result = run(case, {}, FAST)
    if direction == "double_backward" and result.status == "unsupported" and known.library:
        pytest.skip(result.message)   # a kernel without a second gradient says so
    assert (result.status, result.message) == ("ok", "")
    assert known.approximate or result.metrics["oracle_error"] < 2e-5   # TF32 would give 1e-3
    assert result.metrics["peak_memory"] >= result.metrics["output_bytes"]
    assert identity(result.environment)["driver"]
    assert identity(result.environment) == identity(environment(case))


@BOTH
def test_frameworks_name_the_gpu(name):
    importlib.import_module(name)
    assert "cuda" in framework_class(name).devices()


@BOTH
def test_the_device_is_timed_apart_from_the_host(name):
    """A call that keeps the device busy: what the profiler sees is what the clock on the wall sees."""
    result = trial("gaunt_grid", name, Problem.of("mimo", 4, batch=100_000, channels=8))
    metrics = result.metrics
    assert metrics["kernel_launches"] >= 1
    assert metrics["host_time"] < metrics["throughput_time"]
    assert metrics["kernel_time"] == pytest.approx(metrics["throughput_time"], rel=0.15)
    assert metrics["device_time"] == pytest.approx(metrics["throughput_time"], rel=0.15)
    assert ("events" if name == "torch" else "trace") in result.environment["live"]["device_timer"]


def test_a_short_call_is_the_hosts_and_a_graph_makes_it_the_devices():
    problem = Problem.of("mimo", 2, batch=10)
    eager, graph = (trial("gaunt_grid", "torch", problem, compilation=mode).metrics for mode in ("eager", "graph"))
    assert eager["device_time"] < 0.8 * eager["throughput_time"]
    assert graph["throughput_time"] < eager["throughput_time"]
    assert graph["kernel_time"] == pytest.approx(eager["kernel_time"], rel=0.3)


@pytest.mark.parametrize("direction", ["forward", "forward_backward", "double_backward"])
@pytest.mark.parametrize("key", ["gaunt_grid", "clebsch_gordan_sparse", "matrix"])
def test_a_captured_graph_computes_the_same(key, direction):
    metrics = trial(key, "torch", direction=direction, compilation="graph").metrics
    assert metrics["oracle_error"] < 2e-5 and metrics["peak_memory"] >= metrics["output_bytes"]


@pytest.mark.parametrize(("name", "mode"), [("jax", "eager"), ("torch", "compiled")])
def test_the_other_modes_compute_the_same(name, mode):
    assert trial("gaunt_grid", name, compilation=mode).metrics["oracle_error"] < 2e-5


@BOTH
def test_the_precision_is_what_is_recorded(name):
    """TF32 rounds to ten bits where the GPU has it; the highest precision never does."""
    highest, high = (trial("gaunt_grid", name, precision=each) for each in ("highest", "high"))
    assert highest.environment["live"]["precision"] == "highest" and highest.metrics["oracle_error"] < 1e-5
    assert high.environment["live"]["precision"] == "high" and high.metrics["oracle_error"] < 1e-2


@BOTH
def test_a_flushed_cache_is_told_apart_and_costs_time(name):
    problem = Problem.of("mimo", 3, batch=10_000)
    usual, flushed = (trial("gaunt_grid", name, problem, replace(FAST, flush=each)) for each in (False, True))
    assert identity(flushed.environment) == identity(usual.environment) | {"cache": "flushed"}
    assert flushed.metrics["latency"] > 0.9 * usual.metrics["latency"]


def test_out_of_memory_in_pytorch_loses_one_case():
    import torch

    case = make_case("clebsch_gordan_dense", "", "torch", Problem.of("mimo", 4, batch=200_000), device="cuda")
    torch.cuda.empty_cache()
    torch.cuda.set_per_process_memory_fraction(0.002)
    try:
        assert run(case, {}, FAST).status == "out of memory"
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    trial("clebsch_gordan_dense", "torch")


def test_out_of_memory_in_jax_loses_one_case():
    done = subprocess.run(
        [sys.executable, "-m", "backend", "run", "--product", "clebsch_gordan_dense", "--framework", "jax", "--device",
         "cuda", "--l-max", "4", "--batch", "1000000,10", "--preset", "quick"], capture_output=True, text=True,
        env=os.environ | {"XLA_PYTHON_CLIENT_MEM_FRACTION": "0.01"})
    assert [json.loads(line)["status"] for line in done.stdout.splitlines()] == ["out of memory", "ok"], done.stderr


@BOTH
def test_counters_count_what_is_declared(name):
    if not shutil.which("ncu"):
        pytest.skip("Nsight Compute (ncu) is not on this machine's PATH")
    case = make_case("gaunt_grid", "", name, Problem.of("mimo", 3, batch=10_000, channels=4), device="cuda")
    try:
        counted = profile(case, timeout=300)
    except ProfilerError as error:
        if "ERR_NVGPUCTRPERM" in str(error):
            pytest.skip("this user may not read the GPU's counters")
        raise
    metrics = run(case, {}, FAST).metrics
    assert 0.8 < counted["counter_flops"] / metrics["flops"] < 4      # tiles are padded
    assert counted["counter_bytes"] > 0
    assert counted["counter_time"] == pytest.approx(metrics["kernel_time"], rel=0.5)
