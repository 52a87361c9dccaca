"""The copy that readers in other processes have: its folder goes with its process, however that ended."""

import os
import signal
import subprocess
import sys
import time

import pytest

from results_db.sandbox.snapshot import Snapshot, remove_left_behind

HOLDER = """
import sys, tempfile
from pathlib import Path
from results_db.sandbox.snapshot import Snapshot
tempfile.tempdir = sys.argv[1]
class Store:
    commits = 1
    def copy(self, to): to.write_text("a copy")
snapshot = Snapshot(Store())
print(snapshot.path().parent, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """A process that holds a copy, and the copy's folder."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], text=True, stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, cwd=os.getcwd())
    yield process, tmp_path / process.stdout.readline().strip()
    process.kill()
    process.communicate()


def age(folder):
    long_ago = time.time() - 3600
    os.utime(folder, (long_ago, long_ago))


def test_what_a_killed_process_left_is_removed_and_what_a_living_one_holds_is_not(holder, tmp_path):
    process, folder = holder
    assert (folder / "history").read_text() == "a copy"
    age(folder)
    remove_left_behind(tmp_path)
    assert folder.exists()
    process.send_signal(signal.SIGKILL)
    process.wait()
    remove_left_behind(tmp_path)
    assert not folder.exists()


def test_a_new_folder_and_what_is_none_are_left_alone(tmp_path, monkeypatch):
    (tmp_path / "snapshot-new").mkdir()   # its process may be about to lock it
    target = tmp_path / "elsewhere"
    target.mkdir()
    (tmp_path / "snapshot-link").symlink_to(target)
    (tmp_path / "snapshot-file").write_text("")
    for name in ("elsewhere", "snapshot-file"):
        age(tmp_path / name)
    remove_left_behind(tmp_path)
    assert len(list(tmp_path.iterdir())) == 4


def test_it_is_looked_for_at_the_start(tmp_path, monkeypatch):
    (tmp_path / "snapshot-old").mkdir()
    age(tmp_path / "snapshot-old")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    Snapshot(None).close()
    assert not list(tmp_path.iterdir())
