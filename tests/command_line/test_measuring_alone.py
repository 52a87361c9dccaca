"""A machine that only measures, as one with a GPU may: no DuckDB, no Streamlit, no Arrow; lines of JSON come out."""

import json
import os
import subprocess
import sys

import pytest

BLOCKED = ("duckdb", "streamlit", "pyarrow", "plotly", "starlette", "uvicorn")


@pytest.fixture
def measuring_alone(tmp_path):
    """The command line in a Python, and all its children, that cannot import what is blocked."""
    names = ", ".join(map(repr, BLOCKED))
    (tmp_path / "sitecustomize.py").write_text(f"import sys\nfor name in ({names}):\n    sys.modules[name] = None\n")

    def call(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "backend", *arguments], capture_output=True, text=True,
            env=os.environ | {"PYTHONPATH": str(tmp_path), "HISTORY": str(tmp_path / "history.duckdb")})

    return call


@pytest.mark.parametrize("arguments", [
    ("run", "--product", "gaunt_grid", "--framework", "numpy", "--l-max", "1", "--batch", "10", "--preset", "quick"),
    ("sweep", "paper-cpu", "--product", "gaunt_grid", "--l-max", "2", "--batch", "10", "--quick"),
])
def test_measures_without_what_keeps_and_shows(measuring_alone, arguments):
    done = measuring_alone(*arguments)
    assert done.returncode == 0, done.stderr
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert results and {each["status"] for each in results} <= {"ok", "unsupported"}
    assert any(each["samples"] for each in results)


def test_what_is_blocked_is_blocked(measuring_alone):
    done = measuring_alone("run", "--product", "matrix", "--framework", "numpy", "--l-max", "1", "--store")
    assert done.returncode == 1 and "duckdb" in done.stderr
