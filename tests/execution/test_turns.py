"""Turns: the same time for users of one priority while they wait, priorities first, nothing claimed for the past."""

from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from fakes import fake_case

from backend.execution.jobs import Job
from backend.execution.turns import Turns


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
