"""kill -9 of the process that supervises: nothing that it started measures on."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from fakes import gone, until

ROOT = Path(__file__).parents[2]
OWNER = """
import sys, threading
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from fakes import fake_case, Starts
from memory_store import MemoryStore
from backend.execution.events import Started
from backend.execution.local import LocalExecutor
from backend.execution.queue import JobQueue
folder, flags = Path(sys.argv[2]), sys.argv[3:]
command = Starts(folder / "starts").command(*flags)
cases = [fake_case(f"child:same session:{folder / 'child'}"), fake_case("hang")]
queue = JobQueue(MemoryStore(), lambda: LocalExecutor(command=command, lock_folder=folder))
job = queue.submit(cases).job
while (status := queue.status()).jobs[0].job.current != cases[1].key:
    queue.wait(status.version, timeout=15)
print(queue._store.results[0].message, flush=True)
threading.Event().wait()
"""


@pytest.mark.parametrize("flags", [(), ("--disobedient",)], ids=["obedient", "disobedient"])
def test_no_process_outlives_a_killed_server(tmp_path, starts, flags):
    """The worker may ignore the end of its parent; its own child never heard of it."""
    command = [sys.executable, "-c", OWNER, str(Path(__file__).parent), str(tmp_path), *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as owner:
        child = int(owner.stdout.readline())
        (worker,) = starts.pids
        until((tmp_path / "child").exists)
        assert os.getpgid(child) == worker
        family = [process.pid for process in psutil.Process(owner.pid).children(recursive=True)]
        assert {worker, child} < set(family)   # and the guard
        owner.kill()
    assert_gone(family)


@pytest.mark.parametrize("flags", [(), ("--disobedient",)], ids=["obedient", "disobedient"])
def test_an_owner_that_ends_without_closing_leaves_nothing(tmp_path, starts, flags):
    script = OWNER.replace("threading.Event().wait()", "")
    command = [sys.executable, "-c", script, str(Path(__file__).parent), str(tmp_path), *flags]
    child = int(subprocess.run(command, stdout=subprocess.PIPE, cwd=ROOT, check=True, timeout=30).stdout)
    assert_gone([child, *starts.pids])


def assert_gone(pids):
    try:
        until(lambda: all(gone(pid) for pid in pids))
    finally:   # a failing test must not leave what it found
        for pid in pids:
            with suppress(psutil.NoSuchProcess):
                psutil.Process(pid).kill()
