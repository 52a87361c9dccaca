"""Several processes that measured one case are one point, whose interval holds what differs between them."""

from dataclasses import replace

import pytest
from made_results import made

from backend.spec import Result
from backend.statistics import combined
from pages.components.charts.hover import hover_text
from pages.components.question.selection import Question
from pages.components.rows.measurements import measurements

CASE = Question().cases()[0]


def of_process(name: str, factor: float, minutes: int) -> Result:
    result = made(CASE, minutes=minutes)
    metrics = {key: value * factor if key.startswith(("throughput", "latency")) else value
               for key, value in result.metrics.items()}
    live = {"live": {"process": name}} if name else {}
    return replace(result, metrics=metrics, environment=dict(result.environment) | live)


def row(store):
    return measurements(store, [CASE]).iloc[0]


def test_fewer_than_six_processes_hold_all_that_theirs_hold(here):
    here.store.add_many([of_process("a", 1.0, 1), of_process("b", 1.2, 2), of_process("c", 1.1, 3)])
    base, found = made(CASE).metrics, row(here.store)
    assert found["processes"] == 3
    assert found["throughput_time"] == pytest.approx(1.1 * base["throughput_time"])
    assert found["throughput_time_low"] == pytest.approx(base["throughput_time_low"])
    assert found["throughput_time_high"] == pytest.approx(1.2 * base["throughput_time_high"])
    assert found["latency_high"] == pytest.approx(1.2 * base["latency_high"])
    assert found["time_per_path"] == pytest.approx(1.1 * base["throughput_time"] / base["interactable"])
    assert found["between"] == pytest.approx(0.1 / 1.1)   # 1, 1.1 and 1.2 of it
    assert "3 processes, whose medians vary by 9.1%" in hover_text(found)


def test_two_results_of_one_process_are_the_newest_of_them(here):
    here.store.add_many([of_process("a", 1.0, 1), of_process("a", 1.5, 2)])
    found = row(here.store)
    assert found["processes"] == 1
    assert found["throughput_time"] == pytest.approx(1.5 * made(CASE).metrics["throughput_time"])
    assert "one process" in hover_text(found)


def test_results_that_do_not_name_their_process_are_one_each(here):
    here.store.add_many([of_process("", 1.0, 1), of_process("", 1.5, 2)])
    assert row(here.store)["processes"] == 2


def test_another_version_has_no_say(here):
    here.store.add(made(CASE, numpy="0.0.1"))
    here.store.add(of_process("a", 1.0, 1))
    assert row(here.store)["processes"] == 1


def test_six_processes_have_the_interval_of_their_medians():
    low, high = 0.5, 2.0
    assert combined([(1.0 + 0.01 * each, low, high) for each in range(5)])[1:] == (low, high)
    assert combined([(1.0 + 0.01 * each, low, high) for each in range(6)])[1:] == (1.0, 1.05)


def test_a_point_says_how_many_of_its_processes_were_disturbed(here):
    quiet, disturbed = ({"conditions": {"findings": said, "remarks": []}} for said in ([], ["another used 40% of it"]))
    for at, live in enumerate((disturbed, quiet, disturbed)):
        result = of_process(f"p{at}", 1.0, at)
        here.store.add(replace(result, environment=dict(result.environment) | {"live": {"process": f"p{at}"} | live}))
    found = row(here.store)
    assert found["conditions"] == "disturbed"
    assert found["findings"] == "in 2 of 3 processes: another used 40% of it"
    assert "⚠ Disturbed: in 2 of 3 processes" in hover_text(found)
