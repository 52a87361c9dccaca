"""The side-by-side table: ratios and their intervals, what counts, and a small run in real processes."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from backend.catalogue import make_case
from backend.execution.side_by_side import Turns, replies
from backend.spec import Problem
from benchmarks.contests import Contest
from benchmarks.kept import Kept
from benchmarks.ratios import Pair, report

ROOT = Path(__file__).parents[2]
PLUGIN = """
import os
import time

from backend.tensor_products import TensorProduct

CATALOGUE = {{"key": "bad", "frameworks": ["torch"]}}

class Bad(TensorProduct):
    def prepare(self):
        {body}

    def __call__(self, x, y):
        return x
"""

LATE = """
import time

from backend.tensor_products.clebsch_gordan_dense import ClebschGordanDense

CATALOGUE = {"key": "bad", "frameworks": ["torch"], "coupling": "component"}

class Bad(ClebschGordanDense):
    calls = 0

    def __call__(self, x, y):
        self.calls += 1
        if self.calls > 2:
            time.sleep(600)
        return super().__call__(x, y)
"""


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
    assert "| Full Clebsch-Gordan | jax jit | same | 1.00 | 1 of 3 | 1.00 | 1 of 3 |" in text
    assert "| 1 | 1 | 2.00 (2.00-2.00) CG dense against e3nn-jax | **0.50** (0.50-0.50) CG dense" in text
    assert "- e3j: no wheel" in text


def test_a_small_run_prints_a_table_and_goes_on_from_what_is_kept(tmp_path):
    script = [sys.executable, str(ROOT / "benchmarks" / "peers.py")]
    small = ["--l-max", "1", "--batch", "4", "--channels", "1", "--processes", "1", "--rounds", "2",
             "--modes", "torch:eager", "--min-sample-time", "0", "--keep", "kept.jsonl"]
    done, again = (subprocess.run([*script, *small], cwd=tmp_path, text=True, capture_output=True, check=True)
                   for _ in range(2))
    lines = (tmp_path / "kept.jsonl").read_text().splitlines()
    assert done.stderr.count("process 1 of 1") == len(lines) > 3
    assert not again.stderr
    assert re.sub("load .* at", "", again.stdout) == re.sub("load .* at", "", done.stdout)
    assert re.search(r"\| CG dense \| e3nn, module \| own \| \**[\d.]+\**°? \([\d.]+-[\d.]+\) \|", done.stdout)
    assert "| Gaunt grid, dense | e3nn S2 grid | same |" in done.stdout
    assert "unrolled terms need a compiler" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["kept.jsonl"]


@pytest.mark.parametrize(("body", "patience", "said"), [
    ("os._exit(3)", 60.0, "the process ended with 3"),
    ("time.sleep(600)", 12.0, "it took more than 12 s for one step"),
])
def test_a_contestant_that_dies_or_hangs_costs_only_itself(body, patience, said, tmp_path, monkeypatch):
    (tmp_path / "bad.py").write_text(PLUGIN.format(body=body))
    monkeypatch.setenv("PLUGINS", str(tmp_path))
    problem, mode = Problem.of("mimo", 1), {"layout": "channels_dim"}
    peer, good, bad = (make_case(key, "", "torch", problem, **mode)
                       for key in ("e3nn", "clebsch_gordan_dense", "bad"))
    reply, = replies([[good, peer, bad]], Turns(rounds=2, min_sample_time=0.0), patience=patience)
    assert set(reply["samples"]) == {good.key, peer.key}
    assert all(2 <= len(each) <= 4 for each in reply["samples"].values())   # contested rounds are taken again
    assert said in reply["left_out"][bad.key]


def test_a_contestant_that_is_too_slow_to_sample_costs_only_itself(tmp_path, monkeypatch):
    (tmp_path / "bad.py").write_text(LATE)
    monkeypatch.setenv("PLUGINS", str(tmp_path))
    good, bad = (make_case(key, "", "torch", Problem.of("mimo", 1), layout="channels_dim")
                 for key in ("clebsch_gordan_dense", "bad"))
    reply, = replies([[good, bad]], Turns(rounds=2, min_sample_time=0.0), patience=12.0)
    assert set(reply["samples"]) == {good.key}
    assert reply["left_out"][bad.key].startswith("it took more than 12 s")


GRADIENT = """
from backend.tensor_products.gaunt_grid import GauntGrid

CATALOGUE = {{"key": "bad", "frameworks": ["torch"], "layouts": ["batch_last"], "variants": {{"dense": "as ours"}}}}

class Bad(GauntGrid):
    def __call__(self, x, y):
        return super().__call__(x, y) + {added}
"""


@pytest.mark.parametrize(("added", "refused", "said"), [
    # each is exactly 0, and differs from it in its first, in its second derivative, or has none
    ("(x - x.detach()).sum()", {"forward_backward", "double_backward"}, "an error of "),
    ("(x - x.detach()).sum() * (y - y.detach()).sum()", {"double_backward"}, "an error of "),
    ("(x - x).sum().sqrt()", {"forward_backward", "double_backward"}, "an error of nan"),
])
def test_a_wrong_gradient_is_no_contestant(added, refused, said, tmp_path, monkeypatch):
    (tmp_path / "bad.py").write_text(GRADIENT.format(added=added))
    monkeypatch.setenv("PLUGINS", str(tmp_path))
    directions = ("forward", "forward_backward", "double_backward")
    contests = [[make_case(key, "", "torch", Problem.of("mimo", 2, batch=4), direction=direction)
                 for key in ("gaunt_grid", "bad")] for direction in directions]
    for direction, (good, bad), reply in zip(
            directions, contests, replies(contests, Turns(rounds=1, min_sample_time=0.0), patience=60.0), strict=True):
        assert set(reply["samples"]) == ({good.key} if direction in refused else {good.key, bad.key})
        if direction in refused:
            sentence = reply["left_out"][bad.key]
            assert sentence.startswith("its gradients must be those of the float64 oracle, got an error of ")
            assert said in sentence


def test_a_contestant_that_hangs_is_not_tried_on_larger_sizes(tmp_path, monkeypatch):
    tried = tmp_path / "tried"
    (tmp_path / "bad.py").write_text(PLUGIN.format(body=f"open({str(tried)!r}, 'a').write('x'); time.sleep(600)"))
    monkeypatch.setenv("PLUGINS", str(tmp_path))

    def contest(**sizes):
        problem = Problem.of("mimo", 1, **sizes)
        return [make_case(key, "", "torch", problem, layout="channels_dim") for key in ("clebsch_gordan_dense", "bad")]

    contests = [contest(batch=2, channels=2), contest(batch=4, channels=2), contest(batch=4, channels=1)]
    small, larger, fewer = replies(contests, Turns(rounds=2, min_sample_time=0.0), patience=12.0)
    assert tried.read_text() == "xx"   # the third has fewer channels, of which nothing is known
    assert all(len(reply["samples"]) == 1 for reply in (small, larger, fewer))
    assert larger["left_out"][contests[1][1].key].startswith("at batch 2 and channels 2 it took more than 12 s")
    assert fewer["left_out"][contests[2][1].key].startswith("it took more than 12 s")


def test_what_is_kept_counts_only_for_the_same_sources(tmp_path, monkeypatch):
    (tmp_path / "bad.py").write_text(PLUGIN.format(body="os._exit(3)"))
    monkeypatch.setenv("PLUGINS", str(tmp_path))
    problem = Problem.of("mimo", 1)

    def contest():
        return Contest("Full", "torch", "eager", problem, [
            (make_case("bad", "", "torch", problem), make_case("e3nn", "", "torch", problem))])

    file = tmp_path / "kept.jsonl"
    Kept(file).add(contest(), 0, {"samples": {}})
    assert Kept(file).get(contest(), 0)["samples"] == {}
    assert Kept(file).get(contest(), 1) is None
    (tmp_path / "bad.py").write_text(PLUGIN.format(body="os._exit(4)"))
    assert Kept(file).get(contest(), 0) is None
    file.write_text("no reply\n")
    with pytest.raises(ValueError, match="is not a reply of this benchmark"):
        Kept(file)


def test_an_unknown_mode_is_one_sentence():
    done = subprocess.run([sys.executable, str(ROOT / "benchmarks" / "peers.py"), "--modes", "jax:graph"], text=True,
                          capture_output=True, cwd=ROOT)
    assert done.returncode == 1
    assert "a mode must be a framework and its compilation, got jax:graph" in done.stderr
    assert "Traceback" not in done.stderr
