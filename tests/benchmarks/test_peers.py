"""The side-by-side table: ratios and their intervals, what counts, and a small run in real processes."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from backend.catalogue import make_case
from backend.spec import Problem
from benchmarks.ratios import Pair, report

ROOT = Path(__file__).parents[2]


def pair(ours, theirs, *, layout="channels_dim", floor=0.0, l_max=1, reasons=()):
    problem = Problem.of("mimo", l_max)
    return Pair("Full Clebsch-Gordan", "jax jit",
                make_case("clebsch_gordan_dense", "", "jax", problem, layout=layout),
                make_case("e3nn_jax", "", "jax", problem), list(zip(ours, theirs, strict=True)), reasons, floor)


def test_a_ratio_is_of_neighbours_and_its_interval_holds_every_process():
    middle, low, high = pair([[1.0, 2.0, 4.0], [1.0, 1.0, 1.0]], [[2.0, 4.0, 8.0], [3.0, 3.0, 3.0]]).ratio()
    assert (middle, low, high) == (2.5, 2.0, 3.0)


def test_a_process_without_samples_is_left_out():
    assert pair([[], [1.0]], [[1.0], [2.0]]).ratio() == (2.0, 2.0, 2.0)
    assert pair([[]], [[1.0]]).ratio() is None


def test_the_report_shows_losses_floors_and_reasons():
    text = report([
        pair([[1.0] * 8], [[2.0] * 8]), pair([[1.0] * 8], [[0.5] * 8], l_max=2),
        pair([[1.0] * 8], [[8.0] * 8], l_max=3, floor=1.0),
        pair([[1.0] * 8], [[4.0] * 8], layout="batch_last"), pair([[]], [[]], reasons=["e3j: no wheel"]),
    ], "machine, versions, date")
    assert "machine, versions, date" in text
    assert "| CG dense | e3nn-jax | same | 2.00 (2.00-2.00) | **0.50** (0.50-0.50) | 8.00° (8.00-8.00) | 1.00 |" in text
    assert "| CG dense | e3nn-jax | own | 4.00 (4.00-4.00) |  |  | 4.00 |" in text
    assert "| Full Clebsch-Gordan | jax jit | same | 1.00 | 1 of 3 | 1.00 |" in text
    assert "- e3j: no wheel" in text


@pytest.mark.parametrize("mode", ["torch:eager"])
def test_a_small_run_prints_a_table_and_writes_nothing(mode, tmp_path):
    script = [sys.executable, str(ROOT / "benchmarks" / "peers.py")]
    small = ["--l-max", "1", "--batch", "4", "--channels", "1", "--processes", "1", "--rounds", "2"]
    done = subprocess.run([*script, *small, "--modes", mode, "--min-sample-time", "0"], cwd=tmp_path, text=True,
                          capture_output=True, check=True)
    assert re.search(r"\| CG dense \| e3nn, module \| own \| \**[\d.]+\**°? \([\d.]+-[\d.]+\) \|", done.stdout)
    assert "| Gaunt grid, dense | e3nn S2 grid | same |" in done.stdout
    assert "unrolled terms need a compiler" in done.stdout
    assert not list(tmp_path.iterdir())


def test_an_unknown_mode_is_one_sentence():
    done = subprocess.run([sys.executable, str(ROOT / "benchmarks" / "peers.py"), "--modes", "jax:eager"], text=True,
                          capture_output=True, cwd=ROOT)
    assert done.returncode == 1
    assert "a mode must be a framework and its compilation, got jax:eager" in done.stderr
    assert "Traceback" not in done.stderr
