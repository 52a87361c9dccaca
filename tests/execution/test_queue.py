"""Jobs from submission to end: order, sharing, progress, cancelling, restarts, a store that fails."""

from dataclasses import replace

import pytest
from fakes import fake_case, gone, until
from memory_store import MemoryStore

from backend.execution.events import Finished, Interrupted, Started
from backend.execution.jobs import Job
from backend.execution.outcome import made_result
from backend.execution.queue import RESTARTED, JobQueue, QueueClosed
from backend.execution.supervisor import CLOSED
from backend.spec import SpecError

OK = tuple(fake_case(seed=seed) for seed in range(3))
HANG = fake_case("hang")


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def queue(store, make_executor):
    with JobQueue(store, make_executor) as queue:
        yield queue


def wait_until(queue, condition):
    """Returns the first status for which the condition holds; waits for changes, not for time."""
    while not condition(status := queue.status()):
        assert queue.wait(status.version, timeout=15) > status.version, "nothing changed for 15 s"
    return status


def progress(status, job):
    return next(each for each in status.jobs if each.job.id == job.id)


def ended(queue, job):
    """The job once it has ended."""
    return progress(wait_until(queue, lambda status: not progress(status, job).job.active), job).job


def measuring(queue, job, case):
    """The progress of the job at the moment when the case is being measured."""
    return progress(wait_until(queue, lambda status: progress(status, job).job.current == case.key), job)


def test_a_job_is_measured_and_stored(queue, store):
    cases = (OK[0], fake_case("unsupported"), fake_case("expressive"), fake_case("exit:3"))
    submission = queue.submit(cases, options={"samples": 5}, requested_by="a test")
    assert (submission.job.state, submission.shared) == ("queued", ())
    job = ended(queue, submission.job)
    assert job == store.job(job.id)
    assert (job.state, job.done, job.failed, job.current, job.message) == ("done", 4, 1, "", "")
    assert job.requested_by == "a test"
    assert job.created_at <= job.started_at <= job.finished_at
    assert "Error: leaving with 3" in job.log_tail
    assert [result.case for result in store.results] == list(cases)
    assert [result.status for result in store.results] == ["ok", "unsupported", "ok", "failed"]
    assert store.results[0].environment["options"] == {"samples": 5}
    assert store.expressivity == [{"product": "clebsch_gordan_dense", "interactable": 4}]


def test_a_job_of_which_nothing_could_be_measured_has_failed(queue):
    job = ended(queue, queue.submit([fake_case("exit:3")]).job)
    assert (job.state, job.message) == ("failed", "none of its cases could be measured")


def test_jobs_of_a_device_run_one_after_the_other_in_order(queue, store):
    jobs = [queue.submit([case]).job for case in OK]
    times = [time for job in jobs for time in (ended(queue, job).started_at, store.job(job.id).finished_at)]
    assert times == sorted(times)
    assert [result.case for result in store.results] == list(OK)
    assert len({result.environment["pid"] for result in store.results}) == 1   # warm between jobs


def test_devices_do_not_wait_for_each_other(queue):
    first = queue.submit([HANG]).job
    measuring(queue, first, HANG)
    other = queue.submit([fake_case(device="cuda")]).job
    assert ended(queue, other).state == "done"
    assert queue.cancel(first.id)


def test_progress_and_eta(queue):
    job = queue.submit([OK[0], HANG, OK[1]]).job
    seen = measuring(queue, job, HANG)
    assert (seen.job.done, seen.fraction, seen.current) == (1, 1 / 3, HANG)
    assert seen.eta >= 0
    assert seen.elapsed > 0
    queue.cancel(job.id)


def test_there_is_no_eta_at_the_start(queue):
    job = queue.submit([HANG]).job
    assert measuring(queue, job, HANG).eta is None
    queue.cancel(job.id)


def test_what_is_foreseen_is_the_time_left_at_the_start(store, make_executor):
    asked = []

    def foresee(cases, options):
        asked.append((cases, options))
        return {HANG: 30.0, OK[1]: 12.0}

    with JobQueue(store, make_executor, foresee=foresee) as queue:
        job = queue.submit([HANG, OK[1]], options={"samples": 3}).job
        measuring(queue, job, HANG)
        until(lambda: progress(queue.status(), job).eta is not None)
        assert 20.0 < progress(queue.status(), job).eta <= 42.0
        assert asked == [((HANG, OK[1]), {"samples": 3})]
        queue.cancel(job.id)


def test_a_case_in_an_active_job_is_not_queued_again(queue, store):
    first = queue.submit([OK[0], HANG, OK[1]]).job
    measuring(queue, first, HANG)
    second = queue.submit([HANG, OK[0], OK[2], OK[1]])
    assert second.shared == (HANG, OK[1])
    assert second.job.cases == (OK[0], OK[2])   # the first of them has been measured: it is asked anew
    third = queue.submit([HANG, OK[2]])
    assert (third.job.id, third.shared) == (second.job.id, (HANG, OK[2]))   # the one that ends last
    queue.cancel(first.id)
    ended(queue, second.job)
    assert [result.case for result in store.results] == [OK[0], HANG, OK[0], OK[2]]


@pytest.mark.parametrize("cases", [(), (OK[0], fake_case(device="cuda"))])
def test_a_job_must_have_cases_for_one_device(queue, store, cases):
    with pytest.raises(SpecError):
        queue.submit(cases)
    assert not store.jobs()


def test_cancel_of_a_running_job_kills_its_process(queue, store, starts):
    job = queue.submit([OK[0], HANG, OK[1]]).job
    measuring(queue, job, HANG)
    assert queue.cancel(job.id)
    job = ended(queue, job)
    assert (job.state, job.message) == ("cancelled", "cancelled after 2 of 3 cases")
    assert [result.status for result in store.results] == ["ok", "cancelled"]
    assert all(gone(pid) for pid in starts.pids)
    assert not queue.cancel(job.id)


def test_cancel_of_a_queued_job_measures_nothing(queue, store):
    running, waiting = queue.submit([HANG]).job, queue.submit([OK[0]]).job
    assert queue.cancel(waiting.id)
    job = store.job(waiting.id)
    assert (job.state, job.message, job.started_at) == ("cancelled", "cancelled before it began", "")
    measuring(queue, running, HANG)
    queue.cancel(running.id)
    ended(queue, running)
    assert [result.case for result in store.results] == [HANG]


def test_cancel_while_the_process_starts(store, make_executor, starts):
    with JobQueue(store, lambda: make_executor("--at-start", "hang")) as queue:
        job = queue.submit(OK).job
        until(lambda: starts.pids)
        assert queue.cancel(job.id)
        assert ended(queue, job).message == "cancelled after 0 of 3 cases"
    assert not store.results


def test_cancel_of_an_unknown_job_says_no(queue):
    assert not queue.cancel("0" * 32)


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


def test_cases_that_end_in_another_order_than_they_began(store):
    seen = []

    class Crossed:
        """Two machines: the case that began last ends first."""

        def run_cases(self, cases, *, options, on_event, cancelled, pause):
            for case in cases[:2]:
                on_event(Started(case))
            for case in cases[1::-1]:
                on_event(Finished(made_result(case, "ok", "")))
                seen.append((queue.status().jobs[0].current, queue.status().jobs[0].job.remaining))

        def close_idle(self):
            pass

        def close(self):
            pass

    with JobQueue(store, Crossed) as queue:
        job = ended(queue, queue.submit(OK[:2]).job)
    assert seen == [(OK[0], (OK[0],)), (None, ())]
    assert (job.state, job.done, job.current, job.cases) == ("done", 2, "", (OK[1], OK[0]))


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


def test_waiting_for_a_change_ends_with_the_time_too(queue):
    assert queue.wait(queue.version, timeout=0.01) == queue.version


def test_the_status_keeps_the_last_jobs_that_ended(queue):
    jobs = [queue.submit([fake_case(seed=seed)]).job for seed in range(25)]
    ended(queue, jobs[-1])
    assert [each.job.id for each in queue.status().jobs] == [job.id for job in jobs[:4:-1]]
