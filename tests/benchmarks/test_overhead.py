"""Where the wall time of a sweep goes: every second of it has a name."""

from types import SimpleNamespace

import pytest

from backend.execution.events import Finished, Log, Started
from benchmarks.overhead import PAYLOAD, cases, shares, sweep

QUICK = {"samples": 3, "min_sample_time": 0.0005, "max_time": 0.05, "warm_up_time": 0.0}


def finished(status="ok", **stages):
    return Finished(SimpleNamespace(status=status, environment={"live": {"seconds": stages} if stages else {}}))


def test_every_second_is_somewhere():
    seen = [(2.0, Started(None)), (3.5, finished(build=0.5, samples=0.75)), (3.6, Log("a line")),
            (3.75, Started(None)), (4.0, finished("unsupported")), (4.5, Started(None)), (6.0, finished(samples=1.5))]
    found = shares(6.25, seen)
    assert found == {"start of the process": 2.0, "build": 0.5, "samples": 2.25, "expressivity and the like": 0.25,
                     "between cases": 0.75, "unsupported": 0.25, "end": 0.25}
    assert sum(found.values()) == 6.25


def test_a_sweep_is_the_papers_and_tells_its_stages():
    asked = cases("numpy")
    assert len(asked) == 5 * 3 * 3 and {case.problem.batch for case in asked} == {1000}
    wall, seen = sweep(asked[:2], QUICK)
    found = shares(wall, seen)
    assert sum(found.values()) == pytest.approx(wall)
    assert {*PAYLOAD, "checks", "conditions", "start of the process"} <= set(found)
    assert all(seconds >= 0 for seconds in found.values())
