"""Turns of real processes: none is lost, and none of what waits when the owner of the queue is killed."""

import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import psutil
from fakes import fake_case, gone, until
from queueing import cases

from backend.execution.events import Finished
from backend.execution.local import LocalExecutor
from backend.execution.queue import JobQueue
from results_db import Store


def test_an_executor_of_processes_pauses_between_two_cases_and_keeps_the_process(make_executor, starts):
    """Also after a case in which the process died."""
    executor = make_executor()
    asked, events = [fake_case(seed=1), fake_case("signal:11"), fake_case(seed=2)], []
    pauses = iter([False, True])
    arguments = {"options": {}, "on_event": events.append, "cancelled": threading.Event()}
    executor.run_cases(asked, **arguments, pause=lambda: next(pauses))
    assert [each.result.case for each in events if isinstance(each, Finished)] == asked[:2]
    executor.run_cases(asked[2:], **arguments, pause=lambda: True)
    executor.run_cases([fake_case(seed=3)], **arguments)
    assert len(starts.pids) == 2
    assert [each.result.status for each in events if isinstance(each, Finished)] == ["ok", "failed", "ok", "ok"]


def test_real_processes_give_way_and_lose_nothing(make_executor, store):
    """With the fake worker: a segmentation fault in each user's queue, every case once."""
    one = [*cases("ok:one", 20), fake_case("signal:11", seed=1)]
    two = [*cases("ok:two", 5), fake_case("signal:11", seed=2)]
    one, two = ([replace(case, variant="ok" if case.variant.startswith("ok") else case.variant, seed=number + start)
                 for number, case in enumerate(each)] for each, start in ((one, 0), (two, 100)))
    with JobQueue(store, make_executor, turn=0.0) as queue:
        jobs = [queue.submit(each, requested_by=user).job for each, user in ((one, "one"), (two, "two"))]
        until(lambda: not queue.status().active)
    assert sorted(result.case.key for result in store.results) == sorted(case.key for case in (*one, *two))
    assert [(store.job(each.id).state, store.job(each.id).failed) for each in jobs] == [("done", 1)] * 2


OWNER = """
import sys, threading
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from fakes import Starts, fake_case
from backend.execution.local import LocalExecutor
from backend.execution.queue import JobQueue
from results_db import Store
folder = Path(sys.argv[2])
command = Starts(folder / "starts").command()
gate = folder / "gate"
queue = JobQueue(Store(folder / "history.duckdb"), lambda: LocalExecutor(command=command, lock_folder=folder))

def measure(case):
    while not any(each.job.current == case.key for each in queue.status().jobs):
        queue.wait(queue.version, timeout=0.1)

night = [fake_case(seed=0), fake_case(f"until:{gate}", seed=1), fake_case(seed=2), fake_case(seed=3)]
urgent = [fake_case(seed=10), fake_case("hang", seed=11), fake_case(seed=12)]
queue.submit(night, requested_by="night", priority="low")
measure(night[1])
queue.submit(urgent, requested_by="day", priority="high")
queue.submit([fake_case(seed=20), fake_case(seed=21)], requested_by="day")
given_up = queue.submit([fake_case(seed=30)], requested_by="night", options={"samples": 5}).job
gate.touch()
measure(urgent[1])
queue.cancel(given_up.id)
print("measuring", flush=True)
threading.Event().wait()
"""


def test_kill_9_loses_nothing_that_waits_its_turn(tmp_path, starts):
    """One job gave way after two of four cases, one waits, one was cancelled, one runs: after the restart the first two
    are measured, each case once, and what was acknowledged is there as it was."""
    command = [sys.executable, "-c", OWNER, str(Path(__file__).parent), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as owner:
        assert owner.stdout.readline() == b"measuring\n"
        family = [child.pid for child in psutil.Process(owner.pid).children(recursive=True)]
        owner.kill()
    until(lambda: all(gone(pid) for pid in family))
    with Store(tmp_path / "history.duckdb") as store:
        before = [(each.case.seed, each.status) for each in store.each_result()]
        assert before == [(0, "ok"), (1, "ok"), (10, "ok")]
        with JobQueue(store, lambda: LocalExecutor(command=starts.command(), lock_folder=tmp_path)) as queue:
            until(lambda: not queue.status().active)
        after = [(each.case.seed, each.status) for each in store.each_result()]
        jobs = sorted((job.state, job.done, job.priority) for job in store.jobs())
    assert after == [*before, (11, "interrupted"), (20, "ok"), (21, "ok"), (2, "ok"), (3, "ok")]
    assert jobs == [("cancelled", 0, "normal"), ("done", 2, "normal"), ("done", 4, "low"), ("interrupted", 1, "high")]
