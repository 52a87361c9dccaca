"""`python -m backend predict`: predictions from a history, by a file and through a running server."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from running_server import running_server

from backend.spec import Case
from results_db import Store
from results_db.client import find_server
from results_db.measured import measured

ROOT = Path(__file__).parents[2]
SIZES = ("--l-max", "1-3", "--batch", "1,10,100", "--product", "matrix", "--framework", "numpy")


def backend(*arguments, history, check=0):
    done = subprocess.run([sys.executable, "-m", "backend", *arguments], capture_output=True, text=True, cwd=ROOT,
                          env=os.environ | {"HISTORY": str(history)}, timeout=120)
    assert done.returncode == check, done.stderr
    return done


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    """Nine sizes, really measured."""
    path = tmp_path_factory.mktemp("history") / "history.duckdb"
    backend("run", *SIZES, "--preset", "quick", "--store", history=path)
    return path


def test_a_case_in_between_is_predicted(history):
    asked = ("--product", "matrix", "--framework", "numpy", "--l-max", "2", "--batch", "30")
    line = json.loads(backend("predict", *asked, "--json", history=history).stdout)
    assert Case.from_json(line["case"]).problem.batch == 30
    with Store(history) as store:
        times = store.results(l_max=2).set_index("batch")["throughput_time"]
    assert line["low"] < line["time"] < line["high"] and times[10] / 5 < line["time"] < 5 * times[100]
    assert line["memory"] > 0 and line["wall_time"] > 0.2 and line["extrapolated"] is False
    said = backend("predict", *asked, history=history).stdout
    assert said.startswith("Matrix") and "predicted" in said and "90 %" in said


def test_what_is_not_comparable_says_so_and_exits_with_1(history):
    done = backend("predict", "--product", "matrix,poisson", "--framework", "numpy", "--l-max", "7", history=history,
                   check=1)
    beyond, nothing = done.stdout.splitlines()
    assert "beyond the sizes measured" in beyond and "nothing comparable" in nothing


def test_check_reports_each_group(history):
    report, = map(json.loads, backend("predict", "--check", "--json", history=history).stdout.splitlines())
    assert report["count"] == 9 and report["error"] >= 0 and 0 <= report["coverage"] <= 1
    assert report["group"]["product"] == "matrix"
    assert "9 sizes, median error" in backend("predict", "--check", history=history).stdout


def test_what_will_take_too_long_is_said_and_left_out_where_that_is_asked(history):
    asked = ("run", "--product", "matrix", "--framework", "numpy", "--l-max", "2", "--preset", "quick")
    done = backend(*asked, "--batch", "5", "--timeout", "0.05", history=history, check=1)
    assert "warning: 1 of 1 cases predicted to take longer than 0.05 s" in done.stderr
    assert json.loads(done.stdout)["status"] == "timed out"
    done = backend(*asked, "--batch", "5", "--timeout", "0.05", "--skip-slow", history=history)
    assert "left out" in done.stderr and not done.stdout


def test_without_a_history_it_says_so_and_makes_none(tmp_path):
    done = backend("predict", history=tmp_path / "none.duckdb", check=2)
    assert "there must be a history" in done.stderr and not list(tmp_path.iterdir())


def test_a_running_server_gives_the_same_rows(history):
    with Store(history) as store:
        alone = measured(store)
    with running_server(history) as server:
        served = measured(find_server(server.history))
    assert len(served) == 9
    pd.testing.assert_frame_equal(served, alone, check_dtype=False)
