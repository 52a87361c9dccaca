"""What two results do not share is said, and their ratio covers as often as it says."""

from dataclasses import replace

import numpy as np
import pytest

from backend.catalogue import make_case
from backend.difference import Difference, differences, in_words, ratios
from backend.spec import Problem, Result
from backend.statistics import independent_ratio, median, median_interval

CASE = make_case("matrix", "", "numpy", Problem.of("mimo", 2, batch=10))
QUIET = {"findings": [], "remarks": [], "threads": 1, "clocks": [{}, {"frequency": 3.5e9}]}
ENVIRONMENT = {
    "machine": {"name": "CPU A, 4 cores", "memory_bytes": 8, "system": "Linux 6"}, "device": "CPU A",
    "versions": {"python": "3.11.7", "numpy": "2.4.6"}, "source": "abc",
    "live": {"cpu_affinity": [2], "allocator": "", "load": 0.3, "process": "p1", "findings": [], "conditions": QUIET}}
TIMES = {"throughput_time": 2e-3, "throughput_time_low": 1.9e-3, "throughput_time_high": 2.2e-3}
RESULT = Result(CASE, "ok", "", (2e-3,) * 5, (), TIMES, ENVIRONMENT, "2026-11-01T12:00:00", "a" * 32)


def changed(path, value):
    """The result with one value of its environment replaced."""
    def put(tree, names):
        return dict(tree) | {names[0]: put(tree[names[0]], names[1:]) if len(names) > 1 else value}
    return replace(RESULT, environment=put(ENVIRONMENT, path.split(".")))


def test_a_result_does_not_differ_from_itself_in_another_process_on_another_core_at_another_load():
    other = replace(changed("live.load", 2.5), id="b" * 32, measured_at="2026-11-02T12:00:00")
    live = dict(other.environment["live"]) | {"process": "p2", "cpu_affinity": [3]}
    assert differences(RESULT, replace(other, environment=dict(other.environment) | {"live": live})) == []


@pytest.mark.parametrize(("path", "value", "kind", "name", "first", "second"), [
    ("machine.name", "CPU B, 8 cores", "machine", "machine", "CPU A, 4 cores", "CPU B, 8 cores"),
    ("machine.system", "Linux 7", "machine", "system", "Linux 6", "Linux 7"),
    ("versions.numpy", "2.5.0", "versions", "numpy", "2.4.6", "2.5.0"),
    ("source", "def", "source", "source", "abc", "def"),
    ("live.cpu_affinity", [1, 2], "process", "cores", "1", "2"),
    ("live.allocator", "MALLOC_X=1", "process", "allocator", "the usual", "MALLOC_X=1"),
    ("live.effective", {"method": "naive"}, "process", "effective method", "not told", "naive"),
    ("live.conditions.findings", ["a", "b"], "conditions", "disturbed", "nothing", "a; b"),
    ("live.conditions.remarks", ["c"], "conditions", "remarks", "nothing", "c"),
    ("live.findings", ["it has two speeds"], "conditions", "samples", "steady", "it has two speeds"),
    ("live.conditions.threads", 8, "process", "threads", "1", "8"),
    ("live.conditions.clocks", [{}, {"frequency": 2.9e9}], "conditions", "clocks frequency", "3.50 GHz", "2.90 GHz"),
])
def test_each_thing_that_differs_is_named(path, value, kind, name, first, second):
    assert differences(RESULT, changed(path, value)) == [Difference(kind, name, first, second)]
    assert differences(changed(path, value), RESULT) == [Difference(kind, name, second, first)]


def test_what_was_asked_and_an_older_line_that_tells_less():
    other = replace(RESULT, case=replace(CASE, threads=2, seed=1), environment=dict(ENVIRONMENT) | {"live": {}})
    found = differences(RESULT, other)
    assert {(each.kind, each.name) for each in found[:2]} == {("case", "threads"), ("case", "seed")}
    assert {each.second for each in found[2:]} == {"not told"}
    assert {each.kind for each in found[2:]} == {"process", "conditions"}


def test_a_flicker_of_the_clock_is_nothing():
    assert differences(RESULT, changed("live.conditions.clocks", [{}, {"frequency": 3.4e9}])) == []


def test_the_ratio_of_two_times():
    slower = replace(RESULT, metrics={name: 1.5 * value for name, value in TIMES.items()})
    found = ratios(RESULT, slower)
    assert list(found) == ["throughput_time"]   # there is no latency
    ratio = found["throughput_time"]
    assert ratio.ratio == pytest.approx(1.5)
    # in logarithms: sqrt(log(1.05)^2 + log(1.1)^2)
    below = np.hypot(np.log(2 / 1.9), np.log(2.2 / 2))
    assert (ratio.low, ratio.high) == pytest.approx((1.5 * np.exp(-below), 1.5 * np.exp(below)))
    assert in_words(ratio) == "1.50 times as fast (1.35–1.67): faster"
    assert ratios(slower, RESULT)["throughput_time"].verdict == "slower"
    assert ratios(RESULT, RESULT)["throughput_time"].verdict == "not distinguishable"
    assert ratios(RESULT, replace(RESULT, status="failed", metrics={})) == {}


def test_a_ratio_needs_times():
    with pytest.raises(ValueError, match="must be above 0"):
        independent_ratio((1.0, 0.0, 2.0), (1.0, 0.9, 1.1))


@pytest.mark.parametrize("spread", [0.02, 0.3])
def test_the_interval_of_a_ratio_covers_it(spread):
    random = np.random.default_rng(0)

    def measured(true):
        samples = (true * np.exp(spread * random.standard_t(3, 40))).tolist()
        return median(samples), *median_interval(samples)

    found = [independent_ratio(measured(1.0), measured(1.3)) for _ in range(1000)]
    assert 0.93 <= np.mean([each.low <= 1.3 <= each.high for each in found]) <= 0.99
