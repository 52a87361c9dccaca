"""The authors' own benchmarks: each stands beside the one case of ours that makes the same call."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.authors import BENCHMARKS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", BENCHMARKS)
def test_our_side_is_one_case_of_that_library_and_is_measured(name):
    own = BENCHMARKS[name]
    command = [sys.executable, "-m", "backend", "run", *own.ours.split(), "--preset", "quick"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["status"] for line in lines] == ["ok"], done.stderr
    assert lines[0]["case"]["product"].startswith(name.replace("-", "_"))
    assert lines[0]["case"]["batch"] == 1000
    assert lines[0]["metrics"][own.metric] > 0
    assert own.package in lines[0]["environment"]["versions"]
