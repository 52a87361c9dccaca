"""`python -m backend limits`: measured once, kept, shown; a line that another history takes."""

import json
import subprocess
import sys

import pytest
from test_command_line import ROOT, backend

from backend.spec import Limits
from pages.components.cards.floor_words import bound_by, is_below
from results_db import Store

ASKED = ("limits", "--framework", "numpy", "--seconds", "0.0005")
PLUGIN = """
from backend.tensor_products.clebsch_gordan_sparse import ClebschGordanSparse

CATALOGUE = {{"key": "{key}", "frameworks": ["numpy"], "layouts": ["batch_last"]}}

class Mine(ClebschGordanSparse):
    def prepare(self):
        super().prepare()
        self.product_flops *= {times}
"""


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """A history with limits, and the line that was printed."""
    history = tmp_path_factory.mktemp("limits") / "history.duckdb"
    return history, backend(*ASKED, "--json", history=history, check=0).stdout


def test_limits_are_kept_and_not_measured_again(measured):
    history, line = measured
    limits = Limits.from_json(json.loads(line))
    assert backend(*ASKED, "--json", history=history, check=0).stdout == line
    with Store(history) as store:
        assert store.limits() == [limits]


def test_limits_in_words(measured):
    text = backend(*ASKED, history=measured[0], check=0).stdout
    for word in ("numpy on", "1 thread,", "moves", "B/s", "memory", "float32 highest", "GFLOP/s", "eager"):
        assert word in text


def test_a_plug_in_that_counts_too_many_flop_is_flagged_by_the_limits_of_this_device(measured, tmp_path, monkeypatch):
    """The same product twice, measured by the worker: one declares its FLOP, one counts the rows twice."""
    monkeypatch.setenv("PLUGINS", str(tmp_path))
    for key, times in (("right", "1"), ("wrong", "self.problem.batch")):
        (tmp_path / f"{key}.py").write_text(PLUGIN.format(key=key, times=times))
    backend("run", "--product", "right,wrong", "--framework", "numpy", "--l-max", "2", "--batch", "10000", "--preset",
            "quick", "--store", history=measured[0], check=0)
    with Store(measured[0]) as store:
        found = store.results().set_index("product")
    assert dict(is_below(found)) == {"right": False, "wrong": True}
    assert found["distance"]["wrong"] < 1 < found["distance"]["right"]
    assert found["flops"]["wrong"] == 1e4 * found["flops"]["right"]
    assert bound_by(found.loc["wrong"]) == "arithmetic"


def test_a_line_goes_to_another_history(measured, tmp_path):
    other = tmp_path / "other.duckdb"
    done = subprocess.run([sys.executable, "-m", "results_db", "import", "-", "--history", str(other)], cwd=ROOT,
                          input=measured[1], capture_output=True, text=True)
    assert done.stdout == "-: 1 added, 0 there already, 0 rejected\n"
    with Store(other) as store:
        assert store.limits() == [Limits.from_json(json.loads(measured[1]))]


def test_without_duckdb_the_line_is_printed_and_it_says_how_to_bring_it_home(tmp_path):
    """As on a GPU machine that only measures: neither DuckDB nor Streamlit can be imported."""
    hide = ("import sys, importlib.util as util; from importlib.machinery import PathFinder\n"
            "class Hide:\n"
            "    def find_spec(name, path=None, target=None):\n"
            "        if name.split('.')[0] in ('duckdb', 'streamlit'): raise ModuleNotFoundError(name)\n"
            "sys.meta_path.insert(0, Hide)\n"
            "find = util.find_spec\n"
            "util.find_spec = lambda name, *rest: None if name == 'duckdb' else find(name, *rest)\n"
            f"from backend.__main__ import main; sys.exit(main({[*ASKED, '--json']}))\n")
    done = subprocess.run([sys.executable, "-c", hide], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert Limits.from_json(json.loads(done.stdout)).framework == "numpy"
    assert "python -m results_db import" in done.stderr


@pytest.mark.parametrize(("arguments", "words"), [
    (("--framework", "nonsense"), ("framework", "jax")), (("--threads", "0"), ("threads", "1 to 256")),
    (("--seconds", "0"), ("seconds", "above 0")), (("--threads", "1-2"), ("threads", "one integer"))])
def test_wrong_arguments_exit_with_2_and_a_sentence(arguments, words):
    done = backend("limits", *arguments, check=2)
    assert len(done.stderr.strip().splitlines()) == 1 and all(word in done.stderr for word in words)


def test_a_framework_without_the_device_fails_and_says_so(tmp_path):
    done = backend("limits", "--threads", "200", "--framework", "numpy", history=tmp_path / "history.duckdb", check=1)
    assert "threads must be at most" in done.stderr
