"""What cuts jobs of the queue short: closing, restarts, machines that are lost, a store or an executor that fails."""

from dataclasses import replace

import pytest
from fakes import gone
from memory_store import MemoryStore
from queueing import HANG, OK, ended, measuring, progress, wait_until

from backend.execution.events import Interrupted
from backend.execution.jobs import Job
from backend.execution.queue import RESTARTED, JobQueue, QueueClosed
from backend.execution.supervisor import CLOSED


def test_closing_interrupts_what_runs_and_keeps_what_waits(store, make_executor, starts):
    with JobQueue(store, make_executor) as queue:
        running, waiting = queue.submit([OK[0], HANG]).job, queue.submit(OK).job
        measuring(queue, running, HANG)
    assert all(gone(pid) for pid in starts.pids)
    assert (store.job(running.id).state, store.job(running.id).message) == ("interrupted", CLOSED)
    assert [(each.status, each.message) for each in store.results] == [("ok", ""), ("interrupted", CLOSED)]
    assert store.job(waiting.id).state == "queued"
    with pytest.raises(QueueClosed):
        queue.submit([OK[0]])


def test_after_a_restart_what_ran_is_interrupted_and_what_waited_goes_on(make_executor):
    """As after kill -9: the store holds a job that says it runs."""
    ran = Job.new([OK[0], HANG], options={}, requested_by="")
    ran = replace(ran, state="running", done=1, current=HANG.key)
    waited = [Job.new([case], options={}, requested_by="") for case in OK[1:]]
    store = MemoryStore([ran, *waited])
    with JobQueue(store, make_executor) as queue:
        for job in waited:
            assert ended(queue, job).state == "done"
    assert (store.job(ran.id).state, store.job(ran.id).message) == ("interrupted", RESTARTED)
    assert [(each.case, each.status) for each in store.results] == [
        (HANG, "interrupted"), (OK[1], "ok"), (OK[2], "ok")
    ]


def test_of_several_measured_at_once_each_that_a_restart_cuts_short_is_interrupted():
    ran = Job.new([OK[0], HANG, OK[1]], options={}, requested_by="")
    store = MemoryStore([replace(ran, state="running", current=f"{OK[0].key} {OK[1].key}")])
    with JobQueue(store):
        assert {each.case: each.status for each in store.results} == dict.fromkeys([OK[0], OK[1]], "interrupted")


def test_a_job_whose_machines_are_lost_is_interrupted(store):
    class Lost:
        def run_cases(self, cases, *, options, on_event, cancelled, pause):
            raise Interrupted("no scheduler answers")

        def close_idle(self):
            pass

        def close(self):
            pass

    with JobQueue(store, Lost) as queue:
        job = ended(queue, queue.submit(OK).job)
    assert (job.state, job.message) == ("interrupted", "no scheduler answers")


def test_a_job_that_ran_but_measured_nothing_leaves_no_result(make_executor):
    store = MemoryStore([replace(Job.new(OK, options={}, requested_by=""), state="running")])
    with JobQueue(store, make_executor):
        assert store.jobs()[0].state == "interrupted"
    assert not store.results


def test_a_store_that_fails_ends_the_job_with_its_sentence(queue, store, starts):
    job = queue.submit([OK[0], HANG]).job
    measuring(queue, job, HANG)
    store.failing = "no space left"
    queue.cancel(job.id)   # its result is the next thing to be written
    shown = progress(wait_until(queue, lambda status: not status.active), job).job
    assert shown.state == "failed"
    assert shown.message.startswith("the job was ended by OSError: no space left")
    assert all(gone(pid) for pid in starts.pids)
    store.failing = ""
    assert ended(queue, queue.submit([OK[1]]).job).state == "done"   # the thread lives on


def test_a_job_that_cannot_be_stored_is_not_queued(queue, store):
    store.failing = "no space left"
    with pytest.raises(OSError, match="no space left"):
        queue.submit(OK)
    assert not queue.status().jobs


def test_an_executor_that_breaks_ends_the_job_not_the_queue(store):
    class Broken:
        def run_cases(self, cases, *, options, on_event, cancelled, pause):
            raise RuntimeError("the cluster is gone")

        def close_idle(self):
            pass

        def close(self):
            pass

    with JobQueue(store, Broken) as queue:
        for case in OK[:2]:
            job = ended(queue, queue.submit([case]).job)
            assert job.state == "failed"
            assert job.message == "the job was ended by RuntimeError: the cluster is gone"
