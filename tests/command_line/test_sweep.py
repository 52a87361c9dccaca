"""`python -m backend sweep` in real processes: what goes wrong costs one case, and what was cut off is gone on with."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from backend.__main__ import main
from backend.spec import Result
from results_db import Store

ROOT = Path(__file__).parents[2]
PRODUCT = """
import ctypes, os, signal
import numpy as np
from backend.so3 import Irreps
from backend.tensor_products import TensorProduct

CATALOGUE = {{"key": "{key}", "frameworks": ["numpy"], "layouts": ["channels_dim"]}}

class Product(TensorProduct):
    def prepare(self):
        self.irreps_out = Irreps.natural(self.problem.degrees_in2)
        self.linear_flops = self.work_size = 0
        self.product_flops = self.product_backward_flops = self.irreps_in2.dim

    def __call__(self, x, y):
        {body}
        return self.layout.slice(x, 0, 1) * y
"""
LOOP = "while True: pass"
BODIES = {"sound": "pass", "crashing": "ctypes.string_at(0)", "looping": LOOP,
          "greedy": "np.ones(1 << 50)", "killed": "os.kill(os.getpid(), signal.SIGKILL)"}
SMALL = ("--framework", "numpy", "--l-max", "1", "--batch", "10")


@pytest.fixture
def plugins(tmp_path):
    """Makes plug-ins of these bodies."""
    folder = tmp_path / "plugins"
    folder.mkdir()

    def write(**bodies):
        for key, body in bodies.items():
            (folder / f"{key}.py").write_text(PRODUCT.format(key=key, body=body))

    return write


@pytest.fixture
def start(tmp_path):
    """Starts a sweep with a history and plug-ins of its own."""
    variables = os.environ | {"HISTORY": str(tmp_path / "history.duckdb"), "PLUGINS": str(tmp_path / "plugins")}
    started = []

    def start(*arguments):
        command = [sys.executable, "-m", "backend", "sweep", *arguments]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
                                        env=variables))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def sweep(start):
    """Runs a sweep to its end: (exit code, lines of stdout, stderr)."""
    def run(*arguments):
        process = start(*arguments)
        out, said = process.communicate(timeout=120)
        assert "Traceback (most recent call last)" not in said or "plugins" in said
        return process.returncode, out.splitlines(), said

    return run


@pytest.fixture
def kept(tmp_path):
    """What the history holds: (product, status, message), as it came."""
    def read():
        with Store(tmp_path / "history.duckdb") as store:
            return [(each.case.product, each.status, each.message) for each in store.each_result()]
    return read


def until(condition):
    """What the condition gives as soon as it is something."""
    wake = threading.Event()
    for _ in range(1500):
        if found := condition():
            return found
        wake.wait(0.02)
    raise AssertionError("nothing came in 30 s")


def until_measuring(folder, product):
    """Waits until the journal of the sweep says that it measures that product."""
    until(lambda: [path for path in folder.glob("*.sweep-*.json") if f'"product": "{product}"' in path.read_text()])


def worker_of(process, others):
    """The pid of its measuring process, another one than those."""
    def look():
        with suppress(psutil.Error):
            return [child.pid for child in psutil.Process(process.pid).children(recursive=True)
                    if child.pid not in others and "backend.bench.worker" in " ".join(child.cmdline())]
    return until(look)[0]


def test_what_breaks_a_process_costs_one_case_and_the_sweep_is_done(plugins, sweep, kept):
    """A segmentation fault, an endless loop, an allocation of a petabyte and kill -9, each in native code of a product,
    between sound ones."""
    plugins(**BODIES)
    code, lines, said = sweep("plugins", *SMALL, "--quick", "--timeout", "4", "--store", "--json")
    found = {each.case.product: each for each in map(Result.from_json, map(json.loads, lines)) if
             each.case.problem.channels == 1}
    outcomes = {product: (each.status, each.message) for product, each in found.items()}
    assert outcomes["sound"] == outcomes["clebsch_gordan_dense"] == ("ok", "")
    assert outcomes["crashing"] == ("failed", "the measuring process was killed by signal 11 (SIGSEGV)")
    assert outcomes["looping"] == ("timed out", "not finished after the limit of 4 s")
    assert outcomes["greedy"][0] == "out of memory" and "Unable to allocate" in outcomes["greedy"][1]
    assert outcomes["killed"][0] == "out of memory" and "killed by the operating system" in outcomes["killed"][1]
    assert len(lines) == 12 and code == 1
    assert re.search(r"12 measurements done in \d+ (s|min), 8 failed", said)
    assert sorted(kept()) == sorted((each.case.product, each.status, each.message)
                                    for each in map(Result.from_json, map(json.loads, lines)))


def test_a_killed_sweep_says_where_it_was_and_goes_on(plugins, start, sweep, dry_run, kept, tmp_path):
    """kill -9 of the command at a case that never ends: nothing that was kept is measured again, none is lost."""
    plugins(sound="pass", looping=LOOP)
    asked = ("plugins", *SMALL, "--quick", "--resume")
    process = start(*asked)
    until_measuring(tmp_path, "looping")
    family = psutil.Process(process.pid).children(recursive=True)
    assert dry_run(*asked)["interrupted"] is None
    assert main(["sweep", *asked]) == 2   # nobody measures it twice at a time
    process.kill()
    process.wait()
    assert not psutil.wait_procs(family, timeout=10)[1]   # the measuring process died with it
    before = kept()
    plan = dry_run(*asked)
    assert (plan["cases"], plan["measured"]) == (6, len(before)) and plan["to_measure"] == 6 - len(before)
    assert "was interrupted after" in plan["interrupted"] and "while it measured looping" in plan["interrupted"]
    plugins(looping="pass")   # its author has found the fault
    code, _, said = sweep(*asked)
    assert "was interrupted after" in said and code == 0
    after = kept()
    assert after[: len(before)] == before
    assert after[len(before)] == ("looping", "interrupted", "the sweep was killed while this was measured")
    assert sorted(after[len(before) + 1:] + before) == sorted(
        [(product, "ok", "") for product in ("clebsch_gordan_dense", "looping", "sound") for _ in range(2)])
    plan = dry_run(*asked)
    assert (plan["interrupted"], plan["to_measure"]) == (None, 0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_ends_a_sweep_in_good_order_and_it_goes_on(plugins, start, sweep, dry_run, kept, tmp_path, number):
    if signal.getsignal(number) is signal.SIG_IGN:
        pytest.skip("the tests were started to ignore this signal, as nohup does, and so is every child")
    plugins(looping=LOOP)
    asked = ("plugins", *SMALL, "--product", "looping", "--quick", "--resume")
    process = start(*asked)
    until_measuring(tmp_path, "looping")
    process.send_signal(number)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 1 and "interrupted; the same command with --resume goes on" in said
    assert kept() == [("looping", "interrupted", "the sweep was ended while this was measured")]
    assert dry_run(*asked)["interrupted"].endswith("after 1 of 2 measurements")
    plugins(looping="pass")
    code, _, said = sweep(*asked)
    assert "was interrupted after 1 of 2 measurements" in said and code == 0
    assert kept()[1:] == [("looping", "ok", "")] * 2


def test_a_worker_that_is_killed_costs_the_case_that_it_was_at(plugins, start, kept, tmp_path):
    plugins(looping=LOOP)
    process = start("plugins", *SMALL, "--order-seed", "3", "--quick", "--timeout", "5", "--store")
    killed = []
    for _ in range(2):   # at a case, and when it has just begun: that one is replaced
        until_measuring(tmp_path, "looping")
        killed.append(worker_of(process, killed))
        os.kill(killed[-1], signal.SIGKILL)
    process.communicate(timeout=60)
    assert process.returncode == 1
    assert sorted((product, status) for product, status, _ in kept()) == [
        ("clebsch_gordan_dense", "ok"), ("clebsch_gordan_dense", "ok"),
        ("looping", "out of memory"), ("looping", "timed out")]


def test_replicates_are_resumed_process_by_process(plugins, sweep, tmp_path):
    plugins(sound="pass")
    asked = ("plugins", *SMALL, "--product", "sound", "--quick", "--resume", "--processes")
    assert "2 measurements done" in sweep(*asked, "1")[2]
    assert "4 measurements done" in sweep(*asked, "3")[2]
    with Store(tmp_path / "history.duckdb") as store:
        frame = store.results()
    assert frame.groupby("key")["process"].nunique().tolist() == [3, 3]
