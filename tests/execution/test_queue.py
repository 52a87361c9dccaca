"""Jobs from submission to end: order, sharing, progress, cancelling."""

import pytest
from fakes import fake_case, gone, until
from queueing import HANG, OK, ended, measuring, progress

from backend.execution.events import Finished, Started
from backend.execution.outcome import made_result
from backend.execution.queue import JobQueue
from backend.spec import SpecError


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


def test_waiting_for_a_change_ends_with_the_time_too(queue):
    assert queue.wait(queue.version, timeout=0.01) == queue.version


def test_the_status_keeps_the_last_jobs_that_ended(queue):
    jobs = [queue.submit([fake_case(seed=seed)]).job for seed in range(25)]
    ended(queue, jobs[-1])
    assert [each.job.id for each in queue.status().jobs] == [job.id for job in jobs[:4:-1]]
