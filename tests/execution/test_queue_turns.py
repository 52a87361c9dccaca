"""A queue lets users take turns: what gives way, what two ask for, cancelling, a restart."""

import threading
from dataclasses import dataclass, field
from itertools import pairwise
from types import SimpleNamespace

import pytest
from fakes import fake_case
from queueing import cases, wait_until

from backend.execution.events import Finished, Started
from backend.execution.outcome import made_result
from backend.execution.queue import JobQueue
from backend.spec import SpecError


@dataclass
class StepExecutor:
    """Finishes a case whenever it is let, and the clock then shows the case's seed in seconds more."""

    clock: SimpleNamespace
    go: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def run_cases(self, cases, *, options, on_event, cancelled, pause):
        for number, case in enumerate(cases):
            if number and pause():
                return
            on_event(Started(case))
            while not self.go.acquire(timeout=0.01):
                if cancelled.is_set():
                    on_event(Finished(made_result(case, "cancelled", "")))
                    return
            self.clock.now += case.seed
            on_event(Finished(made_result(case, "failed" if case.variant == "bad" else "ok", "")))

    def close_idle(self):
        pass

    def close(self):
        pass


@pytest.fixture
def executor(monkeypatch):
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr("backend.execution.supervisor.time", SimpleNamespace(monotonic=lambda: clock.now))
    return StepExecutor(clock)


@pytest.fixture
def queue(store, executor):
    with JobQueue(store, lambda: executor, turn=3.0) as queue:
        yield queue


def is_measured(queue, case):
    wait_until(queue, lambda status: any(each.job.current == case.key for each in status.jobs))


def names(store):
    return [result.case.variant.split(":")[0] for result in store.results]


def test_the_queue_lets_users_take_turns(queue, store, executor):
    long, short = cases("long", 30), cases("short", 8)
    first = queue.submit(long, requested_by="night", priority="normal").job
    is_measured(queue, long[0])
    second = queue.submit(short, requested_by="day").job
    executor.go.release(100)
    wait_until(queue, lambda status: not status.active)
    order = names(store)
    until_short_ends = order[: len(order) - order[::-1].index("short")]
    assert until_short_ends.count("long") <= 8 + 3 + 1
    assert sum(one != two for one, two in pairwise(order)) >= 4
    assert sorted(result.case.key for result in store.results) == sorted(case.key for case in (*long, *short))
    for each in (first, second):
        ended = store.job(each.id)
        assert (ended.state, ended.done, ended.current) == ("done", len(each.cases), "")


def test_a_high_priority_starts_after_the_case_that_runs(queue, store, executor):
    long = cases("long", 10)
    first = queue.submit(long, requested_by="me", priority="low").job
    is_measured(queue, long[0])
    urgent = queue.submit(cases("urgent", 3), requested_by="me", priority="high").job
    assert [(each.job.id, each.position) for each in queue.status().active] == [(urgent.id, 1), (first.id, 0)]
    executor.go.release(4)
    is_measured(queue, long[1])
    assert names(store) == ["long", "urgent", "urgent", "urgent"]
    assert store.job(first.id).state == "running"


def test_a_priority_can_be_changed_while_it_waits(queue, store, executor):
    running = cases("running", 5)
    queue.submit(running, requested_by="one")
    is_measured(queue, running[0])
    waiting = queue.submit(cases("waiting", 1), requested_by="two", priority="low").job
    assert queue.prioritise(waiting.id, "high")
    assert store.job(waiting.id).priority == "high"
    executor.go.release(2)
    is_measured(queue, running[1])
    assert names(store) == ["running", "waiting"]
    assert not queue.prioritise(waiting.id, "low")   # it has ended
    with pytest.raises(SpecError, match="priority must be one of high, normal, low, got 'urgent'"):
        queue.prioritise(waiting.id, "urgent")
    with pytest.raises(SpecError, match="priority must be"):
        queue.submit(running, priority="urgent")


def test_a_case_of_two_users_is_measured_once_and_counts_for_both(queue, store, executor):
    both = [fake_case("bad", seed=1), fake_case("both", seed=1)]
    own = cases("own", 3)
    night = queue.submit([*own, *both], requested_by="night", priority="low").job
    is_measured(queue, own[0])
    day = queue.submit(both, requested_by="day")
    assert day.shared == ()   # the night's turn comes late
    same = queue.submit(both, requested_by="day", options={"samples": 5}).job
    executor.go.release(3)
    wait_until(queue, lambda status: not any(each.job.id == day.job.id for each in status.active))
    waiting = store.job(night.id)
    assert (waiting.done, waiting.failed) == (3, 1)
    assert set(waiting.remaining) == set(own[1:])
    executor.go.release(100)
    wait_until(queue, lambda status: not status.active)
    ended = store.job(night.id)
    assert (ended.state, ended.done, ended.failed) == ("done", 5, 1)
    assert sorted(ended.cases, key=str) == sorted(night.cases, key=str)
    assert [result.case for result in store.results].count(both[1]) == 2   # another measurement: other options
    assert store.job(same.id).done == 2


def test_a_job_whose_last_case_another_has_measured_is_done(queue, store, executor):
    first, shared = cases("first", 2), cases("shared", 1)
    queue.submit(first, requested_by="one")
    is_measured(queue, first[0])
    low = queue.submit(shared, requested_by="one", priority="low").job
    queue.submit(shared, requested_by="two", priority="high")
    executor.go.release(2)
    wait_until(queue, lambda status: not any(each.job.id == low.id for each in status.active))
    ended = store.job(low.id)
    assert (ended.state, ended.done, bool(ended.finished_at), ended.started_at) == ("done", 1, True, "")


def test_what_gave_way_can_be_cancelled_and_says_how_far_it_was(queue, store, executor):
    low, high = cases("low", 3), cases("high", 1)
    first = queue.submit(low, requested_by="one", priority="low").job
    is_measured(queue, low[0])
    queue.submit(high, requested_by="two")
    executor.go.release(1)
    is_measured(queue, high[0])
    assert (store.job(first.id).state, store.job(first.id).done) == ("queued", 1)
    assert queue.cancel(first.id)
    assert store.job(first.id).message == "cancelled after 1 of 3 cases"
    executor.go.release(5)
    wait_until(queue, lambda status: not status.active)
    assert names(store) == ["low", "high"]


def test_what_gave_way_goes_on_after_a_restart(store, executor):
    """Closing in the middle of another's turn: the one that waits keeps its place and its count."""
    low, high = cases("low", 3), cases("high", 1)
    with JobQueue(store, lambda: executor) as queue:
        first = queue.submit(low, requested_by="one", priority="low").job
        is_measured(queue, low[0])
        second = queue.submit(high, requested_by="two").job
        executor.go.release(1)
        is_measured(queue, high[0])
    assert store.job(second.id).state == "interrupted"
    executor.go.release(10)
    with JobQueue(store, lambda: executor) as queue:
        wait_until(queue, lambda status: not status.active)
    ended = store.job(first.id)
    assert (ended.state, ended.done, ended.priority) == ("done", 3, "low")
    assert [result.case for result in store.results if result.status == "ok"] == low
