"""`compare`: verdicts of real processes, and what it says where there is none."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SMALL = ("--framework", "torch", "--l-max", "1", "--batch", "16", "--rounds", "4")
SLOWER = """
import time

from backend.tensor_products.gaunt_grid import GauntGrid

CATALOGUE = {"key": "slower", "label": "Slower", "frameworks": ["torch"], "layouts": ["batch_last"],
             "variants": {"dense": "as ours, and a nap"}}

class Slower(GauntGrid):
    def __call__(self, x, y):
        time.sleep(0.02)
        return super().__call__(x, y)
"""


def compare(*arguments, check=0, **rest):
    done = subprocess.run([sys.executable, "-m", "backend", "compare", *arguments], cwd=ROOT, text=True,
                          capture_output=True, **rest)
    assert done.returncode == check, done.stderr
    return done


def test_a_nap_is_slower(tmp_path, monkeypatch):
    (tmp_path / "slower.py").write_text(SLOWER)
    monkeypatch.setenv("PLUGINS", str(tmp_path))
    done = compare("slower", "gaunt_grid", *SMALL, "--processes", "3", "--json")
    found = json.loads(done.stdout)
    assert found["verdict"] == "slower"
    assert found["low"] <= found["ratio"] <= found["high"] < 0.5
    assert found["processes"] == len(found["samples"]) == 3
    assert found["time_a"] > 0.02 > found["time_b"]


def test_it_says_it_in_a_sentence_for_every_combination():
    done = compare("gaunt_grid", "gaunt_grid:separable", *SMALL[:2], "--l-max", "1,2", *SMALL[4:], "--processes", "1")
    assert done.stdout.count("B's time over A's: ") == 2
    assert "mimo, L 2, 1 channel, batch 16, torch eager, cpu, float32, forward:" in done.stdout
    assert "99%, one process" in done.stdout


def test_what_cannot_be_compared_says_why():
    done = compare("e3nn_jax", "gaunt_grid", *SMALL, "--processes", "2", "--json", check=1)
    found = json.loads(done.stdout)
    assert found["verdict"] is None and found["ratio"] is None
    assert "e3nn-jax: e3nn-jax has no framework torch" in found["message"]


def test_where_no_process_can_measure_at_all_it_ends_and_says_why():
    done = compare("gaunt_grid", "matrix", "--framework", "numpy", "--device", "cuda", "--l-max", "1,2", "--processes",
                   "2", check=1, timeout=60)
    assert done.stdout.count("no comparison: ") == 2
    assert done.stdout.count("numpy has no device cuda here; it has cpu") == 4


def test_a_wrong_gradient_is_no_contestant(tmp_path, monkeypatch):
    """Its output is right: (2 x - x) is x, whose derivative is taken twice."""
    (tmp_path / "slower.py").write_text(SLOWER.replace("super().__call__(x", "super().__call__(2 * x - x.detach()"))
    monkeypatch.setenv("PLUGINS", str(tmp_path))
    done = compare("slower", "gaunt_grid", *SMALL, "--processes", "1", "--direction", "forward_backward", check=1)
    assert "no comparison: Slower: its gradients must be those of the float64 oracle, got an error of" in done.stdout


@pytest.mark.parametrize(("arguments", "said"), [
    (["all", "gaunt_grid"], "A must be one key, or KEY:VARIANT, got 'all'"),
    (["gaunt_grid", "no_such"], "product must be one of"),
    (["gaunt_grid", "matrix", "--processes", "0"], "processes must be an integer from 1 to 1,000, got 0"),
])
def test_wrong_arguments_are_one_sentence(arguments, said):
    done = compare(*arguments, check=2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
