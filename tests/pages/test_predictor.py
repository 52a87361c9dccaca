"""Models of the history for pages and the queue: of which results, and how long they are kept."""

import threading
import time
from dataclasses import replace

import pytest
from made_results import made

from backend.spec import Case, Problem, with_batch
from pages.components.rows.predictor import Predictor
from results_db import Store


def case(l_max, batch, **rest):
    return replace(Case(Problem.of("mimo", l_max, channels=8, batch=batch), "matrix", "", "jax"), **rest)


def result(case):
    """Of a clock that takes 1 us for a row."""
    found = made(case)
    seconds = 1e-6 * case.problem.batch * case.problem.l_max
    times = {"throughput_time": seconds, "throughput_time_low": seconds, "throughput_time_high": seconds,
             "latency": 3 * seconds, "compile_time": 7.0,
             "bytes": 1e9 * seconds, "flops": 1e9 * seconds}
    return replace(found, metrics=found.metrics | times)


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "history.duckdb") as store:
        store.add_many([result(case(l_max, batch)) for l_max in (1, 2, 3) for batch in (10, 100, 1000)])
        yield store


def test_it_tells_of_what_is_alike_alone(store):
    asked, other = case(2, 300), case(2, 300, product="poisson")
    model = Predictor(store).made([asked, other]).model
    assert model.predict(asked).time == pytest.approx(6e-4, rel=0.3)
    assert model.predict(other) is None
    assert Predictor(store).made([asked], "latency").model.predict(asked).time == pytest.approx(18e-4, rel=0.3)


def test_a_model_is_kept_until_there_is_something_new_and_some_time_has_passed(store):
    asked = [case(2, 300)]
    patient, eager = Predictor(store, patience=1000.0), Predictor(store, patience=0.0)
    first = [each.made(asked) for each in (patient, eager)]
    assert [each.made(asked) for each in (patient, eager)] == first
    store.add_many([result(with_batch(asked[0], 500))])
    assert patient.made(asked) is first[0] and eager.made(asked) is not first[1]


def test_a_page_does_not_wait_and_is_told_when_it_is_ready(store):
    asked, reading, go = [case(2, 300)], threading.Event(), threading.Event()

    def devices():   # asked for while a model is made
        reading.set()
        go.wait(20)
        return {"cpu": made(asked[0]).environment["device"]}

    predictor = Predictor(store, devices=devices, patience=0.0, quiet=0.0)
    assert predictor.soon(asked) is None and reading.wait(20) and not predictor.is_ready(asked)
    go.set()
    first = predictor.made(asked)
    assert predictor.is_ready(asked) and predictor.soon(asked) is first
    go.clear()
    store.add_many([result(with_batch(asked[0], 500))])
    assert predictor.soon(asked) is first and not predictor.is_ready(asked)   # what was known before, meanwhile
    go.set()
    assert predictor.made(asked) is not first


def test_no_model_is_begun_while_pages_are_drawn(store, monkeypatch):
    read = threading.Event()
    predictor = Predictor(store, devices=lambda: read.set() or {"cpu": made(case(2, 300)).environment["device"]},
                          quiet=0.2)
    start = time.monotonic()
    assert predictor.soon([case(2, 300)]) is None and not read.is_set()
    assert predictor.made([case(2, 300)]).model.predict(case(2, 300)) and time.monotonic() - start > 0.2
    hurried = Predictor(store, quiet=1000.0)   # however many ask
    monkeypatch.setattr("pages.components.rows.predictor._LATEST", 0.0)
    assert hurried.soon([case(2, 300)]) is None and hurried.made([case(2, 300)])


def test_questions_of_one_kind_share_what_is_read(store):
    asked, reads = [case(2, 300), case(3, 300)], []
    predictor = Predictor(store, devices=lambda: reads.append(1) or {"cpu": made(asked[0]).environment["device"]})
    predictor.made([replace(asked[0], product="poisson")])
    assert not predictor.is_ready(asked[:1])   # the law of another product is not fitted yet
    assert predictor.made(asked[:1]) is predictor.made(asked[1:]) and len(reads) == 1


def test_the_wall_time_of_what_can_be_told(store):
    asked, unknown = case(2, 300), case(2, 300, framework="numpy", compilation="eager")
    times = Predictor(store).wall_times([asked, unknown], {"samples": 10, "max_time": 0.5})
    assert set(times) == {asked} and 7.0 < times[asked] < 8.0


def test_a_closed_history_tells_nothing(store):
    store.close()
    assert Predictor(store).wall_times([case(2, 300)], {}) == {}
