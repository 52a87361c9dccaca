"""Limits of devices: what is moved and counted, by a clock of our own, and the process that measures them."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from backend.bench.limits import bandwidth, measured_limits
from backend.bench.limits.fastest import fastest
from backend.bench.limits.launch import launch
from backend.environment import devices
from backend.frameworks import framework_class
from backend.spec import COMPILATIONS, DTYPES, PRECISIONS, Limits

ROOT = Path(__file__).parents[2]


def test_the_fastest_block_counts():
    """Calls take 2 ms, but for some that are disturbed; a synchronisation waits 1 ms for each call in flight."""
    now, turns = [0.0], iter([0.002, 0.009] * 100)

    def call():
        now[0] += next(turns)

    def synchronize(_):
        now[0] += 0.001

    assert fastest(call, synchronize, seconds=0.05, clock=lambda: now[0]) == pytest.approx(0.003)


def test_short_calls_are_timed_in_blocks():
    now, waits = [0.0], []

    def call():
        now[0] += 1e-6

    assert fastest(call, lambda _: waits.append(now[0]), seconds=0.01, clock=lambda: now[0]) == pytest.approx(1e-6)
    assert len(waits) < 30


@pytest.mark.parametrize("size", [2**13, 2**20])
def test_what_is_said_to_be_moved_is_moved(size):
    memory = np.random.default_rng(0).standard_normal(size // 4).astype(np.float32)
    source, target = np.split(memory, 2)
    copy, dot = bandwidth._passes(memory, 3)
    assert dot() == pytest.approx([source @ target] * 3, rel=1e-3, abs=1e-3)
    assert (source != target).any()
    copy()
    assert (source == target).all()


def test_caches_are_those_of_the_cores(tmp_path, monkeypatch):
    for index, (level, kind, size, shared) in enumerate((
            ("1", "Data", "32K", "0,64"), ("1", "Instruction", "32K", "0,64"), ("2", "Unified", "1024K", "0,64"),
            ("3", "Unified", "32768K", "0-7,64-71"))):
        folder = tmp_path / f"index{index}"
        folder.mkdir()
        for name, text in (("level", level), ("type", kind), ("size", size), ("shared_cpu_list", shared)):
            (folder / name).write_text(text + "\n")
    monkeypatch.setattr(bandwidth, "_CPU_CACHES", tmp_path)
    assert bandwidth.caches("cpu", 1) == {"L1": 2**15, "L2": 2**20, "L3": 2**25}
    assert bandwidth.caches("cpu", 17) == {"L1": 9 * 2**15, "L2": 9 * 2**20, "L3": 2 * 2**25}
    assert bandwidth.caches("cuda", 1) == {}


def test_threads_move_together():
    found = bandwidth.host_bandwidth(2, 0.001)
    assert [each["bytes"] for each in found[:2]] == [2**14, 2**15]
    assert all(each["copy"] > 1e8 and each["read"] > 1e8 for each in found)


@pytest.mark.parametrize("name", ["numpy", "jax"])
def test_an_empty_call_takes_some_time_but_not_long(name):
    found = launch(name, "cpu", 0.002)
    assert set(found) == set(COMPILATIONS[name])
    assert all(1e-8 < seconds < 1e-2 for seconds in found.values())


def test_the_measuring_process_prints_one_line():
    command = [sys.executable, "-m", "backend.bench.limits", "--framework", "numpy", "--device", "cpu", "--threads",
               "1", "--seconds", "0.0005"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        said = process.stdout.read()
    limits = Limits.from_json(json.loads(said))
    assert limits.to_json() == json.loads(said)
    assert (limits.device, limits.threads, limits.framework) == ("cpu", 1, "numpy")
    assert set(limits.rates) == {f"{dtype} {precision}" for dtype in DTYPES for precision in PRECISIONS}
    assert limits.rates["float32 highest"] > 1e9
    fast, slow = (max(limits.bandwidth[place]["copy"], limits.bandwidth[place]["read"]) for place in (0, -1))
    assert fast > slow > 1e8


def test_a_device_that_is_not_there_is_said():
    if "cuda" in devices():
        pytest.skip("this machine has a GPU, so there is nothing to refuse")
    command = [sys.executable, "-m", "backend.bench.limits", "--framework", "numpy", "--device", "cuda", "--threads",
               "1", "--seconds", "0.001"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        said = process.stderr.read()
    assert process.returncode == 1 and "numpy has no device cuda here" in said


@pytest.mark.parametrize("name", ["numpy", "jax", "torch"])
def test_a_frameworks_own_kernels_move_bytes_too(name):
    """What a GPU is measured by, on the CPU."""
    arrays = framework_class(name)(device="cpu", dtype="float32", precision="highest",
                                   compilation=COMPILATIONS[name][0])
    found = bandwidth.framework_bandwidth(arrays, 2**25, 0.001)
    assert [each["bytes"] for each in found] == [2**20, 2**21, 2**22]
    assert all(each["copy"] > 1e8 and each["read"] > 1e7 for each in found)


@pytest.mark.skipif("cuda" not in devices(), reason="NVML finds no NVIDIA GPU on this machine")
@pytest.mark.parametrize("name", ["jax", "torch"])
def test_limits_of_a_gpu(name):
    found = measured_limits(name, "cuda", 1, seconds=0.01)
    assert found.rates["float32 high"] >= 0.9 * found.rates["float32 highest"] > 1e12
    assert found.bandwidth[-1]["copy"] > 1e11 and found.device_name == devices()["cuda"]
