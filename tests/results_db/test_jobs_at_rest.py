"""Jobs at rest: kept whole, changed by name, listed newest first, interrupted by a restart."""

from dataclasses import replace

import pytest

from backend.execution.jobs import STATES, Job
from backend.spec import SpecError
from results_db import NotFound, Store, StoreError


@pytest.fixture
def make_job(make_case):
    def make(second=0, **changes):
        job = Job.new([make_case(1), make_case(2)], options={"samples": 3, "max_time": 0.5}, requested_by="test")
        return replace(job, created_at=f"2026-11-01T12:00:{second:02}+00:00", **changes)

    return make


def test_a_job_survives_a_restart(path, make_job):
    job = make_job(state="failed", message="it's", log_tail="line\nline ψ", done=1, failed=1, current="abc",
                   priority="low",
                   started_at="2026-11-01T12:00:01+00:00", finished_at="2026-11-01T12:00:02+00:00")
    with Store(path) as store:
        store.add_job(job)
    with Store(path) as store:
        assert store.job(job.id) == job


def test_changes_touch_what_they_name(store, make_job):
    job, other = make_job(), make_job()
    store.add_job(job)
    store.add_job(other)
    changes = {"state": "running", "done": 1, "current": "abc", "log_tail": "x", "cases": job.cases[:1]}
    store.update_job(job.id, **changes)
    assert store.job(job.id) == replace(job, **changes)
    assert store.job(other.id) == other
    store.update_job(job.id)


def test_jobs_are_listed_newest_first_by_state(store, make_job):
    jobs = [make_job(second, state=state) for second, state in enumerate(STATES)]
    for job in (*jobs[3:], *jobs[:3]):
        store.add_job(job)
    assert store.jobs() == list(reversed(jobs))
    assert store.jobs(limit=2) == [jobs[-1], jobs[-2]]
    assert store.jobs(limit=None) == store.jobs()
    assert store.jobs(states=("queued", "running")) == [jobs[1], jobs[0]]
    assert store.jobs(states=()) == []


def test_a_restart_interrupts_what_was_running_and_nothing_else(store, make_job):
    jobs = {state: make_job(second, state=state, current="abc") for second, state in enumerate(STATES)}
    for job in jobs.values():
        store.add_job(job)
    assert store.interrupt_running("2026-11-01T13:00:00+00:00", "the server stopped") == [jobs["running"]]
    assert store.job(jobs["running"].id) == replace(
        jobs["running"], state="interrupted", finished_at="2026-11-01T13:00:00+00:00", message="the server stopped")
    for state in set(STATES) - {"running"}:
        assert store.job(jobs[state].id) == jobs[state]
    assert store.interrupt_running("2026-11-01T14:00:00+00:00", "again") == []


def test_what_does_not_exist(store, make_job):
    job = make_job()
    store.add_job(job)
    with pytest.raises(NotFound, match="no job"):
        store.job("none")
    with pytest.raises(NotFound, match="no job"):
        store.update_job("none", done=1)
    with pytest.raises(StoreError, match="no field speed"):
        store.update_job(job.id, speed=1)
    with pytest.raises(SpecError, match="state must be one of"):
        store.update_job(job.id, state="sleeping")
    with pytest.raises(SpecError, match="state must be one of"):
        store.jobs(states=["sleeping"])
    with pytest.raises(StoreError, match="must be new"):
        store.add_job(job)
    assert store.jobs() == [job]
