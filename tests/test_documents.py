"""What the documents name exists: files, targets of make, commands and their options."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "docs/command_line.md")]

COMMAND = re.compile(r"^python -m (backend|results_db) ([a-z-]+)((?:[^\n]*\\\n)*[^\n]*)", re.MULTILINE)
COMMANDS = [found for path in DOCUMENTS for found in COMMAND.findall(path.read_text())]


def test_the_readme_stays_short():
    assert len(DOCUMENTS[0].read_text().splitlines()) < 150


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    links = re.findall(r"\]\(([^):]+)\)", path.read_text())
    assert not [link for link in links if not (path.parent / link).exists()]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_files_that_are_named_exist(path):
    named = re.findall(r"`((?:backend|results_db|pages|tests|benchmarks)/[\w/.]*)`", path.read_text())
    missing = {name for name in named if not (ROOT / name).exists()}
    assert missing <= {"results_db/data/history.duckdb"}, "made by the first measurement"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_targets_of_make_exist(path):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", path.read_text(), re.MULTILINE))
    assert named and named <= targets


@cache
def help_of(module: str, command: str) -> str:
    line = [sys.executable, "-m", module, command, "--help"]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(("module", "command", "rest"), COMMANDS, ids=[" ".join(each[:2]) for each in COMMANDS])
def test_commands_and_their_options_exist(module, command, rest):
    options = set(re.findall(r"--[a-z-]+\b", rest))
    assert options <= set(re.findall(r"--[a-z-]+\b", help_of(module, command)))


def test_every_command_is_documented():
    shown = {f"{module} {command}" for module, command, _ in COMMANDS}
    assert shown == {
        "backend list", "backend run", "backend sweep", "backend predict", "backend compare", "backend limits",
        "backend expressivity", "backend certify", "backend develop", "backend cluster",
        "results_db import", "results_db import-published", "results_db export", "results_db record", "results_db diff",
        "results_db query",
    }
