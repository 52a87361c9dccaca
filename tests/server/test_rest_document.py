"""The examples of docs/rest.md, run in a shell and in Python against a server."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from running_server import ROOT
from sent_results import a_result, line

TEXT = (ROOT / "docs" / "rest.md").read_text()
SHELL = "\n".join(re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL))
PYTHON = "\n".join(re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL))


@pytest.fixture
def filled(server):
    known = {"Authorization": f"Bearer {server.token}"}
    server.ask("/api/v1/results", body=f"{line(a_result())}\n{line(a_result(2))}", **known)
    return server


def run(command, server, tmp_path):
    environment = os.environ | {"HISTORY": str(server.history), "PYTHONPATH": str(ROOT),
                                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_what_the_document_types_into_a_shell_works(filled, tmp_path):
    text = SHELL.replace("http://127.0.0.1:8501", filled.url)
    text = text.replace("results_db/data/history.duckdb.server.json", str(filled.address_file))
    text = re.sub("^curl", "echo; curl", text, flags=re.MULTILINE)
    said = run(["bash", "-euo", "pipefail", "-c", text], filled, tmp_path)
    answers = [json.loads(each) for each in said.splitlines() if each.startswith("{")]
    assert len(answers) == len(re.findall("curl", SHELL)) - len(re.findall("curl.* -o|ID=.*curl", SHELL))
    results, query, expressivity, job, cancelled, certificate, added, note, notes = answers
    assert results["total"] == 2 and query["rows"] == [["matrix", 1e-3]] and expressivity == {"lines": []}
    assert job["cases"] and cancelled["job"]["id"] == job["id"]
    assert "POST it" in certificate["error"] and added == {"added": 0, "known": 2, "rejected": []}
    assert (note["text"], note["author"]) == ("on battery", "Ada") and notes == {"notes": [note]}
    assert (tmp_path / "results.parquet").read_bytes()[:4] == b"PAR1"
    with duckdb.connect(tmp_path / "copy.duckdb", read_only=True) as copy:
        assert copy.execute("SELECT count(*) FROM results").fetchone() == (2,)


def test_what_it_types_into_a_notebook_works(filled, tmp_path):
    first, *rest = PYTHON.strip().splitlines()
    said = run([sys.executable, "-c", f"{first}\nprint(({' '.join(rest)})['batch'].tolist())"], filled, tmp_path)
    assert sorted(json.loads(said)) == [1, 2]
