"""The worker that measures and the store that keeps, together: what the fakes stand for elsewhere."""

import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from fakes import gone, results, run, until

from backend.catalogue import make_case
from backend.execution.events import Expressivity, Started
from backend.execution.local import LocalExecutor
from backend.execution.queue import RESTARTED, JobQueue
from backend.spec import Problem
from results_db import Store

ROOT = Path(__file__).parents[2]
QUICK = {"samples": 5, "min_sample_time": 1e-4, "max_time": 0.2}


def real_case(batch=4, **axes):
    return make_case("clebsch_gordan_dense", "", "numpy", Problem.of("mimo", 1, batch=batch), **axes)


LONG = real_case(batch=300_000)   # seconds, and some hundred megabytes


@pytest.fixture
def executor(tmp_path):
    with LocalExecutor(lock_folder=tmp_path) as executor:
        yield executor


def test_numpy_is_measured(executor):
    events = run(executor, [real_case(), real_case(batch=8)], **QUICK)
    found = results(events)
    assert [(each.status, each.message) for each in found] == [("ok", "")] * 2
    assert all(5 <= len(each.samples) <= 50 for each in found)
    (line,) = {event.line["degrees_of_freedom"] for event in events if isinstance(event, Expressivity)}
    assert line == 6   # (0,0,0), (0,1,1), (1,0,1), (1,1,0), (1,1,1), (1,1,2)


def test_what_cannot_be_allocated_is_a_result_and_the_next_case_is_measured(executor):
    huge, small = results(run(executor, [real_case(batch=10**9), real_case()], **QUICK))
    assert (huge.status, small.status) == ("out of memory", "ok")


def test_a_product_that_does_not_exist_is_a_result(executor):
    lost, found = results(run(executor, [replace(real_case(), product="lost"), real_case()], **QUICK))
    assert (lost.status, found.status) == ("failed", "ok")


def test_more_threads_than_cores_is_a_sentence(executor):
    (result,) = results(run(executor, [real_case(threads=256)], **QUICK))
    assert result.status == "failed"
    assert "threads must be at most" in result.message


def test_a_measuring_process_is_killed_in_the_middle_of_a_case(executor):
    cancelled = threading.Event()
    pids = []
    others = psutil.Process().children()   # of tests that ran before in this process: compilers, a browser

    def on_event(event):
        if event == Started(LONG):
            pids.extend(child.pid for child in psutil.Process().children() if child not in others)
            cancelled.set()

    executor.run_cases([LONG], options={}, on_event=on_event, cancelled=cancelled)
    assert pids
    assert all(gone(pid) for pid in pids)


def test_jobs_and_results_reach_the_history(tmp_path):
    cases = [real_case(), real_case(batch=8)]
    with Store(tmp_path / "history.duckdb") as store:
        with JobQueue(store, lambda: LocalExecutor(lock_folder=tmp_path)) as queue:
            job = queue.submit(cases, options=QUICK, requested_by="a test").job
            until(lambda: not queue.status().active)
        stored = store.job(job.id)
        assert (stored.state, stored.done, stored.failed, stored.cases) == ("done", 2, 0, tuple(cases))
        frame = store.results()
        assert sorted(frame["key"]) == sorted(case.key for case in cases)
        assert set(store.expressivity()["degrees_of_freedom"]) == {6}


SERVER = """
import sys, threading
from pathlib import Path
from backend.execution.local import LocalExecutor
from backend.execution.queue import JobQueue
from results_db import Store
sys.path.insert(0, sys.argv[1])
from test_real_worker import LONG, QUICK, real_case
folder = Path(sys.argv[2])
queue = JobQueue(Store(folder / "history.duckdb"), lambda: LocalExecutor(lock_folder=folder))
queue.submit([real_case(), LONG, real_case(batch=8)], options=QUICK)
queue.submit([real_case(batch=16)], options=QUICK)
while (status := queue.status()).jobs[-1].job.current != LONG.key:
    queue.wait(status.version, timeout=30)
print("measuring", flush=True)
threading.Event().wait()
"""


def test_a_server_killed_in_the_middle_of_a_job_loses_nothing(tmp_path):
    """What was acknowledged is there, what ran is interrupted, what waited is measured after the restart."""
    command = [sys.executable, "-c", SERVER, str(Path(__file__).parent), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as server:
        assert server.stdout.readline() == b"measuring\n"
        family = [child.pid for child in psutil.Process(server.pid).children(recursive=True)]
        os.kill(server.pid, signal.SIGKILL)
    until(lambda: all(gone(pid) for pid in family))
    with Store(tmp_path / "history.duckdb") as store:
        with JobQueue(store, lambda: LocalExecutor(lock_folder=tmp_path)) as queue:
            until(lambda: not queue.status().active)
        second, first = store.jobs()
        assert (first.state, first.message, first.done) == ("interrupted", RESTARTED, 1)
        assert second.state == "done"
        found = {row.key: (row.status, row.message) for row in store.results().itertuples()}
    assert found == {
        real_case().key: ("ok", ""),
        LONG.key: ("interrupted", RESTARTED),
        real_case(batch=16).key: ("ok", ""),
    }
