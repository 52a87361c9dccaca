"""The measuring process, as its supervisor sees it: the real one."""

import json
import subprocess
import sys

import pytest

from backend.catalogue import make_case
from backend.spec import Problem, Result

QUICK = {"samples": 3, "min_sample_time": 0.0005, "max_time": 0.1}


@pytest.fixture
def worker():
    process = subprocess.Popen(
        [sys.executable, "-m", "backend.bench.worker", "--framework", "numpy", "--device", "cpu", "--threads", "1"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True)
    yield process
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        pipe.close()


def ask(worker, *cases):
    block = {"type": "block", "cases": [case.to_json() for case in cases], "options": QUICK}
    worker.stdin.write(json.dumps(block) + "\n")
    worker.stdin.flush()
    messages = []
    while not messages or messages[-1]["type"] != "done":
        messages.append(json.loads(worker.stdout.readline()))
    return messages


def case(product, **problem):
    return make_case(product, "", "numpy", Problem.of("mimo", 1, batch=4, **problem))


def test_stays_warm_and_tells_the_expressivity_once(worker):
    first, second = (ask(worker, case("matrix"), case("gaunt_grid", parity="natural")) for _ in range(2))
    assert [each["type"] for each in first] == [
        "ready", "started", "expressivity", "result", "started", "expressivity", "result", "done"]
    assert [each["type"] for each in second] == ["started", "result", "started", "result", "done"]
    result = Result.from_json(first[3]["result"])
    assert result.status == "ok"
    assert (result.metrics["interactable"], result.metrics["degrees_of_freedom"]) == (6, 5)
    assert first[2]["expressivity"]["paths"][0] == pytest.approx([0, 0, 0, first[2]["expressivity"]["paths"][0][3]])


def test_unsupported_cases_are_answers_too(worker):
    messages = ask(worker, make_case("gaunt_grid", "", "numpy", Problem.of("siso", 1)))
    assert messages[-2]["result"]["status"] == "unsupported"
    assert messages[-2]["result"]["metrics"] == {}


def test_ends_when_its_input_ends(worker):
    ask(worker, case("matrix"))
    worker.stdin.close()
    worker.wait(timeout=20)


def test_runs_on_as_many_cores_as_threads(worker):
    live = ask(worker, case("matrix"))[-2]["result"]["environment"]["live"]
    assert len(live["cpu_affinity"]) in (0, 1)   # 0: the system does not say
    assert live["conditions"]["cores"] == live["cpu_affinity"]
    assert live["conditions"]["threads"] == 1    # as the BLAS library tells
    assert not [each for each in live["conditions"]["findings"] if "asked for" in each]
