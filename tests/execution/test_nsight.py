"""Nsight Compute's table: the paper's definitions, units, and what is said where there is none."""

import json
import subprocess
import sys

import pytest

from backend.bench.one_call import loaded_runtime
from backend.catalogue import make_case
from backend.execution import nsight
from backend.spec import Problem, Result

UNITS = {"ID": "", "Kernel Name": "", "gpu__time_duration.sum": "ns", "dram__bytes_read.sum": "byte",
         "dram__bytes_write.sum": "byte", "sm__inst_executed_pipe_tensor.sum": "inst"} | {
    name: "inst" for name in nsight.COUNTERS if "sass_thread" in name}


def table(*kernels, units=UNITS):
    rows = [units, *({name: "0" for name in units} | kernel for kernel in kernels)]
    lines = [",".join(f'"{row[name]}"' for name in units) for row in rows]
    return ["==PROF== Connected to process 1", ",".join(f'"{name}"' for name in units), *lines, "==PROF== Disconnected"]


def sass(name):
    return f"sm__sass_thread_inst_executed_op_{name}_pred_on.sum"


def test_counts_as_the_paper_does():
    metrics = nsight.counted(table(
        {"gpu__time_duration.sum": "1,500", "dram__bytes_read.sum": "4,096", "dram__bytes_write.sum": "1,024",
         sass("ffma"): "1,000", sass("fadd"): "10", sass("fmul"): "1"},
        {"gpu__time_duration.sum": "500", "sm__inst_executed_pipe_tensor.sum": "3", sass("dfma"): "7",
         sass("hadd"): "100"}))
    assert metrics == {
        "counter_time": pytest.approx(2e-6), "counter_bytes": 5120.0, "counter_tensor_flops": 3 * 2048,
        "counter_flops": 2 * 1000 + 10 + 1 + 2 * 7 + 100 + 3 * 2048, "counter_launches": 2.0}


def test_every_counter_asked_for_is_read():
    asked = nsight.command("ncu")
    assert set(asked[-1].split(",")) == set(nsight.COUNTERS) <= set(UNITS)
    assert asked[:3] == ["ncu", "--profile-from-start", "off"]


@pytest.mark.parametrize(("lines", "sentence"), [
    ([], "ERR_NVGPUCTRPERM"),
    (table(), "no kernel"),
    (table({}, units={name: unit for name, unit in UNITS.items() if "dram" not in name}), "must have dram__bytes_read"),
    (table({}, units=UNITS | {"gpu__time_duration.sum": "usecond"}), "units must be ns and byte, got usecond"),
    (table({"dram__bytes_read.sum": "n/a"}), "counted no dram__bytes_read.sum"),
])
def test_what_is_no_table_says_so(lines, sentence):
    with pytest.raises(nsight.ProfilerError, match=sentence):
        nsight.counted(lines)


def test_a_machine_without_the_tool_says_so(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    case = make_case("gaunt_grid", "", "torch", Problem.of("mimo", 1), device="cuda")
    with pytest.raises(nsight.ProfilerError, match="Nsight Compute"):
        nsight.profile(case, timeout=1)


def test_the_loaded_runtime_is_found_in_the_map_of_a_process():
    maps = ("7f00-7f01 r-xp 00000000 08:01 5   /usr/lib/libc.so.6\n"
            "7f02-7f03 r-xp 00000000 08:01 6   /env/nvidia/cu13/lib/libcudart.so.13\n")
    assert loaded_runtime(maps) == "/env/nvidia/cu13/lib/libcudart.so.13"
    with pytest.raises(RuntimeError, match="no CUDA runtime"):
        loaded_runtime("7f00-7f01 r-xp 00000000 08:01 5   /usr/lib/libc.so.6\n")


def test_the_command_passes_on_what_it_cannot_count(tmp_path):
    """A result of the CPU is printed again as it was; a line that is none is an error with its number."""
    case = make_case("gaunt_grid", "", "numpy", Problem.of("mimo", 1))
    result = Result(case, "ok", metrics={"flops": 1.0}, id="0" * 32)
    (tmp_path / "results.jsonl").write_text(json.dumps(result.to_json()) + "\n")
    done = subprocess.run([sys.executable, "-m", "backend", "profile", str(tmp_path / "results.jsonl")],
                          capture_output=True, text=True)
    assert done.returncode == 0 and Result.from_json(json.loads(done.stdout)) == result
    (tmp_path / "wrong.jsonl").write_text("{}\n")
    done = subprocess.run([sys.executable, "-m", "backend", "profile", str(tmp_path / "wrong.jsonl")],
                          capture_output=True, text=True)
    assert done.returncode == 2 and "line 1 must be a result" in done.stderr
