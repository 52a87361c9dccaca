"""Turns: the same time for users of one priority while they wait, priorities first, nothing lost by giving way."""

import subprocess
import sys
import threading
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import psutil
import pytest
from fakes import fake_case, gone, until
from memory_store import MemoryStore

from backend.execution.events import Finished, Started
from backend.execution.jobs import Job
from backend.execution.local import LocalExecutor
from backend.execution.outcome import made_result
from backend.execution.queue import JobQueue
from backend.execution.turns import Turns
from backend.spec import SpecError
from results_db import Store


def job(user, cases, priority="normal"):
    """A job whose cases differ from those of every other user."""
    made = [fake_case(f"ok:{user}:{priority}", seed=seed) for seed in range(cases)]
    return Job.new(made, options={}, requested_by=user, priority=priority)


@dataclass
class Device:
    """A device that measures jobs by turns; a case of a user takes `costs[user]` seconds."""

    turns: Turns
    costs: dict[str, float]
    jobs: list[Job] = field(default_factory=list)
    measured: list[str] = field(default_factory=list)   # the id of the job of each case
    running: Job | None = None

    def add(self, job):
        self.turns.join(job.requested_by, self.jobs)
        self.jobs.append(job)
        return job

    def step(self):
        """Measures one case; whose."""
        if self.running is None or self.turns.gives_way(self.running, self.jobs):
            self.running = self.turns.order(self.jobs)[0]
        at = self.jobs.index(self.running)
        user = self.running.requested_by
        self.turns.serve(user, self.costs[user])
        self.running = self.jobs[at] = replace(self.running, done=self.running.done + 1)
        self.measured.append(self.running.id)
        if not self.running.remaining:
            self.jobs.remove(self.running)
            self.running = None
        return user


@pytest.mark.parametrize("turn", [0.0, 5.0, 20.0])
def test_two_users_get_the_same_time_while_both_wait(turn):
    """Queues of 400 and 60 cases of 1 s and 7 s: the times never differ by more than a turn and a case."""
    device = Device(Turns(turn), {"night": 1.0, "day": 7.0})
    device.add(job("night", 400))
    device.add(job("day", 60))
    had = {"night": 0.0, "day": 0.0}
    while len({each.requested_by for each in device.jobs}) == 2:
        user = device.step()
        had[user] += device.costs[user]
        assert abs(had["night"] - had["day"]) <= turn + 7.0
    assert had["night"] > 300


def test_a_newcomer_waits_a_turn_at_most_and_claims_nothing_for_the_past():
    device = Device(Turns(5.0), {"night": 2.0, "new": 2.0})
    device.add(job("night", 1000))
    for _ in range(500):
        device.step()
    device.add(job("new", 30))
    served = [device.step() for _ in range(40)]
    assert "new" in served[:4]
    assert abs(served.count("new") - 20) <= 4


@pytest.mark.parametrize("seed", range(20))
def test_whoever_comes_and_goes_every_user_who_waits_is_served(seed):
    """Random arrivals of five users. One who waits was ahead by a turn and a case at most, and each of the others gets
    as far ahead before it is served again; every case is measured once."""
    rng = np.random.default_rng(seed)
    users = [f"user {number}" for number in range(5)]
    device = Device(Turns(3.0), {user: float(rng.uniform(0.1, 4.0)) for user in users})
    asked = {}
    waited = dict.fromkeys(users, 0.0)
    bound = 4 * (2 * 3.0 + 2 * 4.0)
    for _ in range(2000):
        if len(asked) < 60 and rng.random() < 0.1:
            new = device.add(job(str(rng.choice(users)), int(rng.integers(1, 30))))
            asked[new.id] = new
        if not device.jobs:
            continue
        served = device.step()
        active = {each.requested_by for each in device.jobs}
        for user in users:
            waited[user] = waited[user] + device.costs[served] if user in active and user != served else 0.0
            assert waited[user] <= bound
    while device.jobs:
        device.step()
    assert {id: device.measured.count(id) for id in asked} == {id: len(each.cases) for id, each in asked.items()}


def test_a_higher_priority_comes_before_whoever_has_waited():
    device = Device(Turns(5.0), {"night": 1.0, "day": 1.0})
    device.add(job("night", 50, "low"))
    device.step()
    device.add(job("day", 4))
    device.add(job("day", 3, "high"))
    device.add(job("night", 2, "high"))
    first = [device.step() for _ in range(5)]
    assert sorted(first) == ["day"] * 3 + ["night"] * 2   # the high ones of both
    assert [device.step() for _ in range(5)] == ["day"] * 4 + ["night"]


def test_jobs_of_one_user_run_in_the_order_they_were_asked_for():
    device = Device(Turns(0.0), {"one": 1.0, "other": 1.0})
    mine = [device.add(job("one", 3)).id for _ in range(2)]
    device.add(job("other", 20))
    while any(each.requested_by == "one" for each in device.jobs):
        device.step()
    assert [id for id in device.measured if id in mine] == [mine[0]] * 3 + [mine[1]] * 3


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
def store():
    return MemoryStore()


@pytest.fixture
def queue(store, executor):
    with JobQueue(store, lambda: executor, turn=3.0) as queue:
        yield queue


def cases(name, count, seconds=1):
    return [fake_case(f"{name}:{number}", seed=seconds) for number in range(count)]


def holds(queue, condition):
    """Waits for changes until it is so."""
    while not condition(status := queue.status()):
        assert queue.wait(status.version, timeout=15) > status.version, "nothing changed for 15 s"


def is_measured(queue, case):
    holds(queue, lambda status: any(each.job.current == case.key for each in status.jobs))


def names(store):
    return [result.case.variant.split(":")[0] for result in store.results]


def test_the_queue_lets_users_take_turns(queue, store, executor):
    long, short = cases("long", 30), cases("short", 8)
    first = queue.submit(long, requested_by="night", priority="normal").job
    is_measured(queue, long[0])
    second = queue.submit(short, requested_by="day").job
    executor.go.release(100)
    holds(queue, lambda status: not status.active)
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
    holds(queue, lambda status: not any(each.job.id == day.job.id for each in status.active))
    waiting = store.job(night.id)
    assert (waiting.done, waiting.failed) == (3, 1)
    assert set(waiting.remaining) == set(own[1:])
    executor.go.release(100)
    holds(queue, lambda status: not status.active)
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
    holds(queue, lambda status: not any(each.job.id == low.id for each in status.active))
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
    holds(queue, lambda status: not status.active)
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
        holds(queue, lambda status: not status.active)
    ended = store.job(first.id)
    assert (ended.state, ended.done, ended.priority) == ("done", 3, "low")
    assert [result.case for result in store.results if result.status == "ok"] == low


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
